"""From a figure of monitoring to the subjects behind it: who of a group had which grade in a run.

The groups are those of the run's own snapshot, so that the list has as many rows as the figure says. For the whole
city the database alone is asked.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb
from django.db import connection

from chengxin.base.database.parts import all_found
from chengxin.evaluation.runs import monitoring, queries, services
from chengxin.evaluation.runs.models import Run, Standing
from chengxin.evaluation.runs.monitoring import CITY, DIVISION, SECTOR, SIZE, SUBJECT_KIND

GROUPINGS = (CITY, SECTOR, SIZE, DIVISION, SUBJECT_KIND)
ANY = "any"  # of whatever grade

_MEMBERS = """
SELECT subject_id, grade, points FROM runs_result WHERE run_id = %(run)s {grade} {group} ORDER BY points, subject_id
"""
_ONE_PAGE = " LIMIT %(limit)s OFFSET %(offset)s"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a run: a kind of group, the group, and a grade (empty: without one; `ANY`: of whatever grade)."""

    run_id: int
    grouping: str
    group: str
    grade: str


@dataclass(frozen=True, slots=True)
class Member:
    """A subject behind a figure."""

    subject_id: int
    grade: str
    points: int


def count(figure: Figure) -> int:
    """The figure itself, as the run wrote it. Index: `standing_once`."""
    found = Standing.objects.filter(run_id=figure.run_id, grouping=figure.grouping, group=figure.group)
    if figure.grade != ANY:
        found = found.filter(grade=figure.grade)
    return sum(found.values_list("subjects", flat=True))


def members(figure: Figure, *, page: int, size: int) -> tuple[Member, ...]:
    """One page of the subjects behind a figure, those with the fewest points first.

    Raises `NotFound`, `SnapshotGone` where the snapshot that says who is in the group was removed. Index: primary key
    for a group; for the whole city the results of the run are read through.
    """
    statement, given = _asked(figure)
    with connection.cursor() as cursor:
        cursor.execute(statement + _ONE_PAGE, given | {"limit": size, "offset": (page - 1) * size})
        return tuple(Member(*row) for row in cursor.fetchall())


def all_members(figure: Figure) -> Iterator[tuple[Member, ...]]:
    """All of them in that order, a part at a time, read once through. Raises as `members`, before the first."""
    return (tuple(Member(*row) for row in rows) for rows in all_found(*_asked(figure)))


def _asked(figure: Figure) -> tuple[str, dict[str, Any]]:
    run = queries.run(figure.run_id)
    given: dict[str, Any] = {"run": run.pk, "grade": figure.grade}
    group = ""
    if figure.grouping != CITY:
        group, given["subjects"] = "AND subject_id = ANY(%(subjects)s)", _in_group(run, figure)
    grade = "" if figure.grade == ANY else "AND grade = %(grade)s"
    return _MEMBERS.format(grade=grade, group=group), given


def _in_group(run: Run, figure: Figure) -> list[int]:
    taken = services.snapshot_of(run)
    with duckdb.connect() as engine:
        statement = (
            f"WITH {monitoring.grouped(taken, run.as_of)} SELECT subject_id FROM grouped WHERE {figure.grouping} = ?"
        )
        return [row[0] for row in engine.execute(statement, [figure.group]).fetchall()]
