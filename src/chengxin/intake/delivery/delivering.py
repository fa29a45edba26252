"""One delivery after the other to one consumer: prepared, sent, settled.

A delivery is prepared and its attempt written in one transaction, sent outside of any, and its outcome written in
another. A process that dies between them leaves events that were attempted and not settled: they go again, marked by
their attempt. What a consumer is entitled to is asked when the delivery is prepared, at each attempt anew.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import F, Q

from chengxin.base.audit import services as audit
from chengxin.base.clock import local_date
from chengxin.intake.delivery import carrying, log, parcels, policy, rules
from chengxin.intake.delivery.carrying import System
from chengxin.intake.delivery.covering import Covers, coverage
from chengxin.intake.delivery.models import Dispatch, Ending, Lane, SubscribedSubject, Subscription
from chengxin.intake.delivery.parcels import Told
from chengxin.intake.delivery.reading import Terms, reader
from chengxin.intake.delivery.rules import FileFormat, Kind, Limits, Outcome, Road, Step, Urgency, Waiting
from chengxin.intake.exchange import services as exchange
from chengxin.intake.exchange.rules import Door
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Role
from chengxin.registry.records.deliverable import Deliverable
from chengxin.registry.records.rules import EventKind

LANE_LOCK = 39448
FAULT_LENGTH = 200
NEVER_HAD = "not entitled when it was to be sent"
OVER = "the subscription is not in force"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A delivery that is about to leave, as its log entry says it."""

    id: UUID
    subscription_id: int
    road: Road
    attempt: int
    body: bytes
    digest: str
    sequences: tuple[int, ...]
    address: str
    secret: str
    consumer_key: str
    organisation_code: str
    limits: Limits


@dataclass(frozen=True, slots=True)
class Answer:
    """What a consumer answered: its receipt, or what went wrong; `is_refusal`: it will not take what was sent."""

    receipt: str = ""
    fault: str = ""
    is_refusal: bool = False


