"""Reads of the exchange: the changes that an organisation is told, what waits, and how fast records are taken down."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Min, Q

from chengxin.base.clock import CITY_TIME
from chengxin.base.database.parts import all_rows
from chengxin.intake.exchange.models import ChangeNotice, ExchangePackage, Receipt, Webhook
from chengxin.intake.exchange.packages import WHOLE
from chengxin.intake.exchange.rules import TAKEDOWNS, PackageState, is_takedown
from chengxin.registry.accounts.queries import OrganisationRow, organisations
from chengxin.registry.accounts.rules import Actor, Permission, require
from chengxin.registry.records import labels

MONTHS = 12


@dataclass(frozen=True, slots=True)
class PackageRow:
    """A package from or to another platform, with what its receipt says; `faults`: rows with reasons."""

    id: int
    identifier: UUID
    is_inbound: bool
    platform: str
    resource: str
    road: str
    state: str
    kept_at: datetime
    settled_at: datetime | None
    rows: int
    rejected: int
    attempts: int
    last_fault: str
    faults: tuple[tuple[int, str], ...]

    @property
    def may_go_again(self) -> bool:
        """Whether sending was given up, or all of it was returned for one reason."""
        return self.state == PackageState.GIVEN_UP or (not self.is_inbound and any(n == WHOLE for n, _ in self.faults))


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change as it is told to one organisation. `item`, `subject` and `document_number` are empty for what concerns a
    natural person: the record's identifier alone says which it is.
    """

    id: int
    record: UUID
    change: str
    at: datetime
    item: str
    subject: str
    document_number: str
    told_at: datetime
    attempts: int
    last_fault: str
    acknowledged_at: datetime | None
    acknowledged_by: str
    road: str

    @property
    def is_takedown(self) -> bool:
        """Whether the record must no longer be shown or used."""
        return is_takedown(self.change)


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A change whose delivery was given up, and to whom it was to go."""

    row: ChangeRow
    organisation_zh: str
    organisation_en: str
    dead_at: datetime


@dataclass(frozen=True, slots=True)
class ConsumerRow:
    """An organisation that received records: how many, what waits since when, where its system takes changes."""

    organisation_id: int
    code: str
    name_zh: str
    name_en: str
    kind: str
    told: int
    waiting: int
    oldest: datetime | None
    dead: int
    webhook_id: int | None
    address: str
    registered_at: datetime | None


@dataclass(frozen=True, slots=True)
class TakedownLine:
    """How fast takedowns of one month, or of all months at one kind of consumer, were acknowledged.

    Seconds from the decision to the last acknowledgement, over those that everybody acknowledged; None where none was.
    """

    month: date | None
    kind: str
    takedowns: int
    notices: int
    waiting: int  # notices that nobody acknowledged yet
    open: int  # takedowns with such a notice
    median_seconds: float | None
    worst_seconds: float | None


@dataclass(frozen=True, slots=True)
class TakedownReport:
    """The last twelve months: all, by month (newest first) and by kind of consumer."""

    total: TakedownLine
    months: tuple[TakedownLine, ...]
    kinds: tuple[TakedownLine, ...]


def changes_of(actor: Actor, *, after: int = 0, waiting: bool = False, limit: int) -> tuple[ChangeRow, ...]:
    """What the actor's organisation is told, oldest first, from after the notice `after` on.

    `waiting`: only what it has not acknowledged. Index: `change_notice_feed`, `change_notice_waiting`.
    """
    found = ChangeNotice.objects.filter(organisation_id=actor.organisation_id or 0, id__gt=after)
    if waiting:
        found = found.filter(acknowledged_at=None)
    return change_rows(found.select_related("change").order_by("id")[:limit])


def inbox_of(actor: Actor, *, waiting: bool, page: int, size: int) -> tuple[tuple[ChangeRow, ...], int]:
    """The same for a page, the most urgent and newest first, with how many there are. Index: as `changes_of`."""
    found = ChangeNotice.objects.filter(organisation_id=actor.organisation_id or 0)
    found = found.filter(acknowledged_at=None).order_by("urgency", "id") if waiting else found.order_by("-id")
    start = (page - 1) * size
    return change_rows(found.select_related("change")[start : start + size]), found.count()


def all_of_inbox(actor: Actor) -> Iterator[ChangeRow]:
    """All notices to the actor's organisation, newest first, read in parts. Index: as `changes_of`."""
    found = ChangeNotice.objects.filter(organisation_id=actor.organisation_id or 0).select_related("change")
    return all_rows(found, "-id", told=change_rows)


