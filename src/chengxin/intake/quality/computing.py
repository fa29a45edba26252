"""Measures a month: every check as figures of each provider, in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from django.db import connection

from chengxin.base.calendar.policy import working_days
from chengxin.base.casework import counting
from chengxin.base.clock import CITY_TIME, local_date
from chengxin.base.database.context import acting
from chengxin.intake.collection import measuring as collection
from chengxin.intake.quality import policy
from chengxin.intake.quality.models import Declaration, OrderLine
from chengxin.intake.quality.rules import DISPUTES, ONE_DAY, RULE, Check, InTime, Measured, Month, in_time
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.queries import OrganisationRow
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.catalogue.rules import Item
from chengxin.registry.records import measuring as records
from chengxin.registry.records.measuring import Counted, HandIn
from chengxin.registry.subjects import doubled

ACTOR, PURPOSE, BASIS = "quality", "data-quality", "《中华人民共和国数据安全法》第四十一条 (unverified)"
LOOKED_BACK = timedelta(days=60)  # no legal number of working days to hand in reaches further back


@dataclass(frozen=True)
class Looked:
    """A month, seen at a moment, with what all checks need."""

    month: Month
    at: datetime

    @property
    def day(self) -> date:
        """The day whose policy and state count: the month's last, or today while it runs."""
        return min(self.month.until - ONE_DAY, local_date(self.at))

    @cached_property
    def moments(self) -> tuple[datetime, datetime]:
        """The month as moments."""
        return self.month.moments(CITY_TIME)

    @cached_property
    def hand_ins(self) -> tuple[HandIn, ...]:
        """What was handed in in the month."""
        since, until = self.moments
        return collection.hand_ins(since=since, until=until)

    @cached_property
    def double_publicity(self) -> tuple[str, ...]:
        """The items of double publicity."""
        return policy.double_publicity(self.day)

    @cached_property
    def organisations(self) -> dict[int, OrganisationRow]:
        """The city's organisations by id."""
        return {o.id: o for o in accounts.organisations()}

    @cached_property
    def items(self) -> dict[str, Item]:
        """The catalogue by code."""
        return {i.code: i for i in catalogue.items()}

    @cached_property
    def rows(self) -> tuple[collection.RowsHandedIn, ...]:
        """Rows handed in by organisation and item."""
        since, until = self.moments
        return collection.rows_handed_in(since=since, until=until)

    def about_organisations(self) -> dict[tuple[int, str], int]:
        """Rows about organisations handed in, by organisation and item."""
        return {
            (r.organisation_id, r.item): r.total
            for r in self.rows
            if r.item in self.items and self.items[r.item].subject == "organisation"
        }

    def owner_of(self, check: Check) -> OrganisationRow:
        """The organisation that answers for a check."""
        code = next(d.owner for d in policy.definitions(self.day) if d.code == check)
        return next(o for o in self.organisations.values() if o.code == code)


def measured(month: Month, *, at: datetime) -> list[Measured]:
    """All figures of the month as they are at that moment. Some twenty statements whatever the number of rows."""
    looked = Looked(month, at)
    known = {d.code for d in policy.definitions(looked.day)}
    found: list[Measured] = []
    with acting(actor=ACTOR, purpose=PURPOSE, basis=BASIS):
        for check, measure in MEASURES.items():
            if check in known:
                found += measure(looked)
        found += _failed_rules(looked)
        found += _disputes(looked)
    return [m for m in found if m.total > 0 or m.good > 0]


def _of_providers(check: str, looked: Looked, rows: Iterable[tuple[int, str, int, int]]) -> Iterator[Measured]:
    for organisation_id, item, good, total in rows:
        organisation = looked.organisations.get(organisation_id)
        if organisation is not None:
            yield Measured(check, organisation_id, organisation.division, item, good, total)


def _counted(check: str, looked: Looked, rows: Iterable[Counted]) -> Iterator[Measured]:
    return _of_providers(check, looked, ((r.organisation_id, r.item, r.good, r.total) for r in rows))


