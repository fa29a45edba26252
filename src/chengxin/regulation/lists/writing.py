"""The letters of a list's case: prior notice, answer, decision."""

from datetime import datetime

from chengxin.base.audit.services import Who
from chengxin.base.casework.rules import Party
from chengxin.base.clock import CITY_TIME, local_date
from chengxin.base.languages import InBoth
from chengxin.base.letters import services as letters
from chengxin.base.listing import in_turn_in_chinese
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.subjects.rules import code_of
from chengxin.regulation.lists import leaving, policy
from chengxin.regulation.lists.consequences import consequences
from chengxin.regulation.lists.models import HearingCall, ListEntry, Proposal
from chengxin.regulation.lists.rules import ListTerms

LETTERS = {
    "serve": "notice",
    "call-hearing": "hearing",
    "answer": "answered",
    "list": "listed",
    "not-list": "not-listed",
    "remove": "removed",
    "keep": "kept",
}
# What is written where a list honours a person, and waits for their consent.
BY_CONSENT = LETTERS | {
    "propose": "asked",
    "list": "honoured",
    "not-list": "not-honoured",
    "withdraw-consent": "consent-ended",
}


def write(
    step: str,
    proposal: Proposal,
    *,
    case_id: int,
    reason: str,
    by: Who,
    at: datetime,
    entry: ListEntry | None = None,
    number: str = "",
    called: HearingCall | None = None,
) -> None:
    """Write the letter that follows `step`, if one does, to the subject of the case."""
    terms = policy.list_named(proposal.policy)
    assert terms is not None
    if (template := (BY_CONSENT if terms.needs_consent else LETTERS).get(step)) is None:
        return
    authority = accounts.organisation_by_id(proposal.authority_id)
    assert authority is not None
    letters.write(
        f"lists/{template}",
        to=Party(represented=proposal.about),
        values={
            "case": str(case_id),
            "list": InBoth(terms.name_zh, terms.name_en),
            "authority": InBoth(authority.name_zh, authority.name_en),
            "day": local_date(at).isoformat(),
            "months": str(proposal.months),
            "facts": f"{proposal.facts}（{proposal.evidence}）",
            "basis": in_turn_in_chinese(f"《{b.law}》{b.article}" for b in terms.basis),
            "defence_days": str(terms.defence_working_days),
            "reason": reason.strip(),
            "number": number or (entry.decision_number if entry else ""),
            "until": entry.in_force_until.isoformat() if entry else "",
            **_told(entry, terms),
            "held": called.held_at.astimezone(CITY_TIME).strftime("%Y-%m-%d %H:%M") if called else "",
            "place": called.place if called else "",
        },
        by=by,
        at=at,
        case_id=case_id,
    )


def _told(entry: ListEntry | None, terms: ListTerms) -> dict[str, str | InBoth]:
    """What the decision says of the measures that follow and of leaving the list; nothing before there is one."""
    if entry is None:
        return {"measures": "", "removal": ""}
    is_person = code_of(entry.about) is None
    found = consequences().of_list(entry.list_code, about_person=is_person, on=entry.decided_on)
    return {
        "measures": leaving.notice(found, terms.side),
        "removal": leaving.removal(terms, begins_on=entry.in_force_from),
    }
