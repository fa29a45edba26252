"""Writes of lists: proposing an entry, each step of its case, taking an entry off, and what a changed record means.

No function here takes a grade, a score or a rule to list by: whoever enters a subject is a named official who read the
facts, after another one proposed it and the subject was heard.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from chengxin.base.attachments.services import Upload
from chengxin.base.audit import services as audit
from chengxin.base.casework import evidence as case_evidence
from chengxin.base.casework import queries as casework_reads
from chengxin.base.casework import services as casework
from chengxin.base.casework.rules import Party
from chengxin.base.clock import local_date
from chengxin.base.database.queueing import queue_behind
from chengxin.base.errors import NotFound, NotPermitted
from chengxin.base.identifiers.rules import is_citizen_number
from chengxin.base.languages import InBoth
from chengxin.base.policy import NoPolicy
from chengxin.registry.accounts.rules import Actor, Scope
from chengxin.registry.records.rules import RecordState
from chengxin.registry.subjects import queries as subjects
from chengxin.registry.subjects.rules import about_subject
from chengxin.regulation.lists import (
    arrivals_log,
    arriving,
    consenting,
    entering,
    hearing,
    naming,
    persons,
    policy,
    queries,
    rules,
    standing,
    writing,
)
from chengxin.regulation.lists.errors import (
    AlreadyListed,
    DecisionNumberMissing,
    FactsMissing,
    ListClosed,
    MinorsAreNeverListed,
    NoSuchSubject,
    NotRemovable,
    NotWithdrawable,
    NotYourList,
    TermNotAllowed,
    WrongKindOfSubject,
)
from chengxin.regulation.lists.models import ListEntry, Proposal, Removal
from chengxin.regulation.lists.procedure import LIST_ENTRY, LIST_HONOUR, LIST_REMOVAL, LIST_REVOCATION
from chengxin.regulation.lists.rules import Exit, Found, ListTerms, reference_of


@transaction.atomic
def propose(
    list_code: str,
    *,
    code: str,
    facts: str,
    evidence: str,
    months: int,
    by: Actor,
    at: datetime,
    files: Sequence[Upload] = (),
) -> int:
    """Propose that the organisation with that credit code be entered on a list; returns the case's id.

    Raises `NotFound`, `NotYourList`, `NoSuchSubject` and what else a proposal can lack.
    """
    terms = _own_list(list_code, by=by, at=at)
    found = subjects.by_code(code.strip().upper(), on=local_date(at))
    if found is None:
        raise NoSuchSubject
    if rules.SUBJECT_OF_ORGANISATION not in terms.subjects:
        raise WrongKindOfSubject
    about = about_subject(found.code)
    return _open(terms, about, found.name, facts, evidence, months, by=by, at=at, files=files)


def propose_person(
    list_code: str,
    *,
    number: str,
    facts: str,
    evidence: str,
    months: int,
    by: Actor,
    at: datetime,
    files: Sequence[Upload] = (),
) -> int:
    """Propose a natural person by their citizen number, which is not kept; returns the case's id. Minors never.

    The look for the person is kept, in a transaction of its own, even where the proposal is then refused.
    Raises `MinorsAreNeverListed` and as `propose`.
    """
    terms, cleaned = _own_list(list_code, by=by, at=at), number.strip().upper()
    if rules.SUBJECT_OF_PERSON not in terms.subjects:
        raise WrongKindOfSubject
    if not is_citizen_number(cleaned):
        raise NoSuchSubject
    if rules.is_minor(cleaned, on=local_date(at)):
        raise MinorsAreNeverListed
    about = naming.sought(cleaned, by=by, at=at)
    if about is None:
        raise NoSuchSubject
    return _open(terms, about, "", facts, evidence, months, by=by, at=at, files=files)


def _own_list(list_code: str, *, by: Actor, at: datetime) -> ListTerms:
    try:
        terms = policy.list_on(list_code, local_date(at))
    except NoPolicy:
        raise NotFound from None
    if by.organisation_code not in terms.authorities:
        raise NotYourList
    if terms.is_closed:
        raise ListClosed
    return terms


@transaction.atomic
def _open(
    terms: ListTerms,
    about: str,
    name: str,
    facts: str,
    evidence: str,
    months: int,
    *,
    by: Actor,
    at: datetime,
    files: Sequence[Upload],
) -> int:
    reference = reference_of(terms.code, about)
    queue_behind(reference)
    if not facts.strip() or not evidence.strip():
        raise FactsMissing
    if not rules.may_last(months, terms):
        raise TermNotAllowed(least=terms.least_months, most=terms.most_months)
    known = queries.entries_in_force([about], at=at)
    arrived = persons.arrived_about([about], at=at, by=by, purpose=naming.PROPOSING, basis=naming.BASIS)
    stands = any(e.list_code == terms.code for e in (*known.get(about, ()), *arrived.get(about, ())))
    procedure = LIST_HONOUR.code if terms.needs_consent else LIST_ENTRY.code
    if stands or casework_reads.open_about(procedure, [reference]):
        raise AlreadyListed
    if by.organisation_id is None or by.user_id is None:
        raise NotPermitted  # a system proposes nobody: a named official does
    parties = {"subject": Party(represented=about), "authority": Party(organisation_id=by.organisation_id)}
    title = _title(terms, name)
    case_id = casework.open_case(procedure, about=reference, title=title, parties=parties, by=by, at=at)
    proposal = Proposal.objects.create(
        case_id=case_id,
        list_code=terms.code,
        about=about,
        subject_name=name,
        authority_id=by.organisation_id,
        authority_code=by.organisation_code,
        facts=facts.strip(),
        evidence=evidence.strip(),
        months=months,
        policy=terms.version,
        proposed_by=by.name,
        proposed_by_id=by.user_id,
        proposed_at=at,
    )
    case_evidence.keep_evidence(case_id, uploads=files, by=by, at=at)
    audit.note("lists.proposed", reference, by=by, at=at, case=case_id, policy=terms.version)
    writing.write("propose", proposal, case_id=case_id, reason="", by=by, at=at)
    return case_id


@transaction.atomic
def take(
    case_id: int,
    step: str,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
    number: str = "",
    served_on: date | None = None,
    way: str = "",
    held_at: datetime | None = None,
    place: str = "",
    agrees: bool = False,
    wording: str = "",
) -> str:
    """Take a step in a case of this room, with its effect and its letter; returns the state it leads to.

    `number`: of the decision's document, for `list` and `remove`; `served_on` (the day on which the notice was given),
    `way`: for `serve`; `held_at`, `place`: for `call-hearing`; `agrees`, `wording` (the version that was read): for
    `consent`. Raises what `casework.take_step`, `hearing` and `consenting` raise, `ServiceUnproved`, `NotHeard`,
    `HearingStillOpen`, `DecisionNumberMissing`, `ConsentMissing`.
    """
    removal = Removal.objects.select_related("entry__proposal").filter(case_id=case_id).first()
    if removal is not None:
        return _take_in_removal(removal, step, by=by, at=at, reason=reason, number=number)
    proposal = Proposal.objects.filter(case_id=case_id).first()
    if proposal is None:
        raise NotFound
    queue_behind(reference_of(proposal.list_code, proposal.about))
    terms = _terms_of(proposal)
    barred, counts_from = hearing.barred(step, proposal, terms, at=at), entering.counts_from(step, served_on, way)
    state = casework.take_step(case_id, step, by=by, at=at, reason=reason, counts_from=counts_from)
    if barred is not None:
        raise barred
    entry, called = None, None
    if step == "serve":
        entering.serve(proposal, served_on, way, reason, by=by, at=at)
    elif step == "call-hearing":
        called = hearing.call(proposal, held_at, place, by=by, at=at)
    elif step == "consent":
        consenting.give(proposal, agrees=agrees, wording=wording, by=by, at=at)
    elif step == "decline":
        consenting.withhold(proposal, by=by, at=at)
    elif step == "list":
        entry = entering.enter(proposal, terms, number, reason, by=by, at=at)
    writing.write(step, proposal, case_id=case_id, reason=reason, by=by, at=at, entry=entry, called=called)
    return state


def _title(terms: ListTerms, name: str) -> InBoth:
    """How a case is called; it names no natural person."""
    return InBoth(f"{terms.name_zh} · {name or '自然人'}", f"{terms.name_en} · {name or 'a natural person'}")


def _terms_of(proposal: Proposal) -> ListTerms:
    terms = policy.list_named(proposal.policy)
    if terms is None:
        raise NotFound
    return terms


@transaction.atomic
def withdraw_consent(entry_id: int, *, about: str, by: Actor, at: datetime) -> None:
    """The person takes back the consent by which they stand on a list: the entry ends in the same moment.

    Who decided is told so, without a name. Raises `NotFound`, `NotYourConsent`, `NotWithdrawable`.
    """
    queue_behind(f"list-entry:{entry_id}")
    entry = ListEntry.objects.select_related("proposal").filter(pk=entry_id, about=about).first()
    if entry is None:
        raise NotFound
    consenting.require_own(about, by=by)
    proposal = entry.proposal
    if consenting.standing_consent(proposal) is None or not queries.remains(entry, at=at):
        raise NotWithdrawable
    consenting.withhold(proposal, by=by, at=at)
    standing.ended(entry, Exit.CONSENT, reason="", number="", case_id=entry.case_id, by=by, at=at)
    consenting.tell_authority(entry, _terms_of(proposal), at=at)
    writing.write("withdraw-consent", proposal, case_id=entry.case_id, reason="", by=by, at=at)


@transaction.atomic
def apply_for_removal(
    entry_id: int,
    *,
    about: str,
    exit: str,
    grounds: str,
    by: Actor,
    at: datetime,
    files: Sequence[Upload] = (),
) -> int:
    """Apply on behalf of `about` to be taken off a list early; returns the case's id.

    Raises `NotFound`, `NotPermitted`, `FactsMissing`, `NotRemovable`.
    """
    queue_behind(f"list-entry:{entry_id}")
    entry = ListEntry.objects.select_related("proposal").filter(pk=entry_id, about=about).first()
    if entry is None:
        raise NotFound
    if not by.may_for(about, Scope.APPLY):
        raise NotPermitted
    terms = _terms_of(entry.proposal)
    early = rules.early_from(entry.in_force_from, terms)
    is_early = exit == Exit.APPLICATION and (early is None or local_date(at) < early)
    if exit not in rules.ASKED_FOR & terms.exits or is_early or not queries.remains(entry, at=at):
        raise NotRemovable
    return _open_removal(LIST_REMOVAL.code, entry, exit, grounds, by=by, at=at, files=files)


@transaction.atomic
def propose_removal(entry_id: int, *, exit: str, grounds: str, by: Actor, at: datetime) -> int:
    """Propose of the authority's own motion that an entry end: revoked, by a court, corrected; returns the case's id.

    Raises `NotFound`, `NotPermitted`, `FactsMissing`, `NotRemovable`.
    """
    queue_behind(f"list-entry:{entry_id}")
    entry = ListEntry.objects.select_related("proposal").filter(pk=entry_id).first()
    if entry is None:
        raise NotFound
    if entry.authority_code != by.organisation_code:
        raise NotYourList
    if exit not in rules.OWN_MOTION or not queries.remains(entry, at=at):
        raise NotRemovable
    return _open_removal(LIST_REVOCATION.code, entry, exit, grounds, by=by, at=at, files=())


def _open_removal(
    procedure: str, entry: ListEntry, exit: str, grounds: str, *, by: Actor, at: datetime, files: Sequence[Upload]
) -> int:
    reference = str(entry).replace(" ", ":")
    if not grounds.strip():
        raise FactsMissing
    if any(casework_reads.open_about(p.code, [reference]) for p in (LIST_REMOVAL, LIST_REVOCATION)):
        raise NotRemovable
    proposal = entry.proposal
    parties = {
        "subject": Party(represented=entry.about),
        "authority": Party(organisation_id=proposal.authority_id),
    }
    terms = _terms_of(proposal)
    title = _title(terms, entry.subject_name)
    case_id = casework.open_case(procedure, about=reference, title=title, parties=parties, by=by, at=at, reason=grounds)
    Removal.objects.create(
        case_id=case_id, entry=entry, exit=exit, grounds=grounds.strip(), asked_by=by.name, asked_at=at
    )
    case_evidence.keep_evidence(case_id, uploads=files, by=by, at=at)
    audit.note("lists.removal_asked", reference, by=by, at=at, case=case_id, exit=exit)
    return case_id


def _take_in_removal(removal: Removal, step: str, *, by: Actor, at: datetime, reason: str, number: str) -> str:
    entry = removal.entry
    queue_behind(f"list-entry:{entry.pk}")
    state = casework.take_step(removal.case_id, step, by=by, at=at, reason=reason)
    if step == "remove":
        if not number.strip():
            raise DecisionNumberMissing
        standing.ended(
            entry, Exit(removal.exit), reason=reason, number=number.strip(), case_id=removal.case_id, by=by, at=at
        )
    writing.write(step, entry.proposal, case_id=removal.case_id, reason=reason, by=by, at=at, number=number)
    return state


@transaction.atomic
def follow_record(natural_key: UUID, *, change: str, cause: str = "", item: str = "", at: datetime) -> bool:
    """Note what hid, showed again, repaired or withdrew the record of `item` does to the entry that it tells of.

    In the transaction that changes the record, so that nothing leaves a list or comes back without its line in the
    public log: an entry of the city's by itself, one that arrived by what it was in the log before. Safe to repeat.
    """
    entry = ListEntry.objects.filter(natural_key=natural_key).first()
    if entry is None:
        about = arriving.subject_of(item, on=local_date(at))
        reason = rules.reason_of(RecordState(change), cause)
        return about is not None and arrivals_log.follow_records([natural_key], about=about, reason=reason, at=at) > 0
    queue_behind(f"list-entry:{entry.pk}")
    return standing.follow(entry, RecordState(change), cause=cause, at=at)


@transaction.atomic
def follow_hand_in(submission_id: int, *, item: str, at: datetime) -> int:
    """Have the public log tell what a hand-in does to lists, in its own transaction; how many lines it takes."""
    about = arriving.subject_of(item, on=local_date(at))
    return 0 if about is None else arrivals_log.follow_hand_in(submission_id, about=about, at=at)


@transaction.atomic
def follow_moved(natural_keys: Sequence[UUID], *, at: datetime) -> int:
    """Have the public log tell that records of organisations became another one's; how many lines it takes."""
    return arrivals_log.follow_records(natural_keys, about=arriving.ORGANISATION, reason=Found.MERGE, at=at)


@transaction.atomic
def compare_arrivals(*, at: datetime) -> int:
    """Have the public log tell what it does not say yet of all that arrived on lists; how many lines it takes."""
    return arrivals_log.compare(at=at)