@contextmanager
def held(subscription_id: int) -> Iterator[bool]:
    """Hold a consumer's lane for this process; False: another one does. It is free again the moment that one dies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LANE_LOCK, subscription_id])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LANE_LOCK, subscription_id])


@transaction.atomic
def prepare(subscription_id: int, *, at: datetime) -> Outgoing | None:
    """The next delivery of a lane, written as attempted; None: nothing is due.

    Whoever sends it holds the lane (`held`), or is the consumer itself that fetches.
    """
    lane = Lane.objects.select_for_update(of=("self",)).filter(subscription_id=subscription_id).first()
    if lane is None or not _is_due(lane, at):
        return None
    subscription = Subscription.objects.select_related("organisation").get(pk=subscription_id)
    if lane.closed_at is None and not _is_in_force(subscription, at):
        close(subscription_id, at=at)
        lane.refresh_from_db()
    limits = policy.limits_on(local_date(at))
    # After a fault one event alone finds out whether the consumer is there again.
    most = 1 if lane.failures and subscription.road == Road.WEBHOOK else limits.most_events
    going: list[Told] = []
    while not going:
        chosen = rules.plan(waiting(subscription_id, look=2 * most, at=at), most=most, at=at)
        if not chosen:
            return None
        found = {d.sequence: d for d in Dispatch.objects.filter(subscription=subscription, sequence__in=chosen)}
        going = _sift(subscription, [found[s] for s in chosen], is_over=lane.closed_at is not None, at=at)
    return _written(lane, subscription, going, limits=limits, at=at)


def _is_due(lane: Lane, at: datetime) -> bool:
    return lane.is_open and lane.stopped_at is None and (lane.next_attempt_at is None or lane.next_attempt_at <= at)


def _is_in_force(subscription: Subscription, at: datetime) -> bool:
    ended_at = Ending.objects.filter(subscription=subscription).values_list("ended_at", flat=True).first()
    day = local_date(at)
    within = rules.is_in_force(subscription.valid_from, subscription.valid_until, ended_at, on=day, at=at)
    return within and policy.is_open(subscription.basis, on=day)


def close(subscription_id: int, *, at: datetime) -> None:
    """Settle what waits for a consumer whose subscription is over, in the caller's transaction.

    Nothing with content leaves any more; takedowns of what it was given still go. What it was given counts as received
    (`exchange.received`), so that it is told of later changes as everybody else is who holds a copy.
    Index: `dispatch_open`, `dispatch_record`.
    """
    organisation_id = Subscription.objects.values_list("organisation_id", flat=True).get(pk=subscription_id)
    carrying.let_go(subscription_id, organisation_id=organisation_id, at=at)
    of = Dispatch.objects.filter(subscription_id=subscription_id)
    still = of.filter(outcome__in=[Outcome.OPEN, Outcome.DEAD]).exclude(urgency=Urgency.TAKEDOWN, outcome=Outcome.OPEN)
    still.update(outcome=Outcome.ENDED, cause=OVER, settled_at=at)
    Lane.objects.filter(subscription_id=subscription_id).update(copied_to=None, closed_at=at)
    given = of.filter(attempts__gt=0).order_by("natural_key").values_list("natural_key", flat=True).distinct()
    for keys in batched(given.iterator(exchange.AT_ONCE), exchange.AT_ONCE):
        exchange.received(keys, organisation_id=organisation_id, door=Door.DELIVERY, at=at)


def close_all_over(*, at: datetime) -> int:
    """Close the lanes whose subscriptions are over; returns how many. Two looks at the open lanes."""
    day = local_date(at)
    open_ones = Subscription.objects.filter(lane__is_open=True, lane__closed_at=None)
    bases = set(open_ones.values_list("basis", flat=True).distinct())
    gone = [basis for basis in bases if not policy.is_open(basis, on=day)]
    over = open_ones.filter(Q(ending__isnull=False) | Q(valid_until__lte=day) | Q(basis__in=gone))
    found = list(over.order_by("pk").values_list("pk", flat=True))
    for subscription_id in found:
        with transaction.atomic():
            Lane.objects.select_for_update().get(subscription_id=subscription_id)
            close(subscription_id, at=at)
    return len(found)


def batched(keys: Iterable[UUID], size: int) -> Iterator[list[UUID]]:
    """The keys in parts of at most `size`."""
    left = iter(keys)
    while part := list(islice(left, size)):
        yield part


WAITING = """
WITH held AS (
  SELECT subject FROM delivery_dispatch WHERE subscription_id = %(id)s AND outcome = '' AND retry_at > %(at)s
  EXCEPT SELECT subject FROM delivery_dispatch WHERE subscription_id = %(id)s AND outcome = '' AND urgency = 0
), head AS (
  SELECT DISTINCT subject FROM (
    SELECT d.subject FROM delivery_dispatch d WHERE d.subscription_id = %(id)s AND d.outcome = ''
      AND d.subject NOT IN (SELECT subject FROM held)
    ORDER BY d.urgency, d.sequence LIMIT %(look)s
  ) first
)
SELECT d.sequence, d.subject, d.urgency, d.is_alone, d.retry_at FROM delivery_dispatch d JOIN head USING (subject)
WHERE d.subscription_id = %(id)s AND d.outcome = ''
"""


def waiting(subscription_id: int, *, look: int, at: datetime) -> list[Waiting]:
    """All that waits about the subjects of the `look` most urgent events; what else waits comes after them in any plan.

    Index: `dispatch_open`, `dispatch_subject`, `dispatch_retry`.
    """
    with connection.cursor() as cursor:
        cursor.execute(WAITING, {"id": subscription_id, "look": look, "at": at})
        return [Waiting(*row) for row in cursor.fetchall()]


def _sift(subscription: Subscription, chosen: Sequence[Dispatch], *, is_over: bool, at: datetime) -> list[Told]:
    """The events that may leave now, with what their records say; the others are settled as withheld.

    A consumer that may have a copy of what it is no longer entitled to is told to take it down, wherever it came
    from; one that never had any learns nothing. Index: `dispatch_record`.
    """
    keys = {d.natural_key for d in chosen}
    readable = {} if is_over else _read(subscription, chosen, at=at)
    had = set(
        Dispatch.objects.filter(subscription=subscription, natural_key__in=keys, attempts__gt=0).values_list(
            "natural_key", flat=True
        )
    )
    back = carrying.called_back([d for d in chosen if d.natural_key not in readable], subscription.organisation_id)
    requests = _requests(subscription, chosen)
    covers = _covers_elsewhere(subscription, chosen, readable, on=local_date(at))
    going, withheld = [], []
    for one in chosen:
        content = readable.get(one.natural_key)
        if content is not None and content.subject != one.subject and not covers(content.subject):
            content = None  # it became the record of a subject that the subscription does not cover
        if content is None and one.natural_key not in had and one.sequence not in back:
            withheld.append(one.sequence)
        else:
            going.append(_told(one, content, consent=requests.get(one.subject, 0)))
    if withheld:
        never = Dispatch.objects.filter(subscription=subscription, sequence__in=withheld)
        never.update(outcome=Outcome.WITHHELD, cause=NEVER_HAD, settled_at=at)
    return going


def _covers_elsewhere(
    subscription: Subscription, chosen: Sequence[Dispatch], readable: Mapping[UUID, Deliverable], *, on: date
) -> Covers:
    """Whether the subscription covers a subject whose record it became since the event; mostly there is none."""
    now = [(d.subject, readable[d.natural_key].subject) for d in chosen if d.natural_key in readable]
    ((_, covers),) = coverage([subscription], {to for was, to in now if was != to}, on=on)
    return covers


def _told(one: Dispatch, content: Deliverable | None, *, consent: int) -> Told:
    # What is no longer shown for another reason than the event's own (its period ended meanwhile, a consent was
    # withdrawn) goes as the end of what the consumer may show.
    kind = one.kind if content is not None or EventKind(one.kind) in rules.TAKEDOWNS else EventKind.ENDED.value
    return Told(
        id=f"{one.subscription_id}-{one.sequence}",
        sequence=one.sequence,
        kind=kind,
        at=one.happened_at,
        attempt=one.attempts + 1,
        is_replay=one.replays > 0,
        record=one.natural_key,
        item=one.item,
        consent=consent,
        content=content,
    )


def _read(subscription: Subscription, chosen: Sequence[Dispatch], *, at: datetime) -> dict[UUID, Deliverable]:
    terms = Terms(
        subscription_id=subscription.pk,
        kind=Kind(subscription.kind),
        purpose=subscription.purpose,
        basis=subscription.basis,
        items=tuple(subscription.items),
        requests=_requests(subscription, chosen),
    )
    wanted = {d.natural_key: d.subject for d in chosen}
    return reader().read(terms, wanted, by=consumer(subscription), at=at)


def _requests(subscription: Subscription, chosen: Sequence[Dispatch]) -> Mapping[int, int]:
    if subscription.kind != Kind.CONSENT:
        return {}
    named = SubscribedSubject.objects.filter(
        subscription=subscription, subject__in={d.subject for d in chosen}, request_id__isnull=False
    )
    return {subject: request_id for subject, request_id in named.values_list("subject", "request_id") if request_id}


def consumer(subscription: Subscription) -> Actor:
    """The consumer as who reads: its organisation, by this subscription."""
    organisation = subscription.organisation
    return Actor(
        name=f"delivery:{subscription.pk}",
        organisation_id=organisation.pk,
        organisation_code=organisation.code,
        roles=frozenset({Role.DEPARTMENT_OFFICER}),
        reaches=accounts.reach_of(organisation.pk),
    )


def _written(
    lane: Lane, subscription: Subscription, going: Sequence[Told], *, limits: Limits, at: datetime
) -> Outgoing:
    delivery, attempt = uuid4(), max(one.attempt for one in going)
    body = body_of(going, subscription, delivery=delivery, attempt=attempt, at=at)
    digest, sequences = rules.digest(body), tuple(one.sequence for one in going)
    Dispatch.objects.filter(subscription=subscription, sequence__in=sequences).update(attempts=F("attempts") + 1)
    log.append(lane, Step.SENT, delivery=delivery, attempt=attempt, digest=digest, sequences=sequences, at=at)
    if subscription.road == Road.FILE:  # the next file is written when the receipt of this one has come, or is late
        lane.outstanding, lane.next_attempt_at = delivery, at + timedelta(seconds=limits.receipt_wait)
    lane.save(update_fields=[*log.HEAD, "outstanding", "next_attempt_at"])
    return Outgoing(
        id=delivery,
        subscription_id=subscription.pk,
        road=Road(subscription.road),
        attempt=attempt,
        body=body,
        digest=digest,
        sequences=sequences,
        address=subscription.address,
        secret=subscription.secret,
        consumer_key=subscription.consumer_key,
        organisation_code=subscription.organisation.code,
        limits=limits,
    )


def body_of(going: Sequence[Told], subscription: Subscription, *, delivery: UUID, attempt: int, at: datetime) -> bytes:
    """What leaves, in the form of the subscription's road."""
    if subscription.road != Road.FILE:
        return parcels.as_json(going, subscription=subscription.pk, delivery=delivery, attempt=attempt, at=at)
    return parcels.as_csv(going) if subscription.file_format == FileFormat.CSV else parcels.as_jsonl(going)


