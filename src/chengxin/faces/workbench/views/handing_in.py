"""Handing in data: choosing the item, giving the file."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chengxin.base import clock
from chengxin.base.errors import ChengxinError, NotPermitted
from chengxin.faces.workbench import policy
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.catalogue_forms import told
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.offers import offered_item, offers_of
from chengxin.faces.workbench.pages import page, words
from chengxin.intake.collection import services
from chengxin.intake.collection.templates_xlsx import write_template
from chengxin.registry.accounts.rules import Permission
from chengxin.registry.catalogue import proposals
from chengxin.registry.catalogue.rules import Item

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@open_to(Permission.SUBMIT_RECORDS)
def choose_item(request: SignedInRequest) -> HttpResponse:
    """The items that the officer's organisation may provide."""
    q = request.GET.get("q", "").strip()
    offers = offers_of(request.actor, speaking_of=q)
    return page(request, "choose_item", {"q": q, "offers": offers})


@require_http_methods(["GET", "POST"])
@open_to(Permission.SUBMIT_RECORDS)
def hand_in(request: SignedInRequest, item_code: str) -> HttpResponse:
    """The form that takes a file for one item, and the answer to it."""
    item = offered_item(request.actor, item_code)
    if request.method == "GET":
        return _form(request, item)
    upload = request.FILES.get("file")
    if upload is None:
        return _form(request, item, PageError("file", _("请选择文件")), status=422)
    if request.actor.organisation_id is None:
        raise NotPermitted
    try:
        submission_id = services.receive(
            upload,
            filename=upload.name or "",
            item_code=item.code,
            by=request.actor,
            organisation_id=request.actor.organisation_id,
            at=clock.now(),
        )
    except ChengxinError as error:
        return _form(request, item, PageError("file", error.sentence, error.advice), status=error.status)
    return redirect("workbench:submission", submission_id)


@require_GET
@open_to(Permission.SUBMIT_RECORDS)
def template_file(request: SignedInRequest, item_code: str) -> HttpResponse:
    """The template of an item, with drop-down lists and comments."""
    item = offered_item(request.actor, item_code)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "template.xlsx"
        write_template(item, path)
        content = path.read_bytes()
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{item.code}.xlsx"'
    return response


def _coming(item: Item) -> tuple[date, list[tuple[str, bool]]] | None:
    found = proposals.coming(item.code, on=clock.today())
    return None if found is None else (found[0], told(found[1]))


def _form(request: SignedInRequest, item: Item, error: PageError | None = None, *, status: int = 200) -> HttpResponse:
    csv_mb, xlsx_mb = policy.largest_files(on=clock.today())
    context = {
        "item": item,
        "name": words(item.name),
        "about": words(item.behaviour),
        "changes": told(proposals.latest_change(item.code)),
        "coming": _coming(item),
        "csv_mb": csv_mb,
        "xlsx_mb": xlsx_mb,
        "errors": [error] if error else [],
    }
    return page(request, "hand_in", context, status=status)