def _reporting(looked: Looked) -> Iterator[Measured]:
    """Handed in so far among what was declared; a month without a declaration has no rate."""
    since, _ = looked.moments
    later = collection.hand_ins(since=since)
    month, items = looked.month, looked.double_publicity
    counted = records.decided_within(later, items=items, first=month.first, until=month.until)
    handed_in = {(c.organisation_id, c.item): c.good for c in counted}
    declared = latest_declarations(month)
    return _of_providers(
        Check.REPORTING,
        looked,
        ((o, i, min(handed_in.get((o, i), 0), n), n) for (o, i), n in declared.items() if i in items),
    )


def latest_declarations(month: Month, *, organisation_ids: Iterable[int] | None = None) -> dict[tuple[int, str], int]:
    """(organisation, item) -> decisions declared for the month, the latest count. Index: `declaration_latest`."""
    found = Declaration.objects.filter(month=month.first)
    if organisation_ids is not None:
        found = found.filter(organisation_id__in=list(organisation_ids))
    rows = found.order_by("organisation_id", "item", "-id").distinct("organisation_id", "item")
    return {(o, i): n for o, i, n in rows.values_list("organisation_id", "item", "decisions")}


def _passed(check: Check, looked: Looked, *, is_double: bool) -> Iterator[Measured]:
    items = set(looked.double_publicity)
    rows = ((r.organisation_id, r.item, r.good, r.total) for r in looked.rows if (r.item in items) == is_double)
    return _of_providers(check, looked, rows)


def _compliance(looked: Looked) -> Iterator[Measured]:
    return _passed(Check.COMPLIANCE, looked, is_double=True)


def _acceptance(looked: Looked) -> Iterator[Measured]:
    return _passed(Check.ACCEPTANCE, looked, is_double=False)


def deciding_days(month: Month) -> InTime:
    """On which days was decided what is handed in in time on each day of the month."""
    first = month.first - LOOKED_BACK
    days = [first + timedelta(days=n) for n in range((month.until - first).days)]
    return in_time(month, allowed={d: policy.days_to_hand_in(d) for d in days}, calendar=working_days())


def _timeliness(looked: Looked) -> Iterator[Measured]:
    known = deciding_days(looked.month)
    counted = records.in_time(
        looked.hand_ins, items=looked.double_publicity, pairs=known.pairs, unjudged=known.unjudged
    )
    return _counted(Check.TIMELINESS, looked, counted)


DOUBTED = {
    Check.CODES: (OrderLine.Fault.CHECK_DIGIT, OrderLine.Fault.OTHER_SUBJECT),
    Check.CONFLICTS: (OrderLine.Fault.TWO_NAMES,),
}


def _doubted(check: Check, looked: Looked) -> Iterator[Measured]:
    """The rows about organisations, less the lines of work orders opened by the month's hand-ins."""
    since, until = looked.moments
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o.provider_id, o.item, count(*) FROM quality_codeorder o JOIN quality_orderline l"
            " ON l.order_id = o.id JOIN collection_submission s ON s.id = o.submission_id"
            " WHERE s.received_at >= %s AND s.received_at < %s AND l.fault = ANY(%s) GROUP BY 1, 2",
            [since, until, [f.value for f in DOUBTED[check]]],
        )
        wrong = {(o, i): n for o, i, n in cursor.fetchall()}
    rows = ((o, i, n - min(n, wrong.get((o, i), 0)), n) for (o, i), n in looked.about_organisations().items())
    return _of_providers(check, looked, rows)


def _codes(looked: Looked) -> Iterator[Measured]:
    return _doubted(Check.CODES, looked)


def _conflicts(looked: Looked) -> Iterator[Measured]:
    return _doubted(Check.CONFLICTS, looked)


def _of_divisions(check: Check, looked: Looked, rows: Mapping[str, tuple[int, int]]) -> Iterator[Measured]:
    owner = looked.owner_of(check)
    for division, (good, total) in rows.items():
        yield Measured(check, owner.id, division, "", good, total)


def _unique(looked: Looked) -> Iterator[Measured]:
    return _of_divisions(Check.UNIQUE, looked, doubled.distinct_by_division())


