"""A subject's public records for machines; open to everyone."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import translation
from ninja import Path, Query, Router, Schema

from chengxin.base import clock, tasks
from chengxin.base.errors import NotFound
from chengxin.base.links import last_page, page_link, page_links
from chengxin.registry.records import queries
from chengxin.registry.records.rows import RecordRow
from chengxin.registry.subjects import queries as subjects

router = Router()


class RecordBasisOut(Schema):
    law: str
    article: str
    source: str


class RecordOut(Schema):
    id: UUID
    item: str
    category: str
    headline: str
    fields: dict[str, str]
    source: str
    authority: str
    legal_basis: list[RecordBasisOut]
    decided_on: date | None
    public_from: date | None
    public_until: date | None
    state: str
    version: int


class RecordsOut(Schema):
    items: list[RecordOut]
    total: int
    page: int
    size: int
    next: str | None


@router.get("/{code}/records", response=RecordsOut, summary="A subject's public records")
def records(
    request: Any,
    response: HttpResponse,
    code: Annotated[str, Path(max_length=50)],
    item: Annotated[str | None, Query(description="Code of a catalogue item", max_length=64)] = None,
    category: Annotated[str | None, Query(description="Code of a catalogue category", max_length=64)] = None,
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    size: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, object]:
    """What is public today, newest first, each with source, basis and "public until" (the first day without it).

    `id` stays the same over all changes of a record. Who sends a token is told of later changes of what it read.
    """
    now = clock.now()
    today = clock.local_date(now)
    subject = subjects.by_code(code.replace("\x00", ""), on=today)
    if subject is None:
        raise NotFound
    found = queries.public_records_of(subject.id, on=today, item=item, category=category)
    shown = found[(page - 1) * size : page * size]
    if request.auth.organisation_id is not None and shown:
        keys = [str(row.natural_key) for row in shown]
        organisation = request.auth.organisation_id
        tasks.defer("exchange.receive", natural_keys=keys, organisation_id=organisation, door="api", at=now.isoformat())
    last = last_page(len(found), size)
    given = {name: value for name, value in request.GET.items() if name in {"item", "category", "size"}}
    response["Link"] = page_links(request.path, given, page=page, last=last)
    return {
        "items": [_record(one) for one in shown],
        "total": len(found),
        "page": page,
        "size": size,
        "next": page_link(request.path, given, page + 1) if page < last else None,
    }


def _record(row: RecordRow) -> RecordOut:
    english = translation.get_language() == "en"
    return RecordOut(
        id=row.natural_key,
        item=row.item,
        category=row.category,
        headline=row.headline_en if english else row.headline,
        fields={f.code: f.raw for f in row.fields},
        source=row.source_name,
        authority=row.authority_name,
        legal_basis=[RecordBasisOut(law=b.law, article=b.article, source=b.source) for b in row.legal_basis],
        decided_on=row.decided_on,
        public_from=row.public_from,
        public_until=row.public_until,
        state=row.state,
        version=row.version,
    )
