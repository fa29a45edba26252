"""The rows behind each number (指标明细), within what the reader may see, page by page.

Counted and listed are the same rows: a record as it was first handed in, a rejected row, a line of a work order, an
item, or a subject of the base register. What a department handed in is listed for that department and those above it,
and for who sees the whole city's hand-ins; contents are shown on the submission's own page alone.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from chengxin.base.clock import CITY_TIME, local_date
from chengxin.base.database.context import acting
from chengxin.base.database.parts import all_pages
from chengxin.base.errors import NotFound
from chengxin.intake.collection import measuring as collection
from chengxin.intake.quality import computing, policy
from chengxin.intake.quality.computing import BASIS, DOUBTED, PURPOSE, Looked
from chengxin.intake.quality.queries import Computed, Narrowed
from chengxin.intake.quality.rules import RULE, Check
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Permission
from chengxin.registry.records import handed_in
from chengxin.registry.records.handed_in import Window
from chengxin.registry.records.measuring import HandIn
from chengxin.registry.subjects import doubled

SHOWN = 50


@dataclass(frozen=True, slots=True)
class BehindRow:
    """A row behind a number. Empty or None is what the row has not, or the reader may not see.

    what: the rules that a rejected row broke, or the fault of a code; case_id: the work order about it
    """

    provider_id: int | None = None
    item: str = ""
    submission_id: int | None = None
    row: int | None = None
    code: str = ""
    name: str = ""
    division: str = ""
    decided_on: date | None = None
    handed_in_on: date | None = None
    what: tuple[str, ...] = ()
    case_id: int | None = None


@dataclass(frozen=True, slots=True)
class Behind:
    """A page of the rows behind a number; `failed`: they are those that did not pass (else those that did)."""

    rows: tuple[BehindRow, ...]
    total: int
    failed: bool = True


@dataclass(frozen=True)
class Asked:
    """What is asked for: whose rows, of which month as seen when its figures were computed, and which page."""

    looked: Looked
    narrowed: Narrowed
    reach: frozenset[int]
    by: Actor
    on: date
    page: int
    size: int

    @property
    def hand_ins(self) -> list[HandIn]:
        """The month's hand-ins of those whose rows are asked for."""
        return [h for h in self.looked.hand_ins if h.organisation_id in self.reach]

    @property
    def window(self) -> Window:
        """The page of records."""
        return Window(self.on, self.by.reaches, self.page, self.size)

    def items(self, among: Collection[str]) -> list[str]:
        """Those of these items that are asked for."""
        return [i for i in among if self.narrowed.item in ("", i)]


def reach_of(by: Actor) -> frozenset[int]:
    """The organisations whose rows `by` may see."""
    if by.may(Permission.SEE_ALL_SUBMISSIONS):
        return frozenset(o.id for o in accounts.organisations())
    return by.reaches if by.may(Permission.SEE_OWN_SUBMISSIONS) else frozenset()


def behind(
    check: str, computed: Computed, narrowed: Narrowed, *, by: Actor, on: date, page: int = 1, size: int = SHOWN
) -> Behind:
    """The rows behind a check's number in a month: those that did not pass, for reporting those that were handed in.

    Raises `NotFound` for a check that has no rows. Index: those of the measure that counted them.
    """
    listing = _rule if check.startswith(RULE) else LISTINGS.get(check)
    if listing is None:
        raise NotFound
    reach = reach_of(by)
    if narrowed.provider_ids is not None:
        reach &= frozenset(narrowed.provider_ids)
    if narrowed.division and check not in OF_THE_REGISTER:
        reach &= {o.id for o in accounts.organisations() if o.division == narrowed.division}
    asked = Asked(Looked(computed.month, computed.at), narrowed, reach, by, on, page, size)
    with acting(actor=by.name, purpose=PURPOSE, basis=BASIS):
        return listing(asked, check)


def all_behind(check: str, computed: Computed, narrowed: Narrowed, *, by: Actor, on: date) -> Iterator[BehindRow]:
    """All of them, read in parts. Raises as `behind`, at the first. Index: as there.

    Parts by number, because a month is looked at as it was when its figures were computed, and stands still.
    """
    return all_pages(lambda page, size: behind(check, computed, narrowed, by=by, on=on, page=page, size=size).rows)


def _records(rows: handed_in.Rows, *, failed: bool = True) -> Behind:
    found = tuple(
        BehindRow(
            provider_id=r.organisation_id,
            item=r.item,
            submission_id=r.submission_id,
            row=r.row,
            code=r.code,
            name=r.name,
            decided_on=r.decided_on,
            handed_in_on=r.handed_in_on,
        )
        for r in rows[0]
    )
    return Behind(found, rows[1], failed)


def _reported(asked: Asked, _check: str) -> Behind:
    looked = asked.looked
    later = [
        h for h in collection.hand_ins(since=looked.moments[0], until=looked.at) if h.organisation_id in asked.reach
    ]
    month, items = looked.month, asked.items(looked.double_publicity)
    found = handed_in.decided(later, asked.window, items=items, first=month.first, until=month.until)
    return _records(found, failed=False)


def _late(asked: Asked, _check: str) -> Behind:
    known = computing.deciding_days(asked.looked.month)
    items = asked.items(asked.looked.double_publicity)
    found = handed_in.late(asked.hand_ins, asked.window, items=items, pairs=known.pairs, unjudged=known.unjudged)
    return _records(found)


