"""Grades as runs keep them, without computing any; every company is fictional."""

from datetime import UTC, date, datetime, time

from chengxin.evaluation.runs.models import Result, Run, Snapshot
from chengxin.evaluation.runs.rules import Engine, Purpose
from chengxin.evaluation.scorecards import queries as scorecards
from chengxin.registry.accounts.rules import Role
from chengxin.registry.accounts.tests.factories import actor

OFFICER = actor(Role.CREDIT_OFFICE_OPERATOR)


def run_of(name="enterprise-1", *, as_of=date(2026, 6, 1), purpose=Purpose.IN_FORCE):
    """A run of that model without results."""
    model = scorecards.model_named(name)
    at = datetime.combine(as_of, time(3), tzinfo=UTC)
    snapshot = Snapshot.objects.create(
        folder=f"{as_of}-{Snapshot.objects.count()}", as_of=as_of, taken_at=at, records=0, subjects=0, digest="0" * 64
    )
    return Run.objects.create(
        model=model.code, version=model.version, model_digest=model.digest, snapshot=snapshot, as_of=as_of,
        purpose=purpose.value, engine=Engine.DUCKDB.value, disputed_counts=True, started_at=at, milliseconds=1,
        actor="made", subjects=0, result_digest="0" * 64,
    )  # fmt: skip


def graded(subject_id, grade, *, points=500, run=None, **given):
    """The result of a subject with this grade, of a run of its own unless one is given."""
    made = run or run_of(**given)
    indicators = len(scorecards.model(made.model, made.version).indicators)
    return Result.objects.create(
        subject_id=subject_id, run=made, points=points, grade=grade, coverage=500, veto="",
        indicator_points=[0] * indicators, indicator_values=[0] * indicators, evidence=[],
    )  # fmt: skip
