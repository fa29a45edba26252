"""The first page after signing in: what each role has to do and to know today."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from chengxin.base import clock
from chengxin.base.audit import queries as audit
from chengxin.base.clock import local_date
from chengxin.base.listing import listed
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.coming import FOR
from chengxin.faces.workbench.commitments_waiting import commitments_waiting
from chengxin.faces.workbench.due import Due, due_of
from chengxin.faces.workbench.glance import city_at_a_glance
from chengxin.faces.workbench.names import CYCLES, ROLES
from chengxin.faces.workbench.offers import last_hand_ins
from chengxin.faces.workbench.pages import page, say, words
from chengxin.faces.workbench.shown import organisation_names, submission_line
from chengxin.faces.workbench.views.people import in_office
from chengxin.intake.collection import queries as collection
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Permission
from chengxin.registry.catalogue import queries as catalogue

GLANCE_DAYS = 30
LAST = 5


@require_GET
@open_to()
def home(request: SignedInRequest) -> HttpResponse:
    """The home of the roles that the signed-in person has: one part for each kind of work."""
    actor, at = request.actor, clock.now()
    context: dict[str, Any] = {"person": _person(request), **commitments_waiting(actor, on=local_date(at))}
    parts = []
    for shows, template, content in PARTS:
        if shows(actor):
            parts.append(template)
            context |= content(actor, at)
    if not parts and actor.mandates:
        return redirect("space:choose")
    if not parts:
        parts.append("workbench/_home_outside.html")
        context["coming"] = next((FOR[role] for role in sorted(actor.roles) if role in FOR), None)
    return page(request, "home", {**context, "parts": parts})


def _person(request: SignedInRequest) -> dict[str, str]:
    actor = request.actor
    organisation = accounts.organisation_by_code(actor.organisation_code)
    return {
        "name": say(request.user.display_name_zh, request.user.display_name_en),
        "roles": listed(ROLES[role] for role in sorted(actor.roles)),
        "organisation": say(organisation.name_zh, organisation.name_en) if organisation else "",
    }


def _department(actor: Actor, at: datetime) -> dict[str, Any]:
    """What an organisation's people see: to do, last hand-ins, what is expected."""
    last = last_hand_ins(actor)
    due = [
        due_of(item, last.get(item.code), on=local_date(at))
        for item in catalogue.items_of_provider(actor.organisation_code)
        if item.providers or item.code in last
    ]
    organisations = organisation_names()
    recent = collection.submissions_of(actor.reaches, page=1, size=LAST)
    return {
        "may_submit": actor.may(Permission.SUBMIT_RECORDS),
        "last_submissions": [submission_line(row, organisations) for row in recent.rows],
        "due": [_due_line(row) for row in sorted(due, key=_urgency)],
    }


def _urgency(due: Due) -> tuple[bool, bool, int]:
    return (not due.is_late, due.next_on is None, due.next_on.toordinal() if due.next_on else 0)


def _due_line(due: Due) -> dict[str, Any]:
    return {
        "item": due.item,
        "name": words(due.item.name),
        "cycle": CYCLES.get(due.item.update_cycle, due.item.update_cycle),
        "last_at": due.last_at,
        "next_on": due.next_on,
        "is_late": due.is_late,
    }


def _city(_actor: Actor, at: datetime) -> dict[str, Any]:
    """What the credit office sees: who handed in what, what is late, what waits for a lawyer."""
    since = local_date(at) - timedelta(days=GLANCE_DAYS)
    return {"city": city_at_a_glance(since=since, on=local_date(at))}


def _auditor(_actor: Actor, _at: datetime) -> dict[str, Any]:
    return {"audit_entries": audit.entries(page=1, size=1).total}


def _administrator(_actor: Actor, at: datetime) -> dict[str, Any]:
    today = local_date(at)
    return {"people_in_office": sum(1 for row in accounts.appointments() if in_office(row, today))}


def _is_credit_office(actor: Actor) -> bool:
    return actor.may(Permission.ISSUE_REPORTS)


def _is_department(actor: Actor) -> bool:
    return actor.may(Permission.SEE_OWN_SUBMISSIONS) and not _is_credit_office(actor)


PARTS: tuple[tuple[Callable[[Actor], bool], str, Callable[[Actor, datetime], dict[str, Any]]], ...] = (
    (_is_department, "workbench/_home_department.html", _department),
    (_is_credit_office, "workbench/_home_city.html", _city),
    (lambda actor: actor.may(Permission.VERIFY_AUDIT), "workbench/_home_auditor.html", _auditor),
    (lambda actor: actor.may(Permission.MANAGE_ACCOUNTS), "workbench/_home_administrator.html", _administrator),
)
