"""Writes of subscriptions: requested, decided by a second official, ended; deliveries fetched, receipted, replayed."""

import base64
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from chengxin.base.audit import services as audit
from chengxin.base.clock import local_date
from chengxin.base.database.queueing import queue_behind
from chengxin.base.errors import NotFound
from chengxin.base.sealing import rules as sealing
from chengxin.base.sealing.keys import sealing_key
from chengxin.intake.delivery import delivering, policy, queries, rules, selection_queries
from chengxin.intake.delivery.delivering import Outgoing
from chengxin.intake.delivery.errors import (
    AlreadyDecided,
    CertificateMissing,
    NothingToReplay,
    NotInForce,
    OwnRequest,
    ReasonMissing,
    ReceiptRefused,
    SubjectsUnknown,
    WrongRoad,
)
from chengxin.intake.delivery.models import (
    Decision,
    DeliveryEntry,
    Dispatch,
    Ending,
    Lane,
    SubscribedSubject,
    Subscription,
)
from chengxin.intake.delivery.reading import reader
from chengxin.intake.delivery.rules import Basis, FileFormat, Kind, Outcome, Road, Step, Subjects
from chengxin.intake.delivery.webhooks import secret_context
from chengxin.intake.exchange import rules as signing
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Permission, require
from chengxin.registry.records.rules import months_after
from chengxin.registry.subjects import queries as subjects

SECRET_BYTES = 24
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Wish:
    """What an organisation asks for. `listed`: credit codes, or (by consent) numbers of its consented queries;
    `saved`: the number of a saved selection, of which the present version is named.
    """

    basis: str
    items: tuple[str, ...]
    subjects: Subjects
    road: Road
    consumer_key: str
    reason: str
    months: int
    listed: tuple[str, ...] = ()
    selection: Mapping[str, Sequence[str]] | None = None
    saved: int | None = None
    is_from_start: bool = False
    file_format: FileFormat = FileFormat.JSONL
    address: str = ""


@transaction.atomic
def request(wish: Wish, *, by: Actor, at: datetime, valid_from: date | None = None) -> int:
    """Ask for a subscription of the actor's own organisation; returns its number.

    Raises `NotPermitted`, `NotFound`, `ReasonMissing`, `SubscriptionTooWide`, `SubjectsUnknown`, `SelectionUnknown`,
    `KeyUnreadable`, `AddressRefused`.
    """
    require(by, Permission.TAKE_CHANGES)
    on = local_date(at)
    basis = policy.basis_on(wish.basis, on=on)
    organisation = accounts.organisation_by_id(by.organisation_id or 0)
    if basis is None or organisation is None:
        raise NotFound
    if not wish.reason.strip():
        raise ReasonMissing
    kind = organisation.kind
    rules.check_scope(basis, items=wish.items, organisation_kind=kind, months=wish.months, listed=len(wish.listed))
    rules.public_key(wish.consumer_key)
    address = ""
    if wish.road == Road.WEBHOOK:
        address = signing.check_address(wish.address, local=not settings.SECURE)
    named = _named(wish, basis, by=by, at=at)
    saved_id = selection_queries.version_named(wish.saved, by=by) if wish.subjects == Subjects.SAVED else None
    begins = valid_from or on
    secret = signing.SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    made = Subscription.objects.create(
        organisation_id=organisation.id,
        basis=basis.version,
        kind=basis.kind.value,
        purpose=basis.purpose,
        reason=wish.reason.strip(),
        items=list(wish.items),
        subjects=wish.subjects.value,
        selection=_selection(wish),
        saved_id=saved_id,
        is_from_start=wish.is_from_start,
        road=wish.road.value,
        file_format=wish.file_format.value,
        address=address,
        secret=sealing.seal(secret, key=sealing_key(), context=secret_context(organisation.code)),
        consumer_key=wish.consumer_key.strip(),
        valid_from=begins,
        valid_until=months_after(begins, wish.months),
        requested_by=by.name,
        requested_by_id=by.user_id or 0,
        requested_at=at,
    )
    SubscribedSubject.objects.bulk_create(
        [SubscribedSubject(subscription=made, subject=s, request_id=request_id) for s, request_id in named.items()]
    )
    told = {"basis": basis.version, "items": list(wish.items), "subjects": wish.subjects.value, "road": wish.road.value}
    audit.note("delivery.subscription_requested", str(made), by=by, at=at, **told, saved=saved_id)
    return made.pk


