"""Reads of offers: their files, read once per process, and which of them a second official approved. Nobody's data."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from chengxin.base.casework import queries as cases
from chengxin.base.policy import city_folder
from chengxin.evaluation.persons import loading
from chengxin.evaluation.persons.errors import UnknownOffer
from chengxin.evaluation.persons.model import Offer
from chengxin.evaluation.persons.models import OfferApproval, OfferProposal
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
    if faults:
        raise BrokenModel(faults)
    return tuple(one for one, _ in read if one is not None)


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

    An offer whose file was altered or taken away since is not in effect, and no earlier one in its place.
    Raises `BrokenModel`. Index: `person_offer_approved`.
    """
    by_digest = {one.digest: one for one in files()}
    found = OfferApproval.objects.filter(effective_from__lte=on).select_related("proposal")
    latest = found.order_by("code", "-effective_from", "-id").distinct("code")
    return tuple(
        by_digest[one.proposal.digest]
        for one in sorted(latest, key=lambda a: a.code, reverse=True)
        if one.proposal.digest in by_digest
    )


@dataclass(frozen=True, slots=True)
class OfferStanding:
    """A version of an offer and where it stands.

    `state`: file, proposed, refused, withdrawn; of an approved one coming, in-effect or superseded; altered: its file
    says something else than what was proposed.
    """

    offer: Offer
    state: str
    case_id: int | None
    effective_from: date | None


def register(*, on: date) -> tuple[OfferStanding, ...]:
    """All versions of all offers with where they stand on a day, newest first within a code. Few rows each."""
    proposals = {(p.code, p.version): p for p in OfferProposal.objects.order_by("pk")}
    approvals = {a.proposal_id: a for a in OfferApproval.objects.all()}
    states = cases.states_of([p.case_id for p in proposals.values()])
    holding = {one.digest for one in in_effect(on=on)}
    rows = []
    for one in files():
        proposal = proposals.get((one.code, one.version))
        approval = approvals.get(proposal.pk) if proposal else None
        if proposal is None:
            state = FILE
        elif proposal.digest != one.digest:
            state = ALTERED
        elif approval is None:
            state = states[proposal.case_id]
        elif approval.effective_from > on:
            state = COMING
        else:
            state = IN_EFFECT if one.digest in holding else SUPERSEDED
        since = approval.effective_from if approval else None
        rows.append(OfferStanding(one, state, proposal.case_id if proposal else None, since))
    return tuple(sorted(rows, key=lambda r: (r.offer.code, -r.offer.version)))


def standing_of_case(case_id: int, *, on: date) -> OfferStanding:
    """The version that a case is about. Raises `UnknownOffer`."""
    for row in register(on=on):
        if row.case_id == case_id:
            return row
    raise UnknownOffer(offer=str(case_id))
