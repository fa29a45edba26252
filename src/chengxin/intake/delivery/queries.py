"""Reads of subscriptions, of what waits for each consumer, of dead letters and of the log of deliveries."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Max, Min, Q, QuerySet

from chengxin.base.clock import local_date
from chengxin.base.database.parts import all_rows
from chengxin.base.errors import NotFound
from chengxin.intake.delivery import log, policy, rules
from chengxin.intake.delivery.models import DeliveryEntry, Dispatch, Lane, SubscribedSubject, Subscription
from chengxin.intake.delivery.rules import Choice, LogEntry, Outcome
from chengxin.registry.accounts.rules import Actor, Permission, require

REQUESTED, APPROVED, REJECTED, ENDED = "requested", "approved", "rejected", "ended"
STATES = (REQUESTED, APPROVED, REJECTED, ENDED)


@dataclass(frozen=True, slots=True)
class Saved:
    """The saved selection that a subscription names, in which version; `newest`: its present one."""

    selection_id: int
    name: str
    number: int
    newest: int
    choice: Choice


@dataclass(frozen=True, slots=True)
class SubscriptionRow:
    """A subscription with where it stands. `lag_seconds`: age of the oldest event that waits, 0.0: none."""

    id: int
    organisation_id: int
    organisation_zh: str
    organisation_en: str
    basis: str
    kind: str
    reason: str
    items: tuple[str, ...]
    subjects: str
    selection: Mapping[str, Any]
    listed: int
    saved: Saved | None
    is_from_start: bool
    road: str
    file_format: str
    address: str
    consumer_key: str
    valid_from: date
    valid_until: date
    requested_by: str
    requested_by_id: int
    requested_at: datetime
    state: str
    is_in_force: bool
    decided_by: str
    decided_at: datetime | None
    decision: str
    ended_reason: str
    waiting: int
    dead: int
    last_sequence: int
    failures: int
    next_attempt_at: datetime | None
    stopped_at: datetime | None
    last_fault: str
    last_success_at: datetime | None
    lag_seconds: float

    @property
    def is_stopped(self) -> bool:
        """Whether its deliveries were given up."""
        return self.stopped_at is not None


@dataclass(frozen=True, slots=True)
class DispatchRow:
    """An event for one consumer and what became of it."""

    subscription_id: int
    organisation_zh: str
    organisation_en: str
    sequence: int
    record: UUID
    item: str
    kind: str
    happened_at: datetime
    routed_at: datetime
    attempts: int
    replays: int
    retry_at: datetime | None
    outcome: str
    cause: str
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Dispatches:
    """A page of events for consumers, and how many there are."""

    items: tuple[DispatchRow, ...]
    total: int


def subscriptions(
    *, by: Actor, at: datetime, state: str = "", road: str = "", page: int = 1, size: int = 20
) -> tuple[tuple[SubscriptionRow, ...], int]:
    """Subscriptions, newest first: all for who runs the exchange, else those of the actor's own organisation.

    Raises `NotPermitted`. Index: `subscription_consumer`, `dispatch_open`.
    """
    found = _standing(by, state, road, at=at)
    start = (page - 1) * size
    return _rows(found.order_by("-id")[start : start + size], at=at), found.count()


def all_subscriptions(*, by: Actor, at: datetime, state: str = "", road: str = "") -> Iterator[SubscriptionRow]:
    """The same from the first to the last, read in parts. Index, raises: as there."""

    def told(part: Sequence[Subscription]) -> Iterable[SubscriptionRow]:
        return _rows(Subscription.objects.filter(pk__in=[row.pk for row in part]).order_by("-id"), at=at)

    return all_rows(_standing(by, state, road, at=at), "-id", told=told)


def _standing(by: Actor, state: str, road: str, *, at: datetime) -> "QuerySet[Subscription]":
    found = _visible(by)
    if state in STATES:
        found = found.filter(_state(state, on=local_date(at)))
    return found.filter(road=road) if road else found


def subscription(subscription_id: int, *, by: Actor, at: datetime) -> SubscriptionRow:
    """One subscription. Raises `NotFound` also for what is another organisation's. Index: primary key."""
    rows = _rows(_visible(by).filter(pk=subscription_id), at=at)
    if not rows:
        raise NotFound
    return rows[0]


def _visible(by: Actor) -> "QuerySet[Subscription]":
    if by.may(Permission.RUN_EXCHANGE):
        return Subscription.objects.all()
    require(by, Permission.TAKE_CHANGES)
    return Subscription.objects.filter(organisation_id=by.organisation_id or 0)


