"""Reports about natural persons: to the person, to whom they consented, and by no other way."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse

from chengxin.base.audit.models import AuditEntry
from chengxin.base.documents.models import IssuedDocument
from chengxin.base.errors import NotFound, NotPermitted
from chengxin.intake.collection.tests import factories as files
from chengxin.offerings.reports import person, person_services, queries, verification, wording
from chengxin.offerings.reports.tests.reading import text_of
from chengxin.registry.accounts.rules import Actor, Mandated, MandateKind, Role, Scope
from chengxin.registry.records import services as record_changes
from chengxin.registry.records.models import PersonRecord
from chengxin.registry.subjects.rules import person_of
from chengxin.regulation.commitments import handling
from chengxin.rights.consent import queries as consent
from chengxin.rights.consent import reading, services
from chengxin.rights.consent.errors import ConsentEnded, QueriesUsed
from chengxin.rights.consent.models import AccessEntry
from chengxin.rights.consent.tests.factories import (
    ITEM,
    NOON,
    TODAY,
    agency,
    asked,
    bank,
    clerk,
    count,
    everything,
    granted,
    penalised,
    resident,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def about(tmp_path: Path) -> str:
    return penalised(tmp_path)


def own(about: str, *, by: Actor | None = None):
    return person_services.issue_own(about, by=by or resident(about), at=NOON, language="zh-hans")


def authorised(request_id: int, *, by: Actor | None = None):
    return person_services.issue_authorised(request_id, by=by or bank(), at=NOON, language="zh-hans")


def delegate(about: str) -> Actor:
    mandate = Mandated(2, about, MandateKind.DELEGATE, frozenset(Scope))
    return Actor("li", None, "", frozenset({Role.COMPANY_REPRESENTATIVE}), user_id=804, mandates=(mandate,))


def test_a_resident_takes_the_own_report_with_who_looked_and_masked_identifiers(about):
    reading.authorised_read(granted(about), by=bank(), door=reading.SCREEN, at=NOON)
    person_services.write_note(about, "罚款已缴清（虚构）", by=resident(about), at=NOON)

    made = own(about)

    told = person.as_json(made.content)
    assert [r["item"] for s in told["sections"] for r in s["records"]] == [ITEM]
    assert told["note"] == "罚款已缴清（虚构）"
    assert [q["organisation"]["zh"] for q in told["queries"] if q["door"] == "screen"] == ["演示银行（虚构）"]
    assert files.citizen(1) not in json.dumps(told, ensure_ascii=False)
    text = text_of(made.pdf)
    assert files.citizen(1) not in text
    assert "罚款已缴清（虚构）" in text
    assert "演示银行（虚构）" in text


def test_the_own_report_names_every_look_however_many_there_were(about, monkeypatch):
    monkeypatch.setattr(consent, "MOST_SHOWN", 2)
    request_id = granted(about, queries=3)
    for _ in range(3):
        reading.authorised_read(request_id, by=bank(), door=reading.SCREEN, at=NOON)

    told = person.as_json(own(about).content)

    assert [q["door"] for q in told["queries"]].count("screen") == 3


def test_the_own_report_tells_in_words_that_an_authority_looked_at_a_commitment():
    assert wording.purpose(handling.PURPOSE) == "核查您的信用承诺、办理后续事项"


def test_each_issue_stands_in_the_log_with_the_door_report(about):
    own(about)
    authorised(granted(about))

    doors = [(e.purpose, e.door) for e in consent.access_log_of(about, by=resident(about))]
    assert sorted(doors) == [("loan", "report"), ("own-report", "report")]


def test_an_asker_gets_only_what_was_consented_to_and_not_who_else_looked(about):
    own(about)

    told = person.as_json(authorised(granted(about)).content)

    assert "queries" not in told
    assert {r["item"] for s in told["sections"] for r in s["records"]} == {ITEM}


def test_a_report_uses_up_a_query_of_the_consent(about):
    request_id = granted(about, queries=1)
    authorised(request_id)

    with pytest.raises(QueriesUsed):
        authorised(request_id)
    assert IssuedDocument.objects.count() == 1


def test_a_second_after_the_withdrawal_no_report_is_issued(about):
    request_id = granted(about)
    services.revoke(request_id, about=about, by=resident(about), at=NOON)

    with pytest.raises(ConsentEnded):
        authorised(request_id)
    assert IssuedDocument.objects.count() == 0


def test_a_disputed_record_is_marked_in_the_report(about):
    with everything():
        key = PersonRecord.objects.get().natural_key
    record_changes.mark_disputed(key, by=bank(), at=NOON, about_person=True)

    assert "异议处理中" in text_of(own(about).pdf).replace("\n", "")


def test_no_one_else_takes_the_report_of_a_person(about):
    for stranger in (resident("person:999999"), delegate(about), bank(), clerk(files.MARKET, Role.DEPARTMENT_OFFICER)):
        with pytest.raises(NotFound):
            own(about, by=stranger)
        with pytest.raises(NotFound):
            person_services.write_note(about, "x", by=stranger, at=NOON)
    assert (IssuedDocument.objects.count(), count(AccessEntry)) == (0, 0)


def test_no_asker_gets_a_report_without_a_consent_of_its_own(about):
    waiting, given = asked(about), granted(about)

    with pytest.raises(NotFound):
        authorised(waiting)
    with pytest.raises(NotFound):
        authorised(given, by=agency())
    with pytest.raises(NotPermitted):
        authorised(given, by=clerk(files.MARKET, Role.AUDITOR))
    assert (IssuedDocument.objects.count(), count(AccessEntry)) == (0, 0)


@pytest.mark.parametrize("door", ["code", "page", "api", "command"])
def test_no_other_door_opens_to_a_natural_person(about, client: Client, door):
    before = AuditEntry.objects.count()
    for name in (about, str(person_of(about)), files.citizen(1)):
        if door == "code":
            assert queries.report_content(name, on=TODAY) is None
        elif door == "page":
            assert client.get(reverse("reports:download", args=[name])).status_code == 404
        elif door == "api":
            assert client.get(f"/api/v1/subjects/{name}/report").status_code == 404
            assert client.get(f"/api/v1/subjects/{name}/report.pdf").status_code == 404
        else:
            with pytest.raises(CommandError):
                call_command("report", name, "--json")
            with pytest.raises(CommandError):
                call_command("report", name)
    assert (IssuedDocument.objects.count(), count(AccessEntry)) == (0, 0)
    assert AuditEntry.objects.count() == before


def test_a_number_alone_tells_nothing_of_the_person(about, client: Client):
    made = own(about)

    found = verification.verify_number(made.number, on=TODAY)
    page = client.get(reverse("reports:verify"), {"number": made.number}).content.decode()

    assert found.genuine
    assert (found.subject_name, found.subject_code, found.records, found.changed) == ("", "", 0, False)
    assert made.content.person.name not in page
    assert about not in page
    assert person.checks_of(about, by=resident(about)) == {}


def test_who_holds_the_paper_sees_the_masked_name_and_whether_it_changed_and_the_person_sees_the_check(about, client):
    made = own(about)
    address = reverse("reports:verify")
    held = {"number": made.number, "code": made.check_code}

    page = client.get(address, held)
    assert made.content.person.name in page.content.decode()
    assert not page.context["found"].changed
    assert "penalty" not in page.content.decode()

    with everything():
        key = PersonRecord.objects.get().natural_key
    record_changes.mark_disputed(key, by=bank(), at=NOON, about_person=True)
    told = client.get("/api/v1/verify", held).json()
    assert (told["changed"], told["changes"], told["subject_code"]) == (True, [], "")
    assert person.checks_of(about, by=resident(about))[made.number].times == 2


@pytest.mark.parametrize("guess", ["XY20260901-0000-0000-0", "person:1", "%", "' OR 1=1 --"])
def test_guessing_numbers_and_codes_leads_nowhere(about, client: Client, guess):
    made = own(about)

    for given in ({"number": guess}, {"number": made.number, "code": guess}):
        response = client.get(reverse("reports:verify"), given)
        assert not response.context["found"].genuine
        assert made.content.person.name not in response.content.decode()
    assert person.checks_of(about, by=resident(about)) == {}


def test_the_register_keeps_digests_of_a_person_and_nothing_they_were_made_of(about):
    own(about)

    row = IssuedDocument.objects.get()
    assert set(row.snapshot) == {"digest", "items", "valid_until"}
    assert "*" in row.subject_name


def test_a_report_is_good_for_a_time_and_then_over(about):
    made = own(about)

    assert not verification.verify_number(made.number, on=TODAY).is_over
    assert verification.verify_number(made.number, on=made.valid_until).is_over


@pytest.mark.parametrize("table", ["ownnote", "reportcheck"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_what_a_person_wrote_and_who_checked_cannot_be_rewritten(table, verb):
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb.format(f"reports_{table}"))
