"""Writes of what follows a problem: time to mend, what the inspected reports, and what the second look finds."""

from datetime import datetime

from django.db import transaction

from chengxin.base.audit import services as audit
from chengxin.base.casework import services as casework
from chengxin.base.casework.rules import Party
from chengxin.base.clock import local_date
from chengxin.base.errors import NotFound
from chengxin.base.languages import InBoth
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Role
from chengxin.registry.subjects.rules import about_subject
from chengxin.regulation.inspections import policy, recording
from chengxin.regulation.inspections.models import Outcome, Visit
from chengxin.regulation.inspections.policy import Matter
from chengxin.regulation.inspections.procedure import FOLLOW_UP

MENDED = "{handling} {day}复查合格。{reason}"


def order(visit: Visit, matter: Matter, handling: str, *, by: Actor, at: datetime) -> int:
    """Open the case in which the inspected mends what was found; returns its id. In the caller's transaction."""
    department = accounts.organisation_by_code(matter.department)
    assert department is not None
    reviewer = accounts.actor_of_organisation(
        department.code, roles=frozenset({Role.DEPARTMENT_REVIEWER}), name=by.name
    )
    assert reviewer is not None
    return casework.open_case(
        FOLLOW_UP.code,
        about=f"inspection-visit:{visit.number}",
        title=InBoth(f"{visit.drawn.name} {matter.zh}", f"{visit.drawn.name} {matter.en}"),
        parties={
            "inspected": Party(represented=about_subject(visit.drawn.code)),
            "department": Party(organisation_id=department.id),
        },
        by=reviewer,
        at=at,
        reason=handling,
    )


@transaction.atomic
def take(case_id: int, step: str, *, by: Actor, at: datetime, reason: str = "") -> str:
    """Take a step in the case of a follow-up; what was mended enters the record as well.

    Raises what `casework.take_step` raises, `ResultNotRecorded`.
    """
    outcome = Outcome.objects.select_related("visit__drawn").filter(follow_up_case=case_id).first()
    if outcome is None:
        raise NotFound
    state = casework.take_step(case_id, step, by=by, at=at, reason=reason)
    if step == "pass":
        _record_mended(outcome, reason, by=by, at=at)
    return state


def _record_mended(outcome: Outcome, reason: str, *, by: Actor, at: datetime) -> None:
    matter = policy.matter_named(outcome.matter)
    assert matter is not None
    drawn = outcome.visit.drawn
    recording.hand_in(
        outcome.task_number,
        matter,
        policy.results(outcome.inspected_on)[outcome.result],
        code=drawn.code,
        name=drawn.name,
        inspected_on=outcome.inspected_on,
        handling=MENDED.format(handling=outcome.handling, day=local_date(at).isoformat(), reason=reason.strip()),
        by_name=by.name,
        at=at,
    )
    audit.note("inspections.mended", outcome.task_number, by=by, at=at)
