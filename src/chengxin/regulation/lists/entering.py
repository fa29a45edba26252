"""Serving the prior notice, and the decision that enters someone on a list."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from chengxin.base.audit import services as audit
from chengxin.base.casework import queries as casework
from chengxin.base.clock import local_date
from chengxin.base.errors import NotPermitted
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor
from chengxin.regulation.lists import consenting, hearing, naming, policy, queries, recording, rules, standing
from chengxin.regulation.lists.errors import (
    ConsentMissing,
    DecisionNumberMissing,
    HearingStillOpen,
    NotHeard,
    ServiceUnproved,
)
from chengxin.regulation.lists.models import ListEntry, NoticeService, Proposal
from chengxin.regulation.lists.rules import ListTerms, Way


def counts_from(step: str, given_on: date | None, way: str) -> date | None:
    """The day on which a notice that `step` serves counts as served; None: no such step, or day or way are not told."""
    if step != "serve" or given_on is None or way not in set(Way):
        return None
    return rules.counts_as_served_on(given_on, policy.days_until_served(Way(way), given_on))


def serve(proposal: Proposal, given_on: date | None, way: str, proof: str, *, by: Actor, at: datetime) -> None:
    """Keep the proof that the prior notice was served. Raises `ServiceUnproved`."""
    proposed, today, counts = local_date(proposal.proposed_at), local_date(at), counts_from("serve", given_on, way)
    if given_on is None or counts is None or not proposed <= given_on <= today:
        raise ServiceUnproved
    NoticeService.objects.create(
        proposal=proposal,
        given_on=given_on,
        served_on=counts,
        way=way,
        proof=proof.strip(),
        recorded_by=by.name,
        recorded_at=at,
    )
    audit.note("lists.notice_served", str(proposal), by=by, at=at, way=way, served_on=counts.isoformat())


def enter(proposal: Proposal, terms: ListTerms, number: str, reason: str, *, by: Actor, at: datetime) -> ListEntry:
    """Enter the one proposed, who was told and heard, or consents where the list honours. Raises what can lack."""
    notice_served_on, heard_on = _consented(proposal) if terms.needs_consent else _heard(proposal, terms, at=at)
    if not number.strip():
        raise DecisionNumberMissing
    today, number = local_date(at), number.strip()
    ends = rules.ends_on(today, proposal.months)
    authority = accounts.organisation_by_id(proposal.authority_id)
    assert authority is not None
    if by.user_id is None:
        raise NotPermitted  # nor does one decide
    record = recording.record_of(proposal, terms, authority, number=number, reason=reason, begins=today, ends=ends)
    named = naming.named(proposal, terms, by=by, at=at)
    entry = ListEntry(
        proposal=proposal,
        case_id=proposal.case_id,
        list_code=proposal.list_code,
        about=proposal.about,
        subject_name=named.name,
        masked_number=named.masked_number,
        authority_code=authority.code,
        authority_name_zh=authority.name_zh,
        authority_name_en=authority.name_en,
        decision_number=number,
        decided_on=today,
        notice_served_on=notice_served_on,
        heard_on=heard_on,
        in_force_from=today,
        in_force_until=ends,
        reason=reason.strip(),
        policy=proposal.policy,
        proposed_by_id=proposal.proposed_by_id,
        decided_by=by.name,
        decided_by_id=by.user_id,
        natural_key=record.key if record else None,
        entered_at=at,
    )
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
    except IntegrityError as error:
        if "entry_decision_once" in str(error):
            raise DecisionNumberMissing from None
        raise
    if record is not None:
        recording.hand_in(record, proposal.case_id, authority, by=by, at=at)
    standing.entered(entry, by=by, at=at)
    return entry


def _heard(proposal: Proposal, terms: ListTerms, *, at: datetime) -> tuple[date, date]:
    service = NoticeService.objects.filter(proposal=proposal).first()
    if service is None or not rules.is_heard(terms, [t.step for t in casework.history_of(proposal.case_id)]):
        raise NotHeard
    if hearing.right_to_hearing(proposal, terms, at=at).is_open:
        raise HearingStillOpen
    # Who acts on the notice has it, also before the days of a public notice are over.
    acted = casework.taken_at(proposal.case_id, steps=("defend", "ask-hearing"))
    return min([service.served_on, *map(local_date, acted)]), queries.heard_on(proposal.case_id)


def _consented(proposal: Proposal) -> tuple[date, date]:
    consent = consenting.standing_consent(proposal)
    if consent is None:
        raise ConsentMissing
    return local_date(proposal.proposed_at), local_date(consent.at)
