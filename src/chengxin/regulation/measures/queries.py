"""Reads of receipts, of what departments did about them, of files being checked; and the statistics of cases."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from itertools import chain, islice
from operator import or_
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from chengxin.base.clock import CITY_TIME
from chengxin.base.database.context import acting
from chengxin.base.database.parts import PART, all_rows
from chengxin.base.errors import NotFound
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Permission, require
from chengxin.registry.catalogue import queries as catalogue
from chengxin.regulation.measures import policy
from chengxin.regulation.measures.checking import PURPOSE
from chengxin.regulation.measures.models import Feedback, FileRun, Receipt
from chengxin.regulation.measures.rules import Effect, Matter, Measure, Outcome, may_ask
from chengxin.rights.consent import queries as consent
from chengxin.rights.consent.queries import AccessRow

OWN_CHECKS = "the organisation's own checks"


@dataclass(frozen=True, slots=True)
class FeedbackRow:
    """What the department did about a measure, as it said last."""

    outcome: Outcome
    reason: str
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A measure as a receipt answered with it; `until`: the first moment at which it applies no longer.

    `is_service_presumed`: nobody told when its decision was served, and the time for it was over.
    """

    measure: Measure
    reference: str
    list_code: str
    item: str
    authority_zh: str
    authority_en: str
    decision_number: str
    decided_on: str
    origin: str
    is_disputed: bool
    until: datetime | None
    feedback: FeedbackRow | None = None
    is_service_presumed: bool = False


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """A receipt: who is named by the code, which measures were answered and why. `name` is empty of natural persons."""

    id: UUID
    at: datetime
    actor: str
    organisation_id: int | None
    organisation_code: str
    matter: Matter
    door: str
    asked: str
    is_valid: bool
    about: str
    name: str
    kind: str
    status: str
    measures: tuple[MeasureRow, ...]

    @property
    def restrictions(self) -> tuple[MeasureRow, ...]:
        """What stands against the subject in this matter."""
        return tuple(m for m in self.measures if m.measure.effect is Effect.RESTRICTION)

    @property
    def rewards(self) -> tuple[MeasureRow, ...]:
        """What stands for it."""
        return tuple(m for m in self.measures if m.measure.effect is Effect.REWARD)

    @property
    def is_open(self) -> bool:
        """Whether feedback that policy requires is still missing."""
        return any(m.measure.needs_feedback and m.feedback is None for m in self.measures)


@dataclass(frozen=True, slots=True)
class StatisticRow:
    """Of one matter, department and measure: how often it was answered, and what became of it.

    Named as the latest entries of policy say that the receipts name, and by its code what the profile holds no longer.
    `measure` is empty where nothing was answered.
    """

    matter: str
    matter_zh: str
    matter_en: str
    organisation_code: str
    organisation_zh: str
    organisation_en: str
    asked: int
    measure: str = ""
    measure_zh: str = ""
    measure_en: str = ""
    hits: int = 0
    applied: int = 0
    rewarded: int = 0
    not_applied: int = 0
    reasons: tuple[str, ...] = ()

    @property
    def silent(self) -> int:
        """How many answers nothing was reported of."""
        return self.hits - self.applied - self.rewarded - self.not_applied


def matters_of(by: Actor, *, on: date) -> tuple[Matter, ...]:
    """The matters in which this actor's organisation may check, with the measures that it may apply.

    Of the organisation and those above it.
    Index: primary key, for the few organisations above.
    """
    if not by.may(Permission.CHECK_CREDIT):
        return ()
    line = lineage(by)
    return tuple(policy.matter_for(m.code, line, on) for m in policy.matters_on(on) if may_ask(m, line))


def lineage(by: Actor) -> tuple[str, ...]:
    """The codes of the actor's organisation and of those above it. Index: primary key."""
    codes, row = [], accounts.organisation_by_id(by.organisation_id) if by.organisation_id else None
    while row is not None:
        codes.append(row.code)
        row = accounts.organisation_by_id(row.parent_id) if row.parent_id else None
    return tuple(codes)


def receipt_of(receipt_id: UUID, *, by: Actor) -> ReceiptRow:
    """One receipt of the actor's organisation, or of anyone for the credit office. Raises `NotFound`.

    Index: primary key.
    """
    with _reading(by):
        found = Receipt.objects.filter(pk=receipt_id).first()
    sees_all = by.may(Permission.SEE_CHECK_STATISTICS)
    if found is None or not (sees_all or _is_own(found, by)):
        raise NotFound
    return _with_feedback([found])[0]


def receipts_of(
    by: Actor,
    *,
    matter: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    only_open: bool = False,
    page: int,
    size: int,
) -> tuple[tuple[ReceiptRow, ...], int]:
    """A page of what the actor's organisation checked, newest first, and how many there are. Raises `NotPermitted`.

    `[since, until)`. `only_open`: measures of it need a report, and none came yet. Index: `receipt_asker`.
    """
    found = _asked(by, matter, since, until, only_open)
    with _reading(by):
        total = found.count()
        rows = list(found.order_by("-at", "-id")[(page - 1) * size : page * size])
    return tuple(_with_feedback(rows)), total


