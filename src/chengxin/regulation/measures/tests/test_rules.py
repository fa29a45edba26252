"""Nothing is answered without its basis, and nothing a second longer than it; rewards by the same rule."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengxin.regulation.measures import rules
from chengxin.regulation.measures.grounds import fits
from chengxin.regulation.measures.rules import Class, Effect, Ground, Measure, Outcome, RecordTrigger, Target
from chengxin.regulation.measures.tests.factories import (
    ABOUT,
    DAY,
    LIST,
    NOON,
    TRIGGER,
    ground,
    honour,
    identity,
    matter,
    measure,
    reward,
)

SECOND = timedelta(seconds=1)
MOMENTS = st.integers(-90, 90).map(lambda days: NOON + days * DAY)
MAYBE = st.none() | MOMENTS


def answered(*grounds: Ground, measures: tuple[Measure, ...] = (), at: datetime = NOON, **changed):
    return rules.answer(
        identity(**changed), grounds=grounds, measures=measures or (measure(), reward()), matter=matter(), at=at
    )


FOUND = RecordTrigger(
    "commitment", field="PERFORMANCE", any_of=frozenset({"未履行"}), months=12, served_by="虚构", dated_by="CHECKED_ON",
    also=(("COMMITMENT_KIND", frozenset({"证明事项型"})),), decided_from=date(2026, 9, 1),
)  # fmt: skip
TOLD = {"PERFORMANCE": "未履行", "COMMITMENT_KIND": "证明事项型", "CHECKED_ON": "2026-09-01"}


@pytest.mark.parametrize(
    ("changed", "triggers"),
    [
        ({}, True),
        ({"PERFORMANCE": "部分履行"}, False),
        ({"COMMITMENT_KIND": "主动型"}, False),
        ({"CHECKED_ON": "2026-08-31"}, False),
        ({"CHECKED_ON": ""}, False),
    ],
)
def test_a_record_triggers_where_every_value_fits_and_it_was_decided_once_the_measure_was_told(changed, triggers: bool):
    assert fits(FOUND, TOLD | changed, otherwise=date(2026, 9, 2)) == triggers


@st.composite
def grounds(draw: st.DrawFn) -> Ground:
    by_list = draw(st.booleans())
    return ground(
        about=draw(st.sampled_from([ABOUT, "", "subject:91450100MA600002XX"])),
        trigger=draw(st.sampled_from([LIST, "other"])) if by_list else None,
        meets=None if by_list else draw(st.sampled_from([TRIGGER, replace(TRIGGER, months=1)])),
        reference=draw(st.sampled_from(["", "list-entry:1"])),
        decided_on=draw(st.sampled_from(["", "2026-08-01"])),
        served_at=draw(MAYBE),
        since=draw(MOMENTS),
        until=draw(MAYBE),
        disputed=draw(st.booleans()),
    )


@st.composite
def measures(draw: st.DrawFn) -> Measure:
    make = draw(st.sampled_from([measure, reward]))
    return make(
        code=draw(st.sampled_from(["bar", "green-channel", "elsewhere"])),
        klass=draw(st.sampled_from(list(Class))),
        targets=frozenset(draw(st.sets(st.sampled_from(list(Target)), min_size=1))),
        effective_from=draw(MOMENTS),
        effective_until=draw(MAYBE),
        list_months=draw(st.sampled_from([(), ((LIST, 1),), ((LIST, 2), ("other", 1))])),
    )


@given(st.lists(grounds(), max_size=4), st.lists(measures(), max_size=4), MOMENTS)
def test_no_restriction_is_answered_without_entry_catalogue_and_notice(found, catalogue, at):
    for one in rules.answer(identity(), grounds=found, measures=catalogue, matter=matter(), at=at):
        assert one.ground in found
        assert one.measure in catalogue
        assert one.ground.about == ABOUT
        assert one.ground.since <= at
        assert one.ground.until is None or at < one.ground.until
        assert one.measure.effective_from <= at
        assert one.measure.effective_until is None or at < one.measure.effective_until
        assert one.measure.klass is not Class.BY_OTHERS
        assert one.measure.code in matter().measures
        assert one.ground.reference and one.ground.decided_on
        if one.measure.effect is Effect.RESTRICTION:
            assert one.ground.served_at is not None and one.ground.served_at <= at
            assert one.until is not None


@given(st.lists(grounds(), max_size=4), st.lists(measures(), max_size=4), MOMENTS)
def test_every_exit_removes_every_answer_in_that_second(found, catalogue, at):
    for one in rules.answer(identity(), grounds=found, measures=catalogue, matter=matter(), at=at):
        without = [g for g in found if g != one.ground]
        left = rules.answer(identity(), grounds=without, measures=catalogue, matter=matter(), at=at)
        assert all(a.ground != one.ground for a in left)
        if one.until is not None:
            before = rules.answer(identity(), grounds=found, measures=catalogue, matter=matter(), at=one.until - SECOND)
            after = rules.answer(identity(), grounds=found, measures=catalogue, matter=matter(), at=one.until)
            assert any((a.measure, a.ground) == (one.measure, one.ground) for a in before) or at > one.until - SECOND
            assert all((a.measure, a.ground) != (one.measure, one.ground) for a in after)


def test_a_listed_company_gets_the_measure_with_its_ground_and_its_end():
    (one,) = answered(ground())

    assert (one.measure.code, one.ground.reference, one.until) == ("bar", "list-entry:1", NOON + 30 * DAY)


def test_a_measure_stops_in_the_second_in_which_its_basis_ends():
    end = NOON + 30 * DAY

    assert answered(ground(), at=end - SECOND)
    assert answered(ground(), at=end) == ()


def test_a_measure_by_a_list_ends_with_its_own_months_where_the_list_lasts_longer():
    since = datetime(2026, 8, 31, tzinfo=timezone(timedelta(hours=8)))
    end = datetime(2028, 8, 31, tzinfo=since.tzinfo)
    listed = ground(since=since, until=since + 1100 * DAY, served_at=since)
    two_years = (measure(list_months=((LIST, 24), ("other", 1))),)

    (one,) = answered(listed, measures=two_years)
    assert one.until == end
    assert answered(listed, measures=two_years, at=end - SECOND)
    assert answered(listed, measures=two_years, at=end) == ()
    (shorter,) = answered(listed._replace(until=NOON + DAY), measures=two_years)
    assert shorter.until == NOON + DAY


def test_the_end_of_the_catalogue_entry_ends_the_answer_too():
    (one,) = answered(ground(), measures=(measure(effective_until=NOON + DAY),))

    assert one.until == NOON + DAY
    assert answered(ground(), measures=(measure(effective_until=NOON + DAY),), at=NOON + DAY) == ()


def test_a_reward_is_answered_as_readily_and_needs_no_notice():
    (one,) = answered(honour(until=None))

    assert (one.measure.effect, one.until) == (Effect.REWARD, None)


@pytest.mark.parametrize(
    "missing",
    [{"served_at": None}, {"served_at": NOON + DAY}, {"until": None}, {"decided_on": ""}, {"reference": ""}],
)
def test_a_restriction_without_notice_end_or_decision_is_not_answered(missing):
    assert answered(ground(**missing)) == ()


def test_a_dispute_is_shown_and_does_not_hide_the_measure():
    (one,) = answered(ground(disputed=True))

    assert one.ground.disputed


def test_what_others_do_of_their_own_will_cannot_be_ordered():
    assert answered(ground(), measures=(measure(klass=Class.BY_OTHERS),)) == ()


def test_a_measure_against_people_does_not_meet_the_company():
    assert answered(ground(), measures=(measure(targets=frozenset({Target.LEGAL_REPRESENTATIVE})),)) == ()


def test_a_code_that_names_nobody_gets_no_answer():
    assert answered(ground(), about="") == ()


@pytest.mark.parametrize(
    ("made", "outcome", "fits"),
    [
        (measure, Outcome.APPLIED, True), (measure, Outcome.REWARDED, False), (measure, Outcome.NOT_APPLIED, True),
        (reward, Outcome.REWARDED, True), (reward, Outcome.APPLIED, False), (reward, Outcome.NOT_APPLIED, True),
    ],
)  # fmt: skip
def test_what_can_be_reported_depends_on_the_effect(made, outcome, fits):
    assert rules.feedback_fits(made(), outcome) is fits


def test_a_reason_is_needed_where_nothing_was_done_and_where_discretion_was_used():
    assert rules.needs_reason(measure(), Outcome.NOT_APPLIED)
    assert rules.needs_reason(measure(needs_discretion=True), Outcome.APPLIED)
    assert not rules.needs_reason(measure(), Outcome.APPLIED)


def test_only_departments_that_the_matter_names_may_ask():
    assert rules.may_ask(matter(departments=("A",)), ["B", "A"])
    assert not rules.may_ask(matter(departments=("A",)), ["B"])


def test_a_measure_is_answered_only_to_those_who_execute_it_and_those_below_them():
    both = (measure(executors=("A", "B")), reward(executors=("C",)))

    asked = {
        line: rules.as_asked_by(matter(), line, both).measures for line in (("A",), ("below", "B"), ("C",), ("D",))
    }
    assert asked == {("A",): {"bar"}, ("below", "B"): {"bar"}, ("C",): {"green-channel"}, ("D",): set()}


@given(st.lists(grounds(), max_size=4), st.lists(measures(), max_size=4), st.sampled_from(["A", "B"]), MOMENTS)
def test_nobody_is_answered_with_what_others_execute(found, catalogue, asker, at):
    narrowed = rules.as_asked_by(matter(), [asker], catalogue)

    for one in rules.answer(identity(), grounds=found, measures=catalogue, matter=narrowed, at=at):
        assert asker in one.measure.executors


@pytest.mark.parametrize(
    ("values", "is_met"),
    [
        ({"KINDS": "罚款;责令停产停业"}, True), ({"KINDS": "罚款"}, False), ({}, False),
        ({"KINDS": "罚款", "FINE": "200.000000"}, True), ({"KINDS": "罚款", "FINE": "199.999999"}, False),
        ({"KINDS": "罚款", "FINE": ""}, False), ({"KINDS": "没收违法所得", "TAKEN": "900"}, False),
    ],
)  # fmt: skip
def test_a_record_is_met_by_one_of_several_kinds_or_by_an_amount(values, is_met):
    least = rules.LeastAmount(("FINE",), Decimal(200))
    trigger = RecordTrigger("penalty", field="KINDS", any_of=frozenset({"责令停产停业"}), amounts=(least,))

    assert rules.is_such(trigger, values, severity="serious") is is_met


def test_a_trigger_without_values_and_amounts_is_met_by_each_record_of_its_severity():
    assert rules.is_such(TRIGGER, {}, severity="")
    assert rules.is_such(replace(TRIGGER, severity="minor"), {}, severity="minor")
    assert not rules.is_such(replace(TRIGGER, severity="minor"), {}, severity="general")


def test_who_does_not_execute_a_measure_can_only_say_that_it_was_left():
    assert rules.may_report(measure(), Outcome.APPLIED, ["below", "A"])
    assert not rules.may_report(measure(), Outcome.APPLIED, ["B"])
    assert rules.may_report(measure(), Outcome.NOT_APPLIED, ["B"])