def change_rows(notices: Iterable[ChangeNotice]) -> tuple[ChangeRow, ...]:
    """Notices with what is told of their records: one query for all, and none that reads about natural persons."""
    rows = list(notices)
    told = labels.labels_of(n.change.natural_key for n in rows)
    return tuple(_row(n, told.get(n.change.natural_key)) for n in rows)


def _row(notice: ChangeNotice, label: labels.Label | None) -> ChangeRow:
    return ChangeRow(
        id=notice.pk,
        record=notice.change.natural_key,
        change=notice.change.change,
        at=notice.change.at,
        item=label.item if label else "",
        subject=label.subject_code if label else "",
        document_number=label.document_number if label else "",
        told_at=notice.told_at,
        attempts=notice.attempts,
        last_fault=notice.last_fault,
        acknowledged_at=notice.acknowledged_at,
        acknowledged_by=notice.acknowledged_by,
        road=notice.road,
    )


def as_json(row: ChangeRow) -> dict[str, Any]:
    """What a consumer is told of a change, by delivery and feed alike."""
    return {
        "id": row.id,
        "record": str(row.record),
        "change": row.change,
        "at": row.at.isoformat(),
        "takedown": row.is_takedown,
        "item": row.item,
        "subject": row.subject,
        "document_number": row.document_number,
    }


def receivers_of(natural_key: UUID) -> frozenset[int]:
    """Ids of the organisations that received a record. Index: `receipt_once`."""
    return frozenset(Receipt.objects.filter(natural_key=natural_key).values_list("organisation_id", flat=True))


def consumers(*, by: Actor) -> list[ConsumerRow]:
    """All organisations that were told of changes or have an address, those that let wait longest first.

    Raises `NotPermitted`. One row an organisation. Index: `change_notice_feed`.
    """
    require(by, Permission.RUN_EXCHANGE)
    waits = Q(acknowledged_at=None)
    counted = {
        row["organisation_id"]: row
        for row in ChangeNotice.objects.values("organisation_id").annotate(
            told=Count("id"),
            waiting=Count("id", filter=waits),
            oldest=Min("told_at", filter=waits),
            dead=Count("id", filter=waits & Q(dead_at__isnull=False)),
        )
    }
    webhooks = {w.organisation_id: w for w in Webhook.objects.filter(ended_at=None)}
    rows = [
        _consumer(organisation, counted.get(organisation.id), webhooks.get(organisation.id))
        for organisation in organisations()
        if organisation.id in counted or organisation.id in webhooks
    ]
    return sorted(rows, key=lambda r: (r.oldest is None, r.oldest.timestamp() if r.oldest else 0.0, r.code))


def _consumer(found: OrganisationRow, counted: Mapping[str, Any] | None, webhook: Webhook | None) -> ConsumerRow:
    numbers = counted or {"told": 0, "waiting": 0, "oldest": None, "dead": 0}
    return ConsumerRow(
        organisation_id=found.id,
        code=found.code,
        name_zh=found.name_zh,
        name_en=found.name_en,
        kind=found.kind,
        told=numbers["told"],
        waiting=numbers["waiting"],
        oldest=numbers["oldest"],
        dead=numbers["dead"],
        webhook_id=webhook.pk if webhook else None,
        address=webhook.address if webhook else "",
        registered_at=webhook.registered_at if webhook else None,
    )


