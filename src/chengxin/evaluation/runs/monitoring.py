"""What is measured of every run when it is made: who stands where, by sector, size, district and kind."""

from datetime import date
from pathlib import Path

import duckdb

from chengxin.evaluation.runs import policy, storing
from chengxin.evaluation.runs.extracting import RECORDS, SUBJECTS, Taken
from chengxin.evaluation.runs.layout import CAPITAL, INDUSTRY, REGISTER, quoted
from chengxin.evaluation.runs.models import Run, Standing

CITY, DIVISION, SIZE, SECTOR, SUBJECT_KIND = "city", "division", "size", "sector", "kind"
UNIT = 1_000_000  # capital is given in 10,000 yuan with six decimals


def measure(run: Run, taken: Taken, results: Path) -> None:
    """Count the run's grades by group, in the caller's transaction."""
    with duckdb.connect() as engine:
        found = engine.execute(_counting(run, taken, results)).fetchall()
    Standing.objects.bulk_create(
        [
            Standing(run=run, grouping=grouping, group=group, grade=grade, subjects=subjects, points=points)
            for grouping, group, grade, subjects, points in found
        ]
    )


def _counting(run: Run, taken: Taken, results: Path) -> str:
    return f"""
    WITH {grouped(taken, run.as_of)}, graded AS (
      SELECT grade, points, division, kind, size, sector
      FROM {_parquet(_files(results))} AS results JOIN grouped USING (subject_id)
    )
    SELECT grouping, name, grade, count(*), sum(points) FROM (
      SELECT unnest(['{CITY}', '{DIVISION}', '{SIZE}', '{SECTOR}', '{SUBJECT_KIND}']) AS grouping,
        unnest(['', division, size, sector, kind]) AS name, grade, points FROM graded
    ) GROUP BY ALL ORDER BY ALL
    """


def grouped(taken: Taken, day: date) -> str:
    """The common table expressions that say of each subject of a snapshot in which groups it is, as `grouped`."""
    layout = taken.layout
    sizes = " ".join(
        f"WHEN capital < {s.below * UNIT} THEN {quoted(s.code)}" if s.below is not None else f"ELSE {quoted(s.code)}"
        for s in policy.sizes(day)
    )
    return f"""described AS (
      SELECT subject_id, max({layout.amount(REGISTER, CAPITAL)}) AS capital,
        max({layout.amount(REGISTER, INDUSTRY)}) AS industry
      FROM {_parquet(taken.files(RECORDS))} WHERE resource = {layout.number(REGISTER)} GROUP BY subject_id
    ), grouped AS (
      SELECT subject_id, division, kind, CASE WHEN capital IS NULL OR capital = 0 THEN '' {sizes} END AS size,
        CASE WHEN industry > 0 THEN lpad(CAST(industry AS VARCHAR), 2, '0') ELSE '' END AS sector
      FROM {_parquet(taken.files(SUBJECTS))} AS subjects LEFT JOIN described USING (subject_id)
    )"""


def _files(results: Path) -> list[Path]:
    return [file for bucket in storing.buckets(results) for file in ([*bucket.glob("*.parquet")] or [bucket])]


def _parquet(files: list[Path]) -> str:
    return f"read_parquet([{', '.join(quoted(str(path)) for path in files)}], hive_partitioning = false)"
