"""Authorised queries: asking a subject for consent, what was asked, and the query that a consent carries."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chengxin.base import clock
from chengxin.base.errors import ChengxinError
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.consents import item_names, queried_record, request_line
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.pages import cut, page, say
from chengxin.offerings.reports import person_services
from chengxin.registry.accounts.rules import Permission
from chengxin.registry.subjects.rules import person_of
from chengxin.rights.consent import policy, queries, reading, services
from chengxin.rights.consent.rules import Purpose, Standing

SIZE = 20


@require_GET
@open_to(Permission.ASK_FOR_CONSENT)
def request_list(request: SignedInRequest) -> HttpResponse:
    """What the organisation asked for, newest first."""
    rows = queries.requests_of(request.actor, on=clock.today())
    return page(request, "queries", {"page": cut(request, rows, SIZE, request_line)})


@require_http_methods(["GET", "POST"])
@open_to(Permission.ASK_FOR_CONSENT)
def ask(request: SignedInRequest) -> HttpResponse:
    """The form of a request; the purpose first, since it says what may be asked."""
    now = clock.now()
    today = clock.local_date(now)
    purpose = policy.purpose_on(request.GET.get("purpose", ""), on=today)
    open_purposes = [_choice(p) for p in policy.purposes(on=today) if p.by_consent and not p.own_wish]
    if purpose is None or not purpose.by_consent or purpose.own_wish:
        return page(request, "query_purpose", {"purposes": open_purposes})
    errors: list[PageError] = []
    status = 200
    if request.method == "POST":
        try:
            request_id = _ask(request, purpose, today)
        except ChengxinError as error:
            errors, status = [PageError("days", error.sentence, error.advice)], error.status
        else:
            messages.success(request, _("请求已发出，等待本人答复。"))
            return redirect("workbench:query", request_id)
    context = {
        "purpose": _choice(purpose),
        "items": zip(purpose.items, item_names(purpose.items), strict=True),
        "given": request.POST,
        "chosen": request.POST.getlist("items"),
        "errors": errors,
    }
    return page(request, "query_ask", context, status=status)


@require_http_methods(["GET", "POST"])
@open_to(Permission.ASK_FOR_CONSENT)
def query(request: SignedInRequest, request_id: int) -> HttpResponse:
    """One request; posted, the query itself, logged for the subject to see."""
    now = clock.now()
    found = None
    row = queries.request_of(request_id, by=request.actor, on=clock.local_date(now))
    if request.method == "POST" and request.POST.get("wanted") == "report":
        return _report(request, request_id)
    if request.method == "POST":
        found = reading.authorised_read(request_id, by=request.actor, door=reading.SCREEN, at=now)
    context = {
        "line": request_line(row),
        "is_granted": row.standing is Standing.GRANTED,
        "is_person": row.standing is Standing.GRANTED and person_of(row.about) is not None,
        "records": None if found is None else [queried_record(r) for r in found],
    }
    return page(request, "query", context)


def _report(request: SignedInRequest, request_id: int) -> HttpResponse:
    made = person_services.issue_authorised(request_id, by=request.actor, at=clock.now(), language=get_language() or "")
    return HttpResponse(
        made.pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{made.number}.pdf"'},
    )


def _ask(request: SignedInRequest, purpose: Purpose, today: date) -> int:
    about = reading.reference_of(request.POST.get("number", ""), by=request.actor, purpose=purpose, on=today)
    days, times = (_number(request.POST.get(name, "")) for name in ("days", "queries"))
    return services.ask(
        about,
        purpose=purpose.code,
        items=request.POST.getlist("items"),
        valid_from=today,
        valid_until=today + timedelta(days=days),
        queries=times,
        by=request.actor,
        at=clock.now(),
    )


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 5 else 0


def _choice(purpose: Purpose) -> dict[str, Any]:
    return {"purpose": purpose, "name": say(purpose.zh, purpose.en), "basis": purpose.basis}