def dead_letters(*, by: Actor, limit: int) -> tuple[DeadLetter, ...]:
    """Deliveries that were given up, oldest first. Raises `NotPermitted`. Index: `change_notice_dead`."""
    require(by, Permission.RUN_EXCHANGE)
    found = ChangeNotice.objects.filter(dead_at__isnull=False, acknowledged_at=None)
    rows = list(found.select_related("change", "organisation").order_by("dead_at", "id")[:limit])
    return tuple(
        DeadLetter(row, n.organisation.name_zh, n.organisation.name_en, n.dead_at)
        for n, row in zip(rows, change_rows(rows), strict=True)
        if n.dead_at is not None
    )


TAKEDOWN_SQL = """
WITH told AS (
  SELECT c.id, c.at, {group} AS line, count(*) AS notices,
    count(*) FILTER (WHERE n.acknowledged_at IS NULL) AS waiting, max(n.acknowledged_at) AS last
  FROM exchange_change c JOIN exchange_changenotice n ON n.change_id = c.id
  JOIN accounts_organisation o ON o.id = n.organisation_id
  WHERE c.change = ANY(%(takedowns)s) AND c.at >= %(since)s GROUP BY c.id, line
)
SELECT line, count(*), sum(notices)::bigint, sum(waiting)::bigint, count(*) FILTER (WHERE waiting > 0),
  percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM last - at)::float8) FILTER (WHERE waiting = 0),
  max(extract(epoch FROM last - at)::float8) FILTER (WHERE waiting = 0)
FROM told GROUP BY line ORDER BY line DESC
"""
MONTH = "date_trunc('month', c.at AT TIME ZONE 'Asia/Shanghai')::date"


def takedown_report(*, at: datetime) -> TakedownReport:
    """How fast takedowns were acknowledged in the twelve months up to `at`; three counts over what was told.

    Index: `change_takedowns`, `change_notice_once`.
    """
    given = {"takedowns": sorted(TAKEDOWNS), "since": _since(at)}
    total = _lines("''", given)
    return TakedownReport(
        total=total[0] if total else TakedownLine(None, "", 0, 0, 0, 0, None, None),
        months=_lines(MONTH, given),
        kinds=_lines("o.kind", given),
    )


def _since(at: datetime) -> datetime:
    """The first moment of the month that lies eleven months back."""
    here = at.astimezone(CITY_TIME)
    months = here.year * 12 + here.month - MONTHS
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=CITY_TIME)


def _lines(group: str, given: Mapping[str, Any]) -> tuple[TakedownLine, ...]:
    with connection.cursor() as cursor:
        cursor.execute(TAKEDOWN_SQL.format(group=group), given)
        return tuple(
            TakedownLine(
                line if isinstance(line, date) else None,
                line if isinstance(line, str) else "",
                *numbers,
            )
            for line, *numbers in cursor.fetchall()
        )


def packages(*, by: Actor, page: int, size: int) -> tuple[tuple[PackageRow, ...], int]:
    """Packages from and to the platforms above, newest first, and how many there are. Raises `NotPermitted`.

    Index: primary key.
    """
    require(by, Permission.RUN_EXCHANGE)
    found = ExchangePackage.objects.order_by("-id")
    start = (page - 1) * size
    return tuple(_package(one) for one in found[start : start + size]), found.count()


def _package(found: ExchangePackage) -> PackageRow:
    faults = tuple((one["row"], one["reason"]) for one in found.results or () if not one["accepted"])
    return PackageRow(
        id=found.pk,
        identifier=found.identifier,
        is_inbound=found.is_inbound,
        platform=found.sender if found.is_inbound else found.receiver,
        resource=found.resource,
        road=found.road,
        state=found.state,
        kept_at=found.kept_at,
        settled_at=found.settled_at,
        rows=found.body["count"] if isinstance(found.body, dict) else len(found.body),
        rejected=len(faults),
        attempts=found.attempts,
        last_fault=found.last_fault,
        faults=faults,
    )
