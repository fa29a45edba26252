"""What is computed by itself: the models that policy names, on the day of the month that it names."""

import shutil
from datetime import date, datetime
from pathlib import Path

from django.conf import settings

from chengxin.base.clock import local_date
from chengxin.evaluation.runs import foreseeing, policy, services
from chengxin.evaluation.runs.models import Run, Snapshot
from chengxin.evaluation.runs.rules import Purpose
from chengxin.evaluation.scorecards import queries as scorecards
from chengxin.evaluation.scorecards.queries import InForce
from chengxin.registry.accounts.rules import Actor, Role
from chengxin.registry.records.rules import months_after

SCHEDULE = Actor(
    name="evaluation-schedule",
    organisation_id=None,
    organisation_code="",
    roles=frozenset({Role.CREDIT_OFFICE_OPERATOR}),
)


def run_due(*, at: datetime) -> list[Run]:
    """Compute the models in force that are due on this day, or whose version in force was never computed since.

    Once a day, over one snapshot: so the day on which a version comes into force is the day of its first grades. Old
    snapshots are removed.
    Runs whose months are over are held against what came after them. Raises what `services.evaluate` raises.
    """
    day = local_date(at)
    schedule = policy.schedule(day)
    remove_snapshots(before=months_after(day, -schedule.keep_months))
    foreseeing.foresee_ripe(by=SCHEDULE, at=at, today=day)
    due = schedule.models if day.day == schedule.day_of_month else ()
    wanted = {code for code in due if not _was_run(code, day)} | {
        one.model.code for one in scorecards.in_force(on=day) if not _was_run_since(one)
    }
    return run_now(tuple(sorted(wanted)), by=SCHEDULE, at=at)


def run_now(codes: tuple[str, ...], *, by: Actor, at: datetime) -> list[Run]:
    """Compute those of the models that are in force, over one snapshot. Raises what `services.evaluate` raises."""
    day = local_date(at)
    found = [one.model for one in scorecards.in_force(on=day) if one.model.code in codes]
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


def _was_run_since(one: InForce) -> bool:
    """Whether the version was computed since it is in force."""
    runs = Run.objects.filter(model=one.model.code, version=one.model.version, purpose=Purpose.IN_FORCE.value)
    return runs.filter(as_of__gte=one.effective_from).exists()


def _was_run(code: str, day: date) -> bool:
    return Run.objects.filter(model=code, as_of=day, purpose=Purpose.IN_FORCE.value).exists()
