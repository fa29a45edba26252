"""The records behind figures of data quality, page by page, for who handed them in and for the credit office.

Of natural persons nothing is told but the item, the days and the place in the file; of organisations the subject's
code and name only where the record is public, or the reader's own organisation handed it in. Index: as
`records.measuring`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from chengxin.registry.records.measuring import HAND_INS, HAS_RECORD, NEAR, OF_KIND, HandIn, hand_in_values, kind_values
from chengxin.registry.records.queries import PUBLIC_NOW_SQL


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A record as it was first handed in: where it stands in which file, and when it was decided."""

    organisation_id: int
    item: str
    submission_id: int
    row: int
    code: str
    name: str
    decided_on: date | None
    handed_in_on: date


@dataclass(frozen=True, slots=True)
class Window:
    """Which page is asked for, on which day, and whose own records may be named whatever their audience."""

    on: date
    own: Collection[int]
    page: int = 1
    size: int = 50


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A subject that has no record beyond its registration."""

    code: str
    name: str
    division: str


Rows = tuple[tuple[HandedIn, ...], int]


def late(
    hand_ins: Sequence[HandIn],
    window: Window,
    *,
    items: Sequence[str],
    pairs: Sequence[tuple[date, date]],
    unjudged: Collection[date],
) -> Rows:
    """The records that `measuring.in_time` counts as late, a page of them and how many there are."""
    judged = [h for h in hand_ins if h.day not in unjudged]
    condition = (
        "r.decided_on IS NOT NULL AND r.item = ANY(%(items)s) AND NOT EXISTS (SELECT 1"
        " FROM unnest(%(days)s::date[], %(decided)s::date[]) AS w(day, decided_on)"
        " WHERE w.day = h.day AND w.decided_on = r.decided_on)"
    )
    values = {"items": list(items), "days": [p[0] for p in pairs], "decided": [p[1] for p in pairs]}
    return _page(judged, window, condition, values)


def decided(hand_ins: Sequence[HandIn], window: Window, *, items: Sequence[str], first: date, until: date) -> Rows:
    """The records that `measuring.decided_within` counts, a page of them and how many there are."""
    condition = "r.decided_on >= %(first)s AND r.decided_on < %(until)s AND r.item = ANY(%(items)s)"
    return _page(hand_ins, window, condition, {"items": list(items), "first": first, "until": until})


def with_gaps(hand_ins: Sequence[HandIn], window: Window, *, fields: Mapping[str, Sequence[str]]) -> Rows:
    """The records in which a field of `fields` (by item) is empty, a page of them and how many there are."""
    wanted = [(item, field) for item, named in fields.items() for field in named]
    condition = (
        "EXISTS (SELECT 1 FROM unnest(%(items)s::text[], %(fields)s::text[]) AS e(item, field)"
        " WHERE e.item = r.item AND NOT jsonb_exists(r.payload, e.field))"
    )
    return _page(hand_ins, window, condition, {"items": [w[0] for w in wanted], "fields": [w[1] for w in wanted]})


def uncovered(
    *,
    code_beginnings: Sequence[str],
    name_parts: Sequence[str],
    beside: Sequence[str],
    division: str = "",
    page: int = 1,
    size: int = 50,
) -> tuple[tuple[Uncovered, ...], int]:
    """The subjects that `measuring.covered` counts as not covered, by code, a page of them and how many there are."""
    values = kind_values(code_beginnings, name_parts, beside)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.code, s.name, s.division, count(*) OVER () FROM subjects_subject s"
            f" WHERE {OF_KIND} AND NOT {HAS_RECORD} AND (%(division)s = '' OR s.division = %(division)s)"
            " ORDER BY s.code LIMIT %(size)s OFFSET %(start)s",
            {**values, "division": division, "size": size, "start": (page - 1) * size},
        )
        rows = cursor.fetchall()
    return tuple(Uncovered(*row[:3]) for row in rows), rows[0][3] if rows else 0


_FROM = f"FROM {HAND_INS} AS h(submission_id, organisation_id, day)"
_COLUMNS = "h.organisation_id, r.item, r.submission_id, r.submission_row"


def _page(hand_ins: Sequence[HandIn], window: Window, condition: str, values: Mapping[str, Any]) -> Rows:
    if not hand_ins:
        return (), 0
    named = f"({PUBLIC_NOW_SQL}) OR h.organisation_id = ANY(%(own)s)"
    statement = f"""
    SELECT found.*, count(*) OVER () FROM (
      SELECT {_COLUMNS}, CASE WHEN {named} THEN s.code ELSE '' END, CASE WHEN {named} THEN s.name ELSE '' END,
        r.decided_on, h.day
      {_FROM} JOIN records_record r ON r.submission_id = h.submission_id AND {NEAR}
      JOIN subjects_subject s ON s.id = r.subject_id WHERE r.version = 1 AND {condition}
      UNION ALL
      SELECT {_COLUMNS}, '', '', r.decided_on, h.day
      {_FROM} JOIN records_personrecord r ON r.submission_id = h.submission_id AND {NEAR}
      WHERE r.version = 1 AND {condition}
    ) found ORDER BY submission_id, submission_row LIMIT %(size)s OFFSET %(start)s
    """
    paging: dict[str, Any] = {"day": window.on, "own": list(window.own), "size": window.size}
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {**hand_in_values(hand_ins), **values, **paging, "start": (window.page - 1) * window.size},
        )
        rows = cursor.fetchall()
    return tuple(HandedIn(*row[:8]) for row in rows), rows[0][8] if rows else 0
