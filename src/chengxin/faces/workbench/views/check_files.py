"""Files of codes: handing one in, how far its check has come, and its result."""

from pathlib import Path

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from chengxin.base import clock
from chengxin.base.errors import ChengxinError, NotFound, NotPermitted
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.checks import matter_line
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.pages import page, say
from chengxin.registry.accounts.rules import Permission
from chengxin.regulation.measures import errors as reasons
from chengxin.regulation.measures import files, policy, queries, rereading, runs, services

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FAULTS = {
    e.code: e
    for e in (
        reasons.FileNotReadable,
        reasons.TooManyCodes,
        reasons.MatterNotYours,
        reasons.NoSuchMatter,
        NotPermitted,
    )
}


@require_POST
@open_to(Permission.CHECK_CREDIT)
def start(request: SignedInRequest) -> HttpResponse:
    """Takes a file; its check goes on in the background."""
    given = request.FILES.get("file")
    today = clock.today()
    try:
        if given is None:
            raise reasons.FileNotReadable
        run_id = services.start_file(
            Path(given.temporary_file_path()),  # type: ignore[attr-defined]
            filename=given.name or "",
            matter=request.POST.get("matter", ""),
            by=request.actor,
            at=clock.now(),
        )
    except ChengxinError as error:
        field = "file-matter" if "matter" in error.code else "file"
        context = {
            "matters": [matter_line(m) for m in queries.matters_of(request.actor, on=today)],
            "given": {},
            "most": policy.limit("page", "codes", today),
            "most_in_file": policy.limit("file", "codes", today),
            "runs": runs.runs_of(request.actor)[:5],
            "errors": [PageError(field, error.sentence, error.advice)],
        }
        return page(request, "check", context, status=error.status)
    return redirect("workbench:check-file", run_id)


@require_GET
@open_to(Permission.CHECK_CREDIT)
def progress(request: SignedInRequest, run_id: int) -> HttpResponse:
    """How far it has come; at the end, the result to keep."""
    run = runs.run_of(run_id, by=request.actor)
    matter = next((m for m in policy.matters_on(clock.today()) if m.code == run.matter), None)
    fault = FAULTS.get(run.fault, reasons.FileCheckFailed) if run.fault else None
    invalid, unknown = runs.unanswerable_in(run, by=request.actor) if run.finished_at else (0, 0)
    context = {
        "run": run,
        "matter": say(matter.name_zh, matter.name_en) if matter else run.matter,
        "invalid": invalid,
        "unknown": unknown,
        "percent": 100 * run.done // run.total if run.total else 0,
        "fault": fault(most=policy.limit("file", "codes", clock.today())) if fault else None,
    }
    template = "_check_file" if request.headers.get("HX-Request") else "check_file"
    return page(request, template, context)


@require_GET
@open_to(Permission.CHECK_CREDIT)
def result(request: SignedInRequest, run_id: int, ending: str) -> HttpResponse:
    """The result as CSV or XLSX, in the order of the file."""
    run = runs.run_of(run_id, by=request.actor)
    if run.finished_at is None or run.fault:
        raise NotFound
    rows = rereading.read_run(run, by=request.actor, door=services.SCREEN, at=clock.now())
    in_english = say("zh", "en") == "en"
    name = f'attachment; filename="check-{run.pk}.{ending}"'
    if ending == "xlsx":
        content = files.as_xlsx(rows, in_english=in_english)
        return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": name})
    lines = "".join(files.as_csv(rows, in_english=in_english))
    return HttpResponse(lines, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": name})
