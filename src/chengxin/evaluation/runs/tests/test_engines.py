"""Every engine gives what the reference interpreter gives, to the last digit."""

import tempfile
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from chengxin.evaluation.runs import compiling
from chengxin.evaluation.runs.engines import duck
from chengxin.evaluation.runs.errors import ModelTooWide
from chengxin.evaluation.runs.layout import layout_for
from chengxin.evaluation.runs.tests.made import outcomes, snapshot_of
from chengxin.evaluation.scorecards import rules
from chengxin.evaluation.scorecards.tests import golden_table
from chengxin.evaluation.scorecards.tests.factories import indicator, model
from chengxin.evaluation.scorecards.tests.strategies import TODAY, facts, models


def computed(one, subjects, *, as_of, disputed_counts=True, buckets=1):
    with tempfile.TemporaryDirectory() as folder:
        taken = snapshot_of(one, subjects, Path(folder) / "snapshot", as_of=as_of, buckets=buckets)
        sql = compiling.compiled(one, taken.layout, as_of=as_of, disputed_counts=disputed_counts)
        target = Path(folder) / "results"
        target.mkdir()
        duck.compute(sql, taken, target)
        return outcomes(one, str(target / "*.parquet"))


def numbered(subjects):
    """The same facts with ids that count through all subjects, as those of record versions do."""
    number = count(1)
    return [[replace(fact, id=next(number)) for fact in each] for each in subjects]


@given(one=models(), drawn=st.lists(facts(most=8), min_size=1, max_size=5), disputed_counts=st.booleans())
@hypothesis_settings(max_examples=60, deadline=None)
def test_duckdb_gives_what_the_reference_gives(one, drawn, disputed_counts):
    subjects = numbered(drawn)

    found = computed(one, subjects, as_of=TODAY, disputed_counts=disputed_counts)

    for place, each in enumerate(subjects, start=1):
        assert found[place] == rules.evaluate(one, each, as_of=TODAY, disputed_counts=disputed_counts)


def test_the_table_worked_out_by_hand_comes_out_of_the_engine_whatever_the_buckets():
    day, rows = golden_table.table()
    one = golden_table.model()

    in_one = computed(one, [r.facts for r in rows], as_of=day)
    in_four = computed(one, [r.facts for r in rows], as_of=day, buckets=4)

    assert in_one == in_four
    for place, row in enumerate(rows, start=1):
        found = in_one[place]
        assert {s.code: s.value for s in found.scored} == row.values
        assert (found.points, found.coverage, found.grade, found.veto) == (row.total, row.coverage, row.grade, row.veto)


def test_a_model_with_more_indicators_than_marks_is_refused():
    too_many = model(*(indicator(f"indicator-{n}") for n in range(25)))

    with pytest.raises(ModelTooWide):
        compiling.compiled(too_many, layout_for([too_many]), as_of=TODAY, disputed_counts=True)
