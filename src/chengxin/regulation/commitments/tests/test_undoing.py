"""A finding is undone with the record that it entered, or by a review where it entered none; what was decided stays."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import ProgrammingError, connection, transaction

from chengxin.base.casework.errors import SamePersonTwice
from chengxin.base.casework.models import Case
from chengxin.base.casework.rules import Party
from chengxin.base.casework.tests.factories import notices_to, told_to
from chengxin.base.errors import NotFound
from chengxin.base.letters.tests.factories import deferred
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Role
from chengxin.registry.records import queries as records
from chengxin.registry.records import services as record_changes
from chengxin.registry.subjects.models import Subject
from chengxin.regulation.commitments import barring, letters_in_force, queries, recording, tasks
from chengxin.regulation.commitments.errors import FindingStands, NotReviewable, ReviewReasonMissing
from chengxin.regulation.commitments.models import Commitment, Decision, FollowUp, Review, Undoing
from chengxin.regulation.commitments.rules import State
from chengxin.regulation.commitments.services import finding, reviewing, undoing
from chengxin.regulation.commitments.tests.factories import (
    COMPANY,
    LICENCE,
    MARKET,
    PERSON,
    PREMISES,
    before_decision,
    letter,
    officer,
    official,
    operator,
    registered,
    resident,
    reviewer,
    signed,
    signer,
)
from chengxin.rights.disputes import services as disputes

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 12, 1, 4, tzinfo=UTC)  # a Tuesday, 12:00 in the city
TODAY = NOON.date()
NEXT = NOON + timedelta(days=1)  # a finding has effect once its day of service is over
AT = NOON.isoformat()


def broken(by, *, step: str = "find-breached") -> str:
    """The number of a commitment about the place of business that was found broken."""
    number = signed(PREMISES, by=by, at=NOON)
    finding.take(before_decision(number, promisor=by, at=NOON), step, by=reviewer(), at=NOON, reason="不实（虚构）")
    return number


@pytest.fixture
def liang(db):
    """Whose company's commitment about its place of business was found broken."""
    registered()
    actor = signer()
    broken(actor)
    return actor


@pytest.fixture
def zhou(db):
    """A resident whose commitment about the place of business was found broken."""
    actor = resident()
    broken(actor)
    return actor


def the_one() -> Commitment:
    return Commitment.objects.get()


def corrected_to(state: State, *, evidence: str = "") -> None:
    """The record is handed in again as a dispute's correction does, and what was deferred is done."""
    found, market = the_one(), accounts.organisation_by_code(MARKET)
    template = letters_in_force.template_named(found.template_version)
    assert market is not None
    assert template is not None
    recording.hand_in(
        found, template, name=found.shown_name, state=state, authority=market, by_name="officer", at=NOON,
        evidence=evidence,
    )  # fmt: skip
    for job in deferred("commitments.follow_hand_in"):
        tasks.follow_hand_in(**job)


def withdrawn() -> None:
    key = the_one().natural_key
    assert key is not None
    record_changes.withdraw(key, by=officer(), at=NOON)
    for job in deferred("commitments.follow_record"):
        tasks.follow_record(**job)


def is_barred(about: str, by) -> bool:
    return barring.bar_of(about, letter(LICENCE, at=NOON), by=by, at=NEXT) is not None


def task_states() -> list[str]:
    return [Case.objects.get(pk=task.case_id).state for task in FollowUp.objects.order_by("case_id")]


def told_the_market_bureau() -> list[str]:
    market = accounts.organisation_by_code(MARKET)
    assert market is not None
    return [n.title_zh for n in notices_to(Party(organisation_id=market.id))]


def test_a_corrected_record_undoes_the_finding_and_all_that_followed_it(liang):
    assert is_barred(COMPANY, liang)

    corrected_to(State.PERFORMED)

    assert the_one().state == "performed"
    assert not is_barred(COMPANY, liang)
    assert task_states() == ["called-off"]
    shown = queries.public_statement(the_one().number, on=TODAY)
    assert shown.decision is None
    assert shown.undone is not None
    assert (shown.undone.state, shown.undone.cause) == ("not-performed", "corrected")
    assert told_to(COMPANY)[-1].title_zh == "撤销违诺认定告知书"


