"""The page for a phone on site: it works without a network, and sends what was written down when there is one."""

import json
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.staticfiles import finders
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from chengxin.base import clock
from chengxin.base.errors import ChengxinError
from chengxin.faces.workbench import inspection_visits as shown
from chengxin.faces.workbench import inspections as lines
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.pages import page, say
from chengxin.registry.accounts.rules import Actor, Permission
from chengxin.regulation.inspections import onsite, policy
from chengxin.regulation.inspections.errors import ChangeWrong
from chengxin.regulation.inspections.onsite import Entry
from chengxin.regulation.inspections.procedure import ASSIGNED, RECORDED
from chengxin.regulation.inspections.queries import visits
from chengxin.regulation.inspections.queries.visits import VisitRow, Wanted
from chengxin.regulation.inspections.services import visiting
from chengxin.regulation.inspections.words import ANSWERS

OWN = Wanted(state=ASSIGNED, mine=True)
MOST_ENTRIES, LARGEST_BODY = 500, 1_000_000
View = Callable[..., HttpResponse]


def told_as_json(view: View) -> View:
    """Say what was refused to the script that asked, instead of by a page."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(*args, **kwargs)
        except ChengxinError as error:
            told = {"code": error.code, "sentence": error.sentence, "hint": error.advice}
            return JsonResponse(told, status=error.status)

    return guarded


@require_GET
@open_to(Permission.INSPECT)
def shell(request: SignedInRequest) -> HttpResponse:
    """The page itself; what it shows comes from the device. Without JavaScript: links to the visits' forms."""
    today, organisations = clock.today(), lines.names()
    mine = visits.visits_with(request.actor, OWN, on=today)
    context = {
        "mine": [shown.visit_line(row, organisations, on=today) for row in mine],
        "person": request.user.pk,
        "worker": reverse("workbench:onsite-worker"),
        "scope": reverse("workbench:onsite"),
        "source": reverse("workbench:onsite-visits"),
    }
    return page(request, "onsite", context)


@require_GET
@open_to(Permission.INSPECT)
def worker(request: SignedInRequest) -> HttpResponse:
    """The service worker, which keeps the page on the device. It may look after this page alone."""
    found = finders.find("workbench/onsite-worker.js")
    assert isinstance(found, str)
    with open(found, encoding="utf-8") as file:
        response = HttpResponse(file.read(), content_type="text/javascript")
    response["Service-Worker-Allowed"] = reverse("workbench:onsite")
    return response


@require_GET
@open_to(Permission.INSPECT)
def own_visits(request: SignedInRequest) -> HttpResponse:
    """The visits that wait for this person, with what was written down so far, for the device to keep."""
    now = clock.now()
    mine = visits.visits_with(request.actor, OWN, on=clock.local_date(now))
    results = policy.results(clock.local_date(now))
    return JsonResponse(
        {
            "person": request.user.pk,
            "csrf": get_token(request),
            "today": clock.local_date(now).isoformat(),
            "answers": [{"code": code, "name": str(name)} for code, name in ANSWERS.items()],
            "results": [{"code": r.code, "name": say(r.zh, r.en), "problem": r.is_problem} for r in results.values()],
            "visits": [{**_visit(row, request.actor, now), "place": place} for place, row in enumerate(mine)],
        }
    )


@require_POST
@open_to(Permission.INSPECT)
@told_as_json
def write_down(request: SignedInRequest, visit_id: int) -> HttpResponse:
    """Take entries of a device; what came before is left as it is."""
    entries, made_at = _entries(request)
    kept = visiting.write_down(visit_id, entries, made_at=made_at, by=request.actor, at=clock.now())
    return JsonResponse({"kept": kept, "entries": _kept(visit_id)})


@require_POST
@open_to(Permission.INSPECT)
@told_as_json
def keep_file(request: SignedInRequest, visit_id: int, file_id: UUID) -> HttpResponse:
    """Take a photo or a drawn signature under the device's id."""
    upload = request.FILES.get("file")
    if upload is None:
        raise ChangeWrong
    is_new = visiting.keep_file(
        visit_id,
        file_id,
        purpose=request.POST.get("purpose", ""),
        file=upload,
        name=upload.name or "",
        by=request.actor,
        at=clock.now(),
    )
    return JsonResponse({"new": is_new})


@require_POST
@open_to(Permission.INSPECT)
@told_as_json
def finish(request: SignedInRequest, visit_id: int) -> HttpResponse:
    """Hand the result in; asked again by the same device, it stays as it is."""
    row = visits.visit_with(visit_id, actor=request.actor)
    if row.state != RECORDED or not visits.is_inspector(visit_id, actor=request.actor):
        visiting.take(row.case_id, "record", by=request.actor, at=clock.now())
    return JsonResponse({"state": RECORDED})


def _visit(row: VisitRow, actor: Actor, at: datetime) -> dict[str, Any]:
    line = shown.visit_line(row, lines.names(), on=clock.local_date(at))
    return {
        "id": row.id,
        "number": row.number,
        "name": row.name,
        "code": row.code,
        "division": line["division"],
        "due_on": row.due_on.isoformat() if row.due_on else "",
        "people": line["people"],
        "lead": line["lead"],
        "hands_in": row.is_led_by(actor),
        "matters": [
            {
                "code": m.code,
                "name": say(m.zh, m.en),
                "basis": say(m.basis_zh, m.basis_en),
                "items": [{"code": i.code, "text": say(i.zh, i.en)} for i in m.checklist],
            }
            for m in row.matters
        ],
        "entries": _kept(row.id),
        "photos": sum(f.purpose == visiting.PHOTO for f in visits.files_of(row.id)),
    }


def _kept(visit_id: int) -> list[dict[str, Any]]:
    merged = onsite.merged(visits.entries_of(visit_id))
    return [{"id": str(e.id), "field": e.field, "value": e.value, "counter": e.counter} for e in merged.values()]


def _entries(request: SignedInRequest) -> tuple[list[Entry], datetime]:
    if len(request.body) > LARGEST_BODY:
        raise ChangeWrong
    try:
        given = json.loads(request.body)
        rows = given["entries"]
        if not isinstance(rows, list) or len(rows) > MOST_ENTRIES:
            raise ChangeWrong
        found = [Entry(UUID(str(r["id"])), str(r["field"]), r["value"], int(r["counter"])) for r in rows]
        made_at = datetime.fromisoformat(given["made_at"])
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise ChangeWrong from error
    if made_at.tzinfo is None:
        raise ChangeWrong
    return found, made_at