def _gaps(asked: Asked, _check: str) -> Behind:
    fields = policy.expected_fields(asked.looked.day)
    wanted = {item: named for item, named in fields.items() if item in asked.items(fields)}
    return _records(handed_in.with_gaps(asked.hand_ins, asked.window, fields=wanted))


def _rejected(asked: Asked, check: str) -> Behind:
    is_double = check == Check.COMPLIANCE
    double = set(asked.looked.double_publicity)
    return _places(asked, [i for i in asked.looked.items if (i in double) == is_double])


def _rule(asked: Asked, check: str) -> Behind:
    return _places(asked, list(asked.looked.items), rule=check.removeprefix(RULE))


def _places(asked: Asked, items: list[str], *, rule: str = "") -> Behind:
    since, until = asked.looked.moments
    found, total = collection.rejected_places(
        since=since, until=until, organisation_ids=asked.reach, items=asked.items(items), rule=rule,
        page=asked.page, size=asked.size,
    )  # fmt: skip
    orders = _orders_about([r.submission_id for r in found])
    rows = tuple(
        BehindRow(
            provider_id=r.organisation_id,
            item=r.item,
            submission_id=r.submission_id,
            row=r.row,
            handed_in_on=r.handed_in_on,
            what=r.rules,
            case_id=orders.get((r.submission_id, r.row)),
        )
        for r in found
    )
    return Behind(rows, total)


def _orders_about(submission_ids: Collection[int]) -> dict[tuple[int, int], int]:
    """(submission, row) -> case of the work order that has a line about the row. Index: unique submission."""
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT o.submission_id, l."row", o.case_id FROM quality_codeorder o'
            " JOIN quality_orderline l ON l.order_id = o.id WHERE o.submission_id = ANY(%s)",
            [list(submission_ids)],
        )
        return {(submission, row): case_id for submission, row, case_id in cursor.fetchall()}


def _lines(asked: Asked, check: str) -> Behind:
    since, until = asked.looked.moments
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT o.provider_id, o.item, o.submission_id, l."row", l.code, l.name, s.received_at, l.fault, o.case_id,'
            " count(*) OVER () FROM quality_codeorder o JOIN quality_orderline l ON l.order_id = o.id"
            " JOIN collection_submission s ON s.id = o.submission_id"
            " WHERE s.received_at >= %(since)s AND s.received_at < %(until)s AND l.fault = ANY(%(faults)s)"
            " AND o.provider_id = ANY(%(reach)s) AND (%(item)s = '' OR o.item = %(item)s)"
            " ORDER BY o.id, l.row LIMIT %(size)s OFFSET %(start)s",
            {
                "since": since,
                "until": until,
                "faults": [f.value for f in DOUBTED[Check(check)]],
                "reach": list(asked.reach),
                "item": asked.narrowed.item,
                "size": asked.size,
                "start": (asked.page - 1) * asked.size,
            },
        )
        rows = cursor.fetchall()
    return Behind(tuple(map(_line, rows)), rows[0][9] if rows else 0)


def _line(row: tuple[Any, ...]) -> BehindRow:
    provider_id, item, submission_id, place, code, name, at, fault, case_id, _ = row
    return BehindRow(
        provider_id=provider_id,
        item=item,
        submission_id=submission_id,
        row=place,
        code=code,
        name=name,
        handed_in_on=local_date(at.astimezone(CITY_TIME)),
        what=(fault,),
        case_id=case_id,
    )


def _not_fresh(asked: Asked, _check: str) -> Behind:
    looked = asked.looked
    found = [
        p
        for p in computing.provided(looked.month, at=looked.at)
        if p.organisation_id in asked.reach and p.is_late(looked.day) and asked.narrowed.item in ("", p.item)
    ]
    shown = found[(asked.page - 1) * asked.size : asked.page * asked.size]
    rows = (
        BehindRow(provider_id=p.organisation_id, item=p.item, handed_in_on=local_date(p.last_at) if p.last_at else None)
        for p in shown
    )
    return Behind(tuple(rows), len(found))


def _uncovered(asked: Asked, _check: str) -> Behind:
    farming = policy.farming(asked.looked.day)
    found, total = handed_in.uncovered(
        code_beginnings=farming.code_beginnings, name_parts=farming.name_parts, beside=computing.register_items(),
        division=asked.narrowed.division, page=asked.page, size=asked.size,
    )  # fmt: skip
    return Behind(tuple(BehindRow(code=s.code, name=s.name, division=s.division) for s in found), total)


def _doubled(asked: Asked, _check: str) -> Behind:
    found, total = doubled.shared_names(division=asked.narrowed.division, page=asked.page, size=asked.size)
    return Behind(tuple(BehindRow(code=s.code, name=s.name, division=s.division) for s in found), total)


OF_THE_REGISTER = frozenset({Check.UNIQUE.value, Check.AGRICULTURE.value})
LISTINGS: dict[str, Callable[[Asked, str], Behind]] = {
    Check.REPORTING: _reported,
    Check.COMPLIANCE: _rejected,
    Check.ACCEPTANCE: _rejected,
    Check.TIMELINESS: _late,
    Check.COMPLETENESS: _gaps,
    Check.CODES: _lines,
    Check.CONFLICTS: _lines,
    Check.FRESHNESS: _not_fresh,
    Check.UNIQUE: _doubled,
    Check.AGRICULTURE: _uncovered,
}
