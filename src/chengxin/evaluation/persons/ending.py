"""Writes of an offer's end: put forward by one official, decided by another, or come by its date; and what follows.

What was computed under it is deleted, the consents end, and everyone who had asked is told.
"""

import json
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from chengxin.base import tasks
from chengxin.base.audit import services as audit
from chengxin.base.casework import services as casework
from chengxin.base.casework.errors import ReasonMissing
from chengxin.base.casework.rules import Party
from chengxin.base.casework.services import PLATFORM
from chengxin.base.clock import CITY_TIME, local_date
from chengxin.base.database.queueing import queue_behind
from chengxin.base.errors import NotFound
from chengxin.base.languages import InBoth
from chengxin.evaluation.persons import offers, services
from chengxin.evaluation.persons.errors import EndDayWrong, OfferEndAlreadyProposed, OfferNotApproved
from chengxin.evaluation.persons.models import OfferApproval, OfferEnd, OfferEndProposal
from chengxin.evaluation.persons.procedure import PERSON_OFFER_END
from chengxin.evaluation.scorecards import wording
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor
from chengxin.registry.catalogue.rules import Words
from chengxin.rights.consent import queries as consents
from chengxin.rights.consent import services as consenting

TOLD = _("您申请的“{offer}”已经终止")
TOLD_BODY = _("便利不再提供，与您是否守信无关。您的授权已经结束，平台上的结果已经删除，不需要您做什么。")


@transaction.atomic
def propose(name: str, *, ends_on: date, reason: str, by: Actor, at: datetime) -> int:
    """Ask a second official to end an offer from `ends_on` on; returns the id of the case.

    Raises `UnknownOffer`, `OfferNotApproved`, `OfferEndAlreadyProposed`, `EndDayWrong`, `NotYourStep`, `ReasonMissing`.
    """
    queue_behind(f"person-offer:{name}")
    today = local_date(at)
    row = next(r for r in offers.register(on=today) if r.offer == offers.named(name))
    if row.end_is_proposed:
        raise OfferEndAlreadyProposed(offer=name)
    approval = offers.approval_of(name)
    if approval is None or not row.may_be_ended:
        raise OfferNotApproved(offer=name)
    if not reason.strip():
        raise ReasonMissing
    last = offers.end_of(approval)
    if ends_on < today or (last is not None and ends_on > last):
        raise EndDayWrong
    case_id = casework.open_case(
        PERSON_OFFER_END.code,
        about=f"person-offer:{name}",
        title=InBoth(f"{row.offer.title.zh} {name}", f"{row.offer.title.en} {name}"),
        parties={"office": Party(organisation_id=accounts.credit_office().id)},
        by=by,
        at=at,
        reason=reason,
    )
    OfferEndProposal.objects.create(
        case_id=case_id, approval=approval, ends_on=ends_on, by_name=by.name, proposed_at=at
    )
    audit.note("persons.offer_end_proposed", name, by=by, at=at, case=case_id, ends_on=ends_on.isoformat())
    return case_id


@transaction.atomic
def take(case_id: int, step: str, *, by: Actor, at: datetime, reason: str = "") -> str:
    """End the offer, keep it or withdraw the proposal; returns the state it leads to.

    It ends on the day that was proposed, or on that of the decision where this is later. Raises `OfferNotApproved`
    where it ended meanwhile, what `casework.take_step` raises.
    """
    proposal = offers.end_proposed_in(case_id)
    if proposal is None or step not in {"end", "keep", "withdraw"}:
        raise NotFound
    name = str(proposal.approval.proposal)
    queue_behind(f"person-offer:{name}")
    state = casework.take_step(case_id, step, by=by, at=at, reason=reason)
    if step == "end":
        ends_on = max(proposal.ends_on, local_date(at))
        approval = offers.approval_of(name)
        if approval is None or approval.pk != proposal.approval_id or offers.has_ended(approval, on=local_date(at)):
            raise OfferNotApproved(offer=name)
        OfferEnd.objects.create(
            proposal=proposal, approval=proposal.approval, ends_on=ends_on, by_name=by.name, ended_at=at
        )
        _close_later(proposal.approval, ends_on, at=at)
    audit.note(f"persons.offer_end_{state}", name, by=by, at=at, case=case_id)
    return state


def close_by_date(approval: OfferApproval, *, at: datetime) -> None:
    """Have an offer closed on the day that its file names, in the transaction of its approval."""
    if approval.effective_until is not None:
        _close_later(approval, approval.effective_until, at=at)


def _close_later(approval: OfferApproval, day: date, *, at: datetime) -> None:
    tasks.defer("persons.close_offer", not_before=max(_start_of(day), at), approval_id=approval.pk)


def close(approval_id: int, *, at: datetime) -> int:
    """End the consents under an offer that has ended, delete what was computed, tell each person; how many they were.

    One transaction for each: row-level security shows one person at a time. Safe to repeat, and to go on after a
    failure. Who asked under a version that took its place, or since, is left alone.
    """
    approval = OfferApproval.objects.select_related("proposal", "end").get(pk=approval_id)
    day = offers.end_of(approval)
    if day is None or not offers.has_ended(approval, on=local_date(at)):
        return 0
    over = _start_of(day)
    if hasattr(approval, "end") and approval.end.ends_on == day:
        over = max(over, approval.end.ended_at)
    if not offers.held_until(approval, day=day, before=over):
        return 0
    said = json.loads(approval.proposal.content)  # as it was approved: the file may be gone
    wishes = consents.own_wishes(said["consent"], asked_before=over, by=PLATFORM, on=local_date(at))
    named = lazy(lambda: wording.say(Words(**said["title"])), str)()
    title = format_lazy(TOLD, offer=named)
    return sum(_close_for(request_id, about, str(approval.proposal), title, at=at) for request_id, about in wishes)


@transaction.atomic
def _close_for(request_id: int, about: str, name: str, title: Any, *, at: datetime) -> bool:
    queue_behind(f"person-benefits:{about}")
    if not consenting.end_own_wish(request_id, about=about, by=PLATFORM, at=at):
        return False
    services.forget(about)
    casework.send_notice(Party(represented=about), title=title, body=TOLD_BODY, by=PLATFORM, at=at)
    audit.note("persons.closed", name, by=PLATFORM, at=at)
    return True


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), CITY_TIME)
