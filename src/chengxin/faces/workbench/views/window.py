"""Consents on paper at the service window: finding the request, recording the scan, and checking another's record."""

from django.contrib import messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengxin.base import clock
from chengxin.base.attachments import policy as attachments
from chengxin.base.attachments.rules import MEGABYTE, Kind
from chengxin.base.attachments.services import Upload
from chengxin.base.errors import ChengxinError, NotFound
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.consents import request_line
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.files import handed_out
from chengxin.faces.workbench.pages import cut, page, say
from chengxin.registry.accounts.rules import Permission
from chengxin.rights.consent import errors as reasons
from chengxin.rights.consent import policy, queries, window
from chengxin.rights.consent.queries import FormRow

SIZE = 20
FIELD_OF = {
    reasons.NotTheSubject.code: "identity",
    reasons.FormIncomplete.code: "number",
    reasons.FormNumberTaken.code: "number",
    reasons.FormPending.code: "number",
}


@require_GET
@open_to(Permission.RECORD_WINDOW_CONSENT)
def form_list(request: SignedInRequest) -> HttpResponse:
    """The field that finds a request by its number, and the forms that wait for a check."""
    text = request.GET.get("request", "").strip()
    errors: list[PageError] = []
    if text:
        try:
            queries.request_numbered(_number(text), by=request.actor, on=clock.today())
        except NotFound:
            hint = _("请核对编号；已经答复或者到期的请求不能再授权。")
            errors.append(PageError("request", _("没有这个编号的待答复请求"), hint))
        else:
            return redirect("workbench:window-record", _number(text))
    rows = queries.forms_to_check(request.actor, on=clock.today())
    context = {
        "page": cut(request, rows, SIZE, lambda row: _line(request, row)),
        "given": text,
        "errors": errors,
        "labels": {"request": _("请求编号")},
    }
    return page(request, "window", context, status=422 if errors else 200)


@require_http_methods(["GET", "POST"])
@open_to(Permission.RECORD_WINDOW_CONSENT)
def record(request: SignedInRequest, request_id: int) -> HttpResponse:
    """One waiting request, and the form that takes the scan of what was signed."""
    now = clock.now()
    row = window.request_at_window(request_id, by=request.actor, at=now)
    errors: list[PageError] = []
    status = 200
    if request.method == "POST":
        upload = request.FILES.get("scan")
        given = upload if upload is not None and not isinstance(upload, list) else SimpleUploadedFile("scan", b"")
        try:
            window.record_form(
                request_id,
                identity=request.POST.get("identity", ""),
                number=request.POST.get("number", ""),
                signed_by=request.POST.get("signed_by", ""),
                scan=Upload(given, given.name or ""),
                by=request.actor,
                at=now,
            )
        except ChengxinError as error:
            errors = [PageError(FIELD_OF.get(error.code, "scan"), error.sentence, error.advice)]
            status = error.status
        else:
            messages.success(request, _("已登记，等待另一位工作人员复核。复核之前授权不生效。"))
            return redirect("workbench:window")
    wording = policy.wording_on(clock.local_date(now))
    limits = attachments.limits(window.PURPOSE, on=clock.local_date(now))
    context = {
        "line": request_line(row),
        "wording": say(wording.zh, wording.en),
        "megabytes": limits.kinds[Kind.PDF] // MEGABYTE,
        "given": request.POST,
        "errors": errors,
        "labels": {
            "identity": _("出示的证件号码（公民身份号码或者统一社会信用代码）"),
            "number": _("纸质授权书编号"),
            "signed_by": _("签名人姓名"),
        },
    }
    return page(request, "window_record", context, status=status)


@require_http_methods(["GET", "POST"])
@open_to(Permission.RECORD_WINDOW_CONSENT)
def check(request: SignedInRequest, form_id: int) -> HttpResponse:
    """The scan beside the request, for the second officer to confirm or to send back."""
    now = clock.now()
    errors: list[PageError] = []
    status = 200
    if request.method == "POST":
        try:
            if request.POST.get("answer") == "confirm":
                window.confirm_form(form_id, by=request.actor, at=now)
                messages.success(request, _("已确认，授权从现在起生效；本人会收到通知。"))
            else:
                window.reject_form(form_id, reason=request.POST.get("reason", ""), by=request.actor, at=now)
                messages.success(request, _("已退回，可以重新登记。"))
        except ChengxinError as error:
            errors, status = [PageError("reason", error.sentence, error.advice)], error.status
        else:
            return redirect("workbench:window")
    form = window.form_at_window(form_id, by=request.actor, at=now)
    context = {"form": _line(request, form), "line": request_line(form.request), "errors": errors}
    return page(request, "window_check", context, status=status)


@require_POST
@open_to(Permission.RECORD_WINDOW_CONSENT)
def scan(request: SignedInRequest, form_id: int) -> HttpResponse:
    """The scan as a file to keep apart, never shown within the site; posted, since each look is written down."""
    return handed_out(window.scan_of(form_id, by=request.actor, at=clock.now()))


def _line(request: SignedInRequest, row: FormRow) -> dict[str, object]:
    return {
        "row": row,
        "who": say(row.request.organisation_zh, row.request.organisation_en),
        "is_own": row.recorded_by_id == request.actor.user_id,
    }


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
