"""What is computed by itself: the models that policy names, on the day of the month that it names."""

import shutil
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from django.conf import settings

from chengxin.base.clock import local_date
from chengxin.evaluation.runs import policy, services
from chengxin.evaluation.runs.models import Run, Snapshot
from chengxin.evaluation.runs.rules import Purpose
from chengxin.evaluation.scorecards import queries as scorecards
from chengxin.registry.accounts.rules import Actor, Role
from chengxin.registry.records.rules import months_after

SCHEDULE = Actor(
    name="evaluation-schedule",
    organisation_id=None,
    organisation_code="",
    roles=frozenset({Role.CREDIT_OFFICE_OPERATOR}),
)


def run_due(*, at: datetime) -> list[Run]:
    """Compute the models that are due on this day and in force, once a day, over one snapshot; remove old snapshots.

    Raises what `services.evaluate` raises.
    """
    day = local_date(at)
    schedule = policy.schedule(day)
    remove_snapshots(before=months_after(day, -schedule.keep_months))
    if day.day != schedule.day_of_month:
        return []
    return run_now(schedule.models, by=SCHEDULE, at=at, is_wanted=lambda code: not _was_run(code, day))


def run_now(
    codes: tuple[str, ...], *, by: Actor, at: datetime, is_wanted: Callable[[str], bool] = lambda code: True
) -> list[Run]:
    """Compute those of the models that are in force, over one snapshot. Raises what `services.evaluate` raises."""
    day = local_date(at)
    found = [one.model for one in scorecards.in_force(on=day) if one.model.code in codes and is_wanted(one.model.code)]
    if not found:
        return []
    snapshot = services.take_snapshot(found, as_of=day, by=by, at=at)
    return [services.evaluate(model, snapshot, by=by, at=at) for model in found]


def remove_snapshots(*, before: date) -> int:
    """Delete the files of snapshots of days before that; their runs and results stay, but cannot be replayed."""
    root, removed = Path(settings.EVALUATION_FOLDER) / "snapshots", 0
    for name in Snapshot.objects.filter(as_of__lt=before).values_list("folder", flat=True):
        if (root / name).exists():
            shutil.rmtree(root / name)
            removed += 1
    return removed


def _was_run(code: str, day: date) -> bool:
    return Run.objects.filter(model=code, as_of=day, purpose=Purpose.IN_FORCE.value).exists()