@transaction.atomic
def settle(sent: Outgoing, answer: Answer, *, at: datetime) -> None:
    """Write what became of a delivery: taken over, or when it is tried again, or that it is given up."""
    lane = Lane.objects.select_for_update(of=("self",)).get(subscription_id=sent.subscription_id)
    if answer.receipt:
        acknowledged(lane, sent.id, sent.attempt, sent.digest, sent.sequences, receipt=answer.receipt, at=at)
        return
    fault = answer.fault[:FAULT_LENGTH]
    step = Step.REFUSED if answer.is_refusal else Step.FAILED
    log.append(
        lane, step, delivery=sent.id, attempt=sent.attempt, digest=sent.digest, sequences=sent.sequences, at=at,
        fault=fault,
    )  # fmt: skip
    lane.last_fault = fault
    if answer.is_refusal:
        lane.failures = 0
        _refused(sent, fault, at=at)
    else:
        lane.failures += 1
        lane.next_attempt_at = rules.next_attempt(lane.failures, sent.limits.waits, at=at)
        lane.stopped_at = at if lane.next_attempt_at is None else None
    lane.save(update_fields=[*log.HEAD, "last_fault", "failures", "next_attempt_at", "stopped_at"])
    if lane.stopped_at is not None:
        told = {"fault": fault, "attempts": lane.failures}
        audit.note("delivery.stopped", f"subscription {sent.subscription_id}", by=system(sent), at=at, **told)


