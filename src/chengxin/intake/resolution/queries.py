"""Reads of resolution: which rows wait, whom they may be about and why, and which weights apply."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl
from django.db.models import Count, QuerySet

from chengxin.base.clock import local_date
from chengxin.base.database.parts import all_rows
from chengxin.base.errors import NotFound
from chengxin.intake.collection import tying
from chengxin.intake.resolution import policy, weighing
from chengxin.intake.resolution.comparing import LEVELS, NOTHING
from chengxin.intake.resolution.models import Candidate, Decision, Detail, Waiting, WeightsVersion
from chengxin.intake.resolution.rules import Act, State, WeightState
from chengxin.intake.resolution.weighing import Weights
from chengxin.registry.accounts.rules import Actor, Permission, require
from chengxin.registry.subjects import listing as subjects
from chengxin.registry.subjects.listing import Identity


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A row without a code in a list; `best`: probability of its best candidate."""

    id: int
    submission_id: int
    item: str
    provider_id: int
    name: str
    state: str
    best: float
    received_at: datetime


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """An organisation that a row may be about; `known_as` is the name that fitted, `levels` how each part agrees."""

    subject_id: int
    code: str
    name: str
    known_as: str
    status: str
    representative: str
    address: str
    probability: float
    score: float
    levels: Mapping[str, str]
    bits: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """What was decided of a row; `subject` is a name, empty where none."""

    act: str
    subject: str
    code: str
    is_automatic: bool
    reason: str
    by_name: str
    at: datetime
    withdrew: bool


@dataclass(frozen=True, slots=True)
class RowDetail:
    """One row with its own values, its candidates (best first) and its history (newest first)."""

    row: WaitingRow
    values: Mapping[str, str]
    representative: str
    address: str
    candidates: tuple[CandidateRow, ...]
    decisions: tuple[DecisionRow, ...]


@dataclass(frozen=True, slots=True)
class OwnRow:
    """A row without a code as its provider sees it: whom it was tied to, or why it came back."""

    row: int
    name: str
    state: str
    subject: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class WeightsRow:
    """A version of the weights."""

    number: int
    state: str
    learned_from: int
    agreed_before: int
    agreed_after: int
    proposed_by: str
    proposed_by_id: int
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    reason: str
    weights: Weights


def waiting_rows(
    *, by: Actor, state: str = State.WAITING, item: str = "", page: int = 1, size: int = 20
) -> tuple[tuple[WaitingRow, ...], int]:
    """Rows in that state, the likeliest first, and how many there are. Index: `resolution_waiting_state`.

    Raises `NotPermitted`.
    """
    require(by, Permission.RESOLVE_ROWS)
    return _page(_in_state(state, item), page, size)


def all_waiting_rows(*, by: Actor, state: str = State.WAITING, item: str = "") -> Iterator[WaitingRow]:
    """The same from the first to the last, read in parts. Index, raises: as there."""
    require(by, Permission.RESOLVE_ROWS)
    found = _in_state(state, item).select_related("row")
    return all_rows(found, "-best", "id", told=lambda part: map(_row, part))


def rows_of_submission(submission_id: int, *, page: int = 1, size: int = 20) -> tuple[tuple[OwnRow, ...], int]:
    """What became of a hand-in's rows without a code, for those who may see the hand-in, and how many there are.

    Index: `row_without_code_once`, `resolution_decision_row`.
    """
    found = Waiting.objects.filter(row__submission_id=submission_id).select_related("row").order_by("row__row")
    rows = list(found[(page - 1) * size : page * size])
    newest = Decision.objects.filter(waiting__in=rows).order_by("waiting_id", "-id").distinct("waiting_id")
    decided = {d.waiting_id: d for d in newest}
    known = subjects.identities({d.subject_id for d in decided.values() if d.subject_id is not None})
    return tuple(_own(one, decided.get(one.pk), known) for one in rows), found.count()


def _own(one: Waiting, decided: Decision | None, known: Mapping[int, Identity]) -> OwnRow:
    subject = known.get(decided.subject_id or 0) if decided and one.state == State.TIED else None
    reason = decided.reason if decided and one.state == State.RETURNED else ""
    return OwnRow(
        one.row.row, one.name, one.state, subject.name if subject else "", subject.code if subject else "", reason
    )


def _in_state(state: str, item: str) -> QuerySet[Waiting]:
    found = Waiting.objects.filter(state=state)
    return found.filter(item=item) if item else found


def _page(found: QuerySet[Waiting], page: int, size: int) -> tuple[tuple[WaitingRow, ...], int]:
    start = (page - 1) * size
    rows = found.select_related("row").order_by("-best", "id")[start : start + size]
    return tuple(map(_row, rows)), found.count()


def _row(one: Waiting) -> WaitingRow:
    return WaitingRow(
        one.pk, one.row.submission_id, one.item, one.provider_id, one.name, one.state, one.best, one.received_at
    )


def counts_by_state() -> dict[str, int]:
    """How many rows are in each state. Index: `resolution_waiting_state`."""
    return dict(Waiting.objects.values_list("state").annotate(n=Count("id")).order_by("state"))


def next_waiting(*, after: int = 0) -> int | None:
    """The next row to decide, other than `after`. Index: `resolution_waiting_state`."""
    found = Waiting.objects.filter(state=State.WAITING).exclude(pk=after).order_by("-best", "id")
    return found.values_list("pk", flat=True).first()


