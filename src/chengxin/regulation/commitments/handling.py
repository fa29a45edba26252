"""Whose commitment it is, and the letter: for the authority that takes it and for who has a task after its breach.

A natural person is named nowhere else. Each look states its purpose and stands in the access log that the person sees.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from chengxin.base.attachments import services as files
from chengxin.base.attachments.services import OpenedAttachment
from chengxin.base.casework import queries as casework
from chengxin.base.casework.rules import holds_role
from chengxin.base.database.context import acting
from chengxin.base.errors import NotFound
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Permission, Scope
from chengxin.registry.subjects import queries as subjects
from chengxin.registry.subjects.queries import MaskedPerson
from chengxin.registry.subjects.rules import person_of
from chengxin.regulation.commitments.models import Check, Commitment, FollowUp, Letter
from chengxin.regulation.commitments.procedure import BREACH, FOLLOW_UP, FULFILMENT
from chengxin.regulation.commitments.queries import CommitmentRow, files_of_check
from chengxin.rights.consent import papers
from chengxin.rights.consent import queries as consent
from chengxin.rights.consent.reading import is_delegate, log_look

PURPOSE = "commitment-check"
BASIS = "中华人民共和国个人信息保护法 第十三条第一款第三项 (unverified)"
PROMISOR, LETTER = "commitment-promisor", "commitment-letter"  # what was looked at
NAME, NUMBER = "name", "masked-number"
NOBODY = MaskedPerson("", "", "")


@dataclass(frozen=True, slots=True)
class Promisor:
    """A natural person who promised: the name that the letter prints, and the identity number with its middle masked.

    `number` is empty of an account that no document stands behind.
    """

    name: str
    number: str


def is_handled_by(row: CommitmentRow, *, actor: Actor) -> bool:
    """Whether the actor may learn whose it is: for its authority, or for a department while its task is open.

    Index: foreign key.
    """
    return _may_learn(row.id, row.authority_id, by=actor)


def may_propose(row: CommitmentRow, *, actor: Actor) -> bool:
    """Whether the actor may propose that it was kept or broken; another official decides. In memory."""
    opens_either = holds_role(FULFILMENT.opening, actor) and holds_role(BREACH.opening, actor)
    return row.authority_id in actor.reaches and opens_either


@transaction.atomic
def promisor(number: str, *, by: Actor, at: datetime) -> Promisor:
    """The natural person who made that commitment. The look stands in their access log.

    Raises `NotFound` for an organisation's, which is named everywhere, and for who does not handle it.
    Index: unique number.
    """
    found = _handled(number, by=by)
    person = person_of(found.about)
    if person is None:
        raise NotFound
    with acting(actor=by.name, purpose=PURPOSE, basis=BASIS, about=found.about):
        masked = _masked(person)
        log_look(found.about, {PROMISOR: [NAME, NUMBER]}, by=by, purpose=PURPOSE, basis=BASIS, at=at)
    named = accounts.own_name(found.about)
    return Promisor(named[0] if named else masked.name, masked.number)


def _masked(person: int) -> MaskedPerson:
    try:
        return subjects.masked_person(person)
    except NotFound:  # an account without a document behind it: none of the register
        return NOBODY


@transaction.atomic
def letter(number: str, *, by: Actor, at: datetime) -> bytes:
    """The signed PDF of that commitment. The look stands in the promisor's access log.

    Raises `NotFound` also for who does not handle it. Index: unique number, unique commitment.
    """
    found = _handled(number, by=by)
    with acting(actor=by.name, purpose=PURPOSE, basis=BASIS, about=found.about):
        pdf = Letter.objects.filter(commitment=found).values_list("pdf", flat=True).first()
        if pdf is None:
            raise NotFound
        log_look(found.about, {LETTER: ()}, by=by, purpose=PURPOSE, basis=BASIS, at=at)
    return bytes(pdf)


@transaction.atomic
def check_file(number: str, check_id: int, attachment_id: UUID, *, by: Actor, at: datetime) -> OpenedAttachment:
    """A file that came with a check, for who handles the commitment, and the credit office. The look is logged.

    Raises `NotFound`, `HeldBack`, `Blocked`. Index: unique number, primary key.
    """
    found = Commitment.objects.filter(number=number).first()
    sees_it = found is not None and (
        by.may(Permission.ISSUE_REPORTS) or _may_learn(found.pk, found.authority_id, by=by)
    )
    if found is None or not sees_it:
        raise NotFound
    opened = _opened(found, check_id, attachment_id, by=by, at=at)
    log_look(found.about, {papers.EVIDENCE: ()}, by=by, purpose=PURPOSE, basis=BASIS, at=at)
    return opened


@transaction.atomic
def own_check_file(
    number: str, check_id: int, attachment_id: UUID, *, about: str, by: Actor, at: datetime
) -> OpenedAttachment:
    """A file that came with a check of one's own commitment. A delegate's look is logged, one's own is not.

    Raises as `check_file`, `NotFound` also for anyone else's. Index: unique number, primary key.
    """
    found = Commitment.objects.filter(number=number, about=about).first()
    if found is None or not by.may_for(about, Scope.SEE):
        raise NotFound
    opened = _opened(found, check_id, attachment_id, by=by, at=at)
    if is_delegate(about, by=by):
        log_look(about, {papers.EVIDENCE: ()}, by=by, purpose=consent.DELEGATED, basis=consent.MANDATED, at=at)
    return opened


def _opened(found: Commitment, check_id: int, attachment_id: UUID, *, by: Actor, at: datetime) -> OpenedAttachment:
    if not Check.objects.filter(pk=check_id, due__commitment=found).exists():
        raise NotFound
    return files.opened(attachment_id, reference=files_of_check(check_id), by=by, at=at)


def _handled(number: str, *, by: Actor) -> Commitment:
    found = Commitment.objects.filter(number=number).first()
    if found is None or not _may_learn(found.pk, found.authority_id, by=by):
        raise NotFound
    return found


def _may_learn(commitment_id: int, authority_id: int, *, by: Actor) -> bool:
    if by.may(Permission.MANAGE_CASES, of=authority_id):
        return True
    if not by.may(Permission.MANAGE_CASES):
        return False
    tasks = FollowUp.objects.filter(commitment_id=commitment_id, department_id__in=list(by.reaches))
    states = casework.states_of(tasks.values_list("case_id", flat=True))
    return not all(FOLLOW_UP.is_final(state) for state in states.values())