def test_a_dispute_of_the_record_that_is_answered_by_correcting_it_undoes_the_finding(liang):
    key = the_one().natural_key
    assert key is not None
    told = "当日现场核查相符（虚构）"
    case_id = disputes.file_dispute(key, about=COMPANY, ground="wrong-content", statement=told, by=liang, at=NOON)
    for step in ("accept", "ask-provider"):
        disputes.take(case_id, step, by=operator(), at=NOON)
    values = {"PERFORMANCE": "全部履行"}
    disputes.take(case_id, "propose-correction", by=officer(), at=NOON, reason=told, values=values)

    disputes.take(case_id, "correct", by=other_reviewer(), at=NOON)
    for job in deferred("commitments.follow_hand_in"):
        tasks.follow_hand_in(**job)

    assert (the_one().state, task_states()) == ("performed", ["called-off"])
    assert not is_barred(COMPANY, liang)


def test_what_was_decided_stays_as_it_was_decided(liang):
    before = list(Decision.objects.values())

    corrected_to(State.PERFORMED)

    assert list(Decision.objects.values()) == before
    assert list(Undoing.objects.values_list("cause", "by_name")) == [("corrected", "system")]


@pytest.mark.parametrize("table", ["commitments_undoing", "commitments_review", "commitments_decision"])
def test_what_was_decided_and_what_undid_it_cannot_be_taken_away(liang, table: str):
    corrected_to(State.PERFORMED)

    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")


def test_a_withdrawn_record_undoes_the_finding_and_the_commitment_runs_on(liang):
    withdrawn()

    assert (the_one().state, the_one().is_reopened) == ("running", True)
    assert not is_barred(COMPANY, liang)
    assert task_states() == ["called-off"]
    assert "信用记录已经撤销" in told_to(COMPANY)[-1].body_zh


def test_it_is_undone_once_however_often_it_is_followed(liang):
    key = the_one().natural_key
    assert key is not None
    withdrawn()
    told = len(told_to(COMPANY))

    assert undoing.follow_record(key, at=NOON) == 0
    assert (Undoing.objects.count(), len(told_to(COMPANY))) == (1, told)


def test_a_record_that_still_tells_of_the_breach_undoes_nothing(liang):
    corrected_to(State.NOT_PERFORMED, evidence="检查记录第2号（虚构）")

    assert (the_one().state, task_states(), Undoing.objects.count()) == ("not-performed", ["assigned"], 0)


def test_a_record_that_tells_of_more_than_was_found_finds_nothing(db):
    registered()
    broken(signer(), step="find-partly")

    corrected_to(State.NOT_PERFORMED, evidence="检查记录第2号（虚构）")

    assert (the_one().state, Undoing.objects.count()) == ("partly", 0)


def test_a_record_that_tells_of_less_leaves_what_follows_a_breach(liang):
    corrected_to(State.PARTLY, evidence="检查记录第2号（虚构）")

    assert (the_one().state, task_states()) == ("partly", ["assigned"])
    assert not is_barred(COMPANY, liang)


def test_repair_leaves_the_finding(liang):
    key = the_one().natural_key
    assert key is not None

    record_changes.end_by_repair(key, by=officer(), at=NOON)

    assert deferred("commitments.follow_record") == []
    assert the_one().state == "not-performed"


def test_a_department_that_had_acted_already_is_told_that_its_ground_fell(liang):
    task = FollowUp.objects.get()
    finding.take(task.case_id, "report-result", by=officer(), at=NOON, reason="撤销登记决定〔2026〕1号（虚构）")
    finding.take(task.case_id, "confirm-result", by=reviewer(), at=NOON)

    corrected_to(State.PERFORMED)

    assert task_states() == ["done"]
    assert told_the_market_bureau()[-1] == "违诺认定已经撤销：请检查已经办结的后续处理"


def test_while_the_finding_stands_its_task_is_not_called_off(liang):
    with pytest.raises(FindingStands):
        finding.take(FollowUp.objects.get().case_id, "call-off", by=reviewer(), at=NOON, reason="虚构")

    assert task_states() == ["assigned"]


def test_one_that_runs_again_can_be_found_kept_or_broken_again(liang):
    corrected_to(State.RUNNING)
    number = the_one().number

    case_id = before_decision(number, promisor=liang, at=NOON)
    finding.take(case_id, "find-partly", by=reviewer(), at=NOON, reason="部分不实（虚构）")

    assert [d.state for d in Decision.objects.order_by("pk")] == ["not-performed", "partly"]
    record = records.public_records_of(Subject.objects.get().pk, on=TODAY)[0]
    assert {f.code: f.value for f in record.fields}["PERFORMANCE"] == "部分履行"


