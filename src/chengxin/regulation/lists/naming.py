"""How a natural person is named on a public list: masked, where policy publishes persons, and not at all elsewhere."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from chengxin.base.database.context import acting
from chengxin.registry.accounts.rules import Actor
from chengxin.registry.subjects import queries as subjects
from chengxin.registry.subjects.rules import about_person, person_of
from chengxin.registry.subjects.services import person_hash
from chengxin.regulation.lists.models import Proposal
from chengxin.regulation.lists.rules import ListTerms
from chengxin.rights.consent.reading import log_look

PURPOSE, BASIS = "list-entry", "国办发〔2020〕49号"
LOOKED = "name-on-list"  # what of the person was looked at
PROPOSING, SOUGHT = "list-proposal", "person-by-number"
CITIZEN_CARD = "身份证"


@dataclass(frozen=True, slots=True)
class Named:
    """What stands on the list: an organisation's whole name; of a person a masked name and number, or nothing."""

    name: str
    masked_number: str = ""


def named(proposal: Proposal, terms: ListTerms, *, by: Actor, at: datetime) -> Named:
    """How the one proposed is named once listed. The look at a person's name stands in their access log.

    The mask is made once, by the decision: pages open no seal, and a list whose policy begins to publish persons later
    names nobody who was listed before. Index: primary key.
    """
    person = person_of(proposal.about)
    if person is None:
        return Named(proposal.subject_name)
    if not terms.are_persons_published:
        return Named("")
    with acting(actor=by.name, purpose=PURPOSE, basis=BASIS, about=proposal.about):
        masked = subjects.masked_person(person)
        log_look(proposal.about, {LOOKED: ["name", "number"]}, by=by, purpose=PURPOSE, basis=BASIS, at=at)
    return Named(masked.name, masked.number)


@transaction.atomic
def sought(number: str, *, by: Actor, at: datetime) -> str | None:
    """The person with that citizen number, for proposing them; None where the platform knows none.

    That they were looked for stands in their access log, whatever becomes of the proposal. Index: unique hash.
    """
    hashed = person_hash(CITIZEN_CARD, number)
    person = subjects.person_hashed(hashed, by=by.name, purpose=PROPOSING, basis=BASIS)
    if person is None:
        return None
    log_look(about_person(person), {SOUGHT: ["number"]}, by=by, purpose=PROPOSING, basis=BASIS, at=at)
    return about_person(person)
