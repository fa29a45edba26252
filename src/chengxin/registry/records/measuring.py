"""Counts of what was handed in, for figures of data quality. Numbers alone leave this module, no content of a record.

The tables are walked by the block ranges of the submissions that are asked about. Index: `record_submission`,
`personrecord_submission`. Natural persons are counted in a transaction that states why (`base.database.context`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

TABLES = ("records_record", "records_personrecord")


@dataclass(frozen=True, slots=True)
class HandIn:
    """A submission, who handed it in, and on which day."""

    submission_id: int
    organisation_id: int
    day: date


@dataclass(frozen=True, slots=True)
class Counted:
    """Of `total` of an organisation and item, `good` had what was asked."""

    organisation_id: int
    item: str
    good: int
    total: int


def in_time(
    hand_ins: Sequence[HandIn],
    *,
    items: Sequence[str],
    pairs: Sequence[tuple[date, date]],
    unjudged: Iterable[date],
) -> tuple[Counted, ...]:
    """Of the records first stored by these hand-ins, how many were decided on a day that `pairs` ties to theirs.

    `pairs`: (day handed in, day decided); what was handed in on a day of `unjudged` is left out.
    """
    skipped = set(unjudged)
    return _both(
        "SELECT h.organisation_id, r.item, count(*) FILTER (WHERE w.day IS NOT NULL), count(*) FROM {hand_ins}"
        " JOIN {table} r ON r.submission_id = h.submission_id AND {near}"
        " LEFT JOIN unnest(%(days)s::date[], %(decided)s::date[]) AS w(day, decided_on)"
        "   ON w.day = h.day AND w.decided_on = r.decided_on"
        " WHERE r.version = 1 AND r.decided_on IS NOT NULL AND r.item = ANY(%(items)s) GROUP BY 1, 2",
        [h for h in hand_ins if h.day not in skipped],
        {"items": list(items), "days": [p[0] for p in pairs], "decided": [p[1] for p in pairs]},
    )


def decided_within(
    hand_ins: Sequence[HandIn], *, items: Sequence[str], first: date, until: date
) -> tuple[Counted, ...]:
    """How many records first stored by these hand-ins were decided in `[first, until)`; `good` is `total`."""
    return _both(
        "SELECT h.organisation_id, r.item, count(*), count(*) FROM {hand_ins}"
        " JOIN {table} r ON r.submission_id = h.submission_id AND {near}"
        " WHERE r.version = 1 AND r.decided_on >= %(first)s AND r.decided_on < %(until)s AND r.item = ANY(%(items)s)"
        " GROUP BY 1, 2",
        hand_ins,
        {"items": list(items), "first": first, "until": until},
    )


def filled(hand_ins: Sequence[HandIn], *, fields: Mapping[str, Sequence[str]]) -> tuple[Counted, ...]:
    """Of the cells of `fields` (by item) in records first stored by these hand-ins, how many are filled."""
    wanted = [(item, field) for item, named in fields.items() for field in named]
    return _both(
        "SELECT h.organisation_id, r.item, count(*) FILTER (WHERE jsonb_exists(r.payload, e.field)), count(*)"
        " FROM {hand_ins} JOIN {table} r ON r.submission_id = h.submission_id AND {near}"
        " JOIN unnest(%(items)s::text[], %(fields)s::text[]) AS e(item, field) ON e.item = r.item"
        " WHERE r.version = 1 GROUP BY 1, 2",
        hand_ins,
        {"items": [w[0] for w in wanted], "fields": [w[1] for w in wanted]},
    )


def covered(*, code_beginnings: Sequence[str], name_parts: Sequence[str], beside: Sequence[str]) -> dict[str, Any]:
    """Of the active registered subjects of that kind, how many have a record of any item not in `beside`, by division.

    division -> (good, total). One walk over the subjects. Index: `record_subject` for each that fits.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT s.division, count(*) FILTER (WHERE {HAS_RECORD}), count(*) FROM subjects_subject s"
            f" WHERE {OF_KIND} GROUP BY s.division",
            kind_values(code_beginnings, name_parts, beside),
        )
        return {division: (good, total) for division, good, total in cursor.fetchall()}


HAS_RECORD = (
    "EXISTS (SELECT 1 FROM records_record r WHERE r.subject_id = s.id AND r.known_until IS NULL"
    " AND r.state <> 'withdrawn' AND r.item <> ALL(%(beside)s::text[]))"
)
OF_KIND = (
    "s.registered AND s.status = 'active'"
    " AND (s.code LIKE ANY(%(codes)s::text[]) OR s.name LIKE ANY(%(names)s::text[]))"
)


def kind_values(codes: Sequence[str], names: Sequence[str], beside: Sequence[str]) -> dict[str, Any]:
    """The values that `OF_KIND` and `HAS_RECORD` ask for."""
    return {"codes": [f"{c}%" for c in codes], "names": [f"%{n}%" for n in names], "beside": list(beside)}


HAND_INS = "unnest(%(ids)s::bigint[], %(organisations)s::bigint[], %(handed)s::date[])"
NEAR = "r.submission_id BETWEEN %(lowest)s AND %(highest)s"


def hand_in_values(hand_ins: Sequence[HandIn]) -> dict[str, Any]:
    """The values that `HAND_INS` and `NEAR` ask for."""
    ids = [h.submission_id for h in hand_ins]
    return {
        "ids": ids,
        "organisations": [h.organisation_id for h in hand_ins],
        "handed": [h.day for h in hand_ins],
        "lowest": min(ids),
        "highest": max(ids),
    }


def _both(statement: str, hand_ins: Sequence[HandIn], values: Mapping[str, Any]) -> tuple[Counted, ...]:
    """The statement's rows for records of organisations and of persons; an item is about one of them alone."""
    if not hand_ins:
        return ()
    given = {**hand_in_values(hand_ins), **values}
    found: list[Counted] = []
    with connection.cursor() as cursor:
        for table in TABLES:
            parts = {
                "hand_ins": f"{HAND_INS} AS h(submission_id, organisation_id, day)",
                "table": table,
                "near": NEAR,
            }
            cursor.execute(statement.format(**parts), given)
            found += [Counted(*row) for row in cursor.fetchall()]
    return tuple(found)
