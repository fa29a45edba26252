"""Credit checks for departments' systems: asking, reading a receipt again, reporting what was done."""

import tempfile
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from ninja import File, Form, Router, Schema
from ninja import Path as InPath
from ninja.files import UploadedFile

from chengxin.base import clock
from chengxin.base.errors import NotFound
from chengxin.regulation.measures import files, queries, services, widgets
from chengxin.regulation.measures.models import FileRun
from chengxin.regulation.measures.shown import matter_told, receipt_told

router = Router()
RunId = Annotated[int, InPath(ge=1, le=9_223_372_036_854_775_807)]


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
    is_service_presumed: bool


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


class FileRunOut(Schema):
    run: int
    matter: str
    codes: int
    done: int
    hits: int
    finished: bool
    fault: str


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


@router.post("/files", response=FileRunOut, summary="Check all codes of a file in the background")
def check_file(request: HttpRequest, file: File[UploadedFile], matter: Form[str]) -> dict[str, Any]:
    """CSV or XLSX, codes in the first column. Ask again with `run` until `finished`, then fetch the result."""
    by, now = request.auth, clock.now()  # type: ignore[attr-defined]
    with tempfile.NamedTemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as target:
        for chunk in file.chunks():
            target.write(chunk)
        target.flush()
        name = (file.name or "file").replace("\x00", "")
        run_id = services.start_file(Path(target.name), filename=name, matter=matter.replace("\x00", ""), by=by, at=now)
    return _run_told(queries.run_of(run_id, by=by))


@router.get("/files/{run_id}", response=FileRunOut, summary="How far a file check has come")
def file_run(request: HttpRequest, run_id: RunId) -> dict[str, Any]:
    """`fault` is the code of what was wrong with the file; empty: nothing."""
    return _run_told(queries.run_of(run_id, by=request.auth))  # type: ignore[attr-defined]


@router.get("/files/{run_id}/result.csv", summary="The result of a file check, in the order of the file")
def file_result(request: HttpRequest, run_id: RunId) -> HttpResponse:
    """The columns of the page's result, each line with its receipt; not found before the check is finished."""
    by = request.auth  # type: ignore[attr-defined]
    run = queries.run_of(run_id, by=by)
    if run.finished_at is None or run.fault:
        raise NotFound
    lines = files.as_csv(queries.rows_of_run(run, by=by), in_english=translation.get_language() == "en")
    return HttpResponse("".join(lines), content_type="text/csv; charset=utf-8")


def _run_told(run: FileRun) -> dict[str, Any]:
    return {
        "run": run.pk,
        "matter": run.matter,
        "codes": run.total,
        "done": run.done,
        "hits": run.hits,
        "finished": run.finished_at is not None,
        "fault": run.fault,
    }


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
