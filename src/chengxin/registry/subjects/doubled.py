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
_COUNTING = (
    "s.registered AND s.status = 'active' AND s.kind IN ('legal-person', 'other-organisation') AND n.until IS NULL"
)
_SHARED = f"""
SELECT s.id, s.code, s.name, s.division, count(*) OVER (PARTITION BY n.comparable) AS bearers
FROM subjects_subject s JOIN subjects_subjectname n ON n.subject_id = s.id WHERE {_COUNTING}
"""


def distinct_by_division() -> dict[str, tuple[int, int]]:
    """division -> (subjects that share their name with no other, all). One walk over subjects and names."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT division, count(*) FILTER (WHERE bearers = 1), count(*) FROM ({_SHARED}) b GROUP BY division"
        )
        return {division: (good, total) for division, good, total in cursor.fetchall()}


def shared_names(*, division: str = "", page: int = 1, size: int = 50) -> tuple[tuple[SharedName, ...], int]:
    """The subjects that share a name, by name, one page of them and how many there are. As `distinct_by_division`."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT code, name, division, bearers - 1, count(*) OVER () FROM ({_SHARED}) b"
            " WHERE bearers > 1 AND (%(division)s = '' OR division = %(division)s)"
            " ORDER BY name, code LIMIT %(size)s OFFSET %(start)s",
            {"division": division, "size": size, "start": (page - 1) * size},
        )
        rows = cursor.fetchall()
    return tuple(SharedName(*row[:4]) for row in rows), rows[0][4] if rows else 0
