"""A notice counts from the day on which it is served; a hearing is asked for, called in time and held by another."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from chengxin.base.casework import services as casework
from chengxin.base.casework.errors import SamePersonTwice, StepNotOpen
from chengxin.base.casework.models import Case, CaseEvent
from chengxin.base.casework.tests.factories import told_to
from chengxin.base.clock import local_date
from chengxin.registry.accounts.rules import Actor
from chengxin.registry.subjects.tests.factories import company
from chengxin.regulation.lists import rules, services
from chengxin.regulation.lists.errors import (
    HearingCallTooShort,
    HearingNotDue,
    HearingNotYet,
    HearingStillOpen,
    NotHeard,
    NothingToAnswer,
)
from chengxin.regulation.lists.models import HearingCall, ListEntry, NoticeService, Proposal
from chengxin.regulation.lists.tests.factories import (
    COMPANY,
    EARLIER,
    NOON,
    answered,
    called,
    heard,
    officer,
    presiding,
    proposed,
    representative,
    reviewer,
    served,
)

pytestmark = pytest.mark.django_db
DECISION = {"reason": "虚构", "number": "虚构列字1号"}
ONE_DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def firm() -> int:
    return company("南宁虚构商行")


def state(case_id: int) -> str:
    return str(Case.objects.get(pk=case_id).state)


def announced(*, at: datetime = NOON) -> int:
    """A case whose notice was published on that day because nobody was found to take it."""
    case_id = proposed(at=at)
    services.take(
        case_id, "serve", by=officer(), at=at, reason="虚构公告", served_on=local_date(at), way="public-notice"
    )
    return case_id


@pytest.mark.parametrize("is_answered", [False, True])
def test_no_hearing_is_called_or_recorded_that_nobody_asked_for(is_answered: bool):
    case_id = served(proposed())
    services.take(case_id, "defend", by=representative(), at=NOON, reason="虚构")
    if is_answered:
        services.take(case_id, "answer", by=officer(), at=NOON, reason="虚构")
    before = state(case_id)

    with pytest.raises((HearingNotDue, StepNotOpen)):
        services.take(case_id, "call-hearing", by=officer(), at=NOON, held_at=NOON + 14 * ONE_DAY, place="虚构")
    with pytest.raises(StepNotOpen):
        services.take(case_id, "hold-hearing", by=presiding(), at=NOON, reason="虚构")
    assert (state(case_id), HearingCall.objects.count()) == (before, 0)


def test_who_proposed_served_or_answered_does_not_hold_the_hearing():
    case_id = called(answered(proposed(at=EARLIER), at=EARLIER), held_at=NOON)

    with pytest.raises(SamePersonTwice):
        services.take(case_id, "hold-hearing", by=officer(), at=NOON, reason="虚构")
    assert state(case_id) == "called"


@pytest.mark.parametrize(("days", "is_in_time"), [(9, False), (10, True)])
def test_seven_whole_working_days_lie_between_the_call_and_the_hearing(days: int, is_in_time: bool):
    case_id = served(proposed(at=EARLIER), at=EARLIER)
    services.take(case_id, "ask-hearing", by=representative(), at=EARLIER, reason="虚构")
    call = {"by": officer(), "at": EARLIER, "held_at": EARLIER + days * ONE_DAY, "place": "虚构路1号"}

    if is_in_time:
        assert services.take(case_id, "call-hearing", **call) == "called"
    else:
        with pytest.raises(HearingCallTooShort):
            services.take(case_id, "call-hearing", **call)
        assert (state(case_id), HearingCall.objects.count()) == ("hearing", 0)


@pytest.mark.parametrize("lacking", [{"held_at": None}, {"place": " "}])
def test_a_call_names_time_and_place(lacking):
    case_id = served(proposed(at=EARLIER), at=EARLIER)
    services.take(case_id, "ask-hearing", by=representative(), at=EARLIER, reason="虚构")

    with pytest.raises(HearingCallTooShort):
        services.take(
            case_id, "call-hearing", by=officer(), at=EARLIER, **{"held_at": NOON, "place": "虚构路1号", **lacking}
        )
    assert HearingCall.objects.count() == 0


def test_the_party_is_told_in_writing_when_and_where_its_hearing_is_held():
    called(served(proposed(at=EARLIER), at=EARLIER), held_at=NOON)

    letter = next(n for n in told_to(COMPANY) if n.title_zh == "听证通知书")

    assert "2026-09-01 12:00（北京时间）在虚构路1号301室举行" in letter.body_zh
    assert "2026-09-01 12:00 (Beijing time)" in letter.body_en


def test_a_hearing_is_recorded_from_its_hour_on_and_not_before():
    case_id = called(served(proposed(at=EARLIER), at=EARLIER), held_at=NOON)

    with pytest.raises(HearingNotYet):
        services.take(case_id, "hold-hearing", by=presiding(), at=NOON - timedelta(minutes=1), reason="虚构")
    assert services.take(case_id, "hold-hearing", by=presiding(), at=NOON, reason="虚构") == "heard"


def test_a_hearing_may_be_called_for_another_time_and_the_latest_call_counts():
    case_id, later = called(served(proposed(at=EARLIER), at=EARLIER), held_at=NOON), NOON + 3 * ONE_DAY
    services.take(case_id, "call-hearing", by=officer(), at=EARLIER + ONE_DAY, held_at=later, place="虚构路2号")

    with pytest.raises(HearingNotYet):
        services.take(case_id, "hold-hearing", by=presiding(), at=NOON, reason="虚构")
    assert services.take(case_id, "hold-hearing", by=presiding(), at=later, reason="虚构") == "heard"
    with pytest.raises(HearingNotDue):
        services.take(case_id, "call-hearing", by=officer(), at=later, held_at=later + 20 * ONE_DAY, place="虚构")


def test_what_was_stated_before_a_hearing_is_answered_before_the_decision():
    case_id = served(proposed(at=EARLIER), at=EARLIER)
    services.take(case_id, "defend", by=representative(), at=EARLIER, reason="虚构")
    called(case_id, held_at=NOON)
    services.take(case_id, "hold-hearing", by=presiding(), at=NOON, reason="虚构")

    with pytest.raises(NotHeard), transaction.atomic():
        services.take(case_id, "list", by=reviewer(), at=NOON, **DECISION)
    services.take(case_id, "answer", by=officer(), at=NOON, reason="虚构")
    with pytest.raises(NothingToAnswer):
        services.take(case_id, "answer", by=officer(), at=NOON, reason="虚构")
    services.take(case_id, "list", by=reviewer(), at=NOON, **DECISION)

    assert ListEntry.objects.get().heard_on == date(2026, 9, 1)


def test_a_notice_given_in_public_counts_as_served_after_thirty_days_and_the_defence_begins_then():
    case_id = announced()

    found, service = Case.objects.get(pk=case_id), NoticeService.objects.get()
    assert (service.given_on, service.served_on) == (date(2026, 9, 1), date(2026, 10, 1))
    assert found.due_on == date(2026, 10, 13)  # five working days after the holidays, one of them a Saturday
    casework.expire(case_id, steps_taken=2, at=NOON + 20 * ONE_DAY)
    assert state(case_id) == "defence"
    late = datetime(2026, 10, 15, 4, tzinfo=UTC)
    casework.expire(case_id, steps_taken=2, at=late)
    services.take(case_id, "list", by=reviewer(), at=late, **DECISION)
    assert ListEntry.objects.get().notice_served_on == date(2026, 10, 1)


def test_who_comes_forward_before_the_days_of_a_public_notice_are_over_keeps_them_for_a_hearing():
    case_id, came = announced(), NOON + 7 * ONE_DAY
    services.take(case_id, "defend", by=representative(), at=came, reason="虚构")
    services.take(case_id, "answer", by=officer(), at=came, reason="虚构")

    with pytest.raises(HearingStillOpen), transaction.atomic():
        services.take(case_id, "list", by=reviewer(), at=NOON + 9 * ONE_DAY, **DECISION)
    held_at = came + 21 * ONE_DAY
    called(case_id, held_at=held_at, at=came)
    services.take(case_id, "hold-hearing", by=presiding(), at=held_at, reason="虚构")
    services.take(case_id, "list", by=reviewer(), at=held_at, **DECISION)

    assert ListEntry.objects.get().notice_served_on == date(2026, 9, 8)


@pytest.mark.parametrize(
    ("given_on", "days", "served_on"),
    [
        (date(2026, 9, 1), 0, date(2026, 9, 1)),
        (date(2026, 9, 1), 30, date(2026, 10, 1)),
        (date(2024, 2, 1), 30, date(2024, 3, 2)),
    ],
)
def test_the_day_of_giving_is_not_counted(given_on: date, days: int, served_on: date):
    assert rules.counts_as_served_on(given_on, days) == served_on


def taken(case_id: int, *steps: tuple[str, Actor]) -> None:
    """Take these steps without this room's own service, which would refuse what they lack."""
    for step, by in steps:
        casework.take_step(case_id, step, by=by, at=NOON, reason="虚构")


