"""A correction goes the road of a hand-in: all checks, a new version, or nothing."""

import pytest

from chengxin.base.database.context import acting
from chengxin.base.sealing.rules import PREFIX
from chengxin.intake.collection.models import Submission
from chengxin.intake.collection.rules import Ground
from chengxin.intake.collection.tests import factories as files
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.records.models import PersonRecord, Record
from chengxin.registry.subjects.rules import about_person
from chengxin.rights.disputes import correcting, queries, services
from chengxin.rights.disputes.errors import CorrectionRejected, DecisionBound, NothingChanged
from chengxin.rights.disputes.models import Answer
from chengxin.rights.disputes.tests.factories import (
    NOON,
    answered,
    asked,
    handed_in,
    officer,
    operator,
    penalised,
    representative,
    reviewer,
    state_of,
)

pytestmark = pytest.mark.django_db
REASON = "已核查原始文书（虚构）"


@pytest.fixture
def key(tmp_path):
    return penalised(tmp_path)


def propose(case_id: int, **values: str) -> None:
    services.take(case_id, "propose-correction", by=officer(), at=NOON, reason=REASON, values=values)


def present() -> Record:
    return Record.objects.get(known_until__isnull=True, state__in=["in-force", "disputed"])


def test_a_corrected_record_is_its_next_version_without_the_mark(key):
    case_id = answered(key, "propose-correction", CF_NR_FK="1")

    services.take(case_id, "correct", by=reviewer(), at=NOON)

    record = present()
    assert (record.natural_key, record.state, record.payload["CF_NR_FK"]) == (key, "in-force", "1")
    assert state_of(case_id) == "corrected"


def test_until_the_reviewer_decides_the_record_stays_as_it_was(key):
    answered(key, "propose-correction", CF_NR_FK="1")

    assert (present().payload["CF_NR_FK"], present().state) == ("2", "disputed")


def test_a_correction_of_what_tells_the_record_apart_makes_a_record_of_its_own_and_withdraws_the_old(key):
    field = next(c for c in catalogue.item(files.PENALTY).natural_key if c == "CF_WSH")
    case_id = answered(key, "propose-correction", **{field: "虚构罚字〔2026〕99号"})

    services.take(case_id, "correct", by=reviewer(), at=NOON)

    assert Record.objects.get(natural_key=key, known_until__isnull=True).state == "withdrawn"
    assert (present().payload[field], present().state) == ("虚构罚字〔2026〕99号", "in-force")


def test_what_was_decided_on_the_platform_is_corrected_but_never_made_a_decision_about_another(key):
    Submission.objects.update(ground=Ground.DECISION)
    case_id = asked(key)

    for field in ("CF_WSH", "CF_XDR_SHXYM"):
        with pytest.raises(DecisionBound):
            propose(case_id, **{field: files.company(2) if field == "CF_XDR_SHXYM" else "虚构罚字〔2026〕99号"})
    propose(case_id, CF_NR_FK="1")
    services.take(case_id, "correct", by=reviewer(), at=NOON)

    assert present().payload["CF_NR_FK"] == "1"


@pytest.mark.parametrize(
    ("values", "error"),
    [({"CF_NR_FK": "五千元"}, CorrectionRejected), ({"CF_NR_FK": " 2 "}, NothingChanged), ({}, NothingChanged)],
)
def test_a_correction_that_does_not_pass_or_changes_nothing_is_refused_at_once(key, values, error):
    case_id = asked(key)
    before = Record.objects.count()

    with pytest.raises(error):
        propose(case_id, **values)

    assert (state_of(case_id), Answer.objects.count(), Record.objects.count()) == ("with-provider", 0, before)


def test_the_refusal_says_which_field_and_how_to_mend_it(key):
    with pytest.raises(CorrectionRejected) as refused:
        propose(asked(key), CF_NR_FK="五千元")

    assert "五千元" in refused.value.sentence


def test_the_parties_read_what_was_changed_from_what(key):
    case_id = answered(key, "propose-correction", CF_NR_FK="1")

    (answer,) = queries.answers_of(case_id, actor=representative(), on=NOON.date())
    (change,) = correcting.changes_of(answer, files.PENALTY, key)

    assert (change.name.zh, change.old, change.new) == (
        catalogue.item(files.PENALTY).by_code["CF_NR_FK"].name.zh,
        "2",
        "1",
    )


def test_only_the_official_who_can_correct_now_is_given_the_form(key):
    case_id = asked(key)

    assert {f.code for f in correcting.correction_form(case_id, by=officer())} >= {"CF_NR_FK", "CF_WSH"}
    for other in (operator(), reviewer(), representative()):
        assert correcting.correction_form(case_id, by=other) == ()


def personal(tmp_path) -> tuple[PersonRecord, int]:
    handed_in(tmp_path, files.person_penalty(1), files.PERSON_PENALTY)
    with acting(actor="test", purpose="test", basis="test"):
        record = PersonRecord.objects.get()
    about = about_person(record.person_id)
    resident = representative(about)
    case_id = services.file_dispute(
        record.natural_key, about=about, ground="wrong-subject", statement="不是本人（虚构）", by=resident, at=NOON
    )
    services.take(case_id, "accept", by=operator(), at=NOON)
    services.take(case_id, "ask-provider", by=operator(), at=NOON)
    return record, case_id


def test_of_a_natural_person_nothing_of_a_correction_is_kept_in_clear(tmp_path):
    record, case_id = personal(tmp_path)

    propose(case_id, CF_XDR_ZJHM=files.citizen(2), CF_NR_FK="1")

    kept = Answer.objects.get()
    assert all(v.startswith(PREFIX) for v in [*kept.changes.values(), *kept.old.values()])
    (answer,) = queries.answers_of(case_id, actor=officer(), on=NOON.date())
    shown = {c.name.zh: (c.old, c.new) for c in correcting.changes_of(answer, files.PERSON_PENALTY, record.natural_key)}
    number = catalogue.item(files.PERSON_PENALTY).by_code["CF_XDR_ZJHM"].name.zh
    assert "*" in shown[number][0]
    assert files.citizen(2) not in str(shown)


def test_a_sealed_field_is_masked_in_the_form_and_left_empty_stays_as_it_is(tmp_path):
    record, case_id = personal(tmp_path)
    form = {f.code: f for f in correcting.correction_form(case_id, by=officer())}
    assert (form["CF_XDR_ZJHM"].value, files.citizen(1) in form["CF_XDR_ZJHM"].mask) == ("", False)

    propose(case_id, CF_XDR_ZJHM="", CF_NR_FK="1")
    services.take(case_id, "correct", by=reviewer(), at=NOON)

    with acting(actor="test", purpose="test", basis="test"):
        found = PersonRecord.objects.get(natural_key=record.natural_key, known_until__isnull=True)
    assert (found.state, found.payload["CF_NR_FK"]) == ("in-force", "1")
    assert found.payload["CF_XDR_ZJHM"] == record.payload["CF_XDR_ZJHM"]
