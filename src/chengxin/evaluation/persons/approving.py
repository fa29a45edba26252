"""Writes of an offer's way into effect: put forward by one official, approved or refused by another."""

from datetime import date, datetime

from django.db import transaction

from chengxin.base.audit import services as audit
from chengxin.base.casework import services as casework
from chengxin.base.casework.rules import Party
from chengxin.base.clock import local_date
from chengxin.base.database.queueing import queue_behind
from chengxin.base.errors import NotFound
from chengxin.base.languages import InBoth
from chengxin.evaluation.persons import ending, offers
from chengxin.evaluation.persons.errors import OfferAlreadyProposed, OfferAltered, OfferOver
from chengxin.evaluation.persons.model import Offer, canonical
from chengxin.evaluation.persons.models import OfferApproval, OfferProposal
from chengxin.evaluation.persons.procedure import PERSON_OFFER
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor


@transaction.atomic
def propose(name: str, *, by: Actor, at: datetime) -> int:
    """Put a version of an offer before the credit office; returns the id of its case.

    Raises `UnknownOffer`, `BrokenModel` for what could count against anyone, `OfferAlreadyProposed`, `OfferOver`,
    `NotYourStep`.
    """
    queue_behind(f"person-offer:{name}")
    found = offers.named(name)
    row = next(r for r in offers.register(on=local_date(at)) if r.offer == found)
    if not row.may_be_proposed:
        raise OfferAlreadyProposed(offer=name)
    _require_time_left(found, on=local_date(at))
    parties = {"office": Party(organisation_id=accounts.credit_office().id)}
    case_id = casework.open_case(
        PERSON_OFFER.code,
        about=f"person-offer:{name}",
        title=InBoth(f"{found.title.zh} {name}", f"{found.title.en} {name}"),
        parties=parties,
        by=by,
        at=at,
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
    `OfferOver`, `BrokenModel`, what `casework.take_step` raises.
    """
    proposal = OfferProposal.objects.filter(case_id=case_id).first()
    if proposal is None or step not in {"approve", "refuse", "withdraw"}:
        raise NotFound
    state = casework.take_step(case_id, step, by=by, at=at, reason=reason)
    if step == "approve":
        found = offers.named(str(proposal))
        if found.digest != proposal.digest:
            raise OfferAltered(offer=str(proposal))
        _require_time_left(found, on=local_date(at))
        approval = OfferApproval.objects.create(
            proposal=proposal,
            code=proposal.code,
            effective_from=max(found.effective_from, local_date(at)),
            effective_until=found.effective_until,
            by_name=by.name,
            approved_at=at,
        )
        ending.close_by_date(approval, at=at)
    audit.note(f"persons.offer_{state}", str(proposal), by=by, at=at, case=case_id, digest=proposal.digest)
    return state


def _require_time_left(offer: Offer, *, on: date) -> None:
    if offer.effective_until is not None and offer.effective_until <= on:
        raise OfferOver(offer=offer.name)
