"""Writes of checks: answering with receipts, files of many codes, and what a department reports back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import structlog
from django.db import OperationalError, transaction
from django.db.models import Q

from chengxin.base import tasks
from chengxin.base.audit import services as audit
from chengxin.base.clock import local_date
from chengxin.base.errors import ChengxinError
from chengxin.registry.accounts.keeping import actor_of, columns_of
from chengxin.registry.accounts.rules import Actor, Permission, require
from chengxin.regulation.measures import checking, files, keeping, policy, queries, rules
from chengxin.regulation.measures.checking import Asking
from chengxin.regulation.measures.codes import cleaned, readable
from chengxin.regulation.measures.errors import (
    FileCheckFailed,
    FileTooLarge,
    MatterNotYours,
    MeasureNotAnswered,
    NoCodes,
    NotYoursToApply,
    OutcomeMissing,
    OutcomeNotFitting,
    ReasonMissing,
    TooManyCodes,
)
from chengxin.regulation.measures.models import Feedback, FileRun
from chengxin.regulation.measures.queries import ReceiptRow
from chengxin.regulation.measures.rules import Matter, Outcome

SCREEN, API, FILE, WIDGET = "screen", "api", "file", "widget"
LIMITS = {SCREEN: "page", API: "request", WIDGET: "page"}
PART = 5_000
MEGABYTE = 1_000_000
STILL = timedelta(minutes=10)  # a part takes seconds; a file of the largest size far less than this
GIVEN_UP = timedelta(days=1)
LONGEST_REASON = 500
log = structlog.get_logger(__name__)


def permitted(matter_code: str, *, by: Actor, at: datetime) -> Matter:
    """The matter, where this actor may check in it, with the measures that the actor's organisation may apply.

    Every check is asked in a matter that came from here. Raises `NotPermitted`, `NoSuchMatter`, `MatterNotYours`.
    """
    require(by, Permission.CHECK_CREDIT)
    on, own = local_date(at), (by.organisation_code,)
    whole, applied = policy.matter_on(matter_code, on), policy.matter_for(matter_code, own, on)
    if rules.may_ask(whole, own) and applied.measures == whole.measures:
        return applied  # nothing that those above could add: they need not be looked up
    line = queries.lineage(by)
    if not rules.may_ask(whole, line):
        raise MatterNotYours
    return policy.matter_for(matter_code, line, on)


@transaction.atomic
def check(codes: Sequence[str], *, matter: str, by: Actor, at: datetime, door: str) -> tuple[ReceiptRow, ...]:
    """Answer which measures apply to each code in that matter, with a receipt for each; `codes` as someone pastes them.

    Receipt and access log are kept before the answer goes out; `sealing` puts receipts into the audit chain.
    Raises `NotPermitted`, `NoSuchMatter`, `MatterNotYours`, `NoCodes`, `TooManyCodes`, `TextNotReadable`.
    """
    chosen = permitted(matter, by=by, at=at)
    wanted = cleaned(codes)
    most = policy.limit(LIMITS[door], "codes", local_date(at))
    if not wanted:
        raise NoCodes
    if len(wanted) > most:
        raise TooManyCodes(most=most)
    found = checking.answered([Asking(code, chosen, by, door) for code in wanted], at=at)
    return tuple(queries.of_kept(row) for row in checking.keep(found, at=at))


@transaction.atomic
def start_file(path: Path, *, filename: str, matter: str, by: Actor, at: datetime) -> int:
    """Take a file of codes to be checked in the background; returns the run's id.

    Raises `NotPermitted`, `NoSuchMatter`, `MatterNotYours`, `FileTooLarge`.
    """
    permitted(matter, by=by, at=at)
    most = policy.limit("file", "megabytes", local_date(at))
    if path.stat().st_size > most * MEGABYTE:
        raise FileTooLarge(most=most)
    run = FileRun.objects.create(
        **{**columns_of(by), "organisation_id": by.organisation_id or 0},
        matter=matter,
        filename=filename[:200],
        path="",
        asked_at=at,
    )
    run.path = keeping.keep(path.read_bytes(), run_id=run.pk)
    run.save(update_fields=["path"])
    audit.note("measures.file_taken", str(run), by=by, at=at, matter=matter)
    _defer_check(run)
    return run.pk


def _defer_check(run: FileRun) -> None:
    tasks.defer("measures.check_file", run_id=run.pk, once=f"measures.check_file:{run.pk}")


def check_file(run_id: int, *, at: datetime) -> None:
    """Check the codes of a file, part by part, each part kept by itself; safe to repeat after a crash.

    The file is removed afterwards: its codes stand in the receipts. What goes wrong ends the run with a fault; where
    the database refuses for now, `take_up_files` has it tried again.
    """
    run = _taken_up(run_id, at=at)
    if run is None:
        return
    by = actor_of(run)
    try:
        is_over = _check_codes(run, by=by, at=at)
    except OperationalError:
        raise
    except ChengxinError as error:
        _finish(run, by=by, at=at, fault=error.code)
    except Exception:
        log.exception("measures.file_check_failed", run=run.pk)
        _finish(run, by=by, at=at, fault=FileCheckFailed.code)
    else:
        if is_over:
            _finish(run, by=by, at=at, fault="")


def take_up_files(*, at: datetime) -> int:
    """Ask again for each file check that does not come forward, and end those that never will; how many there were.

    Its worker was killed, or the database refused. Index: `filerun_unfinished`.
    """
    waiting = FileRun.objects.filter(finished_at=None, asked_at__lt=at - STILL)
    waiting = waiting.filter(Q(taken_up_at=None) | Q(taken_up_at__lt=at - STILL))
    every = list(waiting.order_by("asked_at"))
    for run in every:
        if run.asked_at < at - GIVEN_UP:
            _finish(run, by=actor_of(run), at=at, fault=FileCheckFailed.code)
        else:
            _defer_check(run)
    keeping.remove_forgotten(at=at)
    return len(every)


def _taken_up(run_id: int, *, at: datetime) -> FileRun | None:
    """The run, unless it is over."""
    run = FileRun.objects.get(pk=run_id)
    if run.finished_at is not None:
        return None
    run.taken_up_at = at
    run.save(update_fields=["taken_up_at"])
    return run


def _check_codes(run: FileRun, *, by: Actor, at: datetime) -> bool:
    """Check what is not checked yet; False where another worker goes on with it."""
    chosen = permitted(run.matter, by=by, at=at)
    most = policy.limit("file", "codes", local_date(at))
    codes = cleaned(files.codes_in(keeping.content_of(run)))
    if len(codes) > most:
        raise TooManyCodes(most=most)
    run.total = len(codes)
    run.save(update_fields=["total"])
    for start in range(run.done, len(codes), PART):
        asked = [Asking(code, chosen, by, FILE, run.pk) for code in codes[start : start + PART]]
        if not _check_part(run, asked, at=at):
            return False
    return True


@transaction.atomic
def _check_part(run: FileRun, asked: Sequence[Asking], *, at: datetime) -> bool:
    """Check a part and keep it, once: False where another worker did."""
    before = run.done
    run.refresh_from_db(fields=["done", "hits", "finished_at"], from_queryset=FileRun.objects.select_for_update())
    if run.done != before or run.finished_at is not None:
        return False
    found = checking.answered(asked, at=at, first=run.done)
    checking.keep(found, at=at)
    run.done += len(found)
    run.hits += sum(1 for one in found if one.applying)
    run.save(update_fields=["done", "hits"])
    return True


def _finish(run: FileRun, *, by: Actor, at: datetime, fault: str) -> None:
    with transaction.atomic():
        run.refresh_from_db(from_queryset=FileRun.objects.select_for_update())
        if run.finished_at is None:
            run.finished_at, run.fault = at, fault
            run.save(update_fields=["finished_at", "fault"])
            told = {"codes": run.done, "hits": run.hits, "fault": fault}
            audit.note("measures.file_checked", str(run), by=by, at=at, **told)
    keeping.remove(run)


@transaction.atomic
def report_outcome(
    receipt_id: UUID, *, measure: str, outcome: str, reason: str = "", by: Actor, at: datetime
) -> ReceiptRow:
    """Say what was done about a measure that a receipt of one's own organisation answered with; the latest counts.

    Raises `NotFound`, `NotPermitted`, `MeasureNotAnswered`, `NotYoursToApply`, `OutcomeMissing`, `OutcomeNotFitting`,
    `ReasonMissing`, `TextNotReadable`.
    """
    require(by, Permission.CHECK_CREDIT)
    reason = readable(reason)
    receipt = queries.receipt_of(receipt_id, by=by)
    if receipt.organisation_id != by.organisation_id:
        raise MatterNotYours
    found = next((m.measure for m in receipt.measures if m.measure.code == measure), None)
    if found is None:
        raise MeasureNotAnswered
    if not outcome.strip():
        raise OutcomeMissing
    if outcome not in set(Outcome) or not rules.feedback_fits(found, Outcome(outcome)):
        raise OutcomeNotFitting
    if not rules.may_report(found, Outcome(outcome), queries.lineage(by)):
        raise NotYoursToApply
    if rules.needs_reason(found, Outcome(outcome)) and not reason.strip():
        raise ReasonMissing
    Feedback.objects.create(
        receipt_id=receipt_id,
        measure=measure,
        outcome=outcome,
        reason=reason.strip()[:LONGEST_REASON],
        organisation_id=receipt.organisation_id or 0,
        actor=by.name,
        at=at,
    )
    audit.note("measures.outcome_reported", f"receipt {receipt_id}", by=by, at=at, measure=measure, outcome=outcome)
    return queries.receipt_of(receipt_id, by=by)
