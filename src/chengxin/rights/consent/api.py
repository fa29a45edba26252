"""Authorised queries for the systems of organisations: what was asked for, and the query that a consent carries."""

from datetime import date
from typing import Any
from uuid import UUID

from ninja import Router, Schema

from chengxin.base import clock
from chengxin.registry.records.rows import RecordRow
from chengxin.rights.consent import queries, reading
from chengxin.rights.consent.queries import RequestRow

router = Router()


class RequestOut(Schema):
    request: int
    purpose: str
    items: list[str]
    valid_from: date
    valid_until: date
    most_queries: int
    standing: str


class RequestsOut(Schema):
    items: list[RequestOut]
    total: int


class QueryIn(Schema):
    request: int


class QueriedOut(Schema):
    id: UUID
    item: str
    headline: str
    document_number: str
    source: str
    decided_on: date | None
    state: str
    fields: dict[str, str]


class QueryAnswerOut(Schema):
    request: int
    records: list[QueriedOut]


@router.get("", response=RequestsOut, summary="What the organisation asked subjects to consent to")
def own_requests(request: Any) -> dict[str, Any]:
    """Newest first, with where each stands."""
    rows = queries.requests_of(request.auth, on=clock.today())
    return {"items": [_request(row) for row in rows], "total": len(rows)}


@router.post("", response=QueryAnswerOut, summary="Query what a subject consented to show")
def query(request: Any, given: QueryIn) -> dict[str, Any]:
    """The records within the consent; the subject sees the query in its log."""
    found = reading.authorised_read(given.request, by=request.auth, door=reading.API, at=clock.now())
    return {"request": given.request, "records": [_record(row) for row in found]}


def _request(row: RequestRow) -> dict[str, Any]:
    return {
        "request": row.id,
        "purpose": row.purpose.code,
        "items": list(row.items),
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
        "most_queries": row.most_queries,
        "standing": row.standing.value,
    }


def _record(row: RecordRow) -> dict[str, Any]:
    return {
        "id": row.natural_key,
        "item": row.item,
        "headline": row.headline,
        "document_number": row.document_number,
        "source": row.source_name,
        "decided_on": row.decided_on,
        "state": row.state,
        "fields": {f.code: f.value for f in row.fields},
    }
