"""Reads of work orders about wrong codes, within the reach of who asks."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, Prefetch, QuerySet

from chengxin.base.casework import queries as casework
from chengxin.base.casework import standings
from chengxin.base.casework.standings import Standing
from chengxin.base.database.parts import all_rows
from chengxin.base.errors import NotFound
from chengxin.intake.quality.models import CodeOrder, OrderLine, ProposedCode
from chengxin.registry.accounts.rules import Actor


@dataclass(frozen=True, slots=True)
class OrderRow:
    """A work order in a list: how many lines it has, how many are mended, and where its case stands."""

    id: int
    case_id: int
    provider_id: int
    item: str
    submission_id: int
    opened_at: datetime
    lines: int
    mended: int
    state: str
    due_on: date | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A correction that is proposed."""

    id: int
    code: str
    name: str
    edit: str
    likeness: Decimal


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of a work order; `decided`: the code that the provider says is right, `mended_code`: the one that came."""

    id: int
    row: int
    fault: str
    code: str
    name: str
    rest: tuple[str, ...]
    decided: str
    decided_by: str
    mended_code: str
    mended_at: datetime | None
    mended_by_submission: int | None
    proposals: tuple[ProposalRow, ...]


def orders_of(
    reach: Collection[int] | None, *, on: date, is_open: bool | None = None, page: int = 1, size: int = 20
) -> tuple[tuple[OrderRow, ...], int]:
    """Work orders of the organisations in `reach` (None: all), newest first, a page of them and how many there are.

    Index: `code_order_of_provider`, primary key of cases.
    """
    found = CodeOrder.objects.all() if reach is None else CodeOrder.objects.filter(provider_id__in=list(reach))
    if is_open is not None:
        ids = open_case_ids(found)
        found = found.filter(case_id__in=ids) if is_open else found.exclude(case_id__in=ids)
    start = (page - 1) * size
    return _rows(found.order_by("-id")[start : start + size], on=on), found.count()


def open_case_ids(orders: QuerySet[CodeOrder]) -> list[int]:
    """The cases of these orders that are open. Index: primary key of cases."""
    stands = standings.standings_of(orders.values_list("case_id", flat=True))
    return [case_id for case_id, one in stands.items() if not one.is_closed]


def order_of_case(case_id: int, *, actor: Actor, on: date) -> OrderRow:
    """The work order that a case is about, for those who see the case. Raises `NotFound`. Index: unique case."""
    casework.case(case_id, actor=actor, on=on)
    rows = _rows(CodeOrder.objects.filter(case_id=case_id), on=on)
    if not rows:
        raise NotFound
    return rows[0]


def order_of_submission(submission_id: int) -> int | None:
    """The case of the work order that a hand-in led to. Index: unique submission."""
    return CodeOrder.objects.filter(submission_id=submission_id).values_list("case_id", flat=True).first()


def lines_of(order_id: int, *, page: int = 1, size: int = 25) -> tuple[LineRow, ...]:
    """A page of an order's lines by row, with proposals; the caller has shown that the reader sees the order.

    Index: `order_line_once`, `proposed_code_once`, `code_decision_latest`.
    """
    start = (page - 1) * size
    return _told(_lines(order_id).order_by("row")[start : start + size])


def all_lines_of(order_id: int) -> Iterator[LineRow]:
    """The same from the first to the last, read in parts. Index: as there."""
    return all_rows(_lines(order_id), "row", told=_told)


def _lines(order_id: int) -> QuerySet[OrderLine]:
    ranked = Prefetch("proposals", ProposedCode.objects.order_by("place"))
    return OrderLine.objects.filter(order_id=order_id).select_related("mended").prefetch_related(ranked)


def _told(lines: Iterable[OrderLine]) -> tuple[LineRow, ...]:
    shown = list(lines)
    decided = _latest_decisions([line.pk for line in shown])
    return tuple(_line(line, decided) for line in shown)


def _line(line: OrderLine, decided: dict[int, tuple[str, str]]) -> LineRow:
    mended: Any = getattr(line, "mended", None)
    code, by_name = decided.get(line.pk, ("", ""))
    return LineRow(
        id=line.pk,
        row=line.row,
        fault=line.fault,
        code=line.code,
        name=line.name,
        rest=tuple(line.rest),
        decided=code,
        decided_by=by_name,
        mended_code=mended.code if mended else "",
        mended_at=mended.at if mended else None,
        mended_by_submission=mended.submission_id if mended else None,
        proposals=tuple(ProposalRow(p.pk, p.code, p.name, p.edit, p.likeness) for p in line.proposals.all()),
    )


def _latest_decisions(line_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (line_id) line_id, code, by_name FROM quality_codedecision"
            " WHERE line_id = ANY(%s) ORDER BY line_id, id DESC",
            [list(line_ids)],
        )
        return {line_id: (code, name) for line_id, code, name in cursor.fetchall()}


def open_lines(provider_id: int, item: str) -> set[tuple[str, tuple[str, ...]]]:
    """What stands in the open orders of a provider and item and is not mended yet: (code, rest).

    Index: `code_order_of_provider`, `order_line_once`.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.code, l.rest FROM quality_codeorder o"
            " JOIN casework_case c ON c.id = o.case_id AND c.closed_at IS NULL"
            " JOIN quality_orderline l ON l.order_id = o.id"
            " WHERE o.provider_id = %s AND o.item = %s"
            " AND NOT EXISTS (SELECT 1 FROM quality_mended m WHERE m.line_id = l.id)",
            [provider_id, item],
        )
        return {(code, tuple(rest)) for code, rest in cursor.fetchall()}


