"""Subjects that share a name: one subject may stand in the register under two codes."""

from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True, slots=True)
class SharedName:
    """A subject whose name another subject bears too; `others` is how many."""

    code: str
    name: str
    division: str
    others: int


# Sole traders may share a name; of all others, registration refuses a name that is taken.
_COUNTING = "s.registered AND s.status = 'active' AND s.kind IN ('legal-person', 'other-organisation')"
# Names that several bear are few: they are found by one aggregate over the names alone, before subjects are looked at.
_SHARED = f"""
WITH taken AS MATERIALIZED (
  SELECT comparable FROM subjects_subjectname WHERE until IS NULL GROUP BY comparable HAVING count(*) > 1
), bearing AS (
  SELECT s.code, s.name, s.division, count(*) OVER (PARTITION BY n.comparable) AS bearers
  FROM taken t JOIN subjects_subjectname n ON n.comparable = t.comparable AND n.until IS NULL
  JOIN subjects_subject s ON s.id = n.subject_id WHERE {_COUNTING}
)
"""


def distinct_by_division() -> dict[str, tuple[int, int]]:
    """division -> (subjects that share their name with no other, all). One walk over subjects, one over names.

    Index: `subjectname_prefix` for the names that several bear.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_SHARED}, sharing AS (SELECT division, count(*) AS n FROM bearing WHERE bearers > 1 GROUP BY division)"
            " SELECT a.division, a.n - coalesce(b.n, 0), a.n"
            f" FROM (SELECT s.division, count(*) AS n FROM subjects_subject s WHERE {_COUNTING} GROUP BY s.division) a"
            " LEFT JOIN sharing b ON b.division = a.division"
        )
        return {division: (good, total) for division, good, total in cursor.fetchall()}


def shared_names(*, division: str = "", page: int = 1, size: int = 50) -> tuple[tuple[SharedName, ...], int]:
    """The subjects that share a name, by name, one page of them and how many there are. As `distinct_by_division`."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_SHARED} SELECT code, name, division, bearers - 1, count(*) OVER () FROM bearing"
            " WHERE bearers > 1 AND (%(division)s = '' OR division = %(division)s)"
            " ORDER BY name, code LIMIT %(size)s OFFSET %(start)s",
            {"division": division, "size": size, "start": (page - 1) * size},
        )
        rows = cursor.fetchall()
    return tuple(SharedName(*row[:4]) for row in rows), rows[0][4] if rows else 0
