"""Changes of records that a consumer holds already: its subscription carries the notice (ADR 0024)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from chengxin.intake.delivery.models import Dispatch, Subscription
from chengxin.intake.delivery.rules import Outcome, Urgency
from chengxin.intake.exchange import carried
from chengxin.intake.exchange.carried import Carried
from chengxin.registry.records.rules import EventKind

Told = tuple[UUID, int, str, str, int, datetime]  # natural key, subject, item, kind, version, when

# What the notices of the exchange tell; the end of a period is no decision, and everyone was told of it beforehand.
CHANGES = frozenset(EventKind) - {EventKind.ADDED, EventKind.ENDED}
# A record that came through another door is called back here too; its corrections are looked up where it came from.
CALLED_BACK = frozenset({EventKind.SUSPENDED, EventKind.REPAIRED, EventKind.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class System:
    """A consumer's system, in the audit chain."""

    name: str
    organisation_code: str


def carry(told: Mapping[int, Sequence[Told]], organisations: Mapping[int, int], *, at: datetime) -> None:
    """Have the exchange know which changes these subscriptions carry, as they are routed and with their lanes locked.

    `organisations`: of each subscription. Two reads for all. Index: `dispatch_record`, `receipt_once`.
    """
    changes = {s: [one for one in events if EventKind(one[3]) in CHANGES] for s, events in told.items()}
    changes = {s: events for s, events in changes.items() if events}
    if not changes:
        return
    keys = {one[0] for events in changes.values() for one in events}
    given = Dispatch.objects.filter(subscription_id__in=list(changes), natural_key__in=list(keys), attempts__gt=0)
    had = set(given.values_list("subscription_id", "natural_key").distinct())
    otherwise = carried.held_by(keys, organisations={organisations[s] for s in changes})
    found = []
    for subscription, events in changes.items():
        organisation = organisations[subscription]
        for key, _subject, _item, kind, _version, happened_at in events:
            calls_back = EventKind(kind) in CALLED_BACK and (key, organisation) in otherwise
            if (subscription, key) in had or calls_back:
                found.append(Carried(key, kind, happened_at, organisation, subscription))
    carried.carry(found, told_at=at)


def called_back(chosen: Sequence[Dispatch], organisation_id: int) -> set[int]:
    """The sequences of those events that call back a record which the organisation has from another door."""
    calls = [one for one in chosen if EventKind(one.kind) in CALLED_BACK]
    if not calls:
        return set()
    held = carried.held_by({one.natural_key for one in calls}, organisations=[organisation_id])
    return {one.sequence for one in calls if (one.natural_key, organisation_id) in held}


def receipted(subscription_id: int, sequences: Sequence[int], *, at: datetime) -> None:
    """Acknowledge the notices of what a consumer signed for, in the caller's transaction.

    Index: `dispatch_sequence`.
    """
    changes = _changes(Dispatch.objects.filter(subscription_id=subscription_id, sequence__in=list(sequences)))
    if changes:
        organisation = Subscription.objects.select_related("organisation").get(pk=subscription_id).organisation
        by = System(f"delivery:{subscription_id}", organisation.code)
        carried.taken(changes, organisation_id=organisation.pk, by=by, at=at)


def let_go(subscription_id: int, *, organisation_id: int, at: datetime) -> None:
    """Give back the notices of what will not leave any more, before that is settled, in the caller's transaction.

    Index: `dispatch_open`, `dispatch_dead`.
    """
    of = Dispatch.objects.filter(subscription_id=subscription_id, outcome__in=[Outcome.OPEN, Outcome.DEAD])
    changes = _changes(of.exclude(urgency=Urgency.TAKEDOWN, outcome=Outcome.OPEN))
    if changes:
        carried.let_go(changes, organisation_id=organisation_id, carrier=subscription_id, at=at)


def _changes(found: "QuerySet[Dispatch]") -> set[tuple[UUID, datetime]]:
    told = found.filter(kind__in=[kind.value for kind in CHANGES])
    return set(told.values_list("natural_key", "happened_at"))