def finished(order_ids: Sequence[int]) -> list[int]:
    """The open cases of those of these orders whose lines are all mended. Index: `order_line_once`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o.case_id FROM quality_codeorder o"
            " JOIN casework_case c ON c.id = o.case_id AND c.closed_at IS NULL WHERE o.id = ANY(%s)"
            " AND NOT EXISTS (SELECT 1 FROM quality_orderline l LEFT JOIN quality_mended m ON m.line_id = l.id"
            "   WHERE l.order_id = o.id AND m.id IS NULL) ORDER BY o.case_id",
            [list(order_ids)],
        )
        return [case_id for (case_id,) in cursor.fetchall()]


def certain_proposals(order_id: int) -> dict[int, str]:
    """line -> code where the only proposal that bears exactly the line's name is a correction of the code, for lines
    that are neither decided nor mended. Index: `order_line_once`, `proposed_code_once`.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.id, min(p.code) FROM quality_orderline l JOIN quality_proposedcode p ON p.line_id = l.id"
            " WHERE l.order_id = %s AND p.likeness = 1 AND p.edit <> 'same-code'"
            " AND NOT EXISTS (SELECT 1 FROM quality_codedecision d WHERE d.line_id = l.id)"
            " AND NOT EXISTS (SELECT 1 FROM quality_mended m WHERE m.line_id = l.id)"
            " GROUP BY l.id HAVING count(*) = 1",
            [order_id],
        )
        return dict(cursor.fetchall())


def _rows(orders: QuerySet[CodeOrder], *, on: date) -> tuple[OrderRow, ...]:
    counted = list(orders.annotate(all_lines=Count("lines"), mended_lines=Count("lines__mended")))
    stands = standings.standings_of(o.case_id for o in counted)
    return tuple(_row(o, stands[o.case_id], on) for o in counted)


def _row(order: Any, stands: Standing, on: date) -> OrderRow:
    return OrderRow(
        id=order.pk,
        case_id=order.case_id,
        provider_id=order.provider_id,
        item=order.item,
        submission_id=order.submission_id,
        opened_at=order.opened_at,
        lines=order.all_lines,
        mended=order.mended_lines,
        state=stands.state,
        due_on=stands.due_on,
        is_late=stands.is_late(on=on),
    )
