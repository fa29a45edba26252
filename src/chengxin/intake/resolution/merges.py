"""Reads of merges: what was proposed and decided, and the two entries side by side."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from chengxin.base.database.parts import all_rows
from chengxin.base.errors import NotFound
from chengxin.intake.resolution.models import Merge
from chengxin.registry.accounts.rules import Actor, Permission, require
from chengxin.registry.records import listing as records
from chengxin.registry.subjects import listing
from chengxin.registry.subjects.listing import Entry


@dataclass(frozen=True, slots=True)
class MergeRow:
    """A merge as it was proposed, and what became of it; `records`: how many moved."""

    id: int
    absorbed_id: int
    absorbed_code: str
    absorbed_name: str
    survivor_id: int
    survivor_code: str
    survivor_name: str
    reason: str
    state: str
    proposed_by: str
    proposed_by_id: int
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    decision: str
    records: int
    undone_by: str
    undone_at: datetime | None
    undone_reason: str


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two as the register has it now; `records`: present ones by item."""

    entry: Entry
    records: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class MergeDetail:
    """A merge with both entries side by side: first the one that goes, then the one that stays."""

    row: MergeRow
    sides: tuple[Side, Side]


def merges(*, by: Actor, state: str = "", page: int = 1, size: int = 20) -> tuple[tuple[MergeRow, ...], int]:
    """Merges in a state ("": all), newest first, and how many there are. Index: `resolution_merge_state`.

    Raises `NotPermitted`.
    """
    require(by, Permission.RESOLVE_ROWS)
    found = _in_state(state)
    rows = found.order_by("-id")[(page - 1) * size : page * size]
    return tuple(map(_row, rows)), found.count()


def all_merges(*, by: Actor, state: str = "") -> Iterator[MergeRow]:
    """The same from the first to the last, read in parts. Index, raises: as there."""
    require(by, Permission.RESOLVE_ROWS)
    return all_rows(_in_state(state), "-id", told=lambda part: map(_row, part))


def merge_counts() -> dict[str, int]:
    """How many merges are in each state. Index: `resolution_merge_state`."""
    return dict(Merge.objects.values_list("state").annotate(n=Count("id")).order_by("state"))


def merge_detail(merge_id: int, *, by: Actor) -> MergeDetail:
    """One merge with both sides. Raises `NotPermitted`, `NotFound`. Index: primary key, `record_subject`."""
    require(by, Permission.RESOLVE_ROWS)
    found = Merge.objects.filter(pk=merge_id).first()
    if found is None:
        raise NotFound
    ids = (found.absorbed_id, found.survivor_id)
    entries, counts = listing.entries(ids), records.present_counts(ids)
    first, second = (Side(entries[id], counts.get(id, {})) for id in ids)
    return MergeDetail(_row(found), (first, second))


def _in_state(state: str) -> QuerySet[Merge]:
    return Merge.objects.filter(state=state) if state else Merge.objects.all()


def _row(found: Merge) -> MergeRow:
    return MergeRow(**{name: getattr(found, name) for name in MergeRow.__dataclass_fields__})