def forced(case_id: int) -> ListEntry:
    """An entry written past this room's own service."""
    proposal = Proposal.objects.get(case_id=case_id)
    return ListEntry.objects.create(
        proposal=proposal, case_id=case_id, list_code="serious-tax", about=COMPANY, subject_name="x",
        authority_code=proposal.authority_code, authority_name_zh="x", authority_name_en="x", decision_number="虚构",
        decided_on=NOON.date(), notice_served_on=EARLIER.date(), heard_on=NOON.date(), in_force_from=NOON.date(),
        in_force_until=date(2029, 1, 1), reason="x", policy="x", proposed_by_id=802, decided_by="x", decided_by_id=803,
        entered_at=NOON,
    )  # fmt: skip


HEARING = (("ask-hearing", representative), ("call-hearing", officer), ("hold-hearing", presiding))


@pytest.mark.parametrize(
    ("before", "is_called", "lacks"),
    [
        ((("defend", representative),), True, "the answer to what"),
        ((("defend", representative), ("answer", officer)), False, "the hearing that its subject asked for"),
    ],
)
def test_the_database_refuses_an_entry_without_the_answer_or_the_call(before, is_called: bool, lacks: str):
    case_id = served(proposed(at=EARLIER), at=EARLIER)
    taken(case_id, *((step, who()) for step, who in (*before, *HEARING, ("list", reviewer))))
    if is_called:
        HearingCall.objects.create(
            proposal=Proposal.objects.get(), held_at=NOON, place="虚构", called_by="x", called_at=EARLIER
        )

    with pytest.raises(IntegrityError, match=lacks), transaction.atomic():
        forced(case_id)


def test_the_database_refuses_an_entry_whose_hearing_was_held_by_one_who_prepared_it():
    case_id = heard(proposed(at=EARLIER))
    taken(case_id, ("list", reviewer()))
    common = {"case_id": case_id, "to_state": "x", "at": EARLIER, "by_name": "x", "by_user_id": presiding().user_id}
    with transaction.atomic():
        CaseEvent.objects.create(number=0, step="serve", **common)

        with pytest.raises(IntegrityError, match="the hearing that its subject asked for"), transaction.atomic():
            forced(case_id)
        transaction.set_rollback(True)
    assert forced(case_id).pk


@pytest.mark.parametrize("act", ["DELETE FROM lists_hearingcall", "UPDATE lists_hearingcall SET place = 'x'"])
def test_the_application_cannot_rewrite_to_what_a_party_was_called(act: str):
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act)