def _named(wish: Wish, basis: Basis, *, by: Actor, at: datetime) -> dict[int, int | None]:
    """The subjects of a list, with the requests that they consented to."""
    if basis.kind == Kind.CONSENT and wish.subjects != Subjects.LIST:
        raise SubjectsUnknown(count=0, shown="")
    if wish.subjects != Subjects.LIST:
        return {}
    given = list(dict.fromkeys(one.strip().upper() for one in wish.listed if one.strip()))
    found: dict[str, tuple[int, int | None]]
    if basis.kind == Kind.CONSENT:
        numbers = [int(one) for one in given if one.isdecimal() and len(one) < 16]
        holders = reader().holders(numbers, purpose=basis.purpose, by=by, at=at)
        found = {str(request_id): (subject, request_id) for request_id, subject in holders.items()}
    else:
        found = {code: (subject, None) for code, subject in subjects.ids_of(given).items()}
    unknown = [one for one in given if one not in found]
    if unknown or not given:
        raise SubjectsUnknown(count=len(unknown), shown=unknown[:SHOWN])
    return dict(found.values())


def _selection(wish: Wish) -> dict[str, list[str]]:
    if wish.subjects != Subjects.SELECTION or not wish.selection:
        return {}
    return {name: list(values) for name, values in wish.selection.items() if values}


@transaction.atomic
def decide(subscription_id: int, *, approve: bool, reason: str, by: Actor, at: datetime) -> None:
    """Approve or reject a request, by another official than who asked.

    Raises `NotPermitted`, `NotFound`, `OwnRequest`, `AlreadyDecided`, `ReasonMissing`, `CertificateMissing`.
    """
    queue_behind(f"subscription:{subscription_id}")  # a request is append-only and can't be locked itself
    found = Subscription.objects.filter(pk=subscription_id).first()
    require(by, Permission.APPROVE_SUBSCRIPTIONS)
    if found is None:
        raise NotFound
    if Decision.objects.filter(subscription=found).exists():
        raise AlreadyDecided
    if found.requested_by_id == (by.user_id or 0) or found.requested_by == by.name:
        raise OwnRequest
    if not approve and not reason.strip():
        raise ReasonMissing
    if approve and found.road == Road.WEBHOOK and settings.SECURE and not settings.DELIVERY_CERTIFICATE:
        raise CertificateMissing
    Decision.objects.create(
        subscription=found,
        is_approved=approve,
        reason=reason.strip(),
        decided_by=by.name,
        decided_by_id=by.user_id or 0,
        decided_at=at,
    )
    if approve:
        Lane.objects.create(subscription=found, head=rules.GENESIS, copied_to=0 if found.is_from_start else None)
    audit.note("delivery.subscription_decided", str(found), by=by, at=at, approved=approve, reason=reason.strip())


@transaction.atomic
def end(subscription_id: int, *, reason: str, by: Actor, at: datetime) -> None:
    """End a subscription now, by the consumer itself or the credit office; of what waits only takedowns still leave.

    Raises `NotPermitted`, `NotFound`, `NotInForce`, `ReasonMissing`.
    """
    queue_behind(f"subscription:{subscription_id}")
    found = Subscription.objects.filter(pk=subscription_id).first()
    if found is None or not (by.may(Permission.RUN_EXCHANGE) or _is_own(found, by)):
        raise NotFound
    if Ending.objects.filter(subscription=found).exists() or Decision.objects.filter(
        subscription=found, is_approved=False
    ):
        raise NotInForce
    if not reason.strip():
        raise ReasonMissing
    lane = Lane.objects.select_for_update().filter(subscription=found).first()
    Ending.objects.create(subscription=found, reason=reason.strip(), ended_by=by.name, ended_at=at)
    if lane is not None:
        delivering.close(found.pk, at=at)
    audit.note("delivery.subscription_ended", str(found), by=by, at=at, reason=reason.strip())


def _is_own(subscription: Subscription, by: Actor) -> bool:
    return by.may(Permission.TAKE_CHANGES) and by.organisation_id == subscription.organisation_id


def secret_of(subscription_id: int, *, by: Actor) -> str:
    """The secret that signs a consumer's webhooks, for the consumer alone. Raises `NotFound`."""
    found = Subscription.objects.select_related("organisation").filter(pk=subscription_id).first()
    if found is None or not _is_own(found, by):
        raise NotFound
    return sealing.unseal(found.secret, key=sealing_key(), context=secret_context(found.organisation.code))


