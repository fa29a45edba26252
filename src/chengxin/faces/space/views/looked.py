"""Who looked at a subject's information: the access log, as its subject sees it; complaints about an entry."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengxin.base import clock
from chengxin.base.listing import in_turn
from chengxin.base.spreadsheets import CsvStream
from chengxin.faces.space.access import SpaceRequest, on_behalf
from chengxin.faces.space.pages import page
from chengxin.faces.workbench.consents import access_line
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.pages import Choice, cut, day_or_none, query_without
from chengxin.registry.accounts.rules import Scope
from chengxin.rights.consent import queries, services
from chengxin.rights.consent.queries import AccessRow

SIZE = 20


@require_GET
@on_behalf(Scope.SEE)
def access_log(request: SpaceRequest, _mandate_id: int) -> HttpResponse:
    """The list, filtered by what the address says."""
    every = queries.access_log_of(request.mandate.about, by=request.actor)
    shown = queries.access_log_of(request.mandate.about, by=request.actor, **_asked(request))
    purposes = {row.purpose: access_line(row)["purpose"] for row in every}
    context = {
        "page": cut(request, shown, SIZE, access_line),
        "most": queries.MOST_SHOWN if len(shown) == queries.MOST_SHOWN else None,
        "purposes": [Choice(code, name) for code, name in purposes.items()],
        "is_filtered": any(request.GET.get(name) for name in ("purpose", "since", "until")),
        "query": query_without(request, "page"),
        "wants_notices": queries.wants_notices(request.mandate.about, by=request.actor),
        "may_complain": Scope.APPLY in request.mandate.scopes,
    }
    return page(request, "looked", context)


@require_GET
@on_behalf(Scope.SEE)
def access_log_csv(request: SpaceRequest, _mandate_id: int) -> HttpResponseBase:
    """The filtered list as CSV, for a spreadsheet; all of it, however long."""
    rows = queries.all_access_of(request.mandate.about, by=request.actor, **_asked(request))
    titles = [_("时间"), _("单位"), _("用途"), _("依据"), _("看了哪些")]
    return CsvStream("who-looked.csv", titles, map(_cells, rows))


def _cells(row: AccessRow) -> list[Any]:
    line = access_line(row)
    return [row.at.isoformat(), line["who"], line["purpose"], line["basis"], in_turn(line["items"])]


@require_POST
@on_behalf(Scope.SEE)
def wish(request: SpaceRequest, mandate_id: int) -> HttpResponse:
    """Keeps whether a notice of each read is wanted."""
    wanted = request.POST.get("wanted") == "1"
    services.wish_notices(request.mandate.about, wanted=wanted, by=request.actor, at=clock.now())
    messages.success(request, _("已保存。"))
    return redirect("space:looked", mandate_id)


@require_http_methods(["GET", "POST"])
@on_behalf(Scope.APPLY)
def complain(request: SpaceRequest, mandate_id: int, entry_id: UUID) -> HttpResponse:
    """The form of a complaint about one read; sent, it opens a case and shows it."""
    about = request.mandate.about
    row = queries.access_entry(entry_id, about, by=request.actor)
    statement = request.POST.get("statement", "").strip()
    errors = []
    if request.method == "POST":
        if statement:
            case_id = services.complain(entry_id, about=about, statement=statement, by=request.actor, at=clock.now())
            messages.success(request, _("投诉已提交。您可以在这里看到办到哪一步。"))
            return redirect("space:case", mandate_id, case_id)
        errors = [PageError("statement", _("请写明为什么认为这次查询不当"))]
    context: dict[str, Any] = {"line": access_line(row), "errors": errors}
    return page(request, "complain", context, status=422 if errors else 200)


def _asked(request: SpaceRequest) -> dict[str, Any]:
    return {
        "purpose": request.GET.get("purpose", ""),
        "since": day_or_none(request.GET.get("since", "")),
        "until": day_or_none(request.GET.get("until", "")),
    }
