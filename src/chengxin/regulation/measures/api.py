"""Credit checks for departments' systems: asking, reading a receipt again, reporting what was done."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from chengxin.base import clock
from chengxin.regulation.measures import queries, services, widgets
from chengxin.regulation.measures.shown import matter_told, receipt_told

router = Router()


class WordsOut(Schema):
    zh: str
    en: str


class BasisOut(Schema):
    law: str
    article: str
    verified: bool


class GroundOut(Schema):
    reference: str
    list: str
    item: str
    authority: WordsOut
    decision: str
    decided_on: str
    origin: str
    is_disputed: bool


class FeedbackOut(Schema):
    outcome: str
    reason: str


class MeasureOut(Schema):
    measure: str
    version: str
    name: WordsOut
    does: WordsOut
    exceptions: WordsOut
    basis: list[BasisOut]
    ground: GroundOut
    until: str | None
    needs_discretion: bool
    needs_feedback: bool
    feedback: FeedbackOut | None


class ReceiptOut(Schema):
    receipt: str
    at: str
    matter: str
    asked: str
    is_valid: bool
    is_known: bool
    name: str
    kind: str
    status: str
    restrictions: list[MeasureOut]
    rewards: list[MeasureOut]


class ReceiptsOut(Schema):
    items: list[ReceiptOut]
    total: int


class MatterOut(Schema):
    matter: str
    name: WordsOut
    purpose: WordsOut
    basis: list[BasisOut]
    measures: list[str]


class MattersOut(Schema):
    items: list[MatterOut]
    total: int


class CheckIn(Schema):
    matter: str
    codes: list[str]


class FeedbackIn(Schema):
    measure: str
    outcome: str
    reason: str = ""


class WidgetIn(Schema):
    matter: str
    clerk: str


class TokenOut(Schema):
    token: str
    address: str
    minutes: int


@router.get("/matters", response=MattersOut, summary="The matters in which the organisation may check")
def matters(request: HttpRequest) -> dict[str, Any]:
    """As the checks catalogue names them today."""
    found = queries.matters_of(request.auth, on=clock.today())  # type: ignore[attr-defined]
    return {"items": [matter_told(m) for m in found], "total": len(found)}


@router.post("", response=ReceiptsOut, summary="Check one or several codes in a matter")
def check(request: HttpRequest, given: CheckIn) -> dict[str, Any]:
    """A receipt for each code; the subject sees the check in its log."""
    found = services.check(
        given.codes,
        matter=given.matter,
        by=request.auth,  # type: ignore[attr-defined]
        at=clock.now(),
        door=services.API,
    )
    return {"items": [receipt_told(row) for row in found], "total": len(found)}


@router.post("/widget-tokens", response=TokenOut, summary="A token for the check that a page of one's own embeds")
def widget_token(request: HttpRequest, given: WidgetIn) -> dict[str, Any]:
    """For one clerk, one matter and a short time."""
    made = widgets.token_for(given.matter, clerk=given.clerk, by=request.auth, at=clock.now())  # type: ignore[attr-defined]
    return {"token": made.token, "address": made.address, "minutes": made.minutes}


@router.get("/{receipt}", response=ReceiptOut, summary="A receipt of the organisation, as it was answered")
def receipt(request: HttpRequest, receipt: UUID) -> dict[str, Any]:
    """With what was reported since."""
    return receipt_told(queries.receipt_of(receipt, by=request.auth))  # type: ignore[attr-defined]


@router.post("/{receipt}/feedback", response=ReceiptOut, summary="Report what was done about a measure")
def feedback(request: HttpRequest, receipt: UUID, given: FeedbackIn) -> dict[str, Any]:
    """applied, not-applied (with the reason) or rewarded; the latest counts."""
    row = services.report_outcome(
        receipt,
        measure=given.measure,
        outcome=given.outcome,
        reason=given.reason,
        by=request.auth,  # type: ignore[attr-defined]
        at=clock.now(),
    )
    return receipt_told(row)
