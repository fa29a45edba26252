"""Reads of submissions, their findings and what is due."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Generic, TypeVar

from django.db.models import Count, Max, QuerySet, Sum

from chengxin.base.clock import CITY_TIME
from chengxin.base.database.parts import all_rows
from chengxin.base.errors import NotFound
from chengxin.intake.collection import errors, messages
from chengxin.intake.collection.models import FoundInRow, Progress, Submission
from chengxin.intake.collection.rules import Column, Finding, State

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of rows, and how many there are in all."""

    rows: tuple[Row, ...]
    total: int


@dataclass(frozen=True, slots=True)
class SubmissionRow:
    """A submission in a list."""

    id: int
    item: str
    organisation_id: int
    by_name: str
    filename: str
    state: str
    received_at: datetime
    rows: int
    accepted: int
    rejected: int
    unchanged: int
    corrected: int


@dataclass(frozen=True, slots=True)
class WhyUnreadable:
    """Why a file could not be read, and what to do, in the language active now."""

    code: str
    sentence: str
    hint: str


@dataclass(frozen=True, slots=True)
class SubmissionDetail:
    """One submission; `step` and `fraction` while it runs, `unreadable` where it could not be read."""

    id: int
    item: str
    item_version: int
    organisation_id: int
    by_name: str
    filename: str
    state: str
    received_at: datetime
    finished_at: datetime | None
    rows: int
    accepted: int
    rejected: int
    unchanged: int
    corrected: int
    waiting: int
    step: str | None
    fraction: float
    unreadable: WhyUnreadable | None
    may_be_sent_again: bool


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A fault or note in words."""

    row: int
    field: str
    rule: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class OrganisationFigures:
    """What one organisation handed in."""

    organisation_id: int
    submissions: int
    rows: int
    rejected: int


def _within(reach: frozenset[int] | None) -> QuerySet[Submission]:
    found = Submission.objects.all()
    return found if reach is None else found.filter(organisation_id__in=reach)


def submissions_of(
    reach: frozenset[int] | None,
    *,
    item: str | None = None,
    state: str | None = None,
    organisation_id: int | None = None,
    since: date | None = None,
    until: date | None = None,
    page: int = 1,
    size: int = 20,
) -> Page[SubmissionRow]:
    """Submissions of the organisations in `reach` (None: all), newest first, `since` and `until` both included.

    Index: `submission_of_organisation`, `submission_newest`.
    """
    found = _chosen(reach, item, state, organisation_id, since, until).order_by("-received_at", "-id")
    start = (page - 1) * size
    return Page(tuple(map(_row, found[start : start + size])), found.count())


def all_submissions_of(
    reach: frozenset[int] | None,
    *,
    item: str | None = None,
    state: str | None = None,
    organisation_id: int | None = None,
    since: date | None = None,
    until: date | None = None,
) -> Iterator[SubmissionRow]:
    """The same from the first to the last, read in parts. Index: as there."""
    found = _chosen(reach, item, state, organisation_id, since, until)
    return all_rows(found, "-received_at", "-id", told=lambda part: map(_row, part))


def _chosen(
    reach: frozenset[int] | None,
    item: str | None,
    state: str | None,
    organisation_id: int | None,
    since: date | None,
    until: date | None,
) -> QuerySet[Submission]:
    found = _within(reach)
    if item:
        found = found.filter(item=item)
    if state:
        found = found.filter(state=state)
    if organisation_id is not None:
        found = found.filter(organisation_id=organisation_id)
    if since:
        found = found.filter(received_at__gte=datetime.combine(since, time.min, CITY_TIME))
    if until:
        found = found.filter(received_at__lte=datetime.combine(until, time.max, CITY_TIME))
    return found


def _row(s: Submission) -> SubmissionRow:
    return SubmissionRow(
        id=s.pk, item=s.item, organisation_id=s.organisation_id, by_name=s.by_name, filename=s.filename,
        state=s.state, received_at=s.received_at, rows=s.rows, accepted=s.accepted, rejected=s.rejected,
        unchanged=s.unchanged, corrected=s.corrected,
    )  # fmt: skip


def submission(submission_id: int, reach: frozenset[int] | None) -> SubmissionDetail:
    """One submission of the organisations in `reach` (None: all). Raises `NotFound`. Index: primary key."""
    s = _within(reach).select_related("progress").filter(pk=submission_id).first()
    if s is None:
        raise NotFound
    progress: Progress | None = getattr(s, "progress", None)
    if s.state not in {State.RECEIVED, State.PROCESSING} or (progress and progress.step == "received"):
        progress = None
    return SubmissionDetail(
        id=s.pk, item=s.item, item_version=s.item_version, organisation_id=s.organisation_id, by_name=s.by_name,
        filename=s.filename, state=s.state,
        received_at=s.received_at, finished_at=s.finished_at, rows=s.rows, accepted=s.accepted, rejected=s.rejected,
        unchanged=s.unchanged, corrected=s.corrected, waiting=s.waiting, step=progress.step if progress else None,
        fraction=progress.fraction if progress else 0.0, unreadable=_why(s), may_be_sent_again=bool(s.stored_as),
    )  # fmt: skip


def _why(submission: Submission) -> WhyUnreadable | None:
    if not submission.error:
        return None
    kinds: list[type[errors.Unreadable]] = [errors.Unreadable, *errors.Unreadable.__subclasses__()]
    for kind in kinds:
        if kind.code == submission.error["code"]:
            error = kind(**submission.error["details"])
            return WhyUnreadable(kind.code, error.sentence, error.advice)
    return WhyUnreadable(submission.error["code"], "", "")


def columns_taken(submission_id: int) -> tuple[Column, ...]:
    """Which column of the file was taken for which field. Index: primary key."""
    columns = Submission.objects.filter(pk=submission_id).values_list("columns", flat=True).first() or []
    return tuple(Column(place, title, field) for place, title, field in columns)


def _finding_row(found: FoundInRow) -> FindingRow:
    finding = Finding(found.row, found.field, found.rule, found.variant, found.params)
    return FindingRow(found.row, found.field, found.rule, messages.message(finding), messages.hint(finding))


def _findings(submission_id: int, *, is_note: bool, field: str | None, rule: str | None) -> QuerySet[FoundInRow]:
    found = FoundInRow.objects.filter(submission_id=submission_id, is_note=is_note).order_by("row", "id")
    if field:
        found = found.filter(field=field)
    if rule:
        found = found.filter(rule=rule)
    return found


def faults(
    submission_id: int, *, field: str | None = None, rule: str | None = None, page: int = 1, size: int = 50
) -> Page[FindingRow]:
    """Faults by row, in the language active now. Index: `found_in_submission`."""
    found = _findings(submission_id, is_note=False, field=field, rule=rule)
    start = (page - 1) * size
    return Page(tuple(map(_finding_row, found[start : start + size])), found.count())


def notes(submission_id: int, *, page: int = 1, size: int = 50) -> Page[FindingRow]:
    """Notes by row, in the language active now. Index: `found_in_submission`."""
    found = _findings(submission_id, is_note=True, field=None, rule=None)
    start = (page - 1) * size
    return Page(tuple(map(_finding_row, found[start : start + size])), found.count())


def every_finding(submission_id: int, *, is_note: bool) -> Iterator[FindingRow]:
    """All faults or all notes by row, as a stream. Index: `found_in_submission`."""
    found = _findings(submission_id, is_note=is_note, field=None, rule=None)
    return map(_finding_row, found.iterator(chunk_size=2000))


def fault_counts(submission_id: int) -> list[tuple[str, str, int]]:
    """How many faults there are by field and rule, most first. Index: `found_in_submission`."""
    found = FoundInRow.objects.filter(submission_id=submission_id, is_note=False)
    return list(found.values_list("field", "rule").annotate(n=Count("id")).order_by("-n", "field", "rule"))


def figures_by_organisation(*, since: date) -> list[OrganisationFigures]:
    """What each organisation handed in since a day. Index: `submission_newest`."""
    start = datetime.combine(since, time.min, CITY_TIME)
    found = (
        Submission.objects.filter(state=State.DONE, received_at__gte=start)
        .values("organisation_id")
        .annotate(n=Count("id"), all_rows=Sum("rows"), bad=Sum("rejected"))
        .order_by("organisation_id")
    )
    return [OrganisationFigures(f["organisation_id"], f["n"], f["all_rows"], f["bad"]) for f in found]


def is_first_of(item: str) -> bool:
    """Whether no hand-in of this item has stored anything yet, so that there is nothing to compare a row with."""
    return not Submission.objects.filter(item=item, state=State.DONE, accepted__gt=0).exists()


def last_hand_ins() -> dict[tuple[int, str], datetime]:
    """When each organisation last handed in each item."""
    found = Submission.objects.filter(state=State.DONE).values_list("organisation_id", "item")
    return {(o, i): at for o, i, at in found.annotate(last=Max("received_at"))}


def last_hand_ins_of(organisation_id: int) -> dict[str, datetime]:
    """When this organisation last handed in each item. Index: `submission_of_organisation`."""
    found = Submission.objects.filter(state=State.DONE, organisation_id=organisation_id).values_list("item")
    return dict(found.annotate(last=Max("received_at")))
