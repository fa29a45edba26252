"""How well grades rank what comes next, on real inspections: AUC and KS of a year's grades against the year after.

usage: .venv/bin/python bench/evaluation/ranking.py FILE
FILE is a CSV that you fetch yourself, for this repository holds no one's data: `restaurant_data.csv`, health inspections of
restaurants in Anchorage, Alaska, 2000 to 2009 and 2015 to 2019, 27,178 rows; inside the package `causaldata` 0.1.5 on PyPI
(MIT), folder `restaurant_inspections`; collected by L.-A. Camus (Kaggle, 2020) from what the municipality publishes.
Columns: business_name (a restaurant, or a chain with all its places), inspection_score (to 100, higher is better), Year.

Taken are the indicators of inspections of the comprehensive model as they ship, with their points; nothing is fitted to
the data. An inspection below 90 counts as one that found a problem. The grades of the end of a year see three years
back; each inspection of the next year is an outcome: with a problem or without. Of a date only the year is known.
"""

import sys
import tempfile
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import city
import polars as pl
from byhand import MODEL

INDICATORS = ("inspections", "since-last-problem", "problem-trend")
PROBLEM_BELOW = 90
YEARS = (2006, 2007, 2008, 2016, 2017, 2018)  # of the grades; the year after is in the file


def graded(rows: list[tuple[str, int, int]], year: int) -> dict[str, int]:
    """The points of each business at the end of a year, by the embedded engine."""
    from chengxin.evaluation.runs import compiling
    from chengxin.evaluation.runs.engines import duck
    from chengxin.evaluation.runs.tests.made import snapshot_of
    from chengxin.evaluation.scorecards import queries
    from chengxin.evaluation.scorecards.rules import Fact

    whole = queries.model_named(MODEL)
    kept = tuple(one for one in whole.indicators if one.code in INDICATORS)
    model = replace(whole, dimensions=(replace(whole.dimensions[0], indicators=kept),), vetoes=())
    facts: dict[str, list[Any]] = defaultdict(list)
    for number, (name, score, seen) in enumerate(rows, start=1):
        if seen <= year:
            result = "未发现问题" if score >= PROBLEM_BELOW else "发现问题责令改正"
            facts[name].append(
                Fact(number, "inspection-result", date(seen, 7, 1), {"RESULT": result}, {}, "", "in-force", None)
            )
    names, day = sorted(facts), date(year, 12, 31)
    with tempfile.TemporaryDirectory() as folder:
        taken = snapshot_of(model, [facts[name] for name in names], Path(folder) / "snapshot", as_of=day)
        target = Path(folder) / "results"
        target.mkdir()
        duck.compute(compiling.compiled(model, taken.layout, as_of=day, disputed_counts=True), taken, target)
        found = pl.read_parquet(target / "*.parquet", columns=["subject_id", "points"]).rows()
    return {names[subject - 1]: points for subject, points in found}


def ranked(rows: list[tuple[str, int, int]], year: int, points: dict[str, int]) -> Any:
    """AUC and KS of points against the inspections of the year after, of businesses that have points."""
    from chengxin.evaluation.runs.rules import ranking

    counts: Counter[tuple[int, bool]] = Counter(
        (points[name], score < PROBLEM_BELOW) for name, score, seen in rows if seen == year + 1 and name in points
    )
    return ranking([(p, counts[p, True], counts[p, False]) for p in {p for p, _ in counts}])


def last_seen(rows: list[tuple[str, int, int]], year: int, *, clean: bool) -> dict[str, int]:
    """What an inspector might go by without a model, of the last year in which a business was seen.

    Either the share of its inspections without a problem, which is what a grade sees too, or their mean score, which
    says more than any grade was told.
    """
    scores: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for name, score, seen in rows:
        if year - 2 <= seen <= year:
            scores[name][seen].append(100 * (score >= PROBLEM_BELOW) if clean else score)
    return {name: 100 * sum(each[max(each)]) // len(each[max(each)]) for name, each in scores.items()}


def main() -> None:
    """Print one line for each year; AUC and KS per mille."""
    city.ready()
    table = pl.read_csv(sys.argv[1], columns=["business_name", "inspection_score", "Year"])
    rows = [(str(name), int(score), int(year)) for name, score, year in table.rows()]
    print(
        "| grades of the end of | inspections after | with a problem | AUC, KS | last share alone | last mean score |"
    )
    print("|---|---|---|---|---|---|")
    for year in YEARS:
        recent = {name for name, _, seen in rows if year - 2 <= seen <= year}
        points = {name: p for name, p in graded(rows, year).items() if name in recent}
        ours = ranked(rows, year, points)
        share, score = (ranked(rows, year, last_seen(rows, year, clean=clean)) for clean in (True, False))
        others = " | ".join(f"{each.auc}, {each.ks}" for each in (ours, share, score))
        print(f"| {year} | {ours.with_outcome + ours.without:,} | {ours.with_outcome:,} | {others} |")


if __name__ == "__main__":
    main()
