"""Writes of connectors (系统对接): a pull and its parts, what stands afterwards, pausing, trying.

A part and the position after it are stored in one transaction with its hand-in: whatever happens, each row is handed in
once, and a pull that died goes on where it stood.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from chengxin.base import tasks
from chengxin.base.audit import services as audit
from chengxin.intake.collection import services as collection
from chengxin.intake.collection.errors import Unreadable
from chengxin.intake.collection.services import SubmissionResult
from chengxin.intake.connectors import profile, queries, rules, shaping
from chengxin.intake.connectors.errors import AlreadyRunning, ConnectorPaused, NotConfigured
from chengxin.intake.connectors.models import PulledPart, PullRun, SeenFile, Standing
from chengxin.intake.connectors.rules import Connector, PartState, RunState
from chengxin.intake.connectors.sources.parts import Part
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Permission, Role, require

LOCK = 39445
SCHEDULE = "schedule"
COUNTED = ("rows", "accepted", "rejected", "unchanged", "corrected")
REASON_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Pulling:
    """A pull that runs: what it was asked for, where it begins, which files are known."""

    run_id: int
    connector: Connector
    by: Actor
    position: dict[str, Any]
    seen: dict[str, str]


@contextmanager
def alone(code: str) -> Iterator[None]:
    """Nobody else pulls this connector meanwhile, on whatever machine; a process that dies lets go by itself.

    Raises `AlreadyRunning`.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [LOCK, code])
        if not cursor.fetchone()[0]:
            raise AlreadyRunning
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [LOCK, code])


@transaction.atomic
def begin(code: str, *, asked_by: str, at: datetime) -> Pulling:
    """Begin a pull, within `alone`; one that was left running died. Raises `ConnectorPaused`, `NotConfigured`."""
    connector = profile.connector(code)
    standing = _locked(connector)
    if standing.paused_at is not None:
        raise ConnectorPaused
    if missing := profile.missing(connector):
        raise NotConfigured(variables=missing)
    PullRun.objects.filter(code=code, state=RunState.RUNNING).update(state=RunState.INTERRUPTED, finished_at=at)
    if standing.place != connector.place():  # another table or address: what was taken of the old one says nothing
        standing.place, standing.position = connector.place(), {}
        SeenFile.objects.filter(code=code).delete()
    standing.next_run_at = rules.resumed_at(connector, begun=at)
    standing.save(update_fields=["place", "position", "next_run_at"])
    run = PullRun.objects.create(code=code, asked_by=asked_by, began_at=at, state=RunState.RUNNING.value)
    return Pulling(run.pk, connector, _provider(connector), standing.position, queries.seen_files(code))


@transaction.atomic
def take(pulling: Pulling, part: Part, *, at: datetime) -> int:
    """Hand in one part by the road of a file, and move the position with it; returns the part's id.

    Raises `ConnectorPaused` where somebody paused it meanwhile, and `Unreadable` for rows that are no hand-in at all.
    """
    standing = _locked(pulling.connector)
    if standing.paused_at is not None:
        raise ConnectorPaused
    run = PullRun.objects.get(pk=pulling.run_id)
    run.parts += 1
    handed_in = _handed_in(pulling, part, at=at)
    kept = PulledPart(run=run, number=run.parts, name=part.name[:300])
    if isinstance(handed_in, Unreadable):
        kept.state, kept.reason = PartState.UNREADABLE.value, handed_in.sentence[:REASON_LENGTH]
    else:
        kept.state, kept.submission_id, kept.keys = PartState.TAKEN.value, handed_in.submission, list(part.keys)
        kept.waits_for_feedback = pulling.connector.feedback is not None
        for name in COUNTED:
            setattr(run, name, getattr(run, name) + getattr(handed_in, name))
    kept.save()
    run.save(update_fields=["parts", *COUNTED])
    if part.mark:
        SeenFile.objects.update_or_create(
            code=run.code, name=part.name[:300], defaults={"mark": part.mark[:200], "seen_at": at}
        )
    else:
        standing.position = dict(part.position)
        standing.save(update_fields=["position"])
    return kept.pk


def _handed_in(pulling: Pulling, part: Part, *, at: datetime) -> SubmissionResult | Unreadable:
    assert pulling.by.organisation_id is not None
    filename = part.name if part.mark else f"{pulling.connector.code}.jsonl"
    try:
        return collection.submit(
            part.path,
            filename=filename,
            item_code=pulling.connector.item,
            by=pulling.by,
            organisation_id=pulling.by.organisation_id,
            at=at,
            mapping=part.mapping,
        )
    except Unreadable as error:
        if not part.mark:
            raise  # the file that could not be read is our own: the connector's columns do not fit
        return error


