"""The letters of a list's case: prior notice, answer, decision."""

from datetime import datetime

from chengxin.base.audit.services import Who
from chengxin.base.casework import queries as cases
from chengxin.base.clock import local_date
from chengxin.base.languages import InBoth
from chengxin.base.letters import services as letters
from chengxin.base.listing import in_turn_in_chinese
from chengxin.registry.accounts import queries as accounts
from chengxin.regulation.lists import policy
from chengxin.regulation.lists.models import ListEntry, Proposal

LETTERS = {
    "serve": "notice",
    "answer": "answered",
    "list": "listed",
    "not-list": "not-listed",
    "remove": "removed",
    "keep": "kept",
    "moot": "moot",
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
    reason: str | InBoth,
    by: Who,
    at: datetime,
    entry: ListEntry | None = None,
    number: str = "",
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
        to=cases.parties_of(case_id)["subject"],
        values={
            "case": str(case_id),
            "list": InBoth(terms.name_zh, terms.name_en),
            "authority": InBoth(authority.name_zh, authority.name_en),
            "day": local_date(at).isoformat(),
            "months": str(proposal.months),
            "facts": f"{proposal.facts}（{proposal.evidence}）",
            "basis": in_turn_in_chinese(f"《{b.law}》{b.article}" for b in terms.basis),
            "defence_days": str(terms.defence_working_days),
            "reason": reason if isinstance(reason, InBoth) else reason.strip(),
            "number": number or (entry.decision_number if entry else ""),
            "until": entry.in_force_until.isoformat() if entry else "",
        },
        by=by,
        at=at,
        case_id=case_id,
    )
