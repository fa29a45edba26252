from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengxin.base.calendar.policy import working_days
from chengxin.base.casework import stages
from chengxin.base.casework.procedures import procedure
from chengxin.base.casework.stages import Stage, Terms

TERMS = Terms(remind_before=1, to_reviewers=1, up=3, soon=2, version="tests")
CALENDAR = working_days()
DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))


def day(stage: Stage, since: str, due_on: str) -> str:
    return stages.begins_on(
        stage,
        since=date.fromisoformat(since),
        due_on=date.fromisoformat(due_on),
        terms=TERMS,
        calendar=CALENDAR,
    ).isoformat()


@pytest.mark.parametrize(
    ("since", "due_on", "remind", "reviewers", "up"),
    [
        # Thursday 2026-03-12: the working day before is Wednesday; Friday, then Tuesday as the third working day.
        ("2026-03-02", "2026-03-12", "2026-03-11", "2026-03-13", "2026-03-17"),
        # Monday 2026-03-09: the working day before is Friday.
        ("2026-03-02", "2026-03-09", "2026-03-06", "2026-03-10", "2026-03-12"),
        # Wednesday 2026-09-30, before the National Day run to 10-07; 10-08 works, 10-09, and Saturday 10-10 is made up.
        ("2026-09-20", "2026-09-30", "2026-09-29", "2026-10-08", "2026-10-10"),
        # Thursday 2026-10-08: the working day before is 2026-09-30.
        ("2026-09-24", "2026-10-08", "2026-09-30", "2026-10-09", "2026-10-12"),
        # A limit of one day: nobody is reminded on the day on which the step began.
        ("2026-03-02", "2026-03-03", "2026-03-03", "2026-03-04", "2026-03-06"),
        # Thursday 2026-12-31; 2027 is not announced, so Mondays to Fridays count.
        ("2026-12-24", "2026-12-31", "2026-12-30", "2027-01-01", "2027-01-05"),
    ],
)
def test_the_days_of_each_stage_are_counted_as_offices_work(since, due_on, remind, reviewers, up):
    assert [day(stage, since, due_on) for stage in Stage] == [remind, reviewers, up]


@given(since=DAYS, days=st.integers(0, 60), terms=st.builds(Terms, *[st.integers(1, 9)] * 4, st.just("t")))
def test_a_reminder_comes_in_time_and_all_else_after_the_last_day_in_order(since, days, terms):
    due_on = since + timedelta(days=days)
    begins = {
        stage: stages.begins_on(stage, since=since, due_on=due_on, terms=terms, calendar=CALENDAR) for stage in Stage
    }

    assert since <= begins[Stage.REMIND] <= due_on
    assert due_on < begins[Stage.REVIEWERS] and due_on < begins[Stage.UP]
    assert (begins[Stage.REVIEWERS] <= begins[Stage.UP]) == (terms.to_reviewers <= terms.up) or (
        begins[Stage.REVIEWERS] == begins[Stage.UP]
    )


@given(since=DAYS, days=st.integers(0, 40), looks=st.sets(st.integers(0, 70), max_size=12))
def test_however_often_one_looks_every_stage_is_sent_once_and_none_is_lost(since, days, looks):
    due_on = since + timedelta(days=days)
    sent: list[Stage] = []
    for after in [*sorted(looks), 100]:
        sent += stages.due_stages(
            sent, since=since, due_on=due_on, on=since + timedelta(days=after), terms=TERMS, calendar=CALENDAR
        )

    assert len(sent) == len(set(sent))
    assert {Stage.REVIEWERS, Stage.UP} <= set(sent)


@given(since=DAYS, days=st.integers(0, 40))
def test_whoever_looks_only_when_asked_to_sends_every_stage(since, days):
    due_on, on = since + timedelta(days=days), since
    sent: list[Stage] = []
    asked = 0
    while True:
        following = stages.next_on(sent, since=since, due_on=due_on, on=on, terms=TERMS, calendar=CALENDAR)
        if following is None:
            break
        assert following > on
        on, asked = following, asked + 1
        sent += stages.due_stages(sent, since=since, due_on=due_on, on=on, terms=TERMS, calendar=CALENDAR)

    assert {Stage.REVIEWERS, Stage.UP} <= set(sent)
    assert asked <= len(Stage)
    assert Stage.REMIND in sent or due_on <= since


def test_a_case_waits_for_those_in_office_and_not_for_the_applicant_who_could_withdraw(settings):
    settings.CASE_PROCEDURES = ["chengxin.rights.disputes.procedure.DISPUTE"]
    dispute = procedure("dispute")

    assert stages.waits_for(dispute, "submitted") == ("office",)
    assert stages.waits_for(dispute, "with-provider") == ("provider",)
    assert stages.waits_for(dispute, "supplementing") == ("applicant",)
    assert stages.waits_for(dispute, "corrected") == ()