def all_receipts_of(
    by: Actor,
    *,
    matter: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    only_open: bool = False,
) -> Iterator[ReceiptRow]:
    """The same from the first to the last, read in parts. Index, raises: as there."""
    found = _asked(by, matter, since, until, only_open)
    return all_rows(found, "-at", "-id", told=_with_feedback, within=lambda: _reading(by))


def _asked(
    by: Actor, matter: str, since: datetime | None, until: datetime | None, only_open: bool
) -> QuerySet[Receipt]:
    require(by, Permission.CHECK_CREDIT)
    found = Receipt.objects.filter(organisation_id=by.organisation_id)
    found = found.filter(matter=matter) if matter else found
    found = found.filter(at__gte=since) if since else found
    found = found.filter(at__lt=until) if until else found
    if only_open:
        found = found.filter(_requires_feedback(), ~Exists(Feedback.objects.filter(receipt_id=OuterRef("pk"))))
    return found


def overdue_reports(by: Actor, *, on: date) -> tuple[int, date]:
    """How many checks of the actor's organisation await a report whose time is over, and the day before which they lie.

    Raises `NotPermitted`. Index: `receipt_asker`.
    """
    require(by, Permission.CHECK_CREDIT)
    before = policy.reports_overdue_before(on)
    found = Receipt.objects.filter(
        _requires_feedback(),
        ~Exists(Feedback.objects.filter(receipt_id=OuterRef("pk"))),
        organisation_id=by.organisation_id,
        at__lt=datetime(before.year, before.month, before.day, tzinfo=CITY_TIME),
    )
    with _reading(by):
        return found.count(), before


def checks_of(about: str, *, by: Actor) -> tuple[ReceiptRow, ...]:
    """Who checked a subject in which matter and what was answered and done, newest first; the latest thousand.

    Raises `NotFound` for anyone but those who may see it on the subject's behalf. Index: `access_about`, primary key.
    """
    return _checked(consent.access_log_of(about, by=by, purpose=PURPOSE), about, by=by)


def all_checks_of(about: str, *, by: Actor) -> Iterator[ReceiptRow]:
    """All of them, read in parts. Raises as `checks_of`. Index: as there."""
    seen = consent.all_access_of(about, by=by, purpose=PURPOSE)
    parts = iter(lambda: tuple(islice(seen, PART)), ())
    return chain.from_iterable(_checked(part, about, by=by) for part in parts)


def _checked(seen: Sequence[AccessRow], about: str, *, by: Actor) -> tuple[ReceiptRow, ...]:
    """The receipts behind entries of the access log: what is sealed is not among them."""
    with acting(actor=by.name, purpose=consent.LOOKING, basis=consent.RIGHT_TO_KNOW, about=about):
        rows = list(Receipt.objects.filter(pk__in=[row.id for row in seen], about=about).order_by("-at", "-id"))
    return tuple(_with_feedback(rows))


def run_of(run_id: int, *, by: Actor) -> FileRun:
    """A file check of the actor's organisation. Raises `NotFound`. Index: primary key."""
    require(by, Permission.CHECK_CREDIT)
    found = FileRun.objects.filter(pk=run_id, organisation_id=by.organisation_id or 0).first()
    if found is None:
        raise NotFound
    return found


def runs_of(by: Actor) -> list[FileRun]:
    """The latest file checks of the actor's organisation. Index: `filerun_asker`."""
    require(by, Permission.CHECK_CREDIT)
    return list(FileRun.objects.filter(organisation_id=by.organisation_id or 0).order_by("-asked_at")[:20])


def rows_of_run(run: FileRun, *, by: Actor) -> Iterator[ReceiptRow]:
    """The receipts of a file check in the order of the file. Index: `receipt_run`."""
    with _reading(by):
        rows = Receipt.objects.filter(run_id=run.pk).order_by("id")
        for row in rows.iterator(chunk_size=5000):
            yield of_row(row)


def unanswerable_in(run: FileRun, *, by: Actor) -> tuple[int, int]:
    """How many codes of a file check are no codes, and how many name nobody. Index: `receipt_run`."""
    with _reading(by):
        found = Receipt.objects.filter(run_id=run.pk).aggregate(
            invalid=Count("id", filter=Q(is_valid=False)), unknown=Count("id", filter=Q(is_valid=True, about=""))
        )
    return found["invalid"], found["unknown"]


def of_kept(row: Mapping[str, Any]) -> ReceiptRow:
    """A receipt as `checking.keep` kept it just now."""
    return _receipt({**row, "id": UUID(row["id"]), "at": datetime.fromisoformat(row["at"])}, {})


def of_row(row: Receipt, feedback: Mapping[str, FeedbackRow] | None = None) -> ReceiptRow:
    """A receipt with the entries of policy that its answer names."""
    return _receipt(vars(row), feedback or {})


