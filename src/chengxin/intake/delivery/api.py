"""Subscriptions for consumers' systems: where they stand, the next delivery, receipts, replay, the log."""

import base64
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Path, Query, Router, Schema
from pydantic import Field

from chengxin.base import clock
from chengxin.intake.delivery import log, queries, rules, selection_queries, selections, services

router = Router()
LARGEST_ID = 9_223_372_036_854_775_807
Number = Annotated[int, Path(ge=1, le=LARGEST_ID)]


class SubscriptionOut(Schema):
    id: int
    state: str
    in_force: bool
    basis: str
    items: list[str]
    subjects: str
    selection: int | None
    selection_version: int | None
    road: str
    valid_from: date
    valid_until: date
    waiting: int
    dead: int
    last_sequence: int
    lag_seconds: float
    stopped_at: datetime | None
    last_fault: str


class SubscriptionsOut(Schema):
    items: list[SubscriptionOut]
    total: int


class CriteriaIn(Schema):
    item: Annotated[str, Field(max_length=64)]
    severities: Annotated[list[str], Field(max_length=10)] = []
    divisions: Annotated[list[str], Field(max_length=rules.MOST_DIVISIONS)] = []
    months: Annotated[int, Field(ge=0, le=rules.MOST_MONTHS)] = 0
    least: Annotated[int, Field(ge=1, le=rules.MOST_RECORDS)] = 1


class SelectionIn(Schema):
    name: Annotated[str, Field(max_length=80)]
    criteria: CriteriaIn


class SelectionOut(Schema):
    id: int
    name: str
    number: int
    own: bool
    criteria: CriteriaIn
    made_at: datetime
    uses: int


class SelectionsOut(Schema):
    items: list[SelectionOut]


class ExampleOut(Schema):
    code: str
    name: str
    records: int


class TrialOut(Schema):
    count: int
    examples: list[ExampleOut]


class ReceiptIn(Schema):
    delivery: UUID
    signature: Annotated[str, Field(max_length=100)]


class FetchIn(Schema):
    cursor: ReceiptIn | None = None


class DispatchOut(Schema):
    id: str
    sequence: int
    record: UUID
    item: str
    kind: str
    attempts: int
    outcome: str
    cause: str
    settled_at: datetime | None


class EventsOut(Schema):
    items: list[DispatchOut]
    after: int


class ReplayIn(Schema):
    since: Annotated[int, Field(ge=1, le=LARGEST_ID)]


class ReplayOut(Schema):
    events: int


class DeliveryEntryOut(Schema):
    number: int
    step: str
    delivery: UUID
    attempt: int
    digest: str
    sequences: list[int]
    fault: str
    receipt: str
    at: datetime
    previous: str
    hash: str
    seal: str


class DeliveryLogOut(Schema):
    key: str
    items: list[DeliveryEntryOut]
    after: int


@router.get("", response=SubscriptionsOut, summary="The organisation's subscriptions")
def subscriptions(
    request: Any,
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    size: Annotated[int, Query(ge=1, le=100)] = 50,
) -> dict[str, Any]:
    """Newest first, with what waits and how old the oldest of it is."""
    rows, total = queries.subscriptions(by=request.auth, at=clock.now(), page=page, size=size)
    return {"items": [_subscription(row) for row in rows], "total": total}


@router.get("/selections", response=SelectionsOut, summary="Saved selections that the organisation may use")
def saved_selections(request: Any) -> dict[str, Any]:
    """Its own and those that the credit office keeps for everyone, by name, each in its present version."""
    return {"items": [_selection(row) for row in selection_queries.selections(by=request.auth)]}


@router.post("/selections", response={201: SelectionOut}, summary="Save a selection")
def save_selection(request: Any, given: SelectionIn) -> tuple[int, dict[str, Any]]:
    """Under a name that is new in the organisation; subscriptions are asked for on the workbench."""
    made = selections.make(given.name, _choice(given.criteria), by=request.auth, at=clock.now())
    return 201, _selection(selection_queries.selection(made, by=request.auth))


@router.post("/selections/trial", response=TrialOut, summary="Whom a selection would choose today")
def try_selection(request: Any, given: CriteriaIn) -> dict[str, Any]:
    """How many subjects, and the first ten by code. Nothing is saved."""
    found = selection_queries.tried(_choice(given), by=request.auth, on=clock.today())
    examples = [{"code": code, "name": name, "records": records} for code, name, records in found.first]
    return {"count": found.count, "examples": examples}


@router.get("/selections/{selection_id}", response=SelectionOut, summary="One saved selection")
def saved_selection(request: Any, selection_id: Number) -> dict[str, Any]:
    """In its present version."""
    return _selection(selection_queries.selection(selection_id, by=request.auth))