def _state(state: str, *, on: date) -> Q:
    over = Q(ending__isnull=False) | Q(valid_until__lte=on)
    if state == REQUESTED:
        return Q(decision=None, ending=None)
    if state == REJECTED:
        return Q(decision__is_approved=False)
    approved = Q(decision__is_approved=True)
    return approved & over if state == ENDED else approved & Q(ending=None, valid_until__gt=on)


def _rows(found: "QuerySet[Subscription]", *, at: datetime) -> tuple[SubscriptionRow, ...]:
    found = found.annotate(newest_saved=Max("saved__selection__versions__number"))
    rows = list(found.select_related("organisation", "decision", "ending", "lane", "saved__selection"))
    ids = [row.pk for row in rows]
    open_ones = Dispatch.objects.filter(subscription_id__in=ids, outcome__in=[Outcome.OPEN, Outcome.DEAD])
    counted = {
        row["subscription_id"]: row
        for row in open_ones.values("subscription_id").annotate(
            waiting=Count("id", filter=Q(outcome=Outcome.OPEN)),
            dead=Count("id", filter=Q(outcome=Outcome.DEAD)),
            oldest=Min("routed_at", filter=Q(outcome=Outcome.OPEN)),
        )
    }
    named = SubscribedSubject.objects.filter(subscription_id__in=ids).values("subscription_id")
    listed = dict(named.annotate(n=Count("id")).values_list("subscription_id", "n"))
    return tuple(_row(row, counted.get(row.pk, {}), listed.get(row.pk, 0), at=at) for row in rows)


def _row(row: Subscription, counted: Mapping[str, Any], listed: int, *, at: datetime) -> SubscriptionRow:
    decision, ending = getattr(row, "decision", None), getattr(row, "ending", None)
    lane: Lane = getattr(row, "lane", None) or Lane(subscription=row)
    on = local_date(at)
    within = rules.is_in_force(
        row.valid_from, row.valid_until, ending.ended_at if ending else None, on=on, at=at
    ) and policy.is_open(row.basis, on=on)
    is_approved = decision is not None and decision.is_approved
    oldest = counted.get("oldest")
    return SubscriptionRow(
        id=row.pk,
        organisation_id=row.organisation_id,
        organisation_zh=row.organisation.name_zh,
        organisation_en=row.organisation.name_en,
        basis=row.basis,
        kind=row.kind,
        reason=row.reason,
        items=tuple(row.items),
        subjects=row.subjects,
        selection=row.selection,
        listed=listed,
        saved=_saved(row),
        is_from_start=row.is_from_start,
        road=row.road,
        file_format=row.file_format,
        address=row.address,
        consumer_key=row.consumer_key,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        requested_by=row.requested_by,
        requested_by_id=row.requested_by_id,
        requested_at=row.requested_at,
        state=_stands(decision, ending is not None or on >= row.valid_until),
        is_in_force=is_approved and within,
        decided_by=decision.decided_by if decision else "",
        decided_at=decision.decided_at if decision else None,
        decision=decision.reason if decision else "",
        ended_reason=ending.reason if ending else "",
        waiting=counted.get("waiting", 0),
        dead=counted.get("dead", 0),
        last_sequence=lane.last_sequence,
        failures=lane.failures,
        next_attempt_at=lane.next_attempt_at,
        stopped_at=lane.stopped_at,
        last_fault=lane.last_fault,
        last_success_at=lane.last_success_at,
        lag_seconds=(at - oldest).total_seconds() if oldest else 0.0,
    )


def _saved(row: Any) -> Saved | None:
    named = row.saved
    if named is None:
        return None
    choice = Choice.from_json(named.criteria)
    return Saved(named.selection_id, named.selection.name, named.number, row.newest_saved, choice)


def _stands(decision: Any, is_over: bool) -> str:
    if decision is not None and not decision.is_approved:
        return REJECTED
    if is_over:
        return ENDED
    return REQUESTED if decision is None else APPROVED


def dispatches(
    *,
    by: Actor,
    subscription_id: int | None = None,
    outcome: str | None = None,
    kind: str = "",
    page: int = 1,
    size: int = 20,
) -> Dispatches:
    """Events for consumers, newest first; `outcome` None: whatever became of them. As `subscriptions` for whom.

    Index: `dispatch_sequence`, `dispatch_open`, `dispatch_dead`.
    """
    found = _dispatched(by, subscription_id, outcome, kind)
    start = (page - 1) * size
    rows = found.order_by("-id")[start : start + size]
    return Dispatches(tuple(_dispatch(row) for row in rows), found.count())


