"""The city's catalogues hold what the law lists, and the check of the profile knows the same words as the rules."""

from datetime import date, datetime

from chengxin.base.clock import CITY_TIME
from chengxin.registry.catalogue import checking_measures as checked
from chengxin.regulation.measures import policy
from chengxin.regulation.measures.rules import Class, Effect, Kind, ServedWithin, Target

DAY = date(2026, 9, 1)


def test_the_check_of_the_profile_and_the_rules_know_the_same_words():
    restrictions = {kind for kinds in checked.RESTRICTIONS.values() for kind in kinds}

    assert set(Kind) == restrictions | checked.REWARDS
    assert set(Target) == checked.TARGETS
    assert set(checked.RESTRICTIONS) | {Class.REWARD} == set(Class)
    assert checked.BY_OTHERS == Class.BY_OTHERS


def test_all_fourteen_kinds_of_the_national_list_and_rewards_stand_in_the_catalogue():
    kinds = {m.kind for m in policy.measures_on(DAY) if m.effect is Effect.RESTRICTION}

    assert len(kinds) == 14
    assert {m.origin for m in policy.measures_on(DAY)} == {"national", "city"}
    assert len([m for m in policy.measures_on(DAY) if m.effect is Effect.REWARD]) >= 8


def test_every_measure_names_who_executes_it_but_those_that_none_may_order():
    for measure in policy.measures_on(DAY):
        assert bool(measure.executors) == measure.can_be_ordered, measure.code
        assert measure.basis, measure.code


def test_schooling_is_limited_for_military_service_alone():
    limits = [m for m in policy.measures_on(DAY) if m.kind is Kind.SCHOOLING]

    assert [m.lists for m in limits] == [frozenset({"military-service"})]
    assert [m.list_months for m in limits] == [(("military-service", 24),)]


def test_each_restriction_of_the_city_is_executed_by_those_whom_its_matters_name():
    """Whom a matter names and a measure does not is not answered with it; each such pair is known and wanted."""
    left = {
        (matter.code, measure.code)
        for matter in policy.matters_on(DAY)
        for measure in policy.answered_in(matter.code, DAY)
        if measure.effect is Effect.RESTRICTION and not set(matter.departments) <= set(measure.executors)
    }

    assert left == {("public-funds", "bar-from-research-projects")}


def test_in_a_year_that_the_calendar_does_not_know_the_time_for_serving_is_counted_in_days():
    within = ServedWithin(working_days=7, days=30)

    assert policy.presumed_served_at(date(2026, 8, 21), within) == datetime(2026, 9, 2, tzinfo=CITY_TIME)
    assert policy.presumed_served_at(date(2023, 12, 20), within) == datetime(2024, 1, 20, tzinfo=CITY_TIME)
