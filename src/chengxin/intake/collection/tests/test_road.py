"""The road of a file to the store: new, the same, corrected, half-failed; and who may hand in what."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from chengxin.base.audit.models import AuditEntry as Entry
from chengxin.base.database.context import acting
from chengxin.base.errors import NotPermitted
from chengxin.intake.collection import services
from chengxin.intake.collection.models import FoundInRow, Layout, RejectedRow, Submission
from chengxin.intake.collection.tests import factories as make
from chengxin.intake.collection.tests.factories import AT, PENALTY, PERSON_PENALTY
from chengxin.registry.accounts.rules import Role
from chengxin.registry.catalogue.queries import UnknownItem
from chengxin.registry.records.models import PersonRecord, Record
from chengxin.registry.subjects.models import Identifier, Person, Subject
from chengxin.registry.subjects.services import person_hash

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=1)


def test_a_code_that_nobody_knew_makes_a_subject_that_is_not_in_the_register(tmp_path: Path):
    make.hand_in_rows(tmp_path, make.penalty(1, CF_XDR_GSZC="450100000000001"))

    subject = Subject.objects.get()
    assert (subject.code, subject.name, subject.registered) == (make.company(1), "南宁虚构1号贸易有限公司", False)
    assert Identifier.objects.get().value == "450100000000001"


def test_a_record_keeps_payload_provider_dates_and_what_policy_decided(tmp_path: Path):
    result = make.hand_in_rows(tmp_path, make.penalty(1, CF_YXQ="2099/12/31"))

    record = Record.objects.get()
    assert record.payload["CF_NR_FK"] == "2"
    assert (record.provider.code, record.authority_code) == (make.MARKET, make.MARKET)
    assert (str(record.decided_on), record.valid_until, record.payload["CF_YXQ"]) == ("2026-05-09", None, "2099-12-31")
    assert (record.severity, record.audience, str(record.public_period.lower)) == ("general", "public", "2026-05-09")
    assert (record.submission_id, record.submission_row, record.known_from) == (result.submission, 1, AT)


def test_the_last_day_of_validity_is_stored_as_the_first_day_without(tmp_path: Path):
    make.hand_in_rows(tmp_path, make.licence(1), item=make.LICENCE, by=make.APPROVAL)

    assert str(Record.objects.get().valid_until) == "2031-05-04"


@pytest.mark.parametrize("content", ["csv", "xlsx", "jsonl"])
def test_the_same_rows_twice_change_nothing_whatever_the_format(tmp_path: Path, content):
    rows = [make.penalty(1), make.penalty(2, CF_SY='第一行\n"引号"\\')]
    make.hand_in_rows(tmp_path, *rows)
    before = list(Record.objects.values())
    files = {
        "csv": make.csv_of(make.table(PENALTY, rows)),
        "xlsx": make.xlsx_of(make.table(PENALTY, rows)),
        "jsonl": make.jsonl_of(rows),
    }

    again = make.hand_in(tmp_path, files[content], filename=f"f.{content}", at=LATER)

    assert make.counts(again) == (2, 0, 0, 2, 0)
    assert list(Record.objects.values()) == before


def test_a_correction_is_a_new_version_and_the_old_one_stays(tmp_path: Path):
    make.hand_in_rows(tmp_path, make.penalty(1))

    result = make.hand_in_rows(tmp_path, make.penalty(1, CF_NR_FK="3"), make.penalty(2), at=LATER)

    old, new = Record.objects.filter(subject__code=make.company(1)).order_by("version")
    assert make.counts(result) == (2, 1, 0, 0, 1)
    assert (old.payload["CF_NR_FK"], old.known_from, old.known_until) == ("2", AT, LATER)
    assert (new.payload["CF_NR_FK"], new.known_from, new.known_until, new.version) == ("3", LATER, None, 2)


def test_a_correction_keeps_the_state_of_the_record(tmp_path: Path):
    make.hand_in_rows(tmp_path, make.penalty(1))
    record = Record.objects.values().get()
    del record["id"]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE records_record SET known_until = %s", [AT + timedelta(hours=1)])
    Record.objects.create(**record | {"version": 2, "state": "disputed", "known_from": AT + timedelta(hours=1)})

    make.hand_in_rows(tmp_path, make.penalty(1, CF_NR_FK="3"), at=LATER)

    newest = Record.objects.get(known_until__isnull=True)
    assert (newest.version, newest.state, newest.payload["CF_NR_FK"]) == (3, "disputed", "3")


def test_one_file_may_hold_new_unchanged_corrected_and_rejected_rows(tmp_path: Path):
    make.hand_in_rows(tmp_path, make.penalty(1), make.penalty(2))

    result = make.hand_in_rows(
        tmp_path, make.penalty(1), make.penalty(2, CF_NR="改"), make.penalty(3), make.penalty(4, CF_NR=""), at=LATER
    )

    assert make.counts(result) == (4, 1, 1, 1, 1)


def test_the_register_names_a_subject_and_keeps_its_former_name(tmp_path: Path):
    make.hand_in_rows(tmp_path, make.penalty(1))
    row = make.registration(1, SUBJECT_NAME="南宁虚构新名有限公司", ENTITY_STATUS="注销", DIVISION="450105")

    make.hand_in_rows(tmp_path, row, item=make.REGISTER, by=make.APPROVAL, at=LATER)

    subject = Subject.objects.get()
    assert (subject.name, subject.registered, subject.status, subject.division) == (
        "南宁虚构新名有限公司", True, "deregistered", "450105",
    )  # fmt: skip
    assert set(subject.names.values_list("name", "until")) == {
        ("南宁虚构新名有限公司", None),
        ("南宁虚构1号贸易有限公司", LATER.date()),
    }


def test_a_sole_trader_is_handed_in_with_the_organisations(tmp_path: Path):
    make.hand_in_rows(tmp_path, make.penalty(1, CF_XDR_SHXYM=make.trader(1), CF_XDR_LB="个体工商户"))

    assert Subject.objects.get().kind == "sole-trader"


def test_a_person_is_sealed_in_the_store_and_found_by_keyed_hash(tmp_path: Path):
    make.hand_in_rows(tmp_path, make.person_penalty(1), item=PERSON_PENALTY)

    number = make.citizen(1)
    with acting(actor="test", purpose="test", basis="test"):
        person, record = Person.objects.get(), PersonRecord.objects.get()
        stored = " ".join(map(str, [*Person.objects.values_list()[0], *PersonRecord.objects.values_list()[0]]))
    assert bytes(person.number_hash) == person_hash("身份证", number)
    assert record.payload["CF_XDR_ZJHM"].startswith("sealed:v1:")
    assert number not in stored
    assert b"\xe8\x99\x9a\xe6\x9f\x90" not in bytes(person.sealed_name)
    assert PersonRecord.objects.count() == 0


def test_the_same_person_twice_is_one_person_and_the_same_file_changes_nothing(tmp_path: Path):
    rows = [make.person_penalty(1), make.person_penalty(2, CF_XDR_ZJHM=make.citizen(1), CF_XDR_MC="虚某1")]
    make.hand_in_rows(tmp_path, *rows, item=PERSON_PENALTY)

    again = make.hand_in_rows(tmp_path, *rows, item=PERSON_PENALTY, at=LATER)

    with acting(actor="test", purpose="test", basis="test"):
        assert (Person.objects.count(), PersonRecord.objects.count()) == (1, 2)
    assert make.counts(again) == (2, 0, 0, 2, 0)


def test_sealed_values_of_rejected_rows_and_findings_are_sealed_too(tmp_path: Path):
    number = make.citizen(1)
    card = {"CF_FR_ZJLX": "身份证", "CF_FR_ZJHM": number}

    make.hand_in_rows(
        tmp_path, make.penalty(1, **card, CF_NR_FK="?"), make.penalty(2, **card | {"CF_FR_ZJHM": number[:17]})
    )

    kept = str(list(RejectedRow.objects.values_list("values")) + list(FoundInRow.objects.values_list("params")))
    assert number[:17] not in kept
    assert RejectedRow.objects.first().values["CF_FR_ZJHM"].startswith("sealed:v1:")


def test_only_the_providers_of_an_item_and_officers_of_the_organisation_hand_in(tmp_path: Path):
    path = tmp_path / "f.csv"
    path.write_bytes(make.csv_of(make.table(PENALTY, [make.penalty(1)])))
    officer, other = make.officer(), make.officer(make.APPROVAL)

    for actor, organisation in (
        (officer, other.organisation_id),
        (make.officer(role=Role.AUDITOR), officer.organisation_id),
    ):
        with pytest.raises(NotPermitted):
            services.submit(
                path, filename="f.csv", item_code=PENALTY, by=actor, organisation_id=organisation, at=AT
            )  # fmt: skip
    with pytest.raises(UnknownItem):
        make.hand_in(tmp_path, b"x", item="religion")
    assert not Submission.objects.exists()


def test_the_organisation_above_may_hand_in_the_data_of_those_below(tmp_path: Path):
    government = "11450100007551016A"

    assert make.counts(make.hand_in_rows(tmp_path, make.penalty(1), by=government)) == (1, 1, 0, 0, 0)


def test_a_received_file_is_processed_and_its_end_is_told(tmp_path: Path, settings):
    settings.MEDIA_ROOT = tmp_path
    officer = make.officer()

    good, bad = (_receive(officer, content) for content in (make.csv_of(make.table(PENALTY, [make.penalty(1)])), b"x"))

    assert (Submission.objects.get(pk=good).state, Submission.objects.get(pk=good).accepted) == ("done", 1)
    unreadable = Submission.objects.get(pk=bad)
    assert (unreadable.state, unreadable.error["code"]) == ("unreadable", "no-header")


def _receive(officer, content: bytes, mapping: dict[str, str] | None = None) -> int:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return services.receive(
        SimpleUploadedFile("f.csv", content), filename="f.csv", item_code=PENALTY, by=officer,
        organisation_id=officer.organisation_id, at=AT, mapping=mapping,
    )  # fmt: skip


def test_a_layout_is_remembered_for_files_with_the_same_titles(tmp_path: Path, settings):
    settings.MEDIA_ROOT = tmp_path
    officer = make.officer()
    header, row = make.table(PENALTY, [make.penalty(1)])
    content = make.csv_of([["当事人" if t == "行政相对人名称" else t for t in header], row])
    first = _receive(officer, content)
    assert Submission.objects.get(pk=first).error["code"] == "missing-column"

    second = services.send_again(first, mapping={"当事人": "CF_XDR_MC"}, by=officer, at=AT)
    third = _receive(officer, content)

    assert [Submission.objects.get(pk=n).state for n in (second, third)] == ["done", "done"]
    assert Layout.objects.get().chosen == {"当事人": "CF_XDR_MC"}
    assert Submission.objects.get(pk=third).unchanged == 1


def test_a_column_that_the_officer_leaves_out_is_not_stored(tmp_path: Path):
    content = make.csv_of(make.table(PENALTY, [make.penalty(1, 处室="一科")]))

    result = make.hand_in(tmp_path, content, mapping={"处室": ""})

    assert (make.counts(result), "处室" in Record.objects.get().payload) == ((1, 1, 0, 0, 0), False)


def test_every_submission_stands_in_the_audit_chain(tmp_path: Path):
    result = make.hand_in_rows(tmp_path, make.penalty(1))

    entry = Entry.objects.latest("seq")
    assert (entry.action, entry.object) == ("collection.submitted", str(result.submission))
