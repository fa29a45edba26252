"""A dispute on its way: who may do what, what it does to the record, and what is told in writing."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from django.db import ProgrammingError, transaction

from chengxin.base.audit.models import AuditEntry
from chengxin.base.casework import queries as casework
from chengxin.base.casework import services as kernel
from chengxin.base.casework import watching
from chengxin.base.casework.errors import NotYourStep, ReasonMissing, SamePersonTwice, StepNotOpen
from chengxin.base.casework.models import Case, CaseAlert
from chengxin.base.casework.tests.factories import told_to
from chengxin.base.errors import ChengxinError, NotFound, NotPermitted
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Scope
from chengxin.registry.records import queries as records
from chengxin.registry.records import services as record_changes
from chengxin.registry.records.models import Record
from chengxin.registry.records.rules import Cause
from chengxin.registry.subjects.models import Subject
from chengxin.rights.disputes import correcting, queries, services, tasks
from chengxin.rights.disputes.errors import GroundMissing, NotDisputable, StatementMissing
from chengxin.rights.disputes.models import Answer, Dispute
from chengxin.rights.disputes.tests.factories import (
    A_DAY,
    APPROVAL_BUREAU,
    COMPANY,
    NOON,
    STATEMENT,
    accepted,
    answered,
    asked,
    filed,
    office_reviewer,
    officer,
    operator,
    penalised,
    representative,
    reviewer,
    state_of,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 9, 1)


@pytest.fixture
def key(tmp_path):
    return penalised(tmp_path)


def record_state() -> str:
    return Record.objects.get(known_until__isnull=True).state


def told() -> list[str]:
    return [n.title_zh for n in told_to(COMPANY)]


def shown() -> list[str]:
    return [r.state for r in records.public_records_of(Subject.objects.get().pk, on=TODAY)]


def test_a_dispute_waits_for_the_credit_office_and_the_record_stays_unmarked(key):
    case_id = filed(key)

    assert [row.id for row in casework.inbox_of(operator(), on=TODAY).items] == [case_id]
    assert shown() == ["in-force"]
    kept = Dispute.objects.get()
    assert (kept.ground, kept.statement, kept.version) == ("wrong-content", STATEMENT, 1)
    assert AuditEntry.objects.get(action="disputes.filed").details["ground"] == "wrong-content"


def test_an_accepted_dispute_marks_the_record_and_leaves_it_shown(key):
    accepted(key)

    assert shown() == ["disputed"]
    assert told() == ["信用信息异议受理通知书"]


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"ground": "no-ground"}, GroundMissing),
        ({"statement": "  "}, StatementMissing),
        ({"about": "subject:another"}, NotFound),
        ({"by": representative("subject:another")}, NotPermitted),
        ({"by": representative(COMPANY, Scope.SEE)}, NotPermitted),
    ],
)
def test_what_is_not_complete_or_not_theirs_opens_no_case(key, given, error):
    wanted = {"about": COMPANY, "ground": "differs", "statement": STATEMENT, "by": representative(), "at": NOON}

    with pytest.raises(error):
        services.file_dispute(key, **wanted | given)

    assert (Case.objects.count(), Dispute.objects.count()) == (0, 0)


def test_nobody_disputes_what_is_not_there():
    with pytest.raises(NotFound):
        filed(uuid4())


def test_one_dispute_at_a_time_is_open_about_a_record(key):
    filed(key)

    with pytest.raises(NotDisputable):
        filed(key)


def test_a_record_that_was_kept_can_be_disputed_again_once_the_case_is_closed(key):
    case_id = filed(key)
    services.take(case_id, "not-accept", by=operator(), at=NOON, reason="没有说明哪里有误（虚构）")

    assert filed(key) != case_id


def test_the_platforms_own_fault_is_removed_at_once_by_a_second_official(key):
    case_id = accepted(key)

    services.take(case_id, "remove-own", by=office_reviewer(), at=NOON, reason="平台导入时重复（虚构）")

    assert (state_of(case_id), record_state(), shown()) == ("removed", "withdrawn", [])
    assert told()[-1] == "信用信息异议处理结果通知书（删除）"


def test_the_platforms_own_clerical_fault_is_corrected_at_once_by_a_second_official(key):
    case_id = accepted(key)
    form = {f.code: f.value for f in correcting.correction_form(case_id, by=office_reviewer())}

    services.take(
        case_id,
        "correct-own",
        by=office_reviewer(),
        at=NOON,
        reason="平台导入时错位（虚构）",
        values=form | {"CF_NR_FK": "1"},
    )

    assert (state_of(case_id), shown()) == ("corrected", ["in-force"])
    assert Record.objects.get(known_until__isnull=True).payload["CF_NR_FK"] == "1"
    assert told()[-1] == "信用信息异议处理结果通知书（更正）"


def test_whoever_accepted_does_not_correct_the_platforms_own_fault_alone(key):
    case_id = accepted(key)
    both = replace(operator(), roles=office_reviewer().roles)

    with pytest.raises(SamePersonTwice):
        services.take(case_id, "correct-own", by=both, at=NOON, reason="错位（虚构）", values={"CF_NR_FK": "1"})
    assert state_of(case_id) == "checking"


def test_a_provider_that_stays_silent_is_overdue_and_goes_up_the_line(key):
    case_id = asked(key)  # Tuesday 2026-09-01, ten working days: Tuesday 09-15

    for day in (16, 18, 21):
        watching.watch_all(at=NOON.replace(day=day))

    case = Case.objects.get(pk=case_id)
    assert (case.state, case.due_on) == ("silent", date(2026, 9, 15))
    sent = CaseAlert.objects.filter(case_id=case_id).order_by("id")
    assert [(a.stage, a.at.day) for a in sent] == [("reviewers", 16), ("up", 18)]
    assert accounts.credit_office().id in sent[1].organisation_ids


def test_a_removal_needs_another_person_than_the_one_who_proposed_it(key):
    case_id = answered(key, "propose-removal")
    both = replace(officer(), roles=reviewer().roles)

    with pytest.raises(SamePersonTwice):
        services.take(case_id, "remove", by=both, at=NOON)
    assert shown() == ["disputed"]

    services.take(case_id, "remove", by=reviewer(), at=NOON)
    assert (state_of(case_id), shown()) == ("removed", [])


def test_a_record_that_is_kept_loses_its_mark_and_its_subject_hears_why_and_how_to_appeal(key):
    case_id = answered(key)

    services.take(case_id, "keep", by=reviewer(), at=NOON)

    assert (state_of(case_id), shown()) == ("kept", ["in-force"])
    letter = told_to(COMPANY)[-1]
    assert "已核查原始文书（虚构）" in letter.body_zh
    assert "行政复议" in letter.body_zh
    assert "administrative review" in letter.body_en


def test_a_complaint_can_lead_to_a_new_verification_with_the_mark_set_again(key):
    case_id = answered(key)
    services.take(case_id, "keep", by=reviewer(), at=NOON)
    services.take(case_id, "complain", by=representative(), at=NOON, reason="文书第二页没有核对（虚构）")
    assert shown() == ["in-force"]

    services.take(case_id, "reopen", by=office_reviewer(), at=NOON, reason="请核对第二页（虚构）")

    assert (state_of(case_id), shown()) == ("with-provider", ["disputed"])
    assert told()[-1] == "信用信息异议重新核查通知书"


def test_who_does_not_complain_in_time_keeps_the_result(key):
    case_id = answered(key)
    services.take(case_id, "keep", by=reviewer(), at=NOON)
    case = Case.objects.get(pk=case_id)

    assert not kernel.expire(case_id, steps_taken=case.steps_taken, at=NOON)
    assert kernel.expire(case_id, steps_taken=case.steps_taken, at=NOON + 60 * A_DAY)
    assert state_of(case_id) == "upheld"
    tasks.tell_end(case_id)
    tasks.tell_end(case_id)  # repeated
    assert told()[-2:] == ["信用信息异议处理结果通知书（维持）", "信用信息异议结案通知书"]
    assert "已核查原始文书（虚构）" in told_to(COMPANY)[-1].body_zh


def test_an_applicant_who_does_not_supplement_in_time_is_told_in_writing_that_the_dispute_ended(key):
    case_id = filed(key)
    services.take(case_id, "ask", by=operator(), at=NOON, reason="请补充（虚构）")
    case = Case.objects.get(pk=case_id)
    assert kernel.expire(case_id, steps_taken=case.steps_taken, at=NOON + 60 * A_DAY)

    tasks.tell_end(case_id)
    tasks.tell_end(case_id)  # repeated

    assert told() == ["信用信息异议补正通知书", "信用信息异议终止通知书"]
    assert "行政复议" in told_to(COMPANY)[-1].body_zh


def test_no_letter_tells_of_an_end_that_did_not_come(key):
    case_id = asked(key)
    before = told()

    tasks.tell_end(case_id)

    assert told() == before


def test_a_withdrawn_dispute_takes_the_mark_away(key):
    case_id = asked(key)

    services.take(case_id, "withdraw", by=representative(), at=NOON)

    assert (state_of(case_id), shown()) == ("withdrawn", ["in-force"])


def silent(key) -> int:
    case_id = asked(key)
    case = Case.objects.get(pk=case_id)
    assert kernel.expire(case_id, steps_taken=case.steps_taken, at=NOON + 60 * A_DAY)
    return case_id


def test_a_record_whose_provider_does_not_answer_in_time_is_hidden_and_its_answer_still_counts(key):
    case_id = silent(key)
    assert shown() == ["disputed"]

    tasks.suspend(case_id)
    tasks.suspend(case_id)
    assert (record_state(), shown()) == ("suspended", [])
    assert told()[-1] == "信用信息暂停公示告知书"
    assert told().count("信用信息暂停公示告知书") == 1

    services.take(case_id, "propose-keeping", by=officer(), at=NOON, reason="已核查（虚构）")
    services.take(case_id, "keep", by=reviewer(), at=NOON)
    assert (state_of(case_id), shown()) == ("kept", ["in-force"])


def test_a_record_whose_provider_answered_before_the_task_ran_stays(key):
    case_id = silent(key)
    services.take(case_id, "propose-keeping", by=officer(), at=NOON, reason="已核查（虚构）")

    tasks.suspend(case_id)

    assert shown() == ["disputed"]


def test_where_policy_does_not_suspend_the_mark_stays(key, monkeypatch):
    case_id = silent(key)
    monkeypatch.setattr(services.policy, "silence_suspends", lambda _day: False)

    assert not services.suspend(case_id, at=NOON)
    assert shown() == ["disputed"]


def test_a_record_that_was_repaired_meanwhile_stays_so_when_the_dispute_ends(key):
    case_id = asked(key)
    record_changes.end_by_repair(key, by=officer(), at=NOON)

    services.take(case_id, "withdraw", by=representative(), at=NOON)

    assert record_state() == "repaired"


def test_a_record_that_another_matter_hid_meanwhile_stays_hidden_when_the_dispute_goes_on_and_ends(key):
    case_id = filed(key)
    record_changes.suspend(key, why=Cause.REORGANISATION, by=officer(), at=NOON)

    services.take(case_id, "accept", by=operator(), at=NOON)
    assert record_state() == "suspended"
    services.take(case_id, "withdraw", by=representative(), at=NOON)
    assert record_state() == "suspended"


STRANGERS = {
    "applicant": representative,
    "another company": lambda: representative("subject:another"),
    "office": operator,
    "officer": officer,
    "reviewer": reviewer,
    "officer elsewhere": lambda: officer(APPROVAL_BUREAU),
    "reviewer elsewhere": lambda: reviewer(APPROVAL_BUREAU),
}
STEPS = [
    (filed, "accept", {"office"}),
    (filed, "not-accept", {"office"}),
    (filed, "withdraw", {"applicant"}),
    (accepted, "ask-provider", {"office"}),
    (accepted, "remove-own", set()),
    (accepted, "correct-own", set()),
    (asked, "propose-keeping", {"officer"}),
    (asked, "propose-removal", {"officer"}),
    (answered, "keep", {"reviewer"}),
    (answered, "send-back", {"reviewer"}),
]


@pytest.mark.parametrize(("made", "step", "allowed"), STEPS, ids=[s for _, s, _ in STEPS])
def test_each_step_is_for_its_own_role_and_nothing_moves_for_others(key, made, step, allowed):
    case_id = made(key)
    before = (state_of(case_id), record_state())

    for who, make in STRANGERS.items():
        if who not in allowed:
            with pytest.raises((NotFound, NotYourStep)):
                services.take(case_id, step, by=make(), at=NOON, reason="理由（虚构）")
            assert (state_of(case_id), record_state()) == before


def test_a_step_that_is_not_open_or_lacks_its_reason_moves_nothing(key):
    case_id = filed(key)

    with pytest.raises(StepNotOpen):
        services.take(case_id, "keep", by=reviewer(), at=NOON)
    with pytest.raises(ReasonMissing):
        services.take(case_id, "not-accept", by=operator(), at=NOON, reason=" ")

    assert state_of(case_id) == "submitted"


def test_disputes_and_answers_are_seen_by_those_who_have_a_part(key):
    case_id = answered(key)

    assert [d.case_id for d in queries.disputes_about(COMPANY, by=representative())] == [case_id]
    assert [a.outcome for a in queries.answers_of(case_id, actor=officer(), on=TODAY)] == ["keep"]
    with pytest.raises(NotFound):
        queries.disputes_about(COMPANY, by=representative("subject:another"))
    with pytest.raises(NotFound):
        queries.answers_of(case_id, actor=officer(APPROVAL_BUREAU), on=TODAY)


@pytest.mark.parametrize("table", [Dispute, Answer])
def test_what_was_filed_and_answered_cannot_be_rewritten(key, table):
    answered(key)

    for attempt in (lambda: table.objects.update(id=0), lambda: table.objects.all()._raw_delete("default")):
        with pytest.raises(ProgrammingError), transaction.atomic():
            attempt()


def test_a_case_of_another_room_has_no_dispute():
    with pytest.raises(ChengxinError):
        services.take(999_999, "accept", by=operator(), at=NOON)
