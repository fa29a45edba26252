from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from chengxin.evaluation.scorecards.prospects import changes_ahead, if_repaired, leaves, lifts, next_grade
from chengxin.evaluation.scorecards.rules import Fact, Outcome, evaluate, window
from chengxin.evaluation.scorecards.tests import golden_table
from chengxin.evaluation.scorecards.tests.factories import PENALTY
from chengxin.evaluation.scorecards.tests.strategies import TODAY, facts, models

ONE_DAY = timedelta(days=1)
FEWER = hypothesis_settings(max_examples=25, deadline=None)


@given(on=st.dates(date(2020, 1, 1), date(2030, 1, 1)), months=st.integers(1, 60))
@FEWER
def test_a_record_leaves_a_window_on_the_first_day_that_no_longer_holds_it(on, months):
    day = leaves(on, months)

    assert window(months, day - ONE_DAY).holds(on)
    assert not window(months, day).holds(on)


def told(outcome: Outcome) -> tuple[object, ...]:
    reasons = [(one.code, one.points, one.behind) for one in outcome.scored]
    return outcome.points, outcome.grade, outcome.coverage, outcome.veto, reasons


@given(made=models(), known=facts(most=5))
@FEWER
def test_between_two_changes_nothing_changes_and_none_is_missed(made, known):
    until = TODAY + timedelta(days=120)
    changes = changes_ahead(made, known, as_of=TODAY, until=until, disputed_counts=True)
    found = {c.on: c.outcome for c in changes}
    for day, outcome in found.items():
        assert told(outcome) == told(evaluate(made, known, as_of=day, disputed_counts=True))

    present = evaluate(made, known, as_of=TODAY, disputed_counts=True)
    known_points, known_grade = present.points, present.grade
    day = TODAY + ONE_DAY
    while day < until:
        then = evaluate(made, known, as_of=day, disputed_counts=True)
        if day in found:
            known_points, known_grade = found[day].points, found[day].grade
        if all(f.on <= TODAY for f in known):
            assert (then.points, then.grade) == (known_points, known_grade)
        day += ONE_DAY


EXAMPLE, (DAY, ROWS) = golden_table.model(), golden_table.table()


def test_the_fourth_subject_is_told_what_is_missing_and_what_gives_most():
    known = ROWS[3].facts
    outcome = evaluate(EXAMPLE, known, as_of=DAY, disputed_counts=True)

    assert next_grade(EXAMPLE, outcome) == ("B", 15)
    assert [(lift.indicator.code, lift.gain) for lift in lifts(EXAMPLE, outcome)] == [
        ("fines", 20),
        ("penalties", 15),
        ("fading", 15),
        ("amount-kept", 5),
    ]


def test_the_best_grade_has_none_above_it_and_no_grade_neither():
    best = evaluate(EXAMPLE, ROWS[1].facts, as_of=DAY, disputed_counts=True)
    unknown = evaluate(EXAMPLE, ROWS[0].facts, as_of=DAY, disputed_counts=True)

    assert next_grade(EXAMPLE, best) is None
    assert next_grade(EXAMPLE, unknown) is None


def test_what_a_repair_would_give_is_what_the_twelfth_subject_has():
    known = ROWS[3].facts

    outcome = evaluate(EXAMPLE, if_repaired(known, known[-1].id), as_of=DAY, disputed_counts=True)

    assert (outcome.points, outcome.grade) == (95, "A")


def test_an_old_record_stops_counting_on_the_day_after_its_window():
    known = [Fact(1, PENALTY, date(2026, 6, 30), severity="general")]
    made = replace(EXAMPLE, dimensions=(replace(EXAMPLE.dimensions[0], indicators=EXAMPLE.indicators[:1]),))

    found = changes_ahead(made, known, as_of=DAY, until=date(2028, 1, 1), disputed_counts=True)

    assert [(c.on, c.outcome.points) for c in found] == [(date(2027, 6, 30), 60)]
