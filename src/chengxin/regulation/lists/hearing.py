"""Until when the subject of a case may ask for a hearing."""

from dataclasses import dataclass
from datetime import date, datetime

from chengxin.base.calendar.policy import working_days
from chengxin.base.casework import queries as casework
from chengxin.base.casework.rules import deadline
from chengxin.base.clock import local_date
from chengxin.regulation.lists import rules
from chengxin.regulation.lists.models import Proposal
from chengxin.regulation.lists.procedure import LIST_ENTRY
from chengxin.regulation.lists.rules import ListTerms


@dataclass(frozen=True, slots=True)
class HearingRight:
    """Whether a hearing may be asked for, and the last day of it; None where no notice was served, or of a year whose
    holidays are not announced yet."""

    is_open: bool
    until: date | None


def right_to_hearing(proposal: Proposal, terms: ListTerms, *, at: datetime) -> HearingRight:
    """The right of a proposal's subject as its case stands. The caller permits. Index: `case_event_once`."""
    steps = [taken.step for taken in casework.history_of(proposal.case_id)]
    served = casework.taken_at(proposal.case_id, steps=("serve",))
    if not served or terms.needs_consent:
        return HearingRight(is_open=False, until=None)
    reference = rules.reference_of(proposal.list_code, proposal.about)
    since = local_date(max(served))
    until = deadline(LIST_ENTRY.state("defence"), since=since, calendar=working_days(), about=reference).due_on
    return HearingRight(rules.may_ask_hearing(terms, steps, until=until, on=local_date(at)), until)
