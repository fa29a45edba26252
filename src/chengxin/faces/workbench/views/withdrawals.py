"""Withdrawing a record of one's own authority whose decision fell: find it, say why, attach the paper."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from chengxin.base import clock
from chengxin.base.errors import ChengxinError
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.files import errors_of, file_limits, uploads_of
from chengxin.faces.workbench.matters.withdrawal import record_context
from chengxin.faces.workbench.pages import page, say, words
from chengxin.registry.accounts.rules import Permission
from chengxin.registry.catalogue import queries as catalogue
from chengxin.rights.disputes import policy, withdrawing
from chengxin.rights.disputes.withdrawing import Grounds


@require_http_methods(["GET", "POST"])
@open_to(Permission.SUBMIT_RECORDS)
def find(request: SignedInRequest) -> HttpResponse:
    """Which record: its item, whom it is about and the number of its document; posted, for numbers of people."""
    items = [i for i in catalogue.items_of_provider(request.actor.organisation_code) if i.parts.document_number]
    context: dict[str, Any] = {
        "items": [(i.code, words(i.name)) for i in items],
        "given": request.POST,
        "labels": {"number": _("统一社会信用代码或者公民身份号码"), "document": _("决定书文号")},
        "errors": [],
    }
    if request.method == "GET":
        return page(request, "withdrawal_find", context)
    item, number, document = (request.POST.get(name, "") for name in ("item", "number", "document"))
    found = withdrawing.found_records(item, number, document, by=request.actor, at=clock.now())
    if not found:
        error = PageError("document", _("没有找到这条记录"), _("请核对目录项、号码和文号；只能撤下本单位提供的记录。"))
        return page(request, "withdrawal_find", context | {"errors": [error]}, status=404)
    return redirect("workbench:withdrawal-propose", found[0])


@require_http_methods(["GET", "POST"])
@open_to(Permission.SUBMIT_RECORDS)
def propose(request: SignedInRequest, natural_key: UUID) -> HttpResponse:
    """The record, and the form of the proposal; sent, it opens a case and shows it."""
    now = clock.now()
    withdrawing.withdrawable(natural_key, by=request.actor)
    errors: list[PageError] = []
    status = 200
    if request.method == "POST":
        names = ("ground", "document", "reason")
        given = Grounds(*(request.POST.get(name, "") for name in names))
        try:
            case_id = withdrawing.propose(natural_key, given, papers=uploads_of(request), by=request.actor, at=now)
        except ChengxinError as error:
            errors, status = errors_of(error, "ground"), error.status
        else:
            messages.success(request, _("已提交，并通知了当事人；等待审核员决定。"))
            return redirect("workbench:case", case_id)
    context: dict[str, Any] = record_context(natural_key, request.actor, now) | {
        "grounds": [(g.code, say(g.zh, g.en)) for g in policy.withdrawal_grounds(on=clock.local_date(now))],
        "labels": {"document": _("依据文书的文号")},
        "given": request.POST,
        "file_limits": file_limits(now),
        "errors": errors,
    }
    return page(request, "withdrawal_propose", context, status=status)
