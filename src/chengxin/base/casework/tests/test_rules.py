from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengxin.base.calendar.policy import working_days
from chengxin.base.casework import rules
from chengxin.base.casework.errors import NotYourStep, ReasonMissing, SamePersonTwice, StepNotOpen
from chengxin.base.casework.rules import Deadline, Party, State, Taken
from chengxin.base.casework.tests.factories import (
    COLLEAGUE,
    LIBRARIAN,
    LOAN_OF_A_BOOK,
    OFFICE,
    OPERATOR,
    PARTIES,
    READER_HERSELF,
    REVIEWER,
    STRANGER,
    Someone,
    allowed,
)

CHECKED_BY_OPERATOR = (Taken("ask", 71, "reader"), Taken("check", OPERATOR.user_id, OPERATOR.name))


def check(step, by, *, state="checked", history=CHECKED_BY_OPERATOR, reason=""):
    rules.check(LOAN_OF_A_BOOK.step(step), state=state, parties=PARTIES, by=by, history=history, reason=reason)


@pytest.mark.parametrize(
    ("step", "state", "by"),
    [
        ("check", "asked", OPERATOR),
        ("check", "asked", REVIEWER),
        ("lend", "checked", COLLEAGUE),
        ("lend", "checked", REVIEWER),
    ],
)
def test_a_step_is_open_to_its_roles_in_its_organisation(step, state, by):
    check(step, by, state=state)


@pytest.mark.parametrize(
    ("step", "state", "by", "refusal"),
    [
        ("lend", "asked", COLLEAGUE, StepNotOpen),
        ("check", "lent", OPERATOR, StepNotOpen),
        ("check", "asked", STRANGER, NotYourStep),  # the same role elsewhere
        ("check", "asked", LIBRARIAN, NotYourStep),  # another party of the same case
        ("check", "asked", READER_HERSELF, NotYourStep),
        ("refuse", "checked", OPERATOR, NotYourStep),  # the right organisation, another role
        ("grant-by-silence", "checked", REVIEWER, NotYourStep),  # for the platform alone
        ("lend", "checked", OPERATOR, SamePersonTwice),
        ("refuse", "checked", REVIEWER, ReasonMissing),
    ],
)
def test_a_step_is_refused_for_the_first_reason_that_holds(step, state, by, refusal):
    with pytest.raises(refusal):
        check(step, by, state=state)


def test_a_reason_of_spaces_is_no_reason():
    with pytest.raises(ReasonMissing):
        check("refuse", REVIEWER, reason="  \n")

    check("refuse", REVIEWER, reason="书已破损")


def test_an_organisation_above_may_act_for_the_one_below():
    above = Someone("head", 20, 1, "", frozenset({"operator"}), frozenset({1, OFFICE}))

    check("check", above, state="asked")


def test_systems_without_a_person_are_told_apart_by_name():
    first, second = (Someone(n, None, OFFICE, "", frozenset({"operator"}), frozenset({OFFICE})) for n in ("a", "b"))
    history = (Taken("check", None, "a"),)

    check("lend", second, history=history)
    with pytest.raises(SamePersonTwice):
        check("lend", first, history=history)


def test_an_unknown_step_is_not_open():
    with pytest.raises(StepNotOpen):
        LOAN_OF_A_BOOK.step("burn")


def test_the_last_states_are_those_without_a_step():
    assert [s.code for s in LOAN_OF_A_BOOK.states if LOAN_OF_A_BOOK.is_final(s.code)] == ["lent", "refused"]


def test_a_party_is_one_organisation_one_person_or_one_who_is_represented():
    for wrong in ({}, {"organisation_id": 1, "user_id": 2}, {"user_id": 2, "represented": "x"}):
        with pytest.raises(ValueError, match="an organisation, a person or"):
            Party(**wrong)


def test_those_who_see_a_case_are_those_with_a_step_for_their_party():
    assert rules.roles_of(LOAN_OF_A_BOOK, "office") == {"operator", "reviewer"}
    assert rules.roles_of(LOAN_OF_A_BOOK, "reader") is None  # the reader has no role to hold
    assert rules.roles_of(LOAN_OF_A_BOOK, "library") == frozenset()  # is told, but has no step


@pytest.mark.parametrize(
    ("since", "days", "due_on"),
    [
        (date(2026, 3, 2), 5, date(2026, 3, 9)),
        (date(2026, 9, 30), 1, date(2026, 10, 8)),  # after National Day
        (date(2026, 12, 30), 5, None),  # runs into a year that is not announced
    ],
)
def test_a_deadline_is_counted_in_working_days_from_the_day_after(since, days, due_on):
    found = rules.deadline(State("x", "x", allowed(days)), since=since, calendar=working_days())

    assert found == Deadline(due_on, days, f"tests/{days}-days@2026-01-01")


def test_a_state_without_a_limit_has_no_deadline():
    found = rules.deadline(State("x", "x"), since=date(2026, 3, 2), calendar=working_days())

    assert found == Deadline(None, None, "")


def test_there_is_still_time_on_the_last_day():
    assert not rules.is_overdue(date(2026, 3, 9), on=date(2026, 3, 9))
    assert rules.is_overdue(date(2026, 3, 9), on=date(2026, 3, 10))
    assert not rules.is_overdue(None, on=date(2026, 3, 10))


def test_the_declaration_of_the_test_procedure_has_no_faults():
    assert rules.faults(LOAN_OF_A_BOOK) == []


FIRST, *REST = LOAN_OF_A_BOOK.steps


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"steps": (replace(FIRST, to="gone"), *REST)}, "no state 'gone'"),
        ({"steps": (replace(FIRST, part="friend"), *REST)}, "no part 'friend'"),
        ({"steps": (replace(FIRST, notifies=("friend",)), *REST)}, "no part 'friend'"),
        ({"steps": (replace(FIRST, not_by_taker_of=frozenset({"gone"})), *REST)}, "no step 'gone'"),
        ({"steps": (replace(FIRST, after=frozenset()), *REST)}, "leads from no state"),
        ({"steps": (replace(FIRST, is_moot=True), *REST)}, "what is moot is closed, by the platform alone"),
        ({"steps": (*LOAN_OF_A_BOOK.steps, FIRST)}, "a code stands twice"),
        ({"states": (*LOAN_OF_A_BOOK.states, State("lost", "遗失"))}, "state lost: is never reached"),
        ({"states": (State("asked", "", on_silence="lend"), *LOAN_OF_A_BOOK.states[1:])}, "'lend' does not lead on"),
        ({"opening": replace(LOAN_OF_A_BOOK.opening, after=frozenset({"asked"}))}, "the opening step"),
    ],
)
def test_each_fault_of_a_declaration_is_found(changed, fault):
    assert any(fault in found for found in rules.faults(replace(LOAN_OF_A_BOOK, **changed)))


@given(st.lists(st.tuples(st.sampled_from(LOAN_OF_A_BOOK.steps), st.sampled_from([OPERATOR, COLLEAGUE, REVIEWER]))))
def test_no_way_through_the_procedure_lets_one_person_check_and_lend(walk):
    state, history = LOAN_OF_A_BOOK.opening.to, [Taken("ask", 71, "reader")]
    for step, by in walk:
        try:
            rules.check(step, state=state, parties=PARTIES, by=by, history=history, reason="r")
        except (StepNotOpen, NotYourStep, SamePersonTwice):
            continue
        state, history = step.to, [*history, Taken(step.code, by.user_id, by.name)]

    takers = {t.step: t.user_id for t in history}
    assert "lend" not in takers or takers["lend"] != takers["check"]
