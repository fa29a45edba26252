"""From the outbox to the consumers: each event becomes a dispatch of every subscription that covers it.

One transaction at a time routes, so that each consumer's sequence is counted without gaps, becomes visible in its
order, and follows the order of each record's changes. Nothing here reads what a record says.
"""

from collections import defaultdict
from datetime import datetime

from django.db import OperationalError, connection, transaction
from django.db.models import Q

from chengxin.base.clock import local_date
from chengxin.base.database.copying import copy_rows
from chengxin.intake.delivery import carrying, entering, rules
from chengxin.intake.delivery.carrying import Told
from chengxin.intake.delivery.covering import coverage, followed
from chengxin.intake.delivery.models import Lane, SubscribedSubject, Subscription
from chengxin.intake.delivery.rules import Subjects
from chengxin.registry.records import deliverable, events
from chengxin.registry.records.events import Event
from chengxin.registry.records.rules import EventKind
from chengxin.registry.subjects import merging

LOCK = 39447
AT_ONCE = 5_000
COLUMNS = (
    "subscription_id", "sequence", "natural_key", "subject", "item", "kind", "version", "urgency", "happened_at",
    "routed_at",
)  # fmt: skip


@transaction.atomic
def route(*, at: datetime) -> int:
    """Route the oldest events of the outbox, at most `AT_ONCE`; returns how many were taken from it.

    One COPY for all consumers. Index: `record_event_waiting`.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    taken = events.take(AT_ONCE)
    if not taken:
        return 0
    by_item: dict[str, list[Event]] = defaultdict(list)
    for event in taken:
        by_item[event.item].append(event)
    concerned = Q(items__overlap=list(by_item)) | Q(is_from_start=True, saved__criteria__item__in=list(by_item))
    open_ones = list(
        Subscription.objects.filter(concerned, lane__is_open=True, lane__closed_at=None).select_related("saved")
    )
    covers = coverage(open_ones, {e.subject for e in taken}, on=local_date(at))
    had = followed(open_ones, {e.natural_key for e in taken})
    told: dict[int, list[Told]] = {}
    for subscription, covered in covers:
        found = [
            e
            for item in subscription.items
            for e in by_item.get(item, ())
            if covered(e.subject) or (subscription.pk, e.natural_key) in had
        ]
        found.sort(key=lambda e: e.id)
        # A record that became another subject's is told of once to who watches both.
        once = {(e.natural_key, e.version, e.kind): e for e in reversed(found)}
        if once:
            kept = [(e.natural_key, e.subject, e.item, e.kind, e.version, e.at) for e in reversed(once.values())]
            told[subscription.pk] = kept
    entering.add(told, covers, {e.subject for e in taken}, at=at)
    _number(told, at=at)
    return len(taken)


def _number(told: dict[int, list[Told]], *, at: datetime) -> None:
    """Give each consumer's events the next of its sequence, and keep them."""
    if not told:
        return
    lanes = Lane.objects.select_for_update(of=("self",)).filter(subscription_id__in=list(told))
    rows, organisations = [], {}
    for lane in lanes.select_related("subscription").order_by("subscription_id"):
        organisations[lane.subscription_id] = lane.subscription.organisation_id
        for sequence, one in enumerate(told[lane.subscription_id], start=lane.last_sequence + 1):
            natural_key, subject, item, kind, version, happened_at = one
            urgency = rules.urgency(EventKind(kind)).value
            rows.append(
                (lane.subscription_id, sequence, natural_key, subject, item, kind, version, urgency, happened_at, at)
            )
        lane.last_sequence += len(told[lane.subscription_id])
        lane.save(update_fields=["last_sequence"])
    copy_rows("delivery_dispatch", COLUMNS, rows)
    carrying.carry(told, organisations, at=at)


def begin(*, at: datetime) -> int:
    """Open the lanes of subscriptions that were approved and are due; returns how many stay closed for now.

    They do where changes under way take too long; changes that come wait for this as long, so let some time pass.
    """
    due = Lane.objects.filter(is_open=False, closed_at=None, subscription__valid_from__lte=local_date(at))
    left = 0
    for lane in due.filter(subscription__ending=None).select_related("subscription__saved"):
        try:
            with transaction.atomic():
                events.watch(_watched_for(lane.subscription))
        except OperationalError:
            left += 1
            continue
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            Lane.objects.filter(pk=lane.pk).update(is_open=True)
    return left


def _watched_for(subscription: Subscription) -> list[str]:
    """The items of which changes concern a subscription: its own, and that by which its selection chooses."""
    by = [subscription.saved.criteria["item"]] if subscription.saved is not None and subscription.is_from_start else []
    return sorted({*subscription.items, *by})


@transaction.atomic
def copy_present(subscription_id: int, *, at: datetime) -> bool:
    """Add a part of what was there before to a subscription from the start; whether there may be more.

    A record that changes meanwhile is told of twice; its present content goes both times. Index: primary key.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    found = Lane.objects.select_for_update(of=("self",)).exclude(copied_to=None)
    found = found.select_related("subscription__saved")
    lane = found.filter(subscription_id=subscription_id, is_open=True, closed_at=None).first()
    if lane is None or lane.copied_to is None:
        return False
    subscription, only = lane.subscription, None
    if subscription.subjects == Subjects.LIST:
        named = SubscribedSubject.objects.filter(subscription=subscription)
        only = merging.standing_for(named.values_list("subject", flat=True))
    part = deliverable.present_keys(subscription.items, subjects=only, after=lane.copied_to, limit=AT_ONCE)
    ((_, covers),) = coverage([subscription], {p[2] for p in part}, on=local_date(at))
    kind = EventKind.ADDED.value
    told: list[Told] = [
        (key, subject, item, kind, version, at) for _, key, subject, item, version in part if covers(subject)
    ]
    lane.copied_to = part[-1][0] if len(part) == AT_ONCE else None
    lane.save(update_fields=["copied_to"])
    _number({subscription.pk: told} if told else {}, at=at)
    return lane.copied_to is not None


def copying() -> list[int]:
    """Subscriptions to which what was there before is still being added."""
    found = Lane.objects.filter(Q(is_open=True) & ~Q(copied_to=None)).order_by("subscription_id")
    return list(found.values_list("subscription_id", flat=True))
