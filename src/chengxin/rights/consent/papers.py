"""Papers of cases that are about someone (文书、送达回证、证据): handed out to who has a part in it, each look logged.

The subject's own look is not logged, a delegate's is (as `reading.handled_record`).
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from chengxin.base.attachments.services import OpenedAttachment
from chengxin.base.casework import evidence
from chengxin.base.casework import queries as casework
from chengxin.base.casework.rules import Party
from chengxin.base.clock import local_date
from chengxin.base.letters import proof, queries, services
from chengxin.base.letters.proof import Proof
from chengxin.base.letters.services import LetterFile
from chengxin.registry.accounts.rules import Actor
from chengxin.registry.records.rules import HANDLING
from chengxin.rights.consent import reading
from chengxin.rights.consent.queries import DELEGATED, MANDATED

PURPOSE = "case-papers"
LETTER, PROOF, EVIDENCE = "letter", "delivery-proof", "evidence"  # what was seen, beside catalogue items


@transaction.atomic
def letter_file(letter_id: int, *, by: Actor, at: datetime) -> LetterFile:
    """The signed PDF of a letter. Raises what `letters.download` raises."""
    found = services.download(letter_id, by=by, at=at)
    addressee = queries.party_of(queries.seen_letter(letter_id, actor=by, on=local_date(at)))
    _looked([addressee], LETTER, by=by, at=at)
    return found


@transaction.atomic
def letter_proof(letter_id: int, *, by: Actor, at: datetime) -> Proof:
    """How a letter reached its addressee. Raises `NotFound`."""
    found = proof.proof_of(letter_id, actor=by, on=local_date(at))
    addressee = queries.party_of(queries.seen_letter(letter_id, actor=by, on=local_date(at)))
    _looked([addressee], PROOF, by=by, at=at)
    return found


@transaction.atomic
def case_file(case_id: int, attachment_id: UUID, *, by: Actor, at: datetime) -> OpenedAttachment:
    """A file of a case's evidence with its content. Raises what `evidence.open_evidence` raises."""
    found = evidence.open_evidence(case_id, attachment_id, by=by, at=at)
    _looked(casework.parties_of(case_id).values(), EVIDENCE, by=by, at=at)
    return found


def _looked(parties: Iterable[Party], what: str, *, by: Actor, at: datetime) -> None:
    for about in sorted({party.represented for party in parties if party.represented}):
        if reading.is_delegate(about, by=by):
            reading.log_look(about, {what: ()}, by=by, purpose=DELEGATED, basis=MANDATED, at=at)
        elif about not in by.represents:
            reading.log_look(about, {what: ()}, by=by, purpose=PURPOSE, basis=HANDLING, at=at)
