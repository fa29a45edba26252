"""An authority's lists: what it may decide, whom it listed, proposing an entry and proposing that one end."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengxin.base import clock
from chengxin.base.errors import ChengxinError
from chengxin.base.spreadsheets import CsvStream
from chengxin.faces.portal.templatetags.portal import last_day
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.files import errors_of, file_limits, uploads_of
from chengxin.faces.workbench.matters.listing import CLERKS
from chengxin.faces.workbench.pages import page, say, sheet
from chengxin.faces.workbench.paging import number_of_page
from chengxin.faces.workbench.views.cases import case_context
from chengxin.registry.accounts.rules import Permission
from chengxin.regulation.lists import arrived, public, reading, services
from chengxin.regulation.lists.errors import (
    FactsMissing,
    MinorsAreNeverListed,
    NoSuchSubject,
    NotYourList,
    TermNotAllowed,
)
from chengxin.regulation.lists.reading import EntryRow
from chengxin.regulation.lists.rules import SUBJECT_OF_PERSON, Exit
from chengxin.regulation.lists.words import EXITS

SIZE = 20
REMOVAL = "removal"  # the form on the case page
FIELD_OF = {
    FactsMissing.code: "facts",
    TermNotAllowed.code: "months",
    NoSuchSubject.code: "number",
    MinorsAreNeverListed.code: "number",
}


@require_GET
@open_to(Permission.MANAGE_CASES)
def list_index(request: SignedInRequest) -> HttpResponse:
    """The lists that this organisation decides about, and its entries, newest first."""
    now, own = clock.now(), request.actor.organisation_code
    found = reading.entries_by(own, at=now, page=number_of_page(request), size=SIZE)
    mine = [r.terms for r in public.lists_now(at=now) if own in r.terms.authorities and not r.terms.is_closed]
    context = {
        "lists": [{"code": t.code, "name": say(t.name_zh, t.name_en)} for t in mine],
        "may_propose": not CLERKS.isdisjoint(request.actor.roles),
        "shows_arrived": bool(arrived.lists_seen_by(request.actor, at=now)),
        "page": sheet(request, list(map(_shown, found.items)), found.total, SIZE),
    }
    return page(request, "lists", context)


@require_GET
@open_to(Permission.MANAGE_CASES)
def list_index_csv(request: SignedInRequest) -> HttpResponseBase:
    """The same entries as a table, for a spreadsheet."""
    rows = reading.all_entries_by(request.actor.organisation_code, at=clock.now())
    titles = [_("主体"), _("名单"), _("文号"), _("自"), _("至"), _("现在"), _("移出日期"), _("移出理由")]
    return CsvStream("list-entries.csv", titles, map(_cells, rows))


def _cells(entry: EntryRow) -> list[Any]:
    row = _shown(entry)
    state = _("有效") if entry.stands else _("名单上暂停公示") if entry.hidden else _("已移出")
    begins, ends = entry.in_force_from.isoformat(), last_day(entry.in_force_until)
    where = [row["name"], row["list"], entry.decision_number]
    return [*where, begins, ends, state, entry.ended_on or "", row["ended"]]


def _shown(row: EntryRow) -> dict[str, Any]:
    ended = EXITS[Exit(row.ended)] if row.ended else ""
    return {
        "entry": row,
        "ended": ended,
        "list": say(row.terms.name_zh, row.terms.name_en),
        "name": row.subject_name or _("自然人"),
    }


@require_http_methods(["GET", "POST"])
@open_to(Permission.MANAGE_CASES)
def propose(request: SignedInRequest, list_code: str) -> HttpResponse:
    """The form of a proposal; sent, it opens the case and shows it."""
    now, given = clock.now(), request.POST
    terms = public.the_list(list_code, at=now)
    if request.actor.organisation_code not in terms.authorities or CLERKS.isdisjoint(request.actor.roles):
        raise NotYourList
    errors: list[PageError] = []
    status = 200
    if request.method == "POST":
        months = given.get("months", "")
        values: dict[str, Any] = {
            "facts": given.get("facts", ""),
            "evidence": given.get("proofs", ""),
            "months": int(months) if months.isdecimal() and len(months) < 4 else 0,
            "files": uploads_of(request),
            "by": request.actor,
            "at": now,
        }
        try:
            case_id = _proposed(list_code, given.get("number", ""), given.get("kind", ""), values)
        except ChengxinError as error:
            errors, status = errors_of(error, FIELD_OF.get(error.code, "number")), error.status
        else:
            told = _("已提出。本人同意之后，由审核员决定。") if terms.needs_consent else _("已提出。请送达事先告知书。")
            messages.success(request, told)
            return redirect("workbench:case", case_id)
    context = {
        "terms": terms,
        "list_name": say(terms.name_zh, terms.name_en),
        "criteria": say(terms.criteria_zh, terms.criteria_en),
        "takes_persons": SUBJECT_OF_PERSON in terms.subjects,
        "only_persons": terms.subjects == {SUBJECT_OF_PERSON},
        "given": given,
        "months": given.get("months", str(terms.months)),
        "errors": errors,
        "file_limits": file_limits(now),
    }
    return page(request, "list_propose", context, status=status)


def _proposed(list_code: str, number: str, kind: str, values: dict[str, Any]) -> int:
    if kind == SUBJECT_OF_PERSON:
        return services.propose_person(list_code, number=number, **values)
    return services.propose(list_code, code=number, **values)


@require_POST
@open_to(Permission.MANAGE_CASES)
def propose_removal(request: SignedInRequest, listed_id: int) -> HttpResponse:
    """Propose that an entry end; the reviewer decides. What is refused is said above the case, and the words stay."""
    now, exit, grounds = clock.now(), request.POST.get("exit", ""), request.POST.get("grounds", "")
    try:
        case_id = services.propose_removal(listed_id, exit=exit, grounds=grounds, by=request.actor, at=now)
    except ChengxinError as error:
        shown = request.POST.get("case", "")
        if error.status in {403, 404} or not shown.isdecimal():
            raise
        errors = [PageError("removal-grounds", error.sentence, error.advice)]
        context = case_context(request, int(shown), now, REMOVAL, errors)
        return page(request, "case", {**context, "removal": request.POST}, status=error.status)
    messages.success(request, _("已提交，等待审核员决定。"))
    return redirect("workbench:case", case_id)
