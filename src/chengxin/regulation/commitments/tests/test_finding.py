"""Found kept or broken: who may take which step, what is told, what enters the record, what follows."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chengxin.base.casework import queries as casework
from chengxin.base.casework import services as kernel
from chengxin.base.casework.errors import NotYourStep, SamePersonTwice, StepNotOpen
from chengxin.base.casework.models import Case, CaseEvent
from chengxin.base.casework.rules import Step
from chengxin.base.casework.tests.factories import told_to
from chengxin.base.errors import ChengxinError, NotFound
from chengxin.registry.records import queries as records
from chengxin.registry.records.models import Record
from chengxin.registry.subjects.models import Subject
from chengxin.regulation.commitments import queries
from chengxin.regulation.commitments.errors import (
    ChecksMissing,
    EvidenceMissing,
    FindingOpen,
    NoRectification,
    NothingBroken,
    NothingToCheck,
    RectificationFirst,
)
from chengxin.regulation.commitments.models import Check, Commitment, Decision, Due, FollowUp
from chengxin.regulation.commitments.procedure import BREACH, PREPARED
from chengxin.regulation.commitments.rules import Result
from chengxin.regulation.commitments.services import checking, finding
from chengxin.regulation.commitments.tests.factories import (
    APPROVAL,
    COMPANY,
    EVIDENCE,
    NOON,
    OWN_WILL,
    PREMISES,
    TODAY,
    before_decision,
    found_met,
    officer,
    proposed,
    registered,
    resident,
    reviewer,
    signed,
    signer,
)

pytestmark = pytest.mark.django_db
LONGEST_REASON = 2000  # as the form of a step allows


def state_of(case_id: int) -> str:
    return Case.objects.get(pk=case_id).state


def standing() -> str:
    return Commitment.objects.get().state


def performance() -> str:
    record = records.public_records_of(Subject.objects.get().pk, on=TODAY)[0]
    return {f.code: f.value for f in record.fields}["PERFORMANCE"]


def told() -> list[str]:
    return [n.title_zh for n in told_to(COMPANY)]


def test_what_was_checked_and_confirmed_by_another_is_shown_as_kept():
    registered()
    number = signed()
    found_met(number, by=officer())
    case_id = finding.propose_fulfilled(number, by=officer(), at=NOON)

    finding.take(case_id, "confirm-fulfilled", by=reviewer(), at=NOON)

    assert (standing(), performance()) == ("performed", "全部履行")
    assert queries.public_statement(number, on=TODAY).row.state == "performed"
    assert told() == ["信用承诺履行认定书"]


def test_nothing_is_proposed_as_kept_before_each_obligation_was_found_met():
    registered()
    number = signed()

    with pytest.raises(ChecksMissing):
        finding.propose_fulfilled(number, by=officer(), at=NOON)

    assert not Case.objects.exists()


def test_a_breach_is_found_after_notice_defence_and_time_to_mend_and_enters_the_record():
    registered()
    number = signed()
    liang = signer()

    case_id = before_decision(number, promisor=liang)
    assert (standing(), performance()) == ("running", "履行中")
    finding.take(case_id, "find-breached", by=reviewer(), at=NOON, reason="逾期未整改（虚构）")

    assert (standing(), performance()) == ("not-performed", "未履行")
    assert told() == ["拟认定未履行信用承诺告知书", "限期整改通知书", "未履行信用承诺认定书"]
    letter = told_to(COMPANY)[-1]
    assert "逾期未整改（虚构）" in letter.body_zh
    assert "行政复议" in letter.body_zh
    decision = queries.public_statement(number, on=TODAY).decision
    assert decision is not None
    assert decision.reason == "逾期未整改（虚构）"


def test_a_reason_as_long_as_the_form_allows_is_recorded_shortened_and_kept_whole_in_the_decision():
    registered()
    number = signed()
    case_id = before_decision(number, promisor=signer())
    reason = "虚" * LONGEST_REASON

    finding.take(case_id, "find-breached", by=reviewer(), at=NOON, reason=reason)

    record = records.public_records_of(Subject.objects.get().pk, on=TODAY)[0]
    evidence = {f.code: f.value for f in record.fields}["EVIDENCE"]
    assert len(evidence) == LONGEST_REASON
    assert evidence.startswith("一年内没有不合格的检查。虚")
    assert evidence.endswith(f"……（全文见承诺 {number} 的认定）")
    decision = queries.public_statement(number, on=TODAY).decision
    assert decision is not None
    assert decision.reason == reason


def test_letters_name_matter_and_authority_in_each_language_as_that_language_does():
    registered()
    proposed(signed())

    letter = told_to(COMPANY)[-1]

    assert "南宁市市场监督管理局拟认定您未（完全）履行承诺“诚信经营”" in letter.body_zh
    assert "your commitment “Honest business”" in letter.body_en
    assert "市场监督管理局" not in letter.body_en
    assert "诚信经营" not in letter.body_en


def test_the_public_learns_nothing_of_a_finding_before_its_decision():
    registered()
    number = signed()
    before = queries.public_statement(number, on=TODAY)

    before_decision(number, promisor=signer())

    assert queries.public_statement(number, on=TODAY) == before


def test_who_defends_well_is_not_found_in_breach_and_goes_on():
    registered()
    number = signed()
    case_id = before_decision(number, promisor=signer())

    finding.take(case_id, "find-kept", by=reviewer(), at=NOON, reason="整改到位（虚构）")

    assert (standing(), performance()) == ("running", "履行中")
    assert told()[-1] == "不予认定违诺告知书"
    assert proposed(number) != case_id


def test_who_prepared_a_finding_does_not_decide_it():
    registered()
    case_id = before_decision(signed(), promisor=signer())
    both = replace(officer(), roles=reviewer().roles)

    with pytest.raises(SamePersonTwice):
        finding.take(case_id, "find-breached", by=both, at=NOON, reason="虚构")

    assert (state_of(case_id), standing()) == ("deciding", "running")
    assert not Decision.objects.exists()


def test_where_the_letter_gives_time_to_mend_it_must_be_given():
    registered()
    case_id = proposed(signed())
    finding.take(case_id, "state", by=signer(), at=NOON, reason="情况说明（虚构）")

    with pytest.raises(RectificationFirst):
        finding.take(case_id, "forward", by=officer(), at=NOON, reason="虚构")

    assert state_of(case_id) == "heard"


def test_where_the_letter_gives_none_it_goes_on_at_once():
    registered()
    number = signed("repair-correction")
    case_id = proposed(number)
    finding.take(case_id, "state", by=signer(), at=NOON, reason="情况说明（虚构）")

    with pytest.raises(NoRectification):
        finding.take(case_id, "order-rectification", by=officer(), at=NOON, reason="虚构")

    assert finding.take(case_id, "forward", by=officer(), at=NOON, reason="虚构") == "deciding"


def test_silence_counts_as_no_defence_only_after_the_last_day():
    registered()
    case_id = proposed(signed())
    case = Case.objects.get(pk=case_id)
    assert case.due_on is not None

    assert not kernel.expire(case_id, steps_taken=1, at=NOON)
    assert kernel.expire(case_id, steps_taken=1, at=NOON + timedelta(days=20))
    assert state_of(case_id) == "heard"


def test_a_breach_becomes_a_task_of_the_competent_department_with_due_date_and_result():
    registered()
    number = signed(PREMISES)
    case_id = before_decision(number, promisor=signer())
    finding.take(case_id, "find-breached", by=reviewer(), at=NOON, reason="住所不实（虚构）")

    task = FollowUp.objects.get()
    waiting = casework.inbox_of(officer(), on=TODAY).items
    assert [(row.id, row.procedure) for row in waiting] == [(task.case_id, "commitment-task")]
    assert waiting[0].due_on is not None
    finding.take(task.case_id, "report-result", by=officer(), at=NOON, reason="撤销登记决定〔2026〕1号（虚构）")
    with pytest.raises(NotYourStep):
        finding.take(task.case_id, "confirm-result", by=officer(), at=NOON)
    finding.take(task.case_id, "confirm-result", by=reviewer(), at=NOON)

    assert state_of(task.case_id) == "done"
    assert "撤销登记决定〔2026〕1号（虚构）" in told_to(COMPANY)[-1].body_zh


def test_one_finding_at_a_time_and_none_after_the_decision():
    registered()
    number = signed()
    case_id = before_decision(number, promisor=signer())
    with pytest.raises(FindingOpen):
        proposed(number)
    finding.take(case_id, "find-partly", by=reviewer(), at=NOON, reason="虚构")

    with pytest.raises(NothingToCheck):
        proposed(number)
    assert (standing(), performance()) == ("partly", "部分履行")


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (lambda n: proposed(n, by=officer(APPROVAL)), NotFound),
        (lambda n: proposed(n, by=reviewer()), NotYourStep),
        (lambda n: proposed(n, by=signer()), NotFound),
        (lambda n: proposed(n, "no-such-obligation"), NothingBroken),
        (lambda n: finding.propose_breach(n, obligations=["no-failed-inspection"], by=officer(), at=NOON, reason=" "),
         NothingBroken),
        (lambda n: finding.propose_fulfilled(n, by=officer(APPROVAL), at=NOON), NotFound),
        (lambda n: found_met(n, by=officer(APPROVAL)), NotFound),
        (lambda n: found_met(n, by=resident()), NotFound),
        (lambda n: checking.record_check(Due.objects.get().pk, result=Result.MET, evidence=" ", by=officer(), at=NOON),
         EvidenceMissing),
    ],
)  # fmt: skip
def test_what_is_refused_changes_nothing(act, error: type[ChengxinError]):
    registered()
    number = signed()

    with pytest.raises(error):
        act(number)

    assert (standing(), Case.objects.count(), Check.objects.count(), Record.objects.count()) == ("running", 0, 0, 1)
    assert told() == []


@pytest.mark.parametrize("step", ["state", "order-rectification", "forward", "find-breached", "drop"])
def test_an_officer_elsewhere_finds_no_case(step: str):
    registered()
    case_id = proposed(signed())

    with pytest.raises(NotFound):
        finding.take(case_id, step, by=officer(APPROVAL), at=NOON, reason="虚构")

    assert (state_of(case_id), standing()) == ("told", "running")


OF_PART = {"promisor": signer, "authority": officer}


def fitting(step: Step):
    """Someone who may take the step, if nothing else forbids it."""
    return reviewer() if step.code.startswith("find-") else OF_PART[step.part]()


@given(walk=st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=12))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_tried_no_breach_is_found_without_notice_and_defence(walk: list[tuple[int, bool]], db: None):
    """A walk through the procedure, now and then with a step out of turn or by someone else."""
    with transaction.atomic():
        registered()
        case_id = proposed(signed())
        for choice, in_turn in walk:
            steps = BREACH.steps_after(state_of(case_id)) if in_turn else BREACH.steps
            step = steps[choice % len(steps)] if steps else BREACH.steps[0]
            by = fitting(step) if in_turn and step.part else officer()
            try:
                with transaction.atomic():
                    finding.take(case_id, step.code, by=by, at=NOON, reason="虚构")
            except (StepNotOpen, NotYourStep, SamePersonTwice, RectificationFirst):
                continue
        if standing() != "running":
            taken = list(CaseEvent.objects.filter(case_id=case_id).order_by("number").values_list("step", "by_user_id"))
            steps_taken = [step for step, _ in taken]
            assert told()[0] == "拟认定未履行信用承诺告知书"
            assert steps_taken[:3] == ["propose-breach", "state", "order-rectification"]
            assert dict(taken)[steps_taken[-1]] not in {by for step, by in taken if step in PREPARED}
        transaction.set_rollback(True)


def test_evidence_and_facts_are_kept_with_who_found_them():
    registered()
    number = signed(OWN_WILL)
    found_met(number, by=officer())

    check = Check.objects.get()
    assert (check.result, check.evidence, check.by_user_id, check.by_data) == ("met", EVIDENCE, 803, False)
