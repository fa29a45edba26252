"""Deadlines that near or pass: reminders, and notices up the line, once for each stage of each deadline.

A stage is asked for by a task deferred in the transaction that began the state, and again by a periodic look at all
open cases, so that a lost task loses no deadline.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chengxin.base.audit import services as audit
from chengxin.base.calendar.policy import working_days
from chengxin.base.calendar.rules import WorkingDays
from chengxin.base.casework import policy, queries, services, stages
from chengxin.base.casework.models import Case, CaseAlert
from chengxin.base.casework.procedures import procedure
from chengxin.base.casework.rules import Party, Procedure, is_overdue
from chengxin.base.casework.stages import Stage
from chengxin.base.casework.supervision import supervision
from chengxin.base.clock import local_date
from chengxin.base.errors import NotFound

TITLES: dict[Stage, Any] = {
    Stage.REMIND: _("期限将至：{title}"),
    Stage.REVIEWERS: _("已超期，请督促办理：{title}"),
    Stage.UP: _("下级单位逾期未办，请督办：{title}"),
}
BODY = _("事项 {number} 现为“{state}”，办理期限到 {due}。")


class _Words:
    """A notice's words in the language that is active when they are asked."""

    def __init__(self, pattern: Any, **values: Any) -> None:
        self.pattern, self.values = pattern, values

    def __str__(self) -> str:
        return str(self.pattern).format(**self.values)


@transaction.atomic
def watch(case_id: int, *, at: datetime) -> tuple[Stage, ...]:
    """Send what the case's deadline calls for now, ask for its next stage, and return the stages that were sent.

    Safe to repeat: each stage of a deadline is sent once. Closed cases and moved deadlines need nothing.
    Raises `NotFound`.
    """
    found = services.lock(case_id)
    if found.closed_at is not None or found.due_on is None:
        return ()
    done = queries.stages_done(case_id, steps_taken=found.steps_taken, due_on=found.due_on)
    due = _due(found, done, on=local_date(at))
    for stage in due:
        _send(found, stage, at=at)
    services.watch_next(found, done={*done, *due}, on=local_date(at))
    return due


def watch_all(*, at: datetime) -> int:
    """Look at every open case with a deadline: send what is due, take steps that follow from silence; how many."""
    services.settle_deadlines(at=at)
    on, acted, calendar = local_date(at), 0, working_days()
    for row in queries.watched():
        declared = procedure(row.procedure)
        if declared.state(row.state).on_silence and is_overdue(row.due_on, on=on):
            acted += services.expire(row.id, steps_taken=row.steps_taken, at=at)
            _watch_if_there(row.id, at=at)  # whoever was silent may be overdue still
        elif _pending(row, on=on, calendar=calendar):
            acted += bool(_watch_if_there(row.id, at=at))
    return acted


def _watch_if_there(case_id: int, *, at: datetime) -> tuple[Stage, ...]:
    try:
        return watch(case_id, at=at)
    except NotFound:  # cases are never removed; only a restored database could lack one
        return ()


def _pending(row: queries.WatchedRow, *, on: date, calendar: WorkingDays) -> tuple[Stage, ...]:
    return stages.due_stages(
        row.done,
        since=local_date(row.state_since),
        due_on=row.due_on,
        on=on,
        terms=policy.terms_on(on, procedure=row.procedure),
        calendar=calendar,
    )


def _due(found: Case, done: Iterable[str], *, on: date) -> tuple[Stage, ...]:
    assert found.due_on is not None
    return stages.due_stages(
        frozenset(done),
        since=local_date(found.state_since),
        due_on=found.due_on,
        on=on,
        terms=policy.terms_on(on, procedure=found.procedure),
        calendar=working_days(),
    )


def _send(found: Case, stage: Stage, *, at: datetime) -> None:
    declared = procedure(found.procedure)
    told = _addressees(found, declared, stage, on=local_date(at))
    assert found.due_on is not None
    words = {
        "title": queries.title_of(found).shortened(150),
        "number": found.pk,
        "state": declared.state(found.state).name,
        "due": found.due_on.isoformat(),
    }
    for party in told:
        services.send_notice(
            party,
            title=_Words(TITLES[stage], **words),
            body=_Words(BODY, **words),
            by=services.PLATFORM,
            at=at,
            case_id=found.pk,
        )
    CaseAlert.objects.create(
        case=found,
        steps_taken=found.steps_taken,
        due_on=found.due_on,
        stage=stage.value,
        at=at,
        organisation_ids=[p.organisation_id for p in told if p.organisation_id is not None],
        user_ids=[p.user_id for p in told if p.user_id is not None],
        policy=policy.terms_on(local_date(at), procedure=found.procedure).version,
    )
    audit.note("casework.deadline_stage", str(found), by=services.PLATFORM, at=at, stage=stage.value)


def _addressees(found: Case, declared: Procedure, stage: Stage, *, on: date) -> tuple[Party, ...]:
    """Whom a stage tells; where nobody stands above, the party itself, so that no stage goes to no one."""
    parties, asked = queries.parties_of(found.pk), supervision()
    told: dict[Party, None] = {}
    for part in stages.waits_for(declared, found.state):
        party = parties[part]
        above: tuple[Party, ...] = ()
        if party.organisation_id is not None and stage is Stage.REVIEWERS:
            above = tuple(Party(user_id=i) for i in asked.reviewers_of(party.organisation_id, on=on))
        if party.organisation_id is not None and stage is Stage.UP:
            above = tuple(Party(organisation_id=i) for i in asked.superiors_of(party.organisation_id))
        told |= dict.fromkeys(above or (party,))
    return tuple(told)
