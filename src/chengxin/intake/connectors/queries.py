"""Reads of connectors: where each stands, what its pulls brought, which are due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from chengxin.base.errors import NotPermitted
from chengxin.intake.connectors import profile, rules
from chengxin.intake.connectors.models import PulledPart, PullRun, SeenFile, Standing
from chengxin.intake.connectors.rules import Connector, PartState
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Permission
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.catalogue.rules import FieldType

PARTS_SHOWN = 20
OPEN_TYPES = frozenset({FieldType.CODE, FieldType.CODES, FieldType.DATE, FieldType.DECIMAL, FieldType.INTEGER})


@dataclass(frozen=True, slots=True)
class RunRow:
    """One pull: what asked for it, when, how it ended, what it brought."""

    id: int
    asked_by: str
    began_at: datetime
    finished_at: datetime | None
    state: str
    parts: int
    rows: int
    accepted: int
    rejected: int
    unchanged: int
    corrected: int
    fault: str
    fault_detail: str


@dataclass(frozen=True, slots=True)
class ConnectorRow:
    """A connector and where it stands. `missing`: variables that are not set; `untold`: parts whose faults wait."""

    connector: Connector
    organisation_zh: str
    organisation_en: str
    missing: tuple[str, ...]
    paused_at: datetime | None
    paused_by: str
    failures: int
    next_run_at: datetime | None
    current_as_of: datetime | None
    is_behind: bool
    last_run: RunRow | None
    may_manage: bool


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part of a pull, and why a file could not be read or faults could not be told back."""

    run_id: int
    name: str
    state: str
    submission_id: int | None
    reason: str
    waits_for_feedback: bool
    feedback_fault: str

    @property
    def is_unreadable(self) -> bool:
        """Whether the file is no hand-in of that item."""
        return self.state == PartState.UNREADABLE


@dataclass(frozen=True, slots=True)
class Untold:
    """A part whose faults were not told back yet."""

    part_id: int
    name: str
    keys: tuple[str, ...]
    submission_id: int


def may_manage(connector: Connector, *, by: Actor) -> bool:
    """Who may try, run, pause it: who runs the exchange, and who hands in for the department."""
    return _may(by, Permission.SUBMIT_RECORDS, accounts.organisation_by_code(connector.organisation))


def _may(by: Actor, permission: Permission, organisation: accounts.OrganisationRow | None) -> bool:
    """Who runs the exchange may all, others what concerns their own organisation and those below it."""
    own = organisation is not None and by.may(permission, of=organisation.id)
    return own or by.may(Permission.RUN_EXCHANGE)


def connectors(*, by: Actor, at: datetime) -> list[ConnectorRow]:
    """The connectors that the actor may see, those that need somebody first. Index: `pull_run_newest`."""
    if not (by.may(Permission.RUN_EXCHANGE) or by.may(Permission.SEE_OWN_SUBMISSIONS)):
        raise NotPermitted
    known = profile.connectors()
    standing = {s.code: s for s in Standing.objects.filter(code__in=known)}
    newest = PullRun.objects.filter(code__in=known).values("code").annotate(last=Max("id")).values_list("last")
    runs = {run.code: run for run in PullRun.objects.filter(pk__in=newest)}
    names = {o.code: o for o in accounts.organisations()}
    rows = [
        _row(one, standing.get(code), runs.get(code), names.get(one.organisation), by=by, at=at)
        for code, one in known.items()
        if _may(by, Permission.SEE_OWN_SUBMISSIONS, names.get(one.organisation))
    ]
    return sorted(rows, key=lambda r: (not r.failures, not r.is_behind, r.connector.code))


def connector(code: str, *, by: Actor, at: datetime) -> ConnectorRow:
    """One of them. Raises `UnknownConnector` for one that is not the actor's to see as well."""
    profile.connector(code)
    found = next((row for row in connectors(by=by, at=at) if row.connector.code == code), None)
    if found is None:
        raise NotPermitted
    return found


