"""Records that departments share: the purpose first, then the records, each read audited."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chengxin.base import clock
from chengxin.base.audit.services import note
from chengxin.base.errors import NotFound
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.pages import page, say, words
from chengxin.faces.workbench.purposes import BY_CODE, PURPOSES
from chengxin.registry.accounts.rules import Permission
from chengxin.registry.records import queries as records
from chengxin.registry.records.queries import RecordRow
from chengxin.registry.records.rules import Audience
from chengxin.registry.subjects import queries as subjects


@require_GET
@open_to(Permission.READ_SHARED_RECORDS)
def choose_subject(request: SignedInRequest) -> HttpResponse:
    """The form that takes the code of the subject."""
    code = request.GET.get("code", "").strip().upper()
    if code and subjects.by_code(code, on=clock.today()) is not None:
        return redirect("workbench:lookup-subject", code)
    errors = []
    if "code" in request.GET:
        errors.append(PageError("code", _("没有这个代码的主体") if code else _("请输入统一社会信用代码")))
    context = {"code": code, "errors": errors, "labels": {"code": _("统一社会信用代码")}}
    return page(request, "lookup", context, status=422 if errors else 200)


@require_http_methods(["GET", "POST"])
@open_to(Permission.READ_SHARED_RECORDS)
def shared_records(request: SignedInRequest, code: str) -> HttpResponse:
    """Asks for the purpose; shows the records only after it was stated and written to the audit chain."""
    subject = subjects.by_code(code, on=clock.today())
    if subject is None:
        raise NotFound
    context: dict[str, Any] = {"subject": subject, "purposes": PURPOSES, "records": None, "errors": []}
    if request.method == "GET":
        return page(request, "lookup_subject", context)
    purpose = BY_CODE.get(request.POST.get("purpose", ""))
    if purpose is None:
        error = PageError(f"purpose-{PURPOSES[0].code}", _("请选择这次查询的用途"))
        return page(request, "lookup_subject", {**context, "errors": [error]}, status=422)
    found = records.shared_records_of(
        subject.id, by=request.actor, purpose=purpose.code, basis=purpose.basis, on=clock.today()
    )
    note(
        "records.shared_read",
        subject.code,
        by=request.actor,
        at=clock.now(),
        purpose=purpose.code,
        basis=purpose.basis,
        records=len(found),
    )
    context |= {"purpose": purpose, "records": [_shown(record) for record in found]}
    return page(request, "lookup_subject", context)


def _shown(record: RecordRow) -> dict[str, Any]:
    lines = [{"name": words(f.name), "value": say(f.value, f.value_en)} for f in record.fields]
    return {
        "item_name": words(record.item_name),
        "headline": say(record.headline, record.headline_en),
        "is_public": record.audience == Audience.PUBLIC,
        "source_name": record.source_name,
        "decided_on": record.decided_on,
        "lines": lines,
    }
