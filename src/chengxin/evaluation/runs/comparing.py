"""Two runs side by side (批次比较): who moves, by how much, and why. Everything is counted in the database.

At a million subjects the counting takes seconds (`docs/benchmarks.md`), so a trial's comparison with the version in
force is kept with it; two other runs are counted when somebody asks.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass

from django.db import connection, transaction

from chengxin.evaluation.runs import queries
from chengxin.evaluation.runs.errors import RunsUnknown
from chengxin.evaluation.runs.models import KeptComparison, KeptMover, Run
from chengxin.evaluation.scorecards import queries as scorecards
from chengxin.evaluation.scorecards.model import Model

UNGRADED = ""


@dataclass(frozen=True, slots=True)
class Move:
    """How many subjects went from one grade to another; empty: no grade."""

    before: str
    after: str
    subjects: int


@dataclass(frozen=True, slots=True)
class Cause:
    """An indicator whose points changed: for how many subjects, and by how many points in sum."""

    code: str
    subjects: int
    gained: int
    lost: int


@dataclass(frozen=True, slots=True)
class Mover:
    """A subject whose grade changed."""

    subject_id: int
    before: str
    after: str
    points_before: int
    points_after: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs side by side. `unmatched`: subjects that only one of them knows. `up`, `down`: changes of the grade."""

    before: Run
    after: Run
    moves: tuple[Move, ...]
    causes: tuple[Cause, ...]
    up: int
    down: int
    matched: int
    unmatched: int


_MOVES = """
SELECT a.grade, b.grade, count(*) FROM runs_result a JOIN runs_result b USING (subject_id)
WHERE a.run_id = %(before)s AND b.run_id = %(after)s GROUP BY 1, 2
"""
_CAUSES = """
SELECT place, count(*), sum(greatest(gain, 0)), sum(greatest(-gain, 0)) FROM (
  SELECT place, after - before AS gain FROM runs_result a JOIN runs_result b USING (subject_id)
  CROSS JOIN LATERAL unnest({before}, {after}) WITH ORDINALITY AS points(before, after, place)
  WHERE a.run_id = %(before)s AND b.run_id = %(after)s
) gains WHERE gain <> 0 GROUP BY place
"""
_FROM = """
FROM runs_result a JOIN runs_result b USING (subject_id)
WHERE a.run_id = %(before)s AND b.run_id = %(after)s AND a.grade <> b.grade
"""
_ORDER = "ORDER BY abs(b.points - a.points) DESC, subject_id"
_MOVERS = f"""
SELECT subject_id, a.grade, b.grade, a.points, b.points {_FROM} {_ORDER} LIMIT %(limit)s OFFSET %(offset)s
"""
_KEEP_MOVERS = f"""
INSERT INTO runs_keptmover (comparison_id, place, subject_id, before, after, points_before, points_after)
SELECT %(comparison)s, row_number() OVER ({_ORDER}), subject_id, a.grade, b.grade, a.points, b.points {_FROM}
"""


def compared(before_id: int, after_id: int) -> Comparison:
    """How the second run differs from the first. Raises `NotFound`, `RunsUnknown` for models of different codes.

    A trial's is read as it was kept (index: `runs_comparison_once`); otherwise whole-table counts over the two runs,
    for which the primary key serves the join.
    """
    before, after = queries.run(before_id), queries.run(after_id)
    if before.model != after.model:
        raise RunsUnknown
    kept = KeptComparison.objects.filter(before_id=before_id, after_id=after_id).first()
    if kept is None:
        moves, causes = _counted(before, after)
    else:
        moves = tuple(Move(*one) for one in kept.moves)
        causes = tuple(Cause(*one) for one in kept.causes)
    order = [c.grade for c in scorecards.model(after.model, after.version).cut_offs]
    matched = sum(m.subjects for m in moves)
    return Comparison(
        before=before,
        after=after,
        moves=moves,
        causes=tuple(sorted(causes, key=lambda c: -(c.gained + c.lost))),
        up=sum(m.subjects for m in moves if _went(m, order) < 0),
        down=sum(m.subjects for m in moves if _went(m, order) > 0),
        matched=matched,
        unmatched=before.subjects + after.subjects - 2 * matched,
    )


@transaction.atomic
def keep(before_id: int, after_id: int) -> None:
    """Count how the second run differs from the first, once, and keep it with all who move."""
    found = compared(before_id, after_id)
    kept = KeptComparison.objects.create(
        before=found.before,
        after=found.after,
        moves=[astuple(m) for m in found.moves],
        causes=[astuple(c) for c in found.causes],
    )
    with connection.cursor() as cursor:
        cursor.execute(_KEEP_MOVERS, {"comparison": kept.pk, "before": before_id, "after": after_id})


def movers(before_id: int, after_id: int, *, page: int, size: int) -> tuple[Mover, ...]:
    """The subjects whose grade changed, the largest change of points first. Index: primary keys."""
    start = (page - 1) * size
    kept = KeptComparison.objects.filter(before_id=before_id, after_id=after_id).values_list("pk", flat=True).first()
    if kept is not None:
        rows = KeptMover.objects.filter(comparison_id=kept, place__gt=start, place__lte=start + size).order_by("place")
        return tuple(
            Mover(*row) for row in rows.values_list("subject_id", "before", "after", "points_before", "points_after")
        )
    names = {"before": before_id, "after": after_id, "limit": size, "offset": start}
    with connection.cursor() as cursor:
        cursor.execute(_MOVERS, names)
        return tuple(Mover(*row) for row in cursor.fetchall())


def _counted(before: Run, after: Run) -> tuple[tuple[Move, ...], tuple[Cause, ...]]:
    """Who went where, and which indicators' points changed, counted now."""
    names = {"before": before.pk, "after": after.pk}
    with connection.cursor() as cursor:
        cursor.execute(_MOVES, names)
        moves = tuple(Move(*row) for row in sorted(cursor.fetchall()))
        codes, statement = _paired(*(scorecards.model(r.model, r.version) for r in (before, after)))
        cursor.execute(statement, names)
        return moves, tuple(Cause(codes[place - 1], *map(int, rest)) for place, *rest in sorted(cursor.fetchall()))


def _went(move: Move, order: Sequence[str]) -> int:
    """Above 0: to a lower grade; 0 where one side has no grade, or the grade is not one of the newer model's."""
    if not {move.before, move.after} <= set(order):
        return 0
    return order.index(move.after) - order.index(move.before)


def _paired(older: Model, newer: Model) -> tuple[list[str], str]:
    """The codes of all indicators, and the statement that pairs their points; a missing one counts as 0."""
    places = [{one.code: n for n, one in enumerate(m.indicators, start=1)} for m in (older, newer)]
    codes = list(dict.fromkeys([*places[0], *places[1]]))
    arrays = [
        "ARRAY[" + ", ".join(f"{side}.indicator_points[{at[c]}]" if c in at else "0" for c in codes) + "]"
        for side, at in zip("ab", places, strict=True)
    ]
    return codes, _CAUSES.format(before=arrays[0], after=arrays[1])