@router.post("/selections/{selection_id}/versions", response=SelectionOut, summary="A further version of a selection")
def renew_selection(request: Any, selection_id: Number, given: CriteriaIn) -> dict[str, Any]:
    """Subscriptions keep the version that they name; the same criteria again make none."""
    selections.renew(selection_id, _choice(given), by=request.auth, at=clock.now())
    return _selection(selection_queries.selection(selection_id, by=request.auth))


@router.post("/receipts", response={204: None}, summary="Receipt a delivery")
def receipt(request: Any, given: ReceiptIn) -> HttpResponse:
    """The consumer's Ed25519 signature over `delivery.attempt.digest`, base64; the same one again changes nothing."""
    services.take_receipt(given.delivery, given.signature, by=request.auth, at=clock.now())
    return HttpResponse(status=204)


@router.get("/{subscription_id}", response=SubscriptionOut, summary="One subscription")
def subscription(request: Any, subscription_id: Number) -> dict[str, Any]:
    """Where it stands."""
    return _subscription(queries.subscription(subscription_id, by=request.auth, at=clock.now()))


@router.post(
    "/{subscription_id}/fetch", response={200: dict[str, Any], 204: None}, summary="The next delivery, to be receipted"
)
def fetch(request: Any, subscription_id: Number, asked: FetchIn) -> HttpResponse:
    """What is to be taken next, takedowns first; 204: nothing waits.

    `cursor` is the receipt of the last one: it acknowledges that and reads on. Without one the same events come again,
    with the next attempt. The digest that is to be signed is that of the answer's bytes.
    """
    now = clock.now()
    if asked.cursor is not None:
        services.take_receipt(asked.cursor.delivery, asked.cursor.signature, by=request.auth, at=now)
    sent = services.fetch(subscription_id, by=request.auth, at=now)
    if sent is None:
        return HttpResponse(status=204)
    text = rules.signed_text(sent.id, attempt=sent.attempt, digest=sent.digest)
    response = HttpResponse(sent.body, content_type="application/json")
    response["Delivery-Attempt"] = str(sent.attempt)
    response["Delivery-Digest"] = sent.digest
    response["Delivery-Signature"] = rules.sign(text, log.own_key())
    return response


@router.get("/{subscription_id}/events", response=EventsOut, summary="What became of each event, by sequence")
def events(
    request: Any,
    subscription_id: Number,
    after: Annotated[int, Query(ge=0, le=LARGEST_ID)] = 0,
    size: Annotated[int, Query(ge=1, le=1_000)] = 200,
) -> dict[str, Any]:
    """From after the sequence `after` on, without content: to compare with one's own store."""
    rows = queries.events_of(subscription_id, by=request.auth, after=after, limit=size)
    items = [{"id": f"{subscription_id}-{row.sequence}", **_named(row, DispatchOut)} for row in rows]
    return {"items": items, "after": rows[-1].sequence if rows else after}


@router.post("/{subscription_id}/replay", response=ReplayOut, summary="Deliver again from a sequence on")
def replay(request: Any, subscription_id: Number, asked: ReplayIn) -> dict[str, Any]:
    """All that was taken or given up from `since` on comes again, marked `replay`, with what the records say now."""
    count = services.replay_from(subscription_id, asked.since, by=request.auth, at=clock.now())
    return {"events": count}


@router.get("/{subscription_id}/log", response=DeliveryLogOut, summary="The signed log of deliveries")
def log_entries(
    request: Any,
    subscription_id: Number,
    after: Annotated[int, Query(ge=0, le=LARGEST_ID)] = 0,
    size: Annotated[int, Query(ge=1, le=1_000)] = 200,
) -> dict[str, Any]:
    """Entries with their hashes, the platform's seals and the consumer's receipts; `key`: the platform's public key."""
    rows = queries.log_of(subscription_id, by=request.auth, after=after, limit=size)
    key = base64.b64encode(log.own_key().public_key().public_bytes_raw()).decode()
    return {
        "key": key,
        "items": [_named(row, DeliveryEntryOut) for row in rows],
        "after": rows[-1].number if rows else after,
    }


def _choice(given: CriteriaIn) -> rules.Choice:
    return rules.Choice(
        given.item, tuple(given.severities), tuple(given.divisions), months=given.months, least=given.least
    )


def _selection(row: selection_queries.SelectionRow) -> dict[str, Any]:
    return {**_named(row, SelectionOut), "own": row.is_own, "criteria": row.choice.as_json()}


def _subscription(row: queries.SubscriptionRow) -> dict[str, Any]:
    saved = row.saved
    named = {"selection": saved.selection_id, "selection_version": saved.number} if saved else {}
    none = {"selection": None, "selection_version": None}
    return {**_named(row, SubscriptionOut), **none, **named, "in_force": row.is_in_force}


def _named(row: Any, shown: type[Schema]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in shown.model_fields if hasattr(row, name)}