def row_detail(waiting_id: int, *, by: Actor) -> RowDetail:
    """One row with its candidates and history. Raises `NotPermitted`, `NotFound`. Index: primary key."""
    require(by, Permission.RESOLVE_ROWS)
    one = Waiting.objects.filter(pk=waiting_id).select_related("row").first()
    if one is None:
        raise NotFound
    found = list(one.candidates.order_by("-probability", "-score"))
    decided = list(one.decisions.order_by("-id"))
    ids = {c.subject_id for c in found} | {d.subject_id for d in decided if d.subject_id is not None}
    known = subjects.identities(ids)
    details = {d.subject_id: d for d in Detail.objects.filter(subject_id__in=ids)}
    versions = {c.weights: weights_numbered(c.weights, on=one.received_at.date()) for c in found}
    return RowDetail(
        row=_row(one),
        values=tying.row_without_code(one.row_id).values,
        representative=one.representative,
        address=one.address,
        candidates=tuple(
            CandidateRow(
                subject_id=c.subject_id, code=known[c.subject_id].code, name=known[c.subject_id].name, known_as=c.name,
                status=known[c.subject_id].status,
                representative=details[c.subject_id].representative if c.subject_id in details else "",
                address=details[c.subject_id].address if c.subject_id in details else "",
                probability=c.probability, score=c.score, levels=c.levels,
                bits={k: versions[c.weights].levels[k][level] for k, level in c.levels.items()},
            )
            for c in found
        ),
        decisions=tuple(
            DecisionRow(
                act=d.act, subject=known[d.subject_id].name if d.subject_id else "",
                code=known[d.subject_id].code if d.subject_id else "", is_automatic=d.is_automatic, reason=d.reason,
                by_name=d.by_name, at=d.at, withdrew=d.act == Act.RELEASED and d.is_new,
            )
            for d in decided
        ),
    )  # fmt: skip


def weights_in_force(*, on: date) -> tuple[int, Weights]:
    """The weights that apply now, with their number; 0 are the policy's own of that day."""
    found = WeightsVersion.objects.filter(state=WeightState.IN_FORCE).order_by("-decided_at", "-number").first()
    return (found.number, _weights(found, on=on)) if found else (0, policy.shipped_weights(on=on))


def weights_numbered(number: int, *, on: date) -> Weights:
    """The weights with that number; 0 are the policy's own of that day. Index: unique number."""
    found = WeightsVersion.objects.filter(number=number).first() if number else None
    return _weights(found, on=on) if found else policy.shipped_weights(on=on)


def _weights(found: WeightsVersion, *, on: date) -> Weights:
    # Of a level that came after the version was decided, the policy's own worth counts.
    shipped = policy.shipped_weights(on=on).levels
    levels = {c: {**worth, **found.levels.get(c, {})} for c, worth in shipped.items()}
    return weighing.weights_from(levels, absent=found.absent)


def _levels(found: Candidate) -> dict[str, str]:
    """The levels of a candidate; of a comparison that came after it was judged, that there is nothing to compare."""
    return {c: found.levels.get(c, NOTHING) for c in LEVELS}


def weight_versions(*, by: Actor) -> tuple[WeightsRow, ...]:
    """All versions that decisions led to, newest first. Raises `NotPermitted`."""
    require(by, Permission.RESOLVE_ROWS)
    return tuple(
        WeightsRow(
            v.number, v.state, v.learned_from, v.agreed_before, v.agreed_after, v.proposed_by, v.proposed_by_id,
            v.proposed_at, v.decided_by, v.decided_at, v.reason,
            _weights(v, on=local_date(v.proposed_at)),
        )
        for v in WeightsVersion.objects.order_by("-number")
    )  # fmt: skip


def last_number() -> int:
    """The number of the newest version; 0 where there is none."""
    return WeightsVersion.objects.order_by("-number").values_list("number", flat=True).first() or 0


def learned_from(number: int) -> int:
    """From how many decisions that version came; 0 for the policy's own. Index: unique number."""
    return WeightsVersion.objects.filter(number=number).values_list("learned_from", flat=True).first() or 0


def decided_pairs() -> pl.DataFrame:
    """What people decided, as labelled pairs: `row`, `subject_id`, the levels, `same`.

    Of each row the newest decision counts. Of a released tie only that it was wrong is known; rows tied to an
    organisation that was no candidate teach nothing. Index: `resolution_decision_row`.
    """
    newest = Decision.objects.filter(is_automatic=False).order_by("waiting_id", "-id").distinct("waiting_id")
    right = {d.waiting_id: d.subject_id if d.act == Act.TIED else None for d in newest}
    waiting = Waiting.objects.filter(pk__in=right).prefetch_related("candidates")
    pairs = []
    for one in waiting:
        found = list(one.candidates.all())
        if right[one.pk] is not None and right[one.pk] not in {c.subject_id for c in found}:
            continue
        pairs += [(one.pk, c.subject_id, *_levels(c).values(), c.subject_id == right[one.pk]) for c in found]
    schema = {"row": pl.Int64, "subject_id": pl.Int64, **dict.fromkeys(LEVELS, pl.String), "same": pl.Boolean}
    return pl.DataFrame(pairs, schema=schema, orient="row")
