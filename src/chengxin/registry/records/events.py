"""The outbox of records: what changed, written in the transaction of the change, for whoever must be told in order."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import polars as pl
from django.db import connection, transaction

from chengxin.base.clock import local_date
from chengxin.base.database.context import acting
from chengxin.base.database.copying import copy_frame
from chengxin.registry.records.models import PeriodSweep, RecordEvent, WatchedItem
from chengxin.registry.records.rules import EventKind

# Who begins to watch an item waits for changes of records that are under way, so that none falls between what is there
# already and what is told from now on.
WATCH_LOCK = 39446
CHANNEL = "chengxin_record_event"
LONGEST_WAIT = "2s"  # for changes under way; a large hand-in takes longer, and the caller tries again later
PERIODS, PERIODS_BASIS = "public-periods", "the end of a public period is told to those who hold a copy"
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Event:
    """One change of one record; `subject` as in `RecordEvent`."""

    id: int
    natural_key: UUID
    subject: int
    item: str
    kind: str
    version: int
    at: datetime


def write_stored(versions: pl.DataFrame, *, at: datetime) -> None:
    """Write that these versions came, first or in place of others, in the caller's transaction: one COPY for all."""
    items = versions["item"].unique().to_list()
    if not _watched(items):
        return
    is_first = pl.col("version") == 1
    kind = pl.when(is_first).then(pl.lit(EventKind.ADDED.value)).otherwise(pl.lit(EventKind.CORRECTED.value))
    subject = -pl.col("person_id") if "person_id" in versions.columns else pl.col("subject_id")
    told = versions.select(
        "natural_key",
        subject.alias("subject"),
        "item",
        kind.alias("kind"),
        "version",
        pl.lit(at.isoformat()).alias("at"),
    )
    copy_frame("records_recordevent", told)
    _wake()


def write_moved(natural_key: UUID, *, subject: int, item: str, kind: EventKind, version: int, at: datetime) -> None:
    """Write that a record changed its state, in the caller's transaction."""
    if _watched([item]):
        RecordEvent.objects.create(
            natural_key=natural_key, subject=subject, item=item, kind=kind.value, version=version, at=at
        )
        _wake()


@dataclass(frozen=True, slots=True)
class Moved:
    """A record that became another subject's, with its new version."""

    natural_key: UUID
    item: str
    version: int


def write_reassigned(moved: Sequence[Moved], *, subjects: Sequence[int], at: datetime) -> None:
    """Write that these records are another subject's now, to whoever watches any of `subjects`, the first one first.

    In the caller's transaction. A watcher of several is told once (`delivery.routing`).
    """
    items = sorted({one.item for one in moved})
    if not items or not _watched(items):
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO records_recordevent (natural_key, subject, item, kind, version, at)"
            " SELECT m.key, s.subject, m.item, %(kind)s, m.version, %(at)s"
            " FROM unnest(%(subjects)s::bigint[]) WITH ORDINALITY AS s(subject, place),"
            " unnest(%(keys)s::uuid[], %(items)s::text[], %(versions)s::int[]) AS m(key, item, version)"
            " WHERE m.item IN (SELECT item FROM records_watcheditem) ORDER BY s.place, m.key",
            {
                "subjects": list(subjects),
                "keys": [one.natural_key for one in moved],
                "items": [one.item for one in moved],
                "versions": [one.version for one in moved],
                "kind": EventKind.CORRECTED.value,
                "at": at,
            },
        )
    _wake()


def _watched(items: Sequence[str]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [WATCH_LOCK])
        cursor.execute("SELECT EXISTS (SELECT 1 FROM records_watcheditem WHERE item = ANY(%s))", [list(items)])
        return bool(cursor.fetchone()[0])


def _wake() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")


def watch(items: Collection[str]) -> None:
    """Have events written of these items from the end of this transaction on, in the caller's transaction.

    Waits for changes under way, so that what is stored and seen afterwards is all that has no event. Raises
    `OperationalError` where they take too long; try again. Items that are watched already need no waiting.
    """
    if not set(items) - set(WatchedItem.objects.filter(item__in=items).values_list("item", flat=True)):
        return
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{LONGEST_WAIT}'")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WATCH_LOCK])
        cursor.execute("SET LOCAL lock_timeout = 0")
    WatchedItem.objects.bulk_create([WatchedItem(item=item) for item in sorted(items)], ignore_conflicts=True)


def take(limit: int) -> tuple[Event, ...]:
    """The oldest events that nobody took yet, taken with the end of the caller's transaction; by id.

    The caller lets one transaction at a time take. Index: `record_event_waiting`.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH taken AS (UPDATE records_recordevent SET is_routed = true WHERE id IN"
            " (SELECT id FROM records_recordevent WHERE NOT is_routed ORDER BY id LIMIT %s)"
            " RETURNING id, natural_key, subject, item, kind, version, at) SELECT * FROM taken ORDER BY id",
            [limit],
        )
        return tuple(Event(*row) for row in cursor.fetchall())


# Ends fall on the first day unseen; a period that begins later than its record came is news on its first day.
PERIODS_SQL = """
INSERT INTO records_recordevent (natural_key, subject, item, kind, version, at)
SELECT r.natural_key, {subject}, r.item,
  CASE WHEN upper(r.public_period) <= %(until)s THEN %(ended)s ELSE %(added)s END, r.version, %(at)s
FROM {table} r
WHERE r.known_until IS NULL AND r.audience = 'public' AND r.state IN ('in-force', 'disputed')
  AND r.item IN (SELECT item FROM records_watcheditem)
  AND (upper(r.public_period) > %(since)s AND upper(r.public_period) <= %(until)s
    OR lower(r.public_period) > %(since)s AND lower(r.public_period) <= %(until)s
      AND (r.known_from AT TIME ZONE 'Asia/Shanghai')::date < lower(r.public_period))
"""


@transaction.atomic
def sweep_periods(*, at: datetime) -> int:
    """Write the ends (and late beginnings) of public periods up to today, each once; returns how many.

    Reads never wait for this: a record is invisible from the end of its period on by the query itself. One pass over
    the present records of watched items a day.
    """
    today = local_date(at)
    if PeriodSweep.objects.filter(through__gte=today).exists():
        return 0
    PeriodSweep.objects.get_or_create(pk=1, defaults={"through": today - ONE_DAY})
    swept = PeriodSweep.objects.select_for_update().get(pk=1)
    if swept.through >= today:
        return 0
    given: dict[str, Any] = {
        "since": swept.through,
        "until": today,
        "at": at,
        "added": EventKind.ADDED.value,
        "ended": EventKind.ENDED.value,
    }
    written = 0
    with acting(actor="platform", purpose=PERIODS, basis=PERIODS_BASIS), connection.cursor() as cursor:
        for table, subject in (("records_record", "r.subject_id"), ("records_personrecord", "-r.person_id")):
            cursor.execute(PERIODS_SQL.format(table=table, subject=subject), given)
            written += cursor.rowcount
    swept.through = today
    swept.save(update_fields=["through"])
    if written:
        _wake()
    return written


def swept_through() -> date | None:
    """Through which day public periods were swept; None: never."""
    return PeriodSweep.objects.values_list("through", flat=True).first()
