"""Lists on the case page: what is proposed or decided, on which facts, and the fields of serving and deciding."""

import json
from datetime import datetime
from typing import Any

from chengxin.base.casework.queries import CaseRow
from chengxin.base.clock import local_date
from chengxin.base.transparency import queries as transparency
from chengxin.faces.workbench.access import SignedInRequest
from chengxin.faces.workbench.matters.matter import Matter
from chengxin.faces.workbench.pages import choices, day_or_none, moment_or_none, say
from chengxin.registry.accounts.rules import Actor, Role
from chengxin.regulation.lists import hearing, policy, reading, services
from chengxin.regulation.lists.hearing import HearingRow
from chengxin.regulation.lists.queries import OWN_ENTRY
from chengxin.regulation.lists.reading import MatterRow
from chengxin.regulation.lists.rules import OWN_MOTION, Exit, Way
from chengxin.regulation.lists.words import EXITS, HEARINGS, WAYS


def listing_context(case: CaseRow, actor: Actor, at: datetime) -> dict[str, Any]:
    """The list, the facts, the proof of service, the decision, and what opens its leaves in the public log."""
    found, held = reading.matter_of_case(case.id, actor=actor, at=at), hearing.hearing_of(case.id, at=at)
    terms = found.terms
    opened = transparency.openings_of(f"{OWN_ENTRY}{found.entry_id}", at=at) if found.entry_id else ()
    wording = policy.wording_on(local_date(at)) if terms.needs_consent else None
    return {
        "by_consent": terms.needs_consent,
        "wording": say(wording.zh, wording.en) if wording else "",
        "wording_version": wording.version if wording else "",
        "listing": found,
        "list_name": say(terms.name_zh, terms.name_en),
        "list_criteria": say(terms.criteria_zh, terms.criteria_en),
        "hearing": HEARINGS[terms.hearing],
        "way": WAYS[Way(found.way)] if found.way else "",
        "exit": EXITS[Exit(found.exit)] if found.exit else "",
        "held": held,
        "closed_steps": _closed_steps(found, held),
        "ended": EXITS[Exit(found.ended)] if found.ended else "",
        "ended_by_consent": found.ended == Exit.CONSENT,
        "ways": choices(WAYS),
        "exits": choices(EXITS, OWN_MOTION),
        "may_propose_removal": found.remains and not found.exit and Role.DEPARTMENT_OFFICER in actor.roles,
        "openings": [json.dumps(one, ensure_ascii=False) for one in opened],
    }


def _closed_steps(found: MatterRow, held: HearingRow | None) -> frozenset[str]:
    """Steps whose time it is not: of a hearing that is not due, an answer to nothing, a decision before all this."""
    if held is None:
        return frozenset()
    is_open = {
        "ask-hearing": found.may_ask_hearing,
        "call-hearing": held.may_call,
        "hold-hearing": held.may_hold,
        "answer": held.may_answer,
        "list": not found.may_ask_hearing and not held.may_answer,
    }
    return frozenset(step for step, may_be_taken in is_open.items() if not may_be_taken)


def take(request: SignedInRequest, case_id: int, step: str, at: datetime) -> None:
    """Take a step with its effect on the list."""
    given = request.POST
    services.take(
        case_id,
        step,
        by=request.actor,
        at=at,
        reason=given.get("reason", ""),
        number=given.get("number", ""),
        served_on=day_or_none(given.get("served_on", "")),
        way=given.get("way", ""),
        held_at=moment_or_none(given.get("held_at", "")),
        place=given.get("place", ""),
        agrees=bool(given.get("agrees")),
        wording=given.get("wording", ""),
    )


FORMS = {
    "serve": "workbench/_form_list_serve.html",
    "call-hearing": "workbench/_form_list_hearing.html",
    "consent": "workbench/_form_list_consent.html",
    "list": "workbench/_form_list_decide.html",
    "remove": "workbench/_form_list_decide.html",
}
LISTING = Matter("workbench/_matter_listing.html", listing_context, forms=FORMS, take=take)
