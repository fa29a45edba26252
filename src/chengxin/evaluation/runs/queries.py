"""Reads of grades. A grade is never a ground for anything adverse: nothing in lists or measures may read these."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Q

from chengxin.base.errors import NotFound
from chengxin.evaluation.runs.models import Result, Run, TrialOrder
from chengxin.evaluation.runs.rules import Purpose, TrialStage, TrialState, unmarked
from chengxin.evaluation.scorecards import queries as scorecards
from chengxin.evaluation.scorecards.model import Model

COMPREHENSIVE = "enterprise"
TRIAL_LOCK = 39447  # of the processes that compute trials; beside it the id of the order


@dataclass(frozen=True, slots=True)
class Grade:
    """A subject's grade by one run; `grade` empty: too little is known for one."""

    subject_id: int
    run_id: int
    model: str
    version: int
    as_of: date
    grade: str
    points: int


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """What one indicator gave. `bin` None: missing; `behind`: the record versions that count for it."""

    code: str
    value: int | None
    points: int
    bin: int | None
    behind: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class GradeRow:
    """A grade with its reasons, as the run wrote them."""

    grade: Grade
    model: Model
    coverage: int
    veto: str
    veto_behind: tuple[int, ...]
    indicators: tuple[IndicatorRow, ...]

    def of(self, code: str) -> IndicatorRow:
        """What that indicator gave. Raises `KeyError`."""
        found = {one.code: one for one in self.indicators}
        return found[code]


def run(run_id: int) -> Run:
    """A run with its snapshot. Raises `NotFound`. Index: primary key."""
    found = Run.objects.select_related("snapshot").filter(pk=run_id).first()
    if found is None:
        raise NotFound
    return found


def run_in_force(*, model: str = COMPREHENSIVE, on: date) -> Run | None:
    """The run whose grades are read on that day: the latest in force. Index: `run_in_force`."""
    found = Run.objects.select_related("snapshot").filter(model=model, purpose=Purpose.IN_FORCE.value, as_of__lte=on)
    return found.order_by("-as_of", "-id").first()


def grade_of(subject_id: int, *, model: str = COMPREHENSIVE, on: date) -> Grade | None:
    """The grade in force on a day; None: never evaluated by that model. Index: primary key."""
    return grades_of([subject_id], model=model, on=on).get(subject_id)


def grades_of(subject_ids: Sequence[int], *, model: str = COMPREHENSIVE, on: date) -> dict[int, Grade]:
    """The grades in force on a day of those subjects that have one. Two queries for any number. Index: primary key."""
    latest = run_in_force(model=model, on=on)
    if latest is None:
        return {}
    found = Result.objects.filter(run_id=latest.pk, subject_id__in=subject_ids)
    return {
        subject: Grade(subject, latest.pk, latest.model, latest.version, latest.as_of, grade, points)
        for subject, grade, points in found.values_list("subject_id", "grade", "points")
    }


def history(subject_id: int, *, model: str = COMPREHENSIVE, on: date) -> tuple[Grade, ...]:
    """All grades in force up to a day, newest first. Index: primary key."""
    found = Result.objects.filter(
        Q(run__purpose=Purpose.IN_FORCE.value, run__model=model, run__as_of__lte=on), subject_id=subject_id
    ).select_related("run")
    return tuple(
        Grade(subject_id, r.run_id, r.run.model, r.run.version, r.run.as_of, r.grade, r.points)
        for r in found.order_by("-run__as_of", "-run_id")
    )


def explained(subject_id: int, run_id: int) -> GradeRow:
    """A subject's result of a run with its reasons. Raises `NotFound`. Index: primary key."""
    found = Result.objects.select_related("run").filter(subject_id=subject_id, run_id=run_id).first()
    if found is None:
        raise NotFound
    model = scorecards.model(found.run.model, found.run.version)
    return GradeRow(
        grade=Grade(subject_id, run_id, found.run.model, found.run.version, found.run.as_of, found.grade, found.points),
        model=model,
        coverage=found.coverage,
        veto=found.veto,
        veto_behind=_veto_behind(model, found),
        indicators=tuple(
            IndicatorRow(
                code=one.code,
                value=found.indicator_values[place],
                points=found.indicator_points[place],
                bin=_bin(model, place, found.indicator_values[place]),
                behind=tuple(unmarked(found.evidence, place)),
            )
            for place, one in enumerate(model.indicators)
        ),
    )


def _veto_behind(model: Model, found: Result) -> tuple[int, ...]:
    codes = [v.code for v in model.vetoes]
    if found.veto not in codes:
        return ()
    return tuple(unmarked(found.evidence, len(model.indicators) + codes.index(found.veto)))


def _bin(model: Model, place: int, value: int | None) -> int | None:
    if value is None:
        return None
    return next(n for n, each in enumerate(model.indicators[place].bins) if each.holds(value))


@dataclass(frozen=True, slots=True)
class TrialOrderRow:
    """How far the trial of a case is. `stage` None: not begun; `said_zh`, `said_en`: why it failed, and what to do."""

    id: int
    state: TrialState
    stage: TrialStage | None
    actor: str
    asked_at: datetime
    began_at: datetime | None
    finished_at: datetime | None
    said_zh: str
    said_en: str


def trial_of_case(case_id: int) -> TrialOrderRow | None:
    """The latest trial that was asked for in a case. Index: `evaluation_trial_of_case`.

    One that is said to run while no process holds its lock is interrupted.
    """
    found = TrialOrder.objects.filter(case_id=case_id).order_by("-id").first()
    if found is None:
        return None
    state = TrialState(found.state)
    if state is TrialState.RUNNING and not _is_locked(found.pk):
        state = TrialState.INTERRUPTED
    return TrialOrderRow(
        id=found.pk,
        state=state,
        stage=TrialStage(found.stage) if found.stage else None,
        actor=found.actor,
        asked_at=found.asked_at,
        began_at=found.began_at,
        finished_at=found.finished_at,
        said_zh=found.said_zh,
        said_en=found.said_en,
    )


def _is_locked(order_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid = %s"
            " AND objsubid = 2 AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
            [TRIAL_LOCK, order_id],
        )
        return bool(cursor.fetchone()[0])