def fetch(subscription_id: int, *, by: Actor, at: datetime) -> Outgoing | None:
    """The next delivery for a consumer that fetches; None: nothing waits. Without its receipt it comes again.

    Raises `NotPermitted`, `NotFound`, `WrongRoad`, `NotInForce`.
    """
    require(by, Permission.TAKE_CHANGES)
    row = queries.subscription(subscription_id, by=by, at=at)
    if row.road != Road.PULL:
        raise WrongRoad
    if not row.is_in_force and not (row.state == queries.ENDED and row.waiting):  # takedowns still go
        raise NotInForce
    return delivering.prepare(subscription_id, at=at)


@transaction.atomic
def take_receipt(delivery: UUID, signature: str, *, by: Actor, at: datetime) -> None:
    """Take a consumer's receipt of a delivery that it fetched or found as a file; the same one again changes nothing.

    Raises `NotFound`, `ReceiptRefused`.
    """
    require(by, Permission.TAKE_CHANGES)
    found = DeliveryEntry.objects.select_related("subscription").filter(delivery=delivery, step=Step.SENT).first()
    if found is None or not _is_own(found.subscription, by):
        raise NotFound
    text = rules.signed_text(delivery, attempt=found.attempt, digest=found.digest)
    if not rules.is_genuine(text, signature, key=rules.public_key(found.subscription.consumer_key)):
        raise ReceiptRefused
    lane = Lane.objects.select_for_update().get(subscription_id=found.subscription_id)
    if DeliveryEntry.objects.filter(delivery=delivery, step=Step.ACKNOWLEDGED).exists():
        return
    delivering.acknowledged(lane, delivery, found.attempt, found.digest, found.sequences, receipt=signature, at=at)


@transaction.atomic
def begin_anew(subscription_id: int, *, by: Actor, at: datetime) -> None:
    """Deliver again to a consumer that was given up, from where it stopped.

    Raises `NotPermitted`, `NothingToReplay`.
    """
    require(by, Permission.RUN_EXCHANGE)
    lane = Lane.objects.select_for_update().filter(subscription_id=subscription_id).first()
    if lane is None or (lane.stopped_at is None and lane.next_attempt_at is None):
        raise NothingToReplay
    lane.stopped_at = lane.next_attempt_at = None
    lane.failures = 0
    lane.save(update_fields=["stopped_at", "next_attempt_at", "failures"])
    audit.note("delivery.begun_anew", f"subscription {subscription_id}", by=by, at=at)


@transaction.atomic
def replay_dead(subscription_id: int, sequence: int, *, by: Actor, at: datetime) -> None:
    """Deliver a dead letter again, marked as a replay. Raises `NotPermitted`, `NothingToReplay`."""
    require(by, Permission.RUN_EXCHANGE)
    found = Dispatch.objects.filter(subscription_id=subscription_id, sequence=sequence, outcome=Outcome.DEAD)
    if not _again(subscription_id, found):
        raise NothingToReplay
    audit.note("delivery.replayed", f"event {subscription_id}-{sequence}", by=by, at=at)


@transaction.atomic
def replay_from(subscription_id: int, sequence: int, *, by: Actor, at: datetime) -> int:
    """Deliver again all that a consumer was given from `sequence` on, marked as a replay; returns how many.

    For the consumer itself, whose store was lost, or the credit office. Raises `NotFound`, `NothingToReplay`.
    """
    subscription = Subscription.objects.filter(pk=subscription_id).first()
    if subscription is None or not (by.may(Permission.RUN_EXCHANGE) or _is_own(subscription, by)):
        raise NotFound
    settled = Dispatch.objects.filter(subscription_id=subscription_id, sequence__gte=sequence)
    count = _again(subscription_id, settled.filter(outcome__in=[Outcome.ACKNOWLEDGED, Outcome.DEAD]))
    if not count:
        raise NothingToReplay
    audit.note("delivery.replayed", f"subscription {subscription_id}", by=by, at=at, since=sequence, events=count)
    return count


def _again(subscription_id: int, found: "QuerySet[Dispatch]") -> int:
    open_ones = Lane.objects.select_for_update().filter(is_open=True, closed_at=None)
    if open_ones.filter(subscription_id=subscription_id).first() is None:
        raise NotInForce
    return int(
        found.update(
            outcome=Outcome.OPEN, cause="", settled_at=None, retry_at=None, refusals=0, replays=F("replays") + 1
        )
    )
