"""Reads of offers and of what is open to a person: by the person alone. No other reader exists."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chengxin.base.database.context import acting
from chengxin.base.errors import NotFound
from chengxin.evaluation.persons.errors import NotOwnWish
from chengxin.evaluation.persons.model import Benefit, Offer
from chengxin.evaluation.persons.models import OpenBenefit
from chengxin.evaluation.persons.offers import in_effect
from chengxin.registry.accounts.rules import Actor, MandateKind, Scope
from chengxin.registry.records import queries as records
from chengxin.registry.records.rows import RecordRow
from chengxin.registry.subjects.rules import PERSON
from chengxin.rights.consent import queries as consents
from chengxin.rights.consent.queries import RequestRow
from chengxin.rights.consent.rules import Standing

OWN_WISH, CONSENTED = "own-wish", "consent of the person"


def offers(*, on: date) -> tuple[Offer, ...]:
    """The offers in effect on a day: of each code the version that was approved last. Raises `BrokenModel`."""
    return in_effect(on=on)


def offer(code: str, *, on: date) -> Offer:
    """The offer with that code in effect on a day. Raises `NotFound`."""
    for one in offers(on=on):
        if one.code == code:
            return one
    raise NotFound


def require_own(about: str, *, by: Actor) -> None:
    """Raise `NotOwnWish` unless `by` is that natural person, in their own right and not by delegation."""
    own = any(m.about == about and m.kind is MandateKind.SELF and Scope.CONSENT in m.scopes for m in by.mandates)
    if not about.startswith(PERSON) or not own:
        raise NotOwnWish


@dataclass(frozen=True, slots=True)
class BenefitRow:
    """A benefit of an offer: whether it is open, and the records that open it."""

    benefit: Benefit
    is_open: bool
    records: tuple[RecordRow, ...]


@dataclass(frozen=True, slots=True)
class OfferRow:
    """An offer as the person sees it. `request` None: not asked for; then nothing has been looked at.

    `is_outdated`: what was computed is of an earlier version, and waits to be computed anew.
    """

    offer: Offer
    request: RequestRow | None
    opened_at: datetime | None
    is_outdated: bool
    benefits: tuple[BenefitRow, ...]
    inputs: tuple[RecordRow, ...]


def offers_to(about: str, *, by: Actor, on: date) -> tuple[OfferRow, ...]:
    """All offers with what is open, for the person alone. Raises `NotOwnWish`. Index: `person_benefit_once`."""
    require_own(about, by=by)
    asked = {one.code: standing_request(one, about, by=by, on=on) for one in offers(on=on)}
    held = records.own_records_of(about, by=by) if any(asked.values()) else ()
    return tuple(_row(one, asked[one.code], about, held, by=by) for one in offers(on=on))


def standing_request(one: Offer, about: str, *, by: Actor, on: date) -> RequestRow | None:
    """The request whose consent carries the offer now; None: not asked, withdrawn or ended."""
    for row in consents.requests_to(about, by=by, on=on):
        if row.purpose.code == one.consent and row.standing is Standing.GRANTED:
            return row
    return None


def _row(one: Offer, request: RequestRow | None, about: str, held: tuple[RecordRow, ...], *, by: Actor) -> OfferRow:
    found: dict[str, tuple[UUID, ...]] = {}
    opened_at, is_outdated = None, False
    if request is not None and request.consent_id is not None:
        with acting(actor=by.name, purpose=OWN_WISH, basis=CONSENTED, about=about):
            for row in OpenBenefit.objects.filter(about=about, consent_id=request.consent_id):
                if row.digest != one.digest:
                    is_outdated = True  # another version's conditions say nothing about this one
                    continue
                found[row.benefit] = tuple(row.behind)
                opened_at = row.opened_at
    by_key = {r.natural_key: r for r in held}
    return OfferRow(
        offer=one,
        request=request,
        opened_at=opened_at,
        is_outdated=is_outdated,
        benefits=tuple(
            BenefitRow(b, b.code in found, tuple(by_key[k] for k in found.get(b.code, ()) if k in by_key))
            for b in one.benefits
        ),
        inputs=tuple(r for r in held if r.item in one.resources) if request is not None else (),
    )
