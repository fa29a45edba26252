"""Complaints about a read on their way: each step with the letter that the law wants."""

from datetime import datetime

from django.db import transaction

from chengxin.base.audit.services import Who
from chengxin.base.casework import queries as cases
from chengxin.base.casework import services as casework
from chengxin.base.clock import local_date
from chengxin.base.letters import services as letters
from chengxin.registry.accounts.rules import Actor

LETTERS = {  # step -> the letter that the applicant gets
    "complain": "complaint-received",
    "uphold": "complaint-upheld",
    "dismiss": "complaint-dismissed",
}


@transaction.atomic
def take(case_id: int, step: str, *, by: Actor, at: datetime, reason: str = "") -> str:
    """Take a step in a complaint's case, with its letter; returns the state it leads to.

    Raises what `casework.take_step` raises.
    """
    title = cases.case(case_id, actor=by, on=local_date(at)).title
    state = casework.take_step(case_id, step, by=by, at=at, reason=reason)
    write(case_id, step, entry=title, by=by, at=at, reason=reason)
    return state


def write(case_id: int, step: str, *, entry: str, by: Who, at: datetime, reason: str = "") -> None:
    """Write the letter that follows from the step, where there is one, in the caller's transaction."""
    if (template := LETTERS.get(step)) is None:
        return
    letters.write(
        f"consent/{template}",
        to=cases.parties_of(case_id)["applicant"],
        values={
            "case": str(case_id), "entry": entry, "day": local_date(at).isoformat(), "reason": reason.strip(),
        },
        by=by,
        at=at,
        case_id=case_id,
    )  # fmt: skip
