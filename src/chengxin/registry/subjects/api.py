"""Subjects for machines; open to everyone."""

import json
from datetime import date
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Schema

from chengxin.base import clock
from chengxin.base.errors import NotFound
from chengxin.base.links import last_page, page_link, page_links
from chengxin.registry.subjects import queries
from chengxin.registry.subjects.lookup import subject_json

router = Router()
LAST_PAGE = 500

Code = Annotated[str, Path(description="Unified social credit code, or another code of the subject", max_length=50)]


class FormerNameOut(Schema):
    name: str
    until: date | None


class IdentifierOut(Schema):
    scheme: str
    value: str
    valid_from: date | None


class SubjectRowOut(Schema):
    code: str
    name: str
    kind: str
    status: str


class SubjectOut(SubjectRowOut):
    registered: bool
    division: str
    former_names: list[FormerNameOut]
    identifiers: list[IdentifierOut]


class SubjectsOut(Schema):
    items: list[SubjectRowOut]
    total: int
    total_is_exact: bool
    page: int
    size: int
    next: str | None


@router.get("", response=SubjectsOut, summary="Search subjects")
def subjects(
    request: HttpRequest,
    q: Annotated[
        str, Query(description="Part of a name (two characters suffice), former name or code", max_length=200)
    ],
    page: Annotated[int, Query(ge=1, le=LAST_PAGE)] = 1,
    size: Annotated[int, Query(ge=1, le=100)] = 20,
    kind: Annotated[Literal["legal-person", "other-organisation", "sole-trader"] | None, Query()] = None,
) -> HttpResponse:
    """Organisations and sole traders by part of a name, former name or code; natural persons are never found."""
    found = queries.search(q.replace("\x00", ""), on=clock.today(), kind=kind or "", page=page, size=size)
    last = min(last_page(found.total, size), LAST_PAGE)
    given = {name: value for name, value in request.GET.items() if name in {"q", "size", "kind"}}
    content = {
        "items": [{"code": s.code, "name": s.name, "kind": s.kind, "status": s.status} for s in found.items],
        "total": found.total,
        "total_is_exact": found.total_is_exact,
        "page": page,
        "size": size,
        "next": page_link(request.path, given, page + 1) if page < last else None,
    }
    # Written here: checking our own rows against the schema again would cost as much as finding them.
    return HttpResponse(
        json.dumps(content, ensure_ascii=False),
        content_type="application/json",
        headers={"Link": page_links(request.path, given, page=page, last=last)},
    )


@router.get("/{code}", response=SubjectOut, summary="One subject")
def subject(request: HttpRequest, code: Code) -> HttpResponse:
    """Who the subject is: names, kind, state of registration and identifiers."""
    wanted, today = code.replace("\x00", ""), clock.today()
    content = subject_json(wanted, on=today)
    if content is None:
        other = queries.by_code(wanted, on=today)
        content = subject_json(other.code, on=today) if other else None
    if content is None:
        raise NotFound
    return HttpResponse(content, content_type="application/json")
