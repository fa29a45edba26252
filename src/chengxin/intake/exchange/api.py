"""Changes for the systems of those who received records: a feed to read on, and the acknowledgement of each."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Path, Query, Router, Schema

from chengxin.base import clock
from chengxin.intake.exchange import queries, services
from chengxin.intake.exchange.rules import Road

router = Router()
LARGEST_ID = 9_223_372_036_854_775_807


class RecordChangeOut(Schema):
    id: int
    record: UUID
    change: str
    at: datetime
    takedown: bool
    item: str
    subject: str
    document_number: str
    acknowledged_at: datetime | None


class ChangesOut(Schema):
    items: list[RecordChangeOut]
    after: int


class AcknowledgedOut(Schema):
    id: int
    acknowledged_at: datetime


@router.get("", response=ChangesOut, summary="Changes of records that the organisation received")
def changes(
    request: Any,
    after: Annotated[int, Query(ge=0, le=LARGEST_ID, description="The last id that was read; 0: all")] = 0,
    waiting: Annotated[bool, Query(description="Only what is not acknowledged yet")] = False,
    size: Annotated[int, Query(ge=1, le=200)] = 100,
) -> dict[str, Any]:
    """Oldest first; read on with `after` of the answer. A takedown's record is not to be shown or used any more."""
    rows = queries.changes_of(request.auth, after=after, waiting=waiting, limit=size)
    items = [queries.as_json(row) | {"acknowledged_at": row.acknowledged_at} for row in rows]
    return {"items": items, "after": rows[-1].id if rows else after}


@router.post("/{notice_id}/acknowledge", response=AcknowledgedOut, summary="Acknowledge a change")
def acknowledge(request: Any, notice_id: Annotated[int, Path(ge=1, le=LARGEST_ID)]) -> dict[str, Any]:
    """Say that the organisation has done what the change asks for; noted with the time."""
    now = clock.now()
    services.acknowledge(notice_id, road=Road.API, by=request.auth, at=now)
    return {"id": notice_id, "acknowledged_at": now}
