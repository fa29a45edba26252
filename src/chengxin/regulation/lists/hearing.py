"""Until when the subject of a case may ask for a hearing; calling it, and what else of its order a step may break."""

from dataclasses import dataclass
from datetime import date, datetime

from chengxin.base.audit import services as audit
from chengxin.base.calendar.policy import working_days
from chengxin.base.casework import queries as casework
from chengxin.base.casework.rules import deadline
from chengxin.base.clock import local_date
from chengxin.base.errors import ChengxinError
from chengxin.registry.accounts.rules import Actor
from chengxin.regulation.lists import policy, rules
from chengxin.regulation.lists.errors import (
    HearingCallTooShort,
    HearingNotDue,
    HearingNotOpen,
    HearingNotYet,
    HearingOver,
    NothingToAnswer,
)
from chengxin.regulation.lists.models import HearingCall, NoticeService, Proposal
from chengxin.regulation.lists.procedure import LIST_ENTRY
from chengxin.regulation.lists.rules import Hearing, ListTerms

LONGEST_PLACE = 200


@dataclass(frozen=True, slots=True)
class HearingRight:
    """Whether a hearing may be asked for, and the last day of it; None where no notice was served, or of a year whose
    holidays are not announced yet."""

    is_open: bool
    until: date | None


@dataclass(frozen=True, slots=True)
class HearingRow:
    """What a case says of its notice and its hearing, and which of their steps are due now.

    `given_on`: when the notice was given, where it counts as served later; `held_at`, `place`: as the party was told.
    """

    given_on: date | None
    held_at: datetime | None
    place: str
    may_call: bool
    may_hold: bool
    may_answer: bool
    notice: int


def right_to_hearing(proposal: Proposal, terms: ListTerms, *, at: datetime) -> HearingRight:
    """The right of a proposal's subject as its case stands. The caller permits. Index: `case_event_once`."""
    steps = _steps(proposal)
    recorded = casework.taken_at(proposal.case_id, steps=("serve",))
    if not recorded or terms.needs_consent:
        return HearingRight(is_open=False, until=None)
    reference = rules.reference_of(proposal.list_code, proposal.about)
    served = NoticeService.objects.filter(proposal=proposal).values_list("served_on", flat=True).first()
    since = max(day for day in (served, local_date(max(recorded))) if day is not None)
    until = deadline(LIST_ENTRY.state("defence"), since=since, calendar=working_days(), about=reference).due_on
    return HearingRight(rules.may_ask_hearing(terms, steps, until=until, on=local_date(at)), until)


def hearing_of(case_id: int, *, at: datetime) -> HearingRow | None:
    """The notice and the hearing of a proposal's case; None: it is no such case. The caller permits.

    Index: unique case, `case_event_once`.
    """
    proposal = Proposal.objects.filter(case_id=case_id).first()
    terms = policy.list_named(proposal.policy) if proposal else None
    if proposal is None or terms is None:
        return None
    service = NoticeService.objects.filter(proposal=proposal).first()
    steps, called = _steps(proposal), _call_of(proposal)
    return HearingRow(
        given_on=service.given_on if service and service.given_on != service.served_on else None,
        held_at=called.held_at if called else None,
        place=called.place if called else "",
        may_call=rules.may_call_hearing(terms, steps),
        may_hold=called is not None and called.held_at <= at,
        may_answer=rules.may_answer(steps),
        notice=policy.hearing_notice(local_date(at)),
    )


def barred(step: str, proposal: Proposal, terms: ListTerms, *, at: datetime) -> ChengxinError | None:
    """Why it is not the time for `step`, beside what the procedure says; None: it is. Index: `case_event_once`."""
    if step == "ask-hearing":
        if terms.hearing is Hearing.NONE:
            return HearingNotOpen()
        return None if right_to_hearing(proposal, terms, at=at).is_open else HearingOver()
    if step == "call-hearing":
        return None if rules.may_call_hearing(terms, _steps(proposal)) else HearingNotDue()
    if step == "answer":
        return None if rules.may_answer(_steps(proposal)) else NothingToAnswer()
    if step == "hold-hearing":
        called = _call_of(proposal)
        return None if called is not None and called.held_at <= at else HearingNotYet()
    return None


def call(proposal: Proposal, held_at: datetime | None, place: str, *, by: Actor, at: datetime) -> HearingCall:
    """Keep when and where the hearing is held, as the letter of this moment tells. Raises `HearingCallTooShort`."""
    called_on, named = local_date(at), place.strip()
    notice = policy.hearing_notice(called_on)
    if held_at is None or not named or len(named) > LONGEST_PLACE:
        raise HearingCallTooShort(days=notice)
    if not rules.is_called_in_time(called_on, local_date(held_at), notice=notice, calendar=working_days()):
        raise HearingCallTooShort(days=notice)
    made = HearingCall.objects.create(proposal=proposal, held_at=held_at, place=named, called_by=by.name, called_at=at)
    audit.note("lists.hearing_called", str(proposal), by=by, at=at, held_at=held_at.isoformat())
    return made


def _call_of(proposal: Proposal) -> HearingCall | None:
    return HearingCall.objects.filter(proposal=proposal).order_by("-pk").first()


def _steps(proposal: Proposal) -> list[str]:
    return [taken.step for taken in casework.history_of(proposal.case_id)]
