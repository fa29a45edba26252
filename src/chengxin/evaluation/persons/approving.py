"""Writes of an offer's way into effect: put forward by one official, approved or refused by another."""

from datetime import datetime

from django.db import transaction

from chengxin.base.audit import services as audit
from chengxin.base.casework import services as casework
from chengxin.base.casework.rules import Party
from chengxin.base.clock import local_date
from chengxin.base.database.queueing import queue_behind
from chengxin.base.errors import NotFound
from chengxin.evaluation.persons import offers
from chengxin.evaluation.persons.errors import OfferAlreadyProposed, OfferAltered
from chengxin.evaluation.persons.model import canonical
from chengxin.evaluation.persons.models import OfferApproval, OfferProposal
from chengxin.evaluation.persons.procedure import OVER, PERSON_OFFER
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor


@transaction.atomic
def propose(name: str, *, by: Actor, at: datetime) -> int:
    """Put a version of an offer before the credit office; returns the id of its case.

    Raises `UnknownOffer`, `BrokenModel` for what could count against anyone, `OfferAlreadyProposed`, `NotYourStep`.
    """
    queue_behind(f"person-offer:{name}")
    found = offers.named(name)
    row = next(r for r in offers.register(on=local_date(at)) if r.offer == found)
    if row.case_id is not None and row.state not in OVER:
        raise OfferAlreadyProposed(offer=name)
    parties = {"office": Party(organisation_id=accounts.credit_office().id)}
    case_id = casework.open_case(
        PERSON_OFFER.code, about=f"person-offer:{name}", title=f"{found.title.zh} {name}", parties=parties, by=by, at=at
    )
    proposal = OfferProposal.objects.create(
        case_id=case_id,
        code=found.code,
        version=found.version,
        digest=found.digest,
        content=canonical(found),
        by_name=by.name,
        proposed_at=at,
    )
    audit.note("persons.offer_proposed", str(proposal), by=by, at=at, case=case_id, digest=found.digest)
    return case_id


@transaction.atomic
def take(case_id: int, step: str, *, by: Actor, at: datetime, reason: str = "") -> str:
    """Approve, refuse or withdraw a version; returns the state it leads to.

    What is approved takes effect on that day, or on the later day that its file names. Raises `OfferAltered`,
    `BrokenModel`, what `casework.take_step` raises.
    """
    proposal = OfferProposal.objects.filter(case_id=case_id).first()
    if proposal is None or step not in {"approve", "refuse", "withdraw"}:
        raise NotFound
    state = casework.take_step(case_id, step, by=by, at=at, reason=reason)
    if step == "approve":
        found = offers.named(str(proposal))
        if found.digest != proposal.digest:
            raise OfferAltered(offer=str(proposal))
        OfferApproval.objects.create(
            proposal=proposal,
            code=proposal.code,
            effective_from=max(found.effective_from, local_date(at)),
            by_name=by.name,
            approved_at=at,
        )
    audit.note(f"persons.offer_{state}", str(proposal), by=by, at=at, case=case_id, digest=proposal.digest)
    return state
