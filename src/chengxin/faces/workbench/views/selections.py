"""Saved selections on the workbench: the list, making one, trying it out, its versions, and what uses it."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chengxin.base import clock
from chengxin.base.errors import ChengxinError
from chengxin.base.spreadsheets import CsvFile
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.pages import Choice, cut, page
from chengxin.faces.workbench.shown import divisions, item_name
from chengxin.faces.workbench.subscriptions import choice_line, selection_line
from chengxin.intake.delivery import rules, selection_queries, selections
from chengxin.intake.delivery.errors import CriteriaUnusable, NameMissing, NameTaken
from chengxin.registry.accounts.rules import Permission
from chengxin.registry.records.rules import Severity

SIZE = 20
EITHER = (Permission.TAKE_CHANGES, Permission.RUN_EXCHANGE)
AT_FIELD = {CriteriaUnusable: "item", NameMissing: "name", NameTaken: "name"}


@require_GET
@open_to(*EITHER)
def selection_list(request: SignedInRequest) -> HttpResponse:
    """Those that the organisation may use, its own and the credit office's."""
    rows = selection_queries.selections(by=request.actor)
    return page(request, "selections", {"page": cut(request, rows, SIZE, selection_line)})


@require_GET
@open_to(*EITHER)
def selection_list_csv(request: SignedInRequest) -> HttpResponse:
    """The list as CSV."""
    file = CsvFile("selections.csv")
    file.row([_("编号"), _("名称"), _("单位"), _("版次"), _("筛选条件"), _("使用它的订阅")])
    for row in selection_queries.selections(by=request.actor):
        line = selection_line(row)
        file.row([row.id, row.name, line["owner"], row.number, " · ".join(line["criteria"]), row.uses])
    return file


@require_http_methods(["GET", "POST"])
@open_to(*EITHER)
def make(request: SignedInRequest) -> HttpResponse:
    """The form of a new selection; `try` shows whom it would choose today and keeps the form."""
    if request.method == "POST" and "try" not in request.POST:
        try:
            made = selections.make(request.POST.get("name", ""), _choice(request), by=request.actor, at=clock.now())
        except ChengxinError as error:
            return _form(request, request.POST, error=error)
        messages.success(request, _("主体筛选已保存。"))
        return redirect("workbench:selection", made)
    return _form(request, request.POST)


@require_GET
@open_to(*EITHER)
def selection(request: SignedInRequest, selection_id: int) -> HttpResponse:
    """A selection with whom it chooses today, its versions and how many subscriptions name each."""
    row = selection_queries.selection(selection_id, by=request.actor)
    context = {
        "line": selection_line(row),
        "found": selection_queries.tried(row.choice, by=request.actor, on=clock.today()),
        "versions": [
            {"row": v, "criteria": choice_line(v.choice)} for v in selection_queries.versions(row.id, by=request.actor)
        ],
        "may_ask": request.actor.may(Permission.TAKE_CHANGES),
    }
    return page(request, "selection", context)


@require_http_methods(["GET", "POST"])
@open_to(*EITHER)
def renew(request: SignedInRequest, selection_id: int) -> HttpResponse:
    """The form of a further version, filled in with the present one; `try` as in `make`."""
    row = selection_queries.selection(selection_id, by=request.actor)
    if request.method != "POST":
        kept = row.choice
        given = {"item": kept.item, "months": kept.months, "least": kept.least}
        return _form(request, given, row=row, chosen=kept)
    if "try" in request.POST:
        return _form(request, request.POST, row=row)
    try:
        number = selections.renew(selection_id, _choice(request), by=request.actor, at=clock.now())
    except ChengxinError as error:
        return _form(request, request.POST, row=row, error=error)
    messages.success(request, _("现在的版本是第 {n} 版；已有的订阅仍用原来的版本。").format(n=number))
    return redirect("workbench:selection", selection_id)


def _form(
    request: SignedInRequest,
    given: Mapping[str, Any],
    *,
    row: selection_queries.SelectionRow | None = None,
    chosen: rules.Choice | None = None,
    error: ChengxinError | None = None,
) -> HttpResponse:
    found = None
    chosen = chosen or _choice(request)
    if error is None and "try" in request.POST:
        try:
            found = selection_queries.tried(chosen, by=request.actor, on=clock.today())
        except CriteriaUnusable as unusable:
            error = unusable
    context = {
        "errors": [PageError(AT_FIELD.get(type(error), "name"), error.sentence, error.advice)] if error else [],
        "row": row,
        "given": given,
        "chosen": {"severities": chosen.severities, "divisions": chosen.divisions},
        "found": found,
        "items": [Choice(code, item_name(code)) for code in selection_queries.items()],
        "severities": [s.value for s in Severity],
        "divisions": divisions(),
        "most": {"records": rules.MOST_RECORDS, "months": rules.MOST_MONTHS},
    }
    return page(request, "selection_form", context, status=error.status if error else 200)


def _choice(request: HttpRequest) -> rules.Choice:
    given = request.POST

    def number(name: str, usual: int) -> int:
        text = given.get(name, "").strip()
        return usual if not text else int(text) if text.isdecimal() and len(text) < 6 else -1

    return rules.Choice(
        item=given.get("item", ""),
        severities=tuple(given.getlist("severities")),
        divisions=tuple(given.getlist("divisions")),
        months=number("months", 0),
        least=number("least", 1),
    )