def acknowledged(
    lane: Lane,
    delivery: UUID,
    attempt: int,
    digest: str,
    sequences: Sequence[int],
    *,
    receipt: str,
    at: datetime,
) -> None:
    """Write the consumer's receipt, in the caller's transaction and with the lane locked; its signature was checked."""
    log.append(
        lane, Step.ACKNOWLEDGED, delivery=delivery, attempt=attempt, digest=digest, sequences=sequences, at=at,
        receipt=receipt,
    )  # fmt: skip
    taken = Dispatch.objects.filter(subscription_id=lane.subscription_id, sequence__in=list(sequences))
    taken.filter(outcome__in=[Outcome.OPEN, Outcome.DEAD]).update(
        outcome=Outcome.ACKNOWLEDGED, cause="", settled_at=at, retry_at=None
    )
    lane.failures, lane.next_attempt_at, lane.last_fault, lane.last_success_at = 0, None, "", at
    lane.outstanding = None
    carrying.receipted(lane.subscription_id, sequences, at=at)
    lane.save(update_fields=[*log.HEAD, "failures", "next_attempt_at", "last_fault", "last_success_at", "outstanding"])


def _refused(sent: Outgoing, fault: str, *, at: datetime) -> None:
    """One of several is not to be taken: each goes alone from now on. One alone: it waits, or becomes a dead letter."""
    concerned = Dispatch.objects.filter(subscription_id=sent.subscription_id, sequence__in=sent.sequences)
    if len(sent.sequences) > 1:
        concerned.update(is_alone=True)
        return
    one = concerned.get()
    one.refusals += 1
    one.is_alone = True
    one.retry_at = rules.next_attempt(one.refusals, sent.limits.refusal_waits, at=at)
    if one.retry_at is None:
        one.outcome, one.cause, one.settled_at = Outcome.DEAD, fault, at
        told = {"fault": fault, "attempts": one.attempts}
        audit.note("delivery.dead", str(one), by=system(sent), at=at, **told)
    one.save(update_fields=["refusals", "is_alone", "retry_at", "outcome", "cause", "settled_at"])


def system(sent: Outgoing) -> System:
    """The system to which a delivery went."""
    return System(f"delivery:{sent.subscription_id}", sent.organisation_code)
