"""Reads of offers: their files, read once per process, which of them a second official approved, and which have ended.
Nobody's data."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import F, QuerySet

from chengxin.base.casework import queries as cases
from chengxin.base.policy import city_folder
from chengxin.evaluation.persons import loading
from chengxin.evaluation.persons.errors import UnknownOffer
from chengxin.evaluation.persons.model import Offer
from chengxin.evaluation.persons.models import OfferApproval, OfferEndProposal, OfferProposal
from chengxin.evaluation.persons.procedure import ENDED, OVER, PROPOSED
from chengxin.evaluation.scorecards import profile
from chengxin.evaluation.scorecards.faults import BrokenModel

FILE, ALTERED, COMING, IN_EFFECT, SUPERSEDED = "file", "altered", "coming", "in-effect", "superseded"


@cache
def _read(folder: Path) -> tuple[Offer, ...]:
    read = [loading.read(path) for path in sorted((folder / "evaluation" / "persons").glob("*.yaml"))]
    around = profile.around(folder)
    faults = [fault for _, found in read for fault in found]
    for one, _ in read:
        faults += loading.faults(one, around.profile, around.forbidden, around.organisations) if one else []
    made = tuple(one for one, _ in read if one is not None)
    faults += loading.purposes_shared(made)
    if faults:
        raise BrokenModel(faults)
    return made


def files() -> tuple[Offer, ...]:
    """All versions of all offers of the city's folder, approved or not. Raises `BrokenModel` if one has a fault."""
    return _read(city_folder())


def named(name: str) -> Offer:
    """The offer that a name such as `resident-1` stands for. Raises `UnknownOffer`, `BrokenModel`."""
    for one in files():
        if one.name == name:
            return one
    raise UnknownOffer(offer=name)


def in_effect(*, on: date) -> tuple[Offer, ...]:
    """The offers in effect on a day: of each code the version approved last, while its file says what was approved.

    An offer that has ended, or whose file was altered or taken away since, is not in effect, and no earlier one in its
    place. Raises `BrokenModel`. Index: `person_offer_approved`.
    """
    by_digest = {one.digest: one for one in files()}
    return tuple(
        by_digest[one.proposal.digest]
        for one in sorted(_latest(on), key=lambda a: a.code, reverse=True)
        if one.proposal.digest in by_digest and not has_ended(one, on=on)
    )


def _latest(on: date, **among: Any) -> "QuerySet[OfferApproval]":
    """Of each code the approval that counts on a day, ended or not; what was ended before it began never counts."""
    found = OfferApproval.objects.filter(effective_from__lte=on, **among).select_related("proposal", "end")
    begun = found.exclude(end__ends_on__lt=F("effective_from"))
    return begun.order_by("code", "-effective_from", "-id").distinct("code")


def end_of(approval: OfferApproval) -> date | None:
    """The first day on which an approved version is not offered any more; None: no end is known."""
    decided = approval.end.ends_on if hasattr(approval, "end") else None
    return min((day for day in (decided, approval.effective_until) if day is not None), default=None)


def has_ended(approval: OfferApproval, *, on: date) -> bool:
    """Whether its last day is over."""
    last = end_of(approval)
    return last is not None and last <= on


def approval_of(name: str) -> OfferApproval | None:
    """The latest approval of that version; None: never approved. Index: `person_offer_proposal`."""
    found = OfferApproval.objects.filter(proposal__code=named(name).code, proposal__version=named(name).version)
    return found.select_related("proposal", "end").order_by("-id").first()


def held_until(approval: OfferApproval, *, day: date, before: datetime) -> bool:
    """Whether it was the version on offer when it ended: no other of its code, approved `before`, took its place."""
    latest = _latest(day, code=approval.code, approved_at__lt=before).first()
    return latest is not None and latest.pk == approval.pk


@dataclass(frozen=True, slots=True)
class OfferStanding:
    """A version of an offer and where it stands; in effect in `[effective_from, effective_until)`.

    `state`: file, proposed, refused, withdrawn; of an approved one coming, in-effect, superseded or ended; altered: its
    file says something else than what was proposed. `end_case_id`: where its end is or was decided.
    """

    offer: Offer
    state: str
    case_id: int | None
    effective_from: date | None
    effective_until: date | None
    end_case_id: int | None
    end_is_proposed: bool

    @property
    def may_be_proposed(self) -> bool:
        """Whether it can be put forward: at first, or anew after a refusal or an end that officials decided."""
        ended_by_file = self.offer.effective_until is not None and self.offer.effective_until == self.effective_until
        return self.case_id is None or self.state in OVER or (self.state == ENDED and not ended_by_file)

    @property
    def may_be_ended(self) -> bool:
        """Whether there is something to end that nobody has proposed to end."""
        is_forgotten = self.state == ALTERED and self.effective_from is not None and self.end_case_id is None
        return (self.state in {COMING, IN_EFFECT} or is_forgotten) and not self.end_is_proposed


def register(*, on: date) -> tuple[OfferStanding, ...]:
    """All versions of all offers with where they stand on a day, newest first within a code. Few rows each."""
    proposals = {(p.code, p.version): p for p in OfferProposal.objects.order_by("pk")}
    approvals = {a.proposal_id: a for a in OfferApproval.objects.select_related("end")}
    ends = {e.approval_id: e for e in OfferEndProposal.objects.order_by("pk")}
    states = cases.states_of([*(p.case_id for p in proposals.values()), *(e.case_id for e in ends.values())])
    latest = {a.proposal.digest for a in _latest(on)}
    rows = []
    for one in files():
        proposal = proposals.get((one.code, one.version))
        approval = approvals.get(proposal.pk) if proposal else None
        end = ends.get(approval.pk) if approval else None
        rows.append(
            OfferStanding(
                offer=one,
                state=_state(one, proposal, approval, states, latest, on),
                case_id=proposal.case_id if proposal else None,
                effective_from=approval.effective_from if approval else None,
                effective_until=end_of(approval) if approval else None,
                end_case_id=end.case_id if end else None,
                end_is_proposed=end is not None and states[end.case_id] == PROPOSED,
            )
        )
    return tuple(sorted(rows, key=lambda r: (r.offer.code, -r.offer.version)))


def _state(
    one: Offer,
    proposal: OfferProposal | None,
    approval: OfferApproval | None,
    states: Mapping[int, str],
    latest: Collection[str],
    on: date,
) -> str:
    if proposal is None:
        return FILE
    if proposal.digest != one.digest:
        return ALTERED
    if approval is None:
        return states[proposal.case_id]
    if has_ended(approval, on=on):
        return ENDED
    if approval.effective_from > on:
        return COMING
    return IN_EFFECT if one.digest in latest else SUPERSEDED


def standing_of_case(case_id: int, *, on: date) -> OfferStanding:
    """The version that a case is about, its approval or its end. Raises `UnknownOffer`."""
    found = OfferEndProposal.objects.filter(case_id=case_id).select_related("approval__proposal").first()
    approved_by = found.approval.proposal.case_id if found else case_id
    for row in register(on=on):
        if row.case_id == approved_by:
            return row
    raise UnknownOffer(offer=str(case_id))


def end_proposed_in(case_id: int) -> OfferEndProposal | None:
    """What a case proposes to end, and from which day. Index: unique case."""
    return OfferEndProposal.objects.filter(case_id=case_id).select_related("approval__proposal").first()
