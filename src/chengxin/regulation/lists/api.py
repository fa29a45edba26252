"""Lists for machines; open to everyone, and showing what is public now."""

from datetime import date
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Schema

from chengxin.base import clock
from chengxin.base.links import last_page, page_link, page_links
from chengxin.regulation.lists import public
from chengxin.regulation.lists.rules import ListTerms

router = Router()
LAST_PAGE = 500


class WordsOut(Schema):
    zh: str
    en: str


class ListBasisOut(Schema):
    law: str
    article: str
    level: str


class ListOut(Schema):
    code: str
    name: WordsOut
    side: str
    authority: WordsOut
    basis: list[ListBasisOut]
    criteria: WordsOut
    hearing: str
    defence_working_days: int
    months: int
    least_months: int
    most_months: int
    exits: list[str]
    closed: bool
    consent: bool
    verified: bool
    in_force: int


class EntryOut(Schema):
    name: str
    code: str
    masked_number: str
    origin: str
    authority: WordsOut
    decision_number: str
    decided_on: date
    in_force_from: date
    in_force_until: date | None
    disputed: bool


class EntriesOut(Schema):
    items: list[EntryOut]
    total: int
    page: int
    size: int
    next: str | None


def _list(terms: ListTerms, in_force: int) -> ListOut:
    return ListOut(
        code=terms.code,
        name=WordsOut(zh=terms.name_zh, en=terms.name_en),
        side=terms.side.value,
        authority=WordsOut(zh=terms.authority_zh, en=terms.authority_en),
        basis=[ListBasisOut(law=b.law, article=b.article, level=b.level.value) for b in terms.basis],
        criteria=WordsOut(zh=terms.criteria_zh, en=terms.criteria_en),
        hearing=terms.hearing.value,
        defence_working_days=terms.defence_working_days,
        months=terms.months,
        least_months=terms.least_months,
        most_months=terms.most_months,
        exits=sorted(e.value for e in terms.exits),
        closed=terms.is_closed,
        consent=terms.needs_consent,
        verified=terms.is_verified,
        in_force=in_force,
    )


@router.get("", response=list[ListOut], summary="All lists")
def lists(request: HttpRequest) -> list[ListOut]:
    """Each list with its legal basis, criteria, exits and the number that stands on it now."""
    return [_list(row.terms, row.in_force) for row in public.lists_now(at=clock.now())]


@router.get("/{code}/entries", response=EntriesOut, summary="Who stands on a list now")
def entries(
    request: HttpRequest,
    response: HttpResponse,
    code: Annotated[str, Path(description="Code of the list", max_length=60)],
    q: Annotated[str, Query(description="Part of a name, or a whole code", max_length=100)] = "",
    page: Annotated[int, Query(ge=1, le=LAST_PAGE)] = 1,
    size: Annotated[int, Query(ge=1, le=100)] = 20,
) -> EntriesOut:
    """The public entries at this moment, newest first; natural persons masked, where policy publishes them."""
    found = public.entries_of(code, at=clock.now(), q=q, page=page, size=size)
    last = min(last_page(found.total, size), LAST_PAGE)
    given = {name: value for name, value in request.GET.items() if name in {"q", "size"}}
    response["Link"] = page_links(request.path, given, page=page, last=last)
    return EntriesOut(
        items=[
            EntryOut(
                name=e.name,
                code=e.code,
                masked_number=e.masked_number,
                origin=e.origin,
                authority=WordsOut(zh=e.authority_name_zh, en=e.authority_name_en),
                decision_number=e.decision_number,
                decided_on=e.decided_on,
                in_force_from=e.begins,
                in_force_until=e.until,
                disputed=e.is_disputed,
            )
            for e in found.items
        ],
        total=found.total,
        page=page,
        size=size,
        next=page_link(request.path, given, page + 1) if page < last else None,
    )
