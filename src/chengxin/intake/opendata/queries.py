"""Reads of open data. Every read of a record asks again whether it is public at that moment."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from chengxin.base.clock import CITY_TIME, local_date
from chengxin.base.errors import NotFound
from chengxin.intake.opendata import files, ledger, policy, rules, statistics
from chengxin.intake.opendata.errors import BeingRenewed, NotOpen
from chengxin.intake.opendata.models import Release, ReleaseFile, StatisticRelease
from chengxin.intake.opendata.rules import Cell, Column, Format, Statistic, Terms
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.catalogue.rules import Item

PART = 5_000


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file of the latest release; size in bytes, SHA-256 as hexadecimal digits."""

    format: Format
    stored_as: str
    size: int
    sha256: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Dataset:
    """An open resource with its dictionary, its terms and its latest release.

    `release` null: none was made yet. `is_current` False: the files are being made anew and not given out.
    """

    item: Item
    columns: tuple[Column, ...]
    terms: Terms
    release: Release | None
    files: tuple[FileRow, ...]
    is_current: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the feed: what a record says now, or None where it is not to be shown any more."""

    cursor: int
    key: UUID
    record: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Removals:
    """Keys that are not to be shown: `ended` since the last release, and `taken_out` by one, each with its cursor."""

    ended: list[UUID]
    taken_out: list[tuple[int, UUID]]


@dataclass(frozen=True, slots=True)
class PublishedStatistic:
    """A statistic with its published periods, newest first."""

    statistic: Statistic
    releases: tuple[tuple[StatisticRelease, tuple[Cell, ...]], ...]


def open_items() -> tuple[Item, ...]:
    """The open resources, by category."""
    return tuple(i for i in catalogue.items() if rules.is_open(i))


def open_item(code: str) -> Item:
    """The open resource with that code. Raises `NotOpen` for any other."""
    try:
        found = catalogue.item(code)
    except NotFound as error:
        raise NotOpen(item=code) from error
    if not rules.is_open(found):
        raise NotOpen(item=code)
    return found


def latest(code: str) -> Release | None:
    """The latest release of an item. Index: `opendata_release_newest`."""
    return Release.objects.filter(item=code).order_by("-id").first()


def is_current(release: Release, *, at: datetime) -> bool:
    """Whether every record in the files is still public in that version (red line 5), under the same terms."""
    day = local_date(at)
    if release.terms != policy.terms_on(day).version:
        return False
    return not ledger.has_ended(release.item, made_at=release.made_at, valid_until=release.valid_until, day=day)


def dataset(code: str, *, at: datetime) -> Dataset:
    """An open resource as it stands. Raises `NotOpen`."""
    return _dataset(open_item(code), latest(code), at=at)


def datasets(*, at: datetime) -> tuple[Dataset, ...]:
    """All open resources, by category; one look at the latest releases."""
    newest = {r.item: r for r in Release.objects.order_by("item", "-id").distinct("item").prefetch_related("files")}
    return tuple(_dataset(item, newest.get(item.code), at=at) for item in open_items())


def _dataset(item: Item, release: Release | None, *, at: datetime) -> Dataset:
    terms = policy.terms_on(local_date(at))
    order = list(Format)
    found = [] if release is None else sorted(release.files.all(), key=lambda f: order.index(Format(f.format)))
    return Dataset(
        item=item,
        columns=rules.columns_of(item, terms),
        terms=terms,
        release=release,
        files=tuple(_file(f, release.made_at) for f in found) if release else (),
        is_current=release is not None and is_current(release, at=at),
    )


def file_of(code: str, format: Format, *, at: datetime) -> FileRow:
    """The file to give out now. Raises `NotOpen`, and `BeingRenewed` where a record in it is public no more."""
    open_item(code)
    release = latest(code)
    if release is None or not is_current(release, at=at):
        raise BeingRenewed
    return _file(release.files.get(format=format.value), release.made_at)


def _file(found: ReleaseFile, made_at: datetime) -> FileRow:
    return FileRow(Format(found.format), found.stored_as, found.size, found.sha256, made_at)


def changes(code: str, *, after: int, limit: int, at: datetime) -> list[Change]:
    """The feed after a cursor: what was put in or corrected, and what was taken out. Raises `NotOpen`."""
    item, day = open_item(code), local_date(at)
    terms = policy.terms_on(day)
    columns = rules.columns_of(item, terms)
    rows = ledger.lines(code, columns, after=after, left_out=terms.kinds_left_out, day=day, limit=limit)
    shown = [row for row in rows if row[1]]
    records = iter(files.told([(str(key), *rest) for _, _, key, *rest in shown], columns))
    return [Change(row[0], row[2], next(records) if row[1] else None) for row in rows]


def all_changes(code: str, *, after: int, at: datetime) -> Iterator[Change]:
    """The same as one file: as many lines as policy allows, fetched part by part. Raises `NotOpen` at the first."""
    left = policy.terms_on(local_date(at)).most_rows_of_changes
    while left > 0:
        part = changes(code, after=after, limit=min(PART, left), at=at)
        yield from part
        if len(part) < PART:
            return
        left -= len(part)
        after = part[-1].cursor


def removals(code: str, *, after: int, limit: int, at: datetime) -> Removals:
    """What is not to be shown any more of what was given out. Raises `NotOpen`."""
    open_item(code)
    release = latest(code)
    day = local_date(at)
    gone = (
        [] if release is None else ledger.ended(code, made_at=release.made_at, valid_until=release.valid_until, day=day)
    )
    return Removals(gone, ledger.taken_out(code, after=after, limit=limit))


def all_removals(code: str, *, after: int, at: datetime) -> Iterator[tuple[int | None, UUID]]:
    """The same as one file: cursor and key; what ended since the last release comes first, without a cursor."""
    found = removals(code, after=after, limit=PART, at=at)
    yield from ((None, key) for key in found.ended)
    part = found.taken_out
    yield from part
    while len(part) == PART:
        part = ledger.taken_out(code, after=part[-1][0], limit=PART)
        yield from part


def published_statistics(*, on: date) -> tuple[PublishedStatistic, ...]:
    """The statistics of that day with all that was published of each."""
    declared = policy.statistics_on(on)
    found: dict[str, list[StatisticRelease]] = {}
    for one in StatisticRelease.objects.filter(code__in=[s.code for s in declared]).order_by("-since"):
        found.setdefault(one.code, []).append(one)
    return tuple(
        PublishedStatistic(s, tuple((r, _cells(r, statistics.values_of(s))) for r in found.get(s.code, ())))
        for s in declared
    )


def _cells(release: StatisticRelease, order: tuple[str, ...]) -> tuple[Cell, ...]:
    """In the order of the closed list; a value that has left the list since stands at the end."""
    known = [value for value in order if value in release.cells]
    left = sorted(set(release.cells) - set(known))
    return tuple(Cell(value, release.cells[value]) for value in (*known, *left))


def spent_in(year: int) -> tuple[Decimal, ...]:
    """The epsilons of what was published in a calendar year of the city. Index: `opendata_statistic_spent`."""
    begins, ends = (datetime(y, 1, 1, tzinfo=CITY_TIME) for y in (year, year + 1))
    found = StatisticRelease.objects.filter(made_at__gte=begins, made_at__lt=ends)
    return tuple(found.values_list("epsilon", flat=True))