def _receipt(columns: Mapping[str, Any], feedback: Mapping[str, FeedbackRow]) -> ReceiptRow:
    matter = policy.matter_named(columns["policy"])
    if matter is None:
        raise NotFound
    return ReceiptRow(
        id=columns["id"],
        at=columns["at"],
        actor=columns["actor"],
        organisation_id=columns["organisation_id"],
        organisation_code=columns["organisation_code"],
        matter=matter,
        door=columns["door"],
        asked=columns["asked"],
        is_valid=columns["is_valid"],
        about=columns["about"],
        name=columns["name"],
        kind=columns["kind"],
        status=columns["status"],
        measures=tuple(_measures(columns["answer"], feedback)),
    )


def _measures(answer: Iterable[Mapping[str, Any]], feedback: Mapping[str, FeedbackRow]) -> Iterator[MeasureRow]:
    for one in answer:
        measure = policy.measure_named(one["measure"])
        if measure is not None:
            yield MeasureRow(
                measure=measure,
                reference=one["reference"],
                list_code=one["list"],
                item=one["item"],
                authority_zh=one["authority_zh"],
                authority_en=one["authority_en"] or catalogue.organisation_in_english(one["authority_zh"]),
                decision_number=one["decision"],
                decided_on=one["decided_on"],
                origin=one["origin"],
                is_disputed=one["disputed"],
                until=datetime.fromisoformat(one["until"]) if one["until"] else None,
                feedback=feedback.get(measure.code),
                is_service_presumed=one.get("presumed", False),  # older receipts do not say
            )


def _with_feedback(rows: Sequence[Receipt]) -> list[ReceiptRow]:
    latest: dict[UUID, dict[str, FeedbackRow]] = defaultdict(dict)
    for f in Feedback.objects.filter(receipt_id__in=[r.pk for r in rows if r.measures]).order_by("id"):
        latest[f.receipt_id][f.measure] = FeedbackRow(Outcome(f.outcome), f.reason, f.actor, f.at)
    return [of_row(row, latest.get(row.pk)) for row in rows]


def _requires_feedback() -> Q:
    needing = [m.version for m in policy.every_measure() if m.needs_feedback]
    return Q(measures__gt=0) & reduce(or_, (Q(answer__contains=[{"measure": version}]) for version in needing))


def _is_own(row: Receipt, by: Actor) -> bool:
    return by.may(Permission.CHECK_CREDIT) and by.organisation_id == row.organisation_id


def _reading(by: Actor) -> Any:
    return acting(actor=by.name, purpose=PURPOSE, basis=OWN_CHECKS)


_ASKED = """
SELECT matter, organisation_code, max(policy), count(*) FROM measures_receipt
WHERE at >= %(since)s AND at < %(until)s GROUP BY matter, organisation_code
"""
_ANSWERED = """
SELECT r.matter, r.organisation_code, a.measure, max(a.version), count(*),
  count(*) FILTER (WHERE f.outcome = 'applied'), count(*) FILTER (WHERE f.outcome = 'rewarded'),
  count(*) FILTER (WHERE f.outcome = 'not-applied'),
  coalesce(array_agg(DISTINCT f.reason) FILTER (WHERE f.outcome = 'not-applied'), '{}')
FROM measures_receipt r
CROSS JOIN LATERAL (SELECT split_part(split_part(m ->> 'measure', '/', 2), '@', 1) AS measure,
  max(m ->> 'measure') AS version FROM jsonb_array_elements(r.answer) m GROUP BY 1) a
LEFT JOIN LATERAL (SELECT outcome, reason FROM measures_feedback f
  WHERE f.receipt_id = r.id AND f.measure = a.measure ORDER BY f.id DESC LIMIT 1) f ON true
WHERE r.measures > 0 AND r.at >= %(since)s AND r.at < %(until)s GROUP BY 1, 2, 3
"""


def statistics(*, by: Actor, since: datetime, until: datetime) -> tuple[StatisticRow, ...]:
    """How often each department checked in each matter, and what became of each measure. Raises `NotPermitted`.

    Index: `receipt_asker` for the counts, `receipt_answered` for the answers.
    """
    require(by, Permission.SEE_CHECK_STATISTICS)
    values = {"since": since, "until": until}
    with _reading(by), connection.cursor() as cursor:
        cursor.execute(_ASKED, values)
        asked = sorted(cursor.fetchall())
        cursor.execute(_ANSWERED, values)
        answered = defaultdict(list)
        for matter, code, *rest in cursor.fetchall():
            answered[matter, code].append(rest)
    names = {o.code: o for o in accounts.organisations()}
    rows = []
    for matter, code, version, count in asked:
        head = (matter, *_names(policy.matter_named(version), matter), code, *_names(names.get(code), code), count)
        for measure, latest, hits, applied, rewarded, not_applied, why in sorted(answered[matter, code]):
            named = _names(policy.measure_named(latest), measure)
            rows.append(StatisticRow(*head, measure, *named, hits, applied, rewarded, not_applied, tuple(why)))
        if not answered[matter, code]:
            rows.append(StatisticRow(*head))
    return tuple(rows)


def _names(found: Matter | Measure | accounts.OrganisationRow | None, code: str) -> tuple[str, str]:
    return (found.name_zh, found.name_en) if found else (code, code)
