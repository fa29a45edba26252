"""Handing in for machines (an organisation's token is needed), and templates for everyone."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import unquote

from django.conf import settings
from django.core.files import File
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status
from ninja.errors import ValidationError

from chengxin.base import clock
from chengxin.base.errors import NotFound
from chengxin.base.links import last_page, page_link, page_links
from chengxin.intake.collection import answers, policy, queries, services, templates_xlsx
from chengxin.intake.collection.errors import TooLarge
from chengxin.registry.accounts.rules import Actor, Permission, require
from chengxin.registry.catalogue import queries as catalogue

router = Router()
templates = Router()

# Up to this a caller waits for the answer: about 50,000 rows, a few seconds. A larger file is processed by a task.
AT_ONCE_BYTES = 16_000_000
LARGEST_ID = 2**63 - 1
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class FindingOut(Schema):
    row: int
    field: str
    rule: str
    message: str
    hint: str = ""


class AnswerOut(Schema):
    submission: int
    item: str
    rows: int
    accepted: int
    rejected: int
    unchanged: int
    corrected: int
    waiting: int = 0
    faults: list[FindingOut]
    notes: list[FindingOut]


class ReceivedOut(Schema):
    submission: int
    item: str
    state: str


class SubmissionOut(Schema):
    submission: int
    item: str
    filename: str
    state: str
    received_at: datetime
    finished_at: datetime | None
    step: str | None
    fraction: float
    rows: int
    accepted: int
    rejected: int
    unchanged: int
    corrected: int
    waiting: int
    waiting_rows: str | None
    error: dict[str, str] | None


class FaultsOut(Schema):
    items: list[FindingOut]
    total: int
    page: int
    size: int
    next: str | None


BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "A form with `item` and `file`, or the file itself with `item` and `filename` in the query.",
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"item": {"type": "string"}, "file": {"type": "string", "format": "binary"}},
                    "required": ["item", "file"],
                }
            },
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


def _lacking(*places: str) -> ValidationError:
    return ValidationError([{"loc": place.split("/"), "msg": "Field required", "type": "missing"} for place in places])


@contextmanager
def _handed_in(request: HttpRequest, item: str | None, filename: str | None) -> Iterator[tuple[Path, str, str]]:
    """The file on disk, its name and the item, from a form or from the raw body; it is never held in memory."""
    largest = policy.limits().csv_mb
    if int(request.META.get("CONTENT_LENGTH") or 0) > largest * 1_000_000:
        raise TooLarge(size=int(request.META["CONTENT_LENGTH"]) // 1_000_000, limit=largest)
    with tempfile.NamedTemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as target:
        if request.content_type == "multipart/form-data":
            upload = request.FILES.get("file")
            code = request.POST.get("item") or item
            if upload is None or not code:
                raise _lacking(*(["body/file"] if upload is None else []), *([] if code else ["body/item"]))
            name = filename or upload.name or "file"
            for chunk in upload.chunks():
                target.write(chunk)
        else:
            if not item:
                raise _lacking("query/item")
            code, name = item, filename or unquote(request.headers.get("X-Filename", "")) or _name_of(request)
            shutil.copyfileobj(request, target, 1 << 20)
        target.flush()
        yield Path(target.name), Path(name.replace("\x00", "")).name or "file", code.replace("\x00", "")


def _name_of(request: HttpRequest) -> str:
    endings = {"text/csv": "csv", XLSX: "xlsx", "application/x-ndjson": "jsonl", "application/jsonl": "jsonl"}
    return f"file.{endings.get(request.content_type or '', 'csv')}"


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.auth  # type: ignore[attr-defined]
    return actor


@router.post(
    "", response={200: AnswerOut, 202: ReceivedOut}, summary="Hand in a file", openapi_extra=BODY, exclude_unset=True
)
def hand_in(
    request: HttpRequest,
    response: HttpResponse,
    item: Annotated[str | None, Query(description="Code of the catalogue item", max_length=64)] = None,
    filename: Annotated[str | None, Query(description="Its ending tells the format", max_length=255)] = None,
) -> Status[Any]:
    """Read, check and store a CSV, XLSX or JSON Lines file for a catalogue item, all in one step or not at all.

    200 tells what became of every row. A file of more than 16 MB is answered by 202 and a Location to ask.
    """
    actor, at = _actor(request), clock.now()
    if actor.organisation_id is None:
        raise NotFound
    with _handed_in(request, item, filename) as (path, name, code):
        catalogue.item(code)
        if path.stat().st_size > AT_ONCE_BYTES:
            with path.open("rb") as file:
                number = services.receive(
                    File(file),  # type: ignore[arg-type]
                    filename=name, item_code=code, by=actor, organisation_id=actor.organisation_id, at=at,
                )  # fmt: skip
            response["Location"] = f"{request.path}/{number}"
            return Status(202, {"submission": number, "item": code, "state": "received"})
        result = services.submit(
            path, filename=name, item_code=code, by=actor, organisation_id=actor.organisation_id, at=at
        )
    return Status(200, answers.answer(result))


def _mine(request: HttpRequest, submission: int) -> queries.SubmissionDetail:
    actor = _actor(request)
    require(actor, Permission.SEE_OWN_SUBMISSIONS)
    if not 0 < submission <= LARGEST_ID:
        raise NotFound
    return queries.submission(submission, actor.reaches)


@router.get("/{int:submission}", response=SubmissionOut, summary="One submission")
def one_submission(request: HttpRequest, submission: int) -> dict[str, Any]:
    """Where a submission is and what became of it; only of the token's organisation and those below it.

    `waiting` counts rows that came without a code; `waiting_rows` is where each says whom it was tied to, if anyone.
    """
    found = _mine(request, submission)
    names = SubmissionOut.model_fields.keys() - {"submission", "error", "waiting_rows"}
    why = found.unreadable
    return {
        "submission": found.id,
        "waiting_rows": f"{request.path}/waiting" if found.waiting else None,
        "error": {"code": why.code, "message": why.sentence, "hint": why.hint} if why else None,
        **{name: getattr(found, name) for name in names},
    }


@router.get("/{int:submission}/faults", response=FaultsOut, summary="A submission's faults")
def faults(
    request: HttpRequest,
    response: HttpResponse,
    submission: int,
    field: Annotated[str | None, Query(max_length=200)] = None,
    rule: Annotated[str | None, Query(max_length=20)] = None,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    size: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, Any]:
    """Why rows were rejected, by row, optionally of one field or rule."""
    found = _mine(request, submission)
    wanted = {name: value.replace("\x00", "") for name, value in (("field", field), ("rule", rule)) if value}
    rows = queries.faults(found.id, page=page, size=size, **wanted)
    last = last_page(rows.total, size)
    given = {name: value for name, value in request.GET.items() if name in {"field", "rule", "size"}}
    response["Link"] = page_links(request.path, given, page=page, last=last)
    return {
        "items": [answers.finding(one) for one in rows.rows],
        "total": rows.total,
        "page": page,
        "size": size,
        "next": page_link(request.path, given, page + 1) if page < last else None,
    }


def _workbook(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@router.get("/{int:submission}/rejected.xlsx", summary="A submission's rejected rows")
def rejected(request: Any, submission: int) -> HttpResponse:
    """The rejected rows in the template's columns, with what is wrong: mend this file and hand it in again."""
    found = _mine(request, submission)
    return _workbook(services.hand_back(found.id, by=request.auth, at=clock.now()), f"rejected-{found.id}.xlsx")


@templates.get("/{item}/template.xlsx", summary="An item's template")
def template(request: HttpRequest, item: str) -> HttpResponse:
    """The workbook to fill in, made from the catalogue."""
    found = catalogue.item(item)
    with tempfile.NamedTemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR, suffix=".xlsx") as target:
        templates_xlsx.write_template(found, Path(target.name))
        return _workbook(Path(target.name).read_bytes(), f"{found.code}.xlsx")
