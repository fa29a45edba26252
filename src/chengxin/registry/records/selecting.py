"""Reads that choose among all subjects by what is public about them, and name a subject for as long as it is."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from chengxin.registry.records.queries import PUBLIC_NOW_SQL


@dataclass(frozen=True, slots=True)
class Match:
    """A subject with public records of an item: which, newest first, and who provided the newest."""

    code: str
    name: str
    records: int
    provider_id: int
    natural_keys: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Criteria:
    """Organisations with at least `least` public records of `item` decided on `since` or later (None: whenever).

    `severities` and `divisions` (beginnings of the division in the credit code) narrow it down; empty: all.
    """

    item: str
    severities: tuple[str, ...] = ()
    divisions: tuple[str, ...] = ()
    since: date | None = None
    least: int = 1


# A subject that stands for another one is of that one's division too.
SELECTED = f"""
SELECT c.id, r.subject_id, count(*) AS records
FROM jsonb_to_recordset(%(criteria)s::jsonb)
  AS c(id bigint, item text, severities text[], divisions text[], since date, least int)
JOIN records_record r ON r.item = c.item JOIN subjects_subject s ON s.id = r.subject_id
WHERE {PUBLIC_NOW_SQL} {{among}}
  AND (cardinality(c.severities) = 0 OR r.severity = ANY(c.severities))
  AND (c.since IS NULL OR r.decided_on >= c.since)
  AND (cardinality(c.divisions) = 0 OR substr(s.code, 3, 6) LIKE ANY(c.divisions) OR s.id IN (
    SELECT m.survivor_id FROM subjects_subjectmerge m
    WHERE m.undone_at IS NULL AND substr(m.absorbed_code, 3, 6) LIKE ANY(c.divisions)))
GROUP BY c.id, r.subject_id, c.least HAVING count(*) >= c.least
"""


def selected_among(
    subject_ids: Collection[int], chosen: Mapping[int, Criteria], *, on: date
) -> dict[int, frozenset[int]]:
    """Which of these subjects fall under each of the `chosen` criteria on that day, by the criteria's number.

    One statement for all criteria. Index: `record_subject`.
    """
    found: dict[int, set[int]] = defaultdict(set)
    if subject_ids and chosen:
        with connection.cursor() as cursor:
            cursor.execute(
                SELECTED.format(among="AND r.subject_id = ANY(%(among)s)"),
                {"criteria": _told(chosen), "day": on, "among": list(subject_ids)},
            )
            for number, subject, _records in cursor.fetchall():
                found[number].add(subject)
    return {number: frozenset(found[number]) for number in chosen}


@dataclass(frozen=True, slots=True)
class Selected:
    """How many subjects fall under criteria, and the first of them by code: (code, name, records)."""

    count: int
    first: tuple[tuple[str, str, int], ...]


def selected_by(criteria: Criteria, *, on: date, size: int) -> Selected:
    """Whom criteria choose on that day: how many, and `size` examples. One walk over the table of records."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH chosen AS ({SELECTED.format(among='')})"
            " SELECT s.code, s.name, c.records, count(*) OVER () FROM chosen c"
            " JOIN subjects_subject s ON s.id = c.subject_id ORDER BY s.code LIMIT %(size)s",
            {"criteria": _told({0: criteria}), "day": on, "size": size},
        )
        rows = cursor.fetchall()
    return Selected(rows[0][3] if rows else 0, tuple((code, name, records) for code, name, records, _all in rows))


def _told(chosen: Mapping[int, Criteria]) -> str:
    return json.dumps(
        [
            {
                "id": number,
                "item": one.item,
                "severities": list(one.severities),
                "divisions": [f"{d}%" for d in one.divisions],
                "since": one.since.isoformat() if one.since else None,
                "least": one.least,
            }
            for number, one in chosen.items()
        ]
    )


def subjects_with(
    item: str,
    *,
    on: date,
    severities: Collection[str] = (),
    divisions: Collection[str] = (),
    since: date | None = None,
    until: date | None = None,
    least: int = 1,
    codes: Collection[str] | None = None,
) -> tuple[Match, ...]:
    """Organisations with at least `least` public records of `item` decided in `[since, until)`, by code.

    `divisions`: beginnings of the division in the credit code; empty: all. `codes`: only among these. One statement
    that walks the table of records once; with `codes` it uses `record_subject`.
    """
    within = "" if codes is None else " AND s.code = ANY(%(codes)s)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT s.code, s.name, count(*),
                   (array_agg(r.provider_id ORDER BY r.decided_on DESC NULLS LAST, r.id DESC))[1],
                   array_agg(r.natural_key ORDER BY r.decided_on DESC NULLS LAST, r.id DESC)
            FROM records_record r JOIN subjects_subject s ON s.id = r.subject_id
            WHERE {PUBLIC_NOW_SQL} AND r.item = %(item)s
              AND (cardinality(%(severities)s::text[]) = 0 OR r.severity = ANY(%(severities)s))
              AND (cardinality(%(divisions)s::text[]) = 0 OR substr(s.code, 3, 6) LIKE ANY(%(divisions)s))
              AND (%(since)s::date IS NULL OR r.decided_on >= %(since)s)
              AND (%(until)s::date IS NULL OR r.decided_on < %(until)s){within}
            GROUP BY s.id HAVING count(*) >= %(least)s ORDER BY s.code
            """,
            {
                "day": on,
                "item": item,
                "severities": list(severities),
                "divisions": [f"{d}%" for d in divisions],
                "since": since,
                "until": until,
                "least": least,
                "codes": list(codes or ()),
            },
        )
        return tuple(
            Match(code, name, records, provider_id, tuple(keys))
            for code, name, records, provider_id, keys in cursor.fetchall()
        )


@dataclass(frozen=True, slots=True)
class Named:
    """A subject that a public record names, and whether that record is disputed."""

    code: str
    name: str
    is_disputed: bool


def named_by(natural_keys: Sequence[UUID], *, on: date) -> dict[UUID, Named]:
    """The subjects whose records with these keys are public on that day; the others are left out.

    Index: `record_one_present_version`.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT r.natural_key, s.code, s.name, r.state = 'disputed'
            FROM records_record r JOIN subjects_subject s ON s.id = r.subject_id
            WHERE {PUBLIC_NOW_SQL} AND r.natural_key = ANY(%(keys)s)
            """,
            {"day": on, "keys": list(natural_keys)},
        )
        return {key: Named(*subject) for key, *subject in cursor.fetchall()}


def holders_of(
    item: str, *, on: date, field: str = "", any_of: Collection[str] = (), after: int = 0, size: int = 20_000
) -> list[int]:
    """Ids, in order, of at most `size` active organisations beyond the id `after` with a public record of `item`.

    `field` holds any of `any_of`, where given. Walks on from `after`, so that a register of any size is read in parts.
    Index: `record_subject`.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT s.id FROM subjects_subject s WHERE s.id > %(after)s AND s.status = 'active' AND EXISTS (
              SELECT 1 FROM records_record r WHERE r.subject_id = s.id AND r.item = %(item)s AND {PUBLIC_NOW_SQL}
                AND (%(field)s = '' OR r.payload ->> %(field)s = ANY(%(any)s::text[])))
            ORDER BY s.id LIMIT %(size)s
            """,
            {"after": after, "item": item, "day": on, "field": field, "any": list(any_of), "size": size},
        )
        return [row[0] for row in cursor.fetchall()]