def _agriculture(looked: Looked) -> Iterator[Measured]:
    farming = policy.farming(looked.day)
    rows = records.covered(
        code_beginnings=farming.code_beginnings, name_parts=farming.name_parts, beside=register_items()
    )
    return _of_divisions(Check.AGRICULTURE, looked, rows)


def register_items() -> list[str]:
    """The items of the base register, which every registered subject has a record of."""
    return [i.code for i in catalogue.items() if i.updates_subject is not None]


def _completeness(looked: Looked) -> Iterator[Measured]:
    fields = policy.expected_fields(looked.day)
    return _counted(Check.COMPLETENESS, looked, records.filled(looked.hand_ins, fields=fields))


@dataclass(frozen=True, slots=True)
class Provided:
    """An item that an organisation provides: last handed in at, and late when `day` lies after `late_from`."""

    organisation_id: int
    item: str
    last_at: datetime | None
    late_from: date | None

    def is_late(self, day: date) -> bool:
        """Whether the cycle has passed; what was never handed in is late."""
        return self.late_from is None or day >= self.late_from


def provided(month: Month, *, at: datetime) -> tuple[Provided, ...]:
    """The items with a cycle that organisations provide: handed in by them before, or naming them as the provider.

    An item that nobody ever handed in is not opened yet, and nobody is late with it.
    """
    looked = Looked(month, at)
    days = policy.cycle_days(looked.day)
    last = collection.last_hand_ins(until=min(looked.moments[1], at))
    by_code = {o.code: o.id for o in looked.organisations.values()}
    pairs = {(o, i) for o, i in last if i in looked.items and o in looked.organisations}
    opened = [looked.items[i] for i in {i for _, i in pairs}]
    pairs |= {(by_code[p], i.code) for i in opened for p in i.providers if p in by_code}
    found = []
    for organisation_id, item in sorted(pairs):
        within = days.get(looked.items[item].update_cycle)
        if within is not None:
            at_last = last.get((organisation_id, item))
            late_from = None if at_last is None else local_date(at_last) + timedelta(days=within + 1)
            found.append(Provided(organisation_id, item, at_last, late_from))
    return tuple(found)


def _freshness(looked: Looked) -> Iterator[Measured]:
    rows = provided(looked.month, at=looked.at)
    return _of_providers(
        Check.FRESHNESS, looked, ((p.organisation_id, p.item, int(not p.is_late(looked.day)), 1) for p in rows)
    )


def _failed_rules(looked: Looked) -> Iterator[Measured]:
    """For each rule of validation, the rows that passed it among all handed in."""
    since, until = looked.moments
    totals = {(r.organisation_id, r.item): r.total for r in looked.rows}
    by_rule: dict[str, list[tuple[int, str, int, int]]] = defaultdict(list)
    for one in collection.failed_rows(since=since, until=until):
        total = totals.get((one.organisation_id, one.item), one.rows)
        by_rule[one.rule].append((one.organisation_id, one.item, max(0, total - one.rows), total))
    for rule, rows in by_rule.items():
        yield from _of_providers(f"{RULE}{rule}", looked, rows)


def _disputes(looked: Looked) -> Iterator[Measured]:
    """Disputes closed and received, of each provider. The kernel counts them; policy names the procedure."""
    procedure, part = policy.dispute_procedure(looked.day)
    since, until = looked.moments
    flows = counting.flow(procedure, part=part, since=since, until=until)
    return _of_providers(DISPUTES, looked, ((f.organisation_id, "", f.closed, f.opened) for f in flows))


MEASURES: dict[Check, Callable[[Looked], Iterator[Measured]]] = {
    Check.REPORTING: _reporting,
    Check.COMPLIANCE: _compliance,
    Check.TIMELINESS: _timeliness,
    Check.CODES: _codes,
    Check.UNIQUE: _unique,
    Check.CONFLICTS: _conflicts,
    Check.ACCEPTANCE: _acceptance,
    Check.FRESHNESS: _freshness,
    Check.AGRICULTURE: _agriculture,
    Check.COMPLETENESS: _completeness,
}
