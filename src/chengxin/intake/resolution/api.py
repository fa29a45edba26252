"""What became of a hand-in's rows without a code, for the system that handed them in."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema

from chengxin.base.errors import NotFound
from chengxin.base.links import last_page, page_link, page_links
from chengxin.intake.collection import queries as submissions
from chengxin.intake.resolution import queries
from chengxin.registry.accounts.rules import Actor, Permission, require

router = Router()
LARGEST_ID = 2**63 - 1


class RowWithoutCodeOut(Schema):
    row: int
    name: str
    state: str
    subject: str
    code: str
    reason: str


class RowsWithoutCodeOut(Schema):
    items: list[RowWithoutCodeOut]
    total: int
    page: int
    size: int
    next: str | None


@router.get("/{int:submission}/waiting", response=RowsWithoutCodeOut, summary="A submission's rows without a code")
def waiting(
    request: HttpRequest,
    response: HttpResponse,
    submission: int,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    size: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, Any]:
    """Each with its `state`: `waiting` for a look, `tied` to the subject that is told, or `returned` for a reason."""
    actor: Actor = request.auth  # type: ignore[attr-defined]
    require(actor, Permission.SEE_OWN_SUBMISSIONS)
    if not 0 < submission <= LARGEST_ID:
        raise NotFound
    found = submissions.submission(submission, actor.reaches)
    rows, total = queries.rows_of_submission(found.id, page=page, size=size)
    last = last_page(total, size)
    given = {name: value for name, value in request.GET.items() if name == "size"}
    response["Link"] = page_links(request.path, given, page=page, last=last)
    return {
        "items": rows,
        "total": total,
        "page": page,
        "size": size,
        "next": page_link(request.path, given, page + 1) if page < last else None,
    }
