"""Numbers, days, what records prove, who may sign what; without the database."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis.strategies import booleans, dates, integers, sampled_from, text

from chengxin.registry.catalogue.rules import Words
from chengxin.regulation.commitments import policy, rules
from chengxin.regulation.commitments.procedure import BREACH
from chengxin.regulation.commitments.rules import ALPHABET, DataCheck, Result, State

DAY = date(2026, 9, 1)
APPEARS, ABSENT = DataCheck("licence-organisation", True), DataCheck("penalty-organisation", False)
EVERY_STEP = [s.code for s in BREACH.steps] + ["confirm-fulfilled", "return"]


@given(day=dates(date(2000, 1, 1), date(2099, 1, 1)), drawn=text(ALPHABET, min_size=8, max_size=8))
def test_a_number_is_read_back_however_it_is_written(day: date, drawn: str):
    number = rules.commitment_number(day, drawn)

    assert rules.number_of(number) == number
    assert rules.number_of(f" {number.lower().replace('-', ' ')} ") == number


@given(drawn=text(ALPHABET, min_size=8, max_size=8), place=integers(0, 7), other=sampled_from(ALPHABET))
def test_a_wrong_character_is_noticed(drawn: str, place: int, other: str):
    wrong = drawn[:place] + other + drawn[place + 1 :]
    number = rules.commitment_number(DAY, drawn)
    mistyped = number[:-1].replace(drawn[:4] + "-" + drawn[4:], wrong[:4] + "-" + wrong[4:]) + number[-1]

    assert (rules.number_of(mistyped) == number) == (wrong == drawn)


@pytest.mark.parametrize(
    ("check", "found", "on", "result"),
    [
        (APPEARS, True, DAY, Result.MET),
        (APPEARS, False, DAY, None),
        (APPEARS, False, DAY + timedelta(days=1), Result.NOT_MET),
        (ABSENT, True, DAY - timedelta(days=30), Result.NOT_MET),
        (ABSENT, False, DAY, None),
        (ABSENT, False, DAY + timedelta(days=1), Result.MET),
    ],
)
def test_what_records_prove(check: DataCheck, found: bool, on: date, result: Result | None):
    assert rules.proven(check, found=found, told_by=DAY, on=on) is result


@given(appears=booleans(), found=booleans(), days=integers(-60, 60))
def test_what_was_proven_stays_proven_later(appears: bool, found: bool, days: int):
    check = DataCheck("x", appears)
    on = DAY + timedelta(days=days)
    first = rules.proven(check, found=found, told_by=DAY, on=on)

    if first is not None:
        assert rules.proven(check, found=found, told_by=DAY, on=on + timedelta(days=1)) is first


def test_the_term_ends_on_the_day_before_its_date_returns():
    assert rules.ends_on(date(2026, 9, 1), 12) == date(2027, 8, 31)
    assert rules.due_on(date(2026, 9, 1), 30) == date(2026, 10, 1)


@given(step=sampled_from(EVERY_STEP), state=sampled_from(State))
def test_only_a_deciding_step_moves_a_commitment_and_only_once(step: str, state: State):
    after = rules.state_after(step, state)

    if state is not State.RUNNING or step not in rules.FOUND:
        assert after is state
    else:
        assert after is rules.FOUND[step]


def letter():
    return next(t for t in policy.templates_on(DAY) if t.code == "honest-business")


def test_a_letter_is_signed_from_its_first_day_until_the_day_that_ends_it():
    ended = replace(letter(), effective_from=DAY, effective_until=DAY + timedelta(days=2))

    signable = [ended.can_be_signed_on(DAY + timedelta(days=d)) for d in (-1, 0, 1, 2)]

    assert signable == [False, True, True, False]


def test_a_model_for_associations_is_never_signed():
    models = [t for t in policy.templates_on(DAY) if t.kind is rules.Kind.INDUSTRY]

    assert models
    assert not any(t.can_be_signed_on(DAY) for t in models)


def test_the_profile_has_several_letters_of_each_type():
    kinds = [t.kind for t in policy.templates_on(DAY)]

    assert all(kinds.count(kind) >= 2 for kind in rules.Kind)


@given(zh=text(), other=text())
def test_the_digest_is_that_of_the_authentic_text_alone(zh: str, other: str):
    made = replace(letter(), text=Words(zh, "one"))

    assert made.digest == replace(made, text=Words(zh, "two")).digest
    assert (made.digest == replace(made, text=Words(other, "one")).digest) == (zh == other)


@given(consents=booleans(), shows=booleans())
def test_a_person_is_shown_only_with_consent_whatever_the_letter_says(consents: bool, shows: bool):
    made = replace(letter(), shows_organisations=shows)

    assert rules.is_shown(made, is_person=True, consents=consents) is consents
    assert rules.is_shown(made, is_person=False, consents=consents) is shows


def test_every_way_to_a_breach_leads_through_notice_and_defence():
    """No path of the procedure reaches a finding without the state in which the promisor is heard."""
    adverse = {"breached", "partly"}
    reached, fresh = {BREACH.opening.to}, [BREACH.opening.to]
    while fresh:
        for step in BREACH.steps_after(fresh.pop()):
            if step.code in {"state", "no-defence"} or step.to in reached:
                continue
            reached.add(step.to)
            fresh.append(step.to)

    assert BREACH.opening.to == "told"
    assert not reached & adverse