def _row(
    one: Connector,
    standing: Standing | None,
    run: PullRun | None,
    organisation: accounts.OrganisationRow | None,
    *,
    by: Actor,
    at: datetime,
) -> ConnectorRow:
    current = standing.current_as_of if standing else None
    return ConnectorRow(
        connector=one,
        organisation_zh=organisation.name_zh if organisation else one.organisation,
        organisation_en=organisation.name_en if organisation else one.organisation,
        missing=tuple(profile.missing(one)),
        paused_at=standing.paused_at if standing else None,
        paused_by=standing.paused_by if standing else "",
        failures=standing.failures if standing else 0,
        next_run_at=standing.next_run_at if standing else None,
        current_as_of=current,
        is_behind=rules.is_behind(one, current_as_of=current, at=at),
        last_run=_run(run) if run else None,
        may_manage=_may(by, Permission.SUBMIT_RECORDS, organisation),
    )


def _run(run: PullRun) -> RunRow:
    return RunRow(
        id=run.pk, asked_by=run.asked_by, began_at=run.began_at, finished_at=run.finished_at, state=run.state,
        parts=run.parts, rows=run.rows, accepted=run.accepted, rejected=run.rejected, unchanged=run.unchanged,
        corrected=run.corrected, fault=run.fault, fault_detail=run.fault_detail,
    )  # fmt: skip


def runs_of(code: str, *, page: int, size: int) -> tuple[tuple[RunRow, ...], int]:
    """The pulls of a connector that the caller has permitted, newest first. Index: `pull_run_newest`."""
    found = PullRun.objects.filter(code=code).order_by("-id")
    start = (page - 1) * size
    return tuple(map(_run, found[start : start + size])), found.count()


def parts_of(code: str) -> tuple[PartRow, ...]:
    """The newest parts of a connector's pulls. Index: `pull_run_newest`, `pulled_part_once`."""
    newest = PullRun.objects.filter(code=code, parts__gt=0).order_by("-id").values_list("id", flat=True)[:PARTS_SHOWN]
    found = PulledPart.objects.filter(run_id__in=list(newest)).order_by("-id")[:PARTS_SHOWN]
    return tuple(
        PartRow(p.run_id, p.name, p.state, p.submission_id, p.reason, p.waits_for_feedback, p.feedback_fault)
        for p in found
    )


def untold(code: str, *, part_id: int | None = None) -> list[Untold]:
    """Parts whose faults wait to be told back, oldest first. Index: `pulled_part_untold`."""
    found = PulledPart.objects.filter(run__code=code, waits_for_feedback=True, submission__isnull=False)
    if part_id is not None:
        found = found.filter(pk=part_id)
    return [Untold(p.pk, p.name, tuple(p.keys), p.submission_id or 0) for p in found.order_by("id")]


def seen_files(code: str) -> dict[str, str]:
    """The files that were taken or refused, with their marks then. Index: `seen_file_once`."""
    return dict(SeenFile.objects.filter(code=code).values_list("name", "mark"))


def due(*, at: datetime) -> list[str]:
    """The codes of connectors that are to be pulled now: configured, not paused, their time has come."""
    standing = {s.code: s for s in Standing.objects.all()}
    found = []
    for code, one in profile.connectors().items():
        stands = standing.get(code)
        if profile.missing(one) or (stands and stands.paused_at):
            continue
        if stands is None or stands.next_run_at is None or stands.next_run_at <= at:
            found.append(code)
    return found


def masked(row: Mapping[str, str], item_code: str) -> dict[str, str]:
    """A source's row as it may be looked at while trying: what the catalogue publishes of organisations, else stars.

    Source: 《中华人民共和国个人信息保护法》 第六条 (no more than the purpose needs): trying needs no person's data.
    """
    item = catalogue.item(item_code)
    shown = {}
    for code, value in row.items():
        field = item.field_of(code)
        is_open = field.type in OPEN_TYPES or (item.subject != "person" and field.type != FieldType.SEALED)
        shown[code] = value if field.public and is_open else "*" * min(len(value), 8)
    return shown