@transaction.atomic
def finish(pulling: Pulling, *, at: datetime) -> None:
    """All that there was is here, as of the moment at which the pull began."""
    run = _ended(pulling.run_id, RunState.DONE, at=at)
    standing = _locked(pulling.connector)
    standing.position = shaping.finished(standing.position)
    standing.current_as_of, standing.failures = run.began_at, 0
    standing.next_run_at = rules.next_run(pulling.connector, after=run.began_at)
    standing.save(update_fields=["position", "current_as_of", "failures", "next_run_at"])
    if run.parts:
        counts = {name: getattr(run, name) for name in COUNTED}
        audit.note("connectors.pulled", run.code, by=pulling.by, at=at, run=run.pk, **counts)


@transaction.atomic
def give_up(pulling: Pulling, *, code: str, reason: str, at: datetime) -> None:
    """A pull that could not go on; what it took stays, and the next one goes on from there."""
    state = RunState.STOPPED if code == ConnectorPaused.code else RunState.FAILED
    run = _ended(pulling.run_id, state, at=at, fault=code, detail=reason)
    standing = _locked(pulling.connector)
    standing.failures += state == RunState.FAILED
    standing.next_run_at = rules.next_run(pulling.connector, after=run.began_at)
    standing.save(update_fields=["failures", "next_run_at"])
    if state == RunState.FAILED:
        audit.note("connectors.failed", run.code, by=pulling.by, at=at, run=run.pk, fault=code)


def _ended(run_id: int, state: RunState, *, at: datetime, fault: str = "", detail: str = "") -> PullRun:
    run = PullRun.objects.select_for_update().get(pk=run_id)
    run.state, run.finished_at = state.value, at
    run.fault, run.fault_detail = fault[:60], detail[:REASON_LENGTH]
    run.save(update_fields=["state", "finished_at", "fault", "fault_detail"])
    return run


def told(part_id: int) -> None:
    """The faults of a part were told back to its source."""
    PulledPart.objects.filter(pk=part_id).update(waits_for_feedback=False, keys=[], feedback_fault="")


def not_told(part_id: int, reason: str) -> None:
    """They could not be told; the next pull tries again."""
    PulledPart.objects.filter(pk=part_id).update(feedback_fault=reason[:REASON_LENGTH])


@transaction.atomic
def pause(code: str, *, by: Actor, at: datetime) -> None:
    """Pull no more until somebody resumes it; a pull that runs stops after its part. Raises `NotPermitted`."""
    connector = _managed(code, by=by)
    standing = _locked(connector)
    if standing.paused_at is None:
        standing.paused_at, standing.paused_by = at, by.name
        standing.save(update_fields=["paused_at", "paused_by"])
        audit.note("connectors.paused", code, by=by, at=at)


@transaction.atomic
def resume(code: str, *, by: Actor, at: datetime) -> None:
    """Pull again, at once and then at its times. Raises `NotPermitted`."""
    connector = _managed(code, by=by)
    standing = _locked(connector)
    if standing.paused_at is not None:
        standing.paused_at, standing.paused_by, standing.next_run_at = None, "", at
        standing.save(update_fields=["paused_at", "paused_by", "next_run_at"])
        audit.note("connectors.resumed", code, by=by, at=at)


@transaction.atomic
def ask_to_run(code: str, *, by: Actor, at: datetime) -> None:
    """Have it pulled now. Raises `NotPermitted`, `ConnectorPaused`, `NotConfigured`."""
    connector = _managed(code, by=by)
    if _locked(connector).paused_at is not None:
        raise ConnectorPaused
    if missing := profile.missing(connector):
        raise NotConfigured(variables=missing)
    audit.note("connectors.asked_to_run", code, by=by, at=at)
    tasks.defer("connectors.pull", once=f"connectors.pull:{code}", code=code, asked_by=by.name)


@transaction.atomic
def ask_due(*, at: datetime) -> list[str]:
    """Have all connectors pulled whose time has come; returns their codes."""
    due = queries.due(at=at)
    for code in due:
        tasks.defer("connectors.pull", once=f"connectors.pull:{code}", code=code, asked_by=SCHEDULE)
    return due


def note_trial(code: str, *, by: Actor, at: datetime) -> None:
    """Keep who looked at the first rows of a source; they were masked."""
    audit.note("connectors.tried", code, by=by, at=at)


def _managed(code: str, *, by: Actor) -> Connector:
    connector = profile.connector(code)
    if not queries.may_manage(connector, by=by):
        require(by, Permission.RUN_EXCHANGE)
    return connector


def _locked(connector: Connector) -> Standing:
    Standing.objects.get_or_create(code=connector.code, defaults={"place": connector.place()})
    return Standing.objects.select_for_update().get(code=connector.code)


def _provider(connector: Connector) -> Actor:
    """The department's system, which hands in as its officers do."""
    found = accounts.actor_of_organisation(
        connector.organisation, roles=frozenset({Role.DEPARTMENT_OFFICER}), name=f"connector:{connector.code}"
    )
    if found is None:
        raise collection.UnknownOrganisation(organisation=connector.organisation)
    return found