def test_a_person_is_told_that_the_finding_is_no_record_and_how_to_have_it_looked_at_again(zhou):
    found = told_to(PERSON)[-1]

    assert found.title_zh == "未履行信用承诺认定书"
    assert "不记入公共信用记录" in found.body_zh
    assert "申请复核" in found.body_zh
    assert "对该记录提出异议" not in found.body_zh


def other_reviewer():
    return official(Role.DEPARTMENT_REVIEWER, MARKET, 805)


def asked(by) -> int:
    return reviewing.ask(the_one().number, about=PERSON, reason="当日在场（虚构）", by=by, at=NOON)


def advised(by) -> int:
    case_id = asked(by)
    finding.take(case_id, "advise", by=officer(), at=NOON, reason="建议（虚构）")
    return case_id


def test_a_review_by_an_official_who_took_no_part_revokes_the_finding(zhou):
    assert is_barred_person(zhou)
    case_id = advised(zhou)

    finding.take(case_id, "revoke-finding", by=other_reviewer(), at=NOON, reason="当日确在场（虚构）")

    assert (the_one().state, Case.objects.get(pk=case_id).state) == ("running", "revoked")
    assert not is_barred_person(zhou)
    assert "当日确在场（虚构）" in told_to(PERSON)[-1].body_zh


def is_barred_person(by) -> bool:
    return barring.bar_of(PERSON, letter("no-criminal-record", at=NOON), by=by, at=NEXT) is not None


def test_who_decided_the_finding_does_not_decide_its_review(zhou):
    case_id = advised(zhou)

    for step in ("uphold", "revoke-finding", "restore"):
        with pytest.raises(SamePersonTwice):
            finding.take(case_id, step, by=reviewer(), at=NOON, reason="虚构")

    assert (Case.objects.get(pk=case_id).state, the_one().state) == ("advised", "not-performed")


def test_what_was_made_good_opens_the_way_again_and_leaves_the_finding(zhou):
    case_id = advised(zhou)

    finding.take(case_id, "restore", by=other_reviewer(), at=NOON, reason="已补交证明（虚构）")

    assert the_one().state == "not-performed"
    assert not is_barred_person(zhou)
    assert told_to(PERSON)[-1].title_zh == "恢复适用告知承诺制告知书"


def test_a_finding_that_was_upheld_stands_and_is_reviewed_once(zhou):
    case_id = advised(zhou)

    finding.take(case_id, "uphold", by=other_reviewer(), at=NOON, reason="事实清楚（虚构）")

    assert is_barred_person(zhou)
    assert told_to(PERSON)[-1].title_zh == "维持违诺认定告知书"
    with pytest.raises(NotReviewable):
        asked(zhou)


def test_a_review_that_was_taken_back_can_be_asked_for_again(zhou):
    finding.take(asked(zhou), "take-back", by=zhou, at=NOON)

    assert asked(zhou)
    with pytest.raises(NotReviewable):
        asked(zhou)


def test_a_review_is_asked_for_with_a_reason_and_by_the_person_alone(zhou):
    number = the_one().number

    with pytest.raises(ReviewReasonMissing):
        reviewing.ask(number, about=PERSON, reason=" ", by=zhou, at=NOON)
    with pytest.raises(NotFound):
        reviewing.ask(number, about=COMPANY, reason="虚构", by=signer(), at=NOON)

    assert not Review.objects.exists()


def test_what_is_a_record_is_disputed_and_not_reviewed(liang):
    with pytest.raises(NotReviewable):
        reviewing.ask(the_one().number, about=COMPANY, reason="虚构", by=liang, at=NOON)

    assert not Case.objects.filter(procedure="commitment-review").exists()


def test_after_its_record_was_withdrawn_a_new_finding_is_no_record_and_can_be_reviewed(liang):
    withdrawn()
    number = the_one().number

    case_id = before_decision(number, promisor=liang, at=NOON)
    finding.take(case_id, "find-breached", by=reviewer(), at=NOON, reason="重新认定不实（虚构）")

    assert (the_one().state, the_one().natural_key) == ("not-performed", None)
    assert "不记入公共信用记录" in told_to(COMPANY)[-1].body_zh
    assert not is_barred(COMPANY, liang)
    assert reviewing.ask(number, about=COMPANY, reason="虚构", by=liang, at=NOON)
