"""Counts of hand-ins and of the rows that failed, for figures of data quality; and rows whose code is wrong."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from chengxin.base.clock import local_date
from chengxin.intake.collection.models import FoundInRow, RejectedRow, Submission
from chengxin.intake.collection.rules import Fault, State
from chengxin.registry.catalogue.rules import Item
from chengxin.registry.records.measuring import HandIn


@dataclass(frozen=True, slots=True)
class RowsHandedIn:
    """Of `total` rows of an organisation and item, `good` passed; what the store already had is in neither."""

    organisation_id: int
    item: str
    good: int
    total: int


@dataclass(frozen=True, slots=True)
class FailedRows:
    """How many rows of an organisation and item a rule of validation rejected."""

    organisation_id: int
    item: str
    rule: str
    rows: int


@dataclass(frozen=True, slots=True)
class RejectedPlace:
    """A rejected row by its place, with the rules that it broke; what it says stays with who handed it in."""

    organisation_id: int
    item: str
    submission_id: int
    row: int
    handed_in_on: date
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DoubtfulRow:
    """A rejected row whose subject code failed its check, or whose name is not that code's, with what it says."""

    row: int
    fails_check: bool
    code: str
    name: str
    registered: str
    rest: tuple[str, ...]


_OF_PERIOD = "s.state = 'done' AND s.received_at >= %(since)s AND s.received_at < %(until)s"


def hand_ins(*, since: datetime, until: datetime | None = None) -> tuple[HandIn, ...]:
    """The submissions received in `[since, until)` that were taken. Index: `submission_newest`."""
    found = Submission.objects.filter(state=State.DONE, received_at__gte=since)
    if until is not None:
        found = found.filter(received_at__lt=until)
    rows = found.values_list("id", "organisation_id", "received_at")
    return tuple(HandIn(id, organisation, local_date(at)) for id, organisation, at in rows)


def rows_handed_in(*, since: datetime, until: datetime) -> tuple[RowsHandedIn, ...]:
    """What was handed in in `[since, until)`, by organisation and item. Index: `submission_newest`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.organisation_id, s.item, sum(s.rows - s.unchanged - s.rejected), sum(s.rows - s.unchanged)"
            f" FROM collection_submission s WHERE {_OF_PERIOD} GROUP BY 1, 2",
            {"since": since, "until": until},
        )
        return tuple(RowsHandedIn(*row) for row in cursor.fetchall())


def failed_rows(*, since: datetime, until: datetime) -> tuple[FailedRows, ...]:
    """How many rows each rule rejected in `[since, until)`; a row that broke it twice counts once.

    Index: `submission_newest`, `found_in_submission`.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.organisation_id, s.item, f.rule, count(DISTINCT (f.submission_id, f.row))"
            " FROM collection_submission s JOIN collection_foundinrow f ON f.submission_id = s.id AND NOT f.is_note"
            f" WHERE {_OF_PERIOD} GROUP BY 1, 2, 3",
            {"since": since, "until": until},
        )
        return tuple(FailedRows(*row) for row in cursor.fetchall())


def rejected_places(
    *,
    since: datetime,
    until: datetime,
    organisation_ids: Collection[int],
    items: Collection[str] | None = None,
    rule: str = "",
    page: int = 1,
    size: int = 50,
) -> tuple[tuple[RejectedPlace, ...], int]:
    """The rows that were rejected in `[since, until)`, a page of them and how many there are.

    `items` None: all; `rule` "": whatever rule. Index: `submission_newest`, `found_in_submission`.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.organisation_id, s.item, f.submission_id, f.row, s.received_at, array_agg(DISTINCT f.rule),"
            " count(*) OVER () FROM collection_submission s"
            " JOIN collection_foundinrow f ON f.submission_id = s.id AND NOT f.is_note"
            f" WHERE {_OF_PERIOD} AND s.organisation_id = ANY(%(organisations)s)"
            " AND (%(items)s::text[] IS NULL OR s.item = ANY(%(items)s)) AND (%(rule)s = '' OR f.rule = %(rule)s)"
            " GROUP BY s.id, f.submission_id, f.row ORDER BY f.submission_id, f.row LIMIT %(size)s OFFSET %(start)s",
            {
                "since": since,
                "until": until,
                "organisations": list(organisation_ids),
                "items": None if items is None else list(items),
                "rule": rule,
                "size": size,
                "start": (page - 1) * size,
            },
        )
        rows = cursor.fetchall()
    found = tuple(RejectedPlace(o, i, id, row, local_date(at), tuple(broken)) for o, i, id, row, at, broken, _ in rows)
    return found, rows[0][6] if rows else 0


def last_hand_ins(*, until: datetime) -> dict[tuple[int, str], datetime]:
    """When each organisation last handed in each item before `until`. Walks the submissions."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT organisation_id, item, max(received_at) FROM collection_submission"
            " WHERE state = 'done' AND received_at < %s GROUP BY 1, 2",
            [until],
        )
        return {(organisation, item): at for organisation, item, at in cursor.fetchall()}


def doubtful_rows(submission_id: int, item: Item) -> tuple[DoubtfulRow, ...]:
    """The rejected rows of a submission whose subject's code is in doubt; sealed values are never among what is read.

    `rest`: the fields that tell decisions apart beside the code, or the name where there are none. Index:
    `found_in_submission`, `rejected_row_once`.
    """
    code_field, name_field = item.parts.subject_code, item.parts.subject_name
    if code_field is None:
        return ()
    faults: dict[int, FoundInRow] = {}
    for found in FoundInRow.objects.filter(submission_id=submission_id, is_note=False).filter(
        field__in=[code_field, name_field], rule__in=[Fault.CHECK_DIGIT, Fault.NAME_MISMATCH]
    ):
        if (found.rule, found.field) in {(Fault.CHECK_DIGIT, code_field), (Fault.NAME_MISMATCH, name_field)}:
            faults[found.row] = found
    rest = rest_fields(item)
    rows = RejectedRow.objects.filter(submission_id=submission_id, row__in=list(faults)).order_by("row")
    return tuple(
        DoubtfulRow(
            row=r.row,
            fails_check=faults[r.row].rule == Fault.CHECK_DIGIT,
            code=_text(r.values, code_field),
            name=_text(r.values, name_field),
            registered=str(faults[r.row].params.get("registered", "")),
            rest=tuple(_text(r.values, f) for f in rest),
        )
        for r in rows
    )


def rest_fields(item: Item) -> Sequence[str]:
    """The fields that tell decisions about one subject apart; the name where the code alone is the key."""
    return [f for f in item.natural_key if f != item.parts.subject_code] or [item.parts.subject_name]


def _text(values: dict[str, object], field: str) -> str:
    return str(values.get(field) or "").strip()
