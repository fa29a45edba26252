"""Making a run: snapshot, computation, results; and replaying one."""

import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from secrets import token_hex

from django.conf import settings
from django.db import connection, transaction

from chengxin.base.audit import services as audit
from chengxin.base.clock import local_date
from chengxin.evaluation.runs import comparing, compiling, computing, extracting, monitoring, queries, storing
from chengxin.evaluation.runs.errors import ModelChanged, SnapshotOfAnotherDay
from chengxin.evaluation.runs.extracting import Taken
from chengxin.evaluation.runs.layout import layout_for
from chengxin.evaluation.runs.models import Run, Snapshot
from chengxin.evaluation.runs.rules import Engine, Purpose, TrialStage
from chengxin.evaluation.scorecards import policy
from chengxin.evaluation.scorecards import queries as scorecards
from chengxin.evaluation.scorecards import services as governance
from chengxin.evaluation.scorecards.errors import NotInForce
from chengxin.evaluation.scorecards.model import Model
from chengxin.registry.accounts.rules import Actor, Permission, require


def take_snapshot(models: Sequence[Model], *, as_of: date, by: Actor, at: datetime) -> Snapshot:
    """Keep the records and the population as they are at this moment, for computing these models for `as_of`.

    Not one transaction with what follows: the files are written first. Raises `NotPermitted`, `ModelTooWide`.
    """
    require(by, Permission.RUN_EVALUATION)
    name = f"{as_of.isoformat()}-{token_hex(8)}"
    try:
        taken = extracting.take(_folder(name), layout_for(models), as_of=as_of)
    except BaseException:
        shutil.rmtree(_folder(name), ignore_errors=True)
        raise
    with transaction.atomic():
        snapshot = Snapshot.objects.create(
            folder=name, as_of=as_of, taken_at=at, records=taken.records, subjects=taken.subjects, digest=taken.digest
        )
        audit.note("evaluation.snapshot", str(snapshot.pk), by=by, at=at, digest=taken.digest, records=taken.records)
    return snapshot


def evaluate(
    model: Model,
    snapshot: Snapshot,
    *,
    purpose: Purpose = Purpose.IN_FORCE,
    engine: Engine = Engine.DUCKDB,
    by: Actor,
    at: datetime,
) -> Run:
    """Compute a model over a snapshot and keep the results, all of them or none.

    What is to be read as a grade needs a model that is in force on that day. Raises `NotPermitted`, `NotInForce`,
    `SnapshotGone`, `SnapshotNotFitting`, `EngineMissing`, `EngineFailed`.
    """
    require(by, Permission.RUN_EVALUATION)
    if purpose is Purpose.IN_FORCE and scorecards.model_in_force(model.code, on=snapshot.as_of).digest != model.digest:
        raise NotInForce(model=model.name, day=snapshot.as_of.isoformat())
    began = time.perf_counter()
    taken = extracting.opened(_folder(snapshot.folder))
    disputed_counts = policy.disputed_counts(snapshot.as_of)
    with tempfile.TemporaryDirectory(dir=_root(), prefix="results-") as results:
        _compute(model, taken, snapshot.as_of, disputed_counts, engine, Path(results))
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT nextval(pg_get_serial_sequence('runs_run', 'id'))")
                run_id = int(cursor.fetchone()[0])
            count, digest = storing.store(Path(results), run_id=run_id)
            run = Run.objects.create(
                id=run_id,
                model=model.code,
                version=model.version,
                model_digest=model.digest,
                snapshot=snapshot,
                as_of=snapshot.as_of,
                purpose=purpose.value,
                engine=engine.value,
                disputed_counts=disputed_counts,
                started_at=at,
                milliseconds=int(1000 * (time.perf_counter() - began)),
                actor=by.name,
                subjects=count,
                result_digest=digest,
            )
            monitoring.measure(run, taken, Path(results))
            audit.note(
                "evaluation.run", str(run.pk), by=by, at=at, model=model.name, digest=digest, engine=engine.value
            )
    return run


def _in_silence(_stage: TrialStage) -> None:
    """For whoever waits for the result and not for its stages."""


def try_model(case_id: int, *, by: Actor, at: datetime, report: Callable[[TrialStage], None] = _in_silence) -> Run:
    """Compute a proposed version and the present one over one snapshot, and put the comparison on file.

    `report` is told what begins. Not one transaction: the runs stay even where the step is refused, as runs that are
    read by nobody. Raises `NotFound`, `NotPermitted`, what `scorecards.services.record_trial` raises.
    """
    draft, as_of = scorecards.row_of_case(case_id, on=local_date(at)).model, local_date(at)
    present = _present(draft.code, as_of)
    report(TrialStage.SNAPSHOT)
    snapshot = take_snapshot([m for m in (present, draft) if m is not None], as_of=as_of, by=by, at=at)
    report(TrialStage.PRESENT)
    before = evaluate(present, snapshot, purpose=Purpose.TRIAL, by=by, at=at) if present else None
    report(TrialStage.DRAFT)
    after = evaluate(draft, snapshot, purpose=Purpose.TRIAL, by=by, at=at)
    report(TrialStage.COMPARING)
    if before:
        comparing.keep(before.pk, after.pk)
    found = comparing.compared(before.pk, after.pk) if before else None
    governance.record_trial(
        case_id,
        governance.TrialFigures(
            run_id=after.pk,
            model_digest=draft.digest,
            present_run_id=before.pk if before else None,
            subjects=after.subjects,
            up=found.up if found else 0,
            down=found.down if found else 0,
            unmatched=found.unmatched if found else after.subjects,
        ),
        by=by,
        at=at,
    )
    return after


def _present(code: str, day: date) -> Model | None:
    try:
        return scorecards.model_in_force(code, on=day)
    except NotInForce:
        return None


def replay(run_id: int, *, engine: Engine | None = None, by: Actor) -> tuple[str, str]:
    """Compute a run again from its snapshot; the digest that it had and the one that it has now.

    Nothing is stored. Raises `NotFound`, `ModelChanged`, `SnapshotGone`, `NotPermitted`.
    """
    require(by, Permission.RUN_EVALUATION)
    run = queries.run(run_id)
    model = scorecards.model(run.model, run.version)
    if model.digest != run.model_digest:
        raise ModelChanged(model=model.name)
    taken = extracting.opened(_folder(run.snapshot.folder))
    extracting.check(taken, run.snapshot.digest)
    with tempfile.TemporaryDirectory(dir=_root(), prefix="results-") as results:
        _compute(model, taken, run.as_of, run.disputed_counts, engine or Engine(run.engine), Path(results))
        _, digest = storing.digest_of(Path(results))
    return run.result_digest, digest


def snapshot_of(run: Run) -> Taken:
    """The snapshot that a run was computed from. Raises `SnapshotGone`."""
    return extracting.opened(_folder(run.snapshot.folder))


def _compute(model: Model, taken: Taken, as_of: date, disputed_counts: bool, engine: Engine, target: Path) -> None:
    if taken.as_of != as_of:
        raise SnapshotOfAnotherDay(as_of=taken.as_of.isoformat())
    sql = compiling.compiled(model, taken.layout, as_of=as_of, disputed_counts=disputed_counts)
    computing.compute(engine, sql, taken, target)


def _root() -> Path:
    root = Path(settings.EVALUATION_FOLDER)
    root.mkdir(parents=True, exist_ok=True)
    return root


def _folder(name: str) -> Path:
    return _root() / "snapshots" / name
