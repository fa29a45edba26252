"""Writes of checks: answering with receipts, files of many codes, and what a department reports back."""

import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction

from chengxin.base import tasks
from chengxin.base.audit import services as audit
from chengxin.base.clock import local_date
from chengxin.registry.accounts.keeping import actor_of, columns_of
from chengxin.registry.accounts.rules import Actor, Permission, require
from chengxin.regulation.measures import checking, files, policy, queries, rules
from chengxin.regulation.measures.checking import Asking
from chengxin.regulation.measures.errors import (
    FileNotReadable,
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
    Raises `NotPermitted`, `NoSuchMatter`, `MatterNotYours`, `NoCodes`, `TooManyCodes`.
    """
    chosen = permitted(matter, by=by, at=at)
    wanted = checking.cleaned(codes)
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
    kept = Path(settings.MEDIA_ROOT) / "checks" / f"{run.pk}{Path(filename).suffix.lower()[:6]}"
    kept.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, kept)
    run.path = str(kept)
    run.save(update_fields=["path"])
    audit.note("measures.file_taken", str(run), by=by, at=at, matter=matter)
    tasks.defer("measures.check_file", run_id=run.pk)
    return run.pk


def check_file(run_id: int, *, at: datetime) -> None:
    """Check the codes of a file, part by part, each part kept by itself; safe to repeat after a crash.

    The file is removed afterwards: its codes stand in the receipts.
    """
    run = FileRun.objects.get(pk=run_id)
    if run.finished_at is not None:
        return
    by = actor_of(run)
    try:
        chosen = permitted(run.matter, by=by, at=at)
        most = policy.limit("file", "codes", local_date(at))
        codes = checking.cleaned(files.codes_in(Path(run.path)))
        if len(codes) > most:
            raise TooManyCodes(most=most)
    except (FileNotReadable, TooManyCodes, MatterNotYours) as error:
        _finish(run, by=by, at=at, fault=error.code)
        return
    run.total = len(codes)
    run.save(update_fields=["total"])
    for start in range(run.done, len(codes), PART):
        asked = [Asking(code, chosen, by, FILE, run.pk) for code in codes[start : start + PART]]
        _check_part(run, asked, at=at)
    _finish(run, by=by, at=at, fault="")


@transaction.atomic
def _check_part(run: FileRun, asked: Sequence[Asking], *, at: datetime) -> None:
    found = checking.answered(asked, at=at, first=run.done)
    checking.keep(found, at=at)
    run.done += len(found)
    run.hits += sum(1 for one in found if one.applying)
    run.save(update_fields=["done", "hits"])


@transaction.atomic
def _finish(run: FileRun, *, by: Actor, at: datetime, fault: str) -> None:
    run.finished_at, run.fault = at, fault
    run.save(update_fields=["finished_at", "fault"])
    Path(run.path).unlink(missing_ok=True)
    audit.note("measures.file_checked", str(run), by=by, at=at, codes=run.done, hits=run.hits, fault=fault)


@transaction.atomic
def report_outcome(
    receipt_id: UUID, *, measure: str, outcome: str, reason: str = "", by: Actor, at: datetime
) -> ReceiptRow:
    """Say what was done about a measure that a receipt of one's own organisation answered with; the latest counts.

    Raises `NotFound`, `NotPermitted`, `MeasureNotAnswered`, `NotYoursToApply`, `OutcomeMissing`, `OutcomeNotFitting`,
    `ReasonMissing`.
    """
    require(by, Permission.CHECK_CREDIT)
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