def all_dispatches(
    *, by: Actor, subscription_id: int | None = None, outcome: str | None = None, kind: str = ""
) -> Iterator[DispatchRow]:
    """The same from the first to the last, read in parts. Index, raises: as there."""
    return all_rows(_dispatched(by, subscription_id, outcome, kind), "-id", told=lambda part: map(_dispatch, part))


def _dispatched(by: Actor, subscription_id: int | None, outcome: str | None, kind: str) -> "QuerySet[Dispatch]":
    found = Dispatch.objects.filter(subscription__in=_visible(by)).select_related("subscription__organisation")
    if subscription_id is not None:
        found = found.filter(subscription_id=subscription_id)
    if outcome is not None:
        found = found.filter(outcome=outcome)
    return found.filter(kind=kind) if kind else found


def _dispatch(row: Dispatch) -> DispatchRow:
    return DispatchRow(
        subscription_id=row.subscription_id,
        organisation_zh=row.subscription.organisation.name_zh,
        organisation_en=row.subscription.organisation.name_en,
        sequence=row.sequence,
        record=row.natural_key,
        item=row.item,
        kind=row.kind,
        happened_at=row.happened_at,
        routed_at=row.routed_at,
        attempts=row.attempts,
        replays=row.replays,
        retry_at=row.retry_at,
        outcome=row.outcome,
        cause=row.cause,
        settled_at=row.settled_at,
    )


def events_of(subscription_id: int, *, by: Actor, after: int, limit: int) -> tuple[DispatchRow, ...]:
    """A subscription's events by sequence, from after `after` on. Raises `NotFound`. Index: `dispatch_sequence`."""
    if not _visible(by).filter(pk=subscription_id).exists():
        raise NotFound
    found = Dispatch.objects.filter(subscription_id=subscription_id, sequence__gt=after)
    rows = found.select_related("subscription__organisation").order_by("sequence")[:limit]
    return tuple(_dispatch(row) for row in rows)


def stopped(*, by: Actor, at: datetime) -> tuple[SubscriptionRow, ...]:
    """Subscriptions whose consumer was given up, oldest first. Raises `NotPermitted`."""
    require(by, Permission.RUN_EXCHANGE)
    return _rows(Subscription.objects.filter(lane__stopped_at__isnull=False).order_by("lane__stopped_at"), at=at)


def log_of(subscription_id: int, *, by: Actor, after: int = 0, limit: int = 200) -> tuple[LogEntry, ...]:
    """The log of a subscription's deliveries from after the entry `after` on. Raises `NotFound`.

    Index: `delivery_entry_number`.
    """
    if not _visible(by).filter(pk=subscription_id).exists():
        raise NotFound
    found = DeliveryEntry.objects.filter(subscription_id=subscription_id, number__gt=after).order_by("number")
    return tuple(log.as_entry(row) for row in found[:limit])


def log_fault(subscription_id: int, *, by: Actor) -> int | None:
    """The number of the first entry of a log that does not hold, None: it is whole. Raises `NotFound`."""
    row = _visible(by).filter(pk=subscription_id).first()
    if row is None:
        raise NotFound
    entries = DeliveryEntry.objects.filter(subscription_id=subscription_id).order_by("number").iterator(2_000)
    key = rules.public_key(row.consumer_key)
    found = rules.broken_at((log.as_entry(e) for e in entries), platform=log.own_key().public_key(), consumer=key)
    if found is not None:
        return found
    lane = Lane.objects.filter(subscription_id=subscription_id).first()
    last = DeliveryEntry.objects.filter(subscription_id=subscription_id).aggregate(n=Max("number"))["n"] or 0
    return last + 1 if lane is not None and lane.entries != last else None


DUE = """
SELECT l.subscription_id FROM delivery_lane l JOIN delivery_subscription s ON s.id = l.subscription_id
WHERE l.is_open AND l.stopped_at IS NULL AND (l.next_attempt_at IS NULL OR l.next_attempt_at <= %(at)s)
  AND s.road = ANY(%(roads)s)
  AND EXISTS (SELECT 1 FROM delivery_dispatch d WHERE d.subscription_id = l.subscription_id AND d.outcome = ''
    AND (d.retry_at IS NULL OR d.retry_at <= %(at)s))
ORDER BY l.next_attempt_at NULLS FIRST, l.subscription_id
"""


def due(*, roads: tuple[str, ...], at: datetime) -> list[int]:
    """Subscriptions for which something is to be sent now. Index: `dispatch_open`."""
    with connection.cursor() as cursor:
        cursor.execute(DUE, {"roads": list(roads), "at": at})
        return [row[0] for row in cursor.fetchall()]
