"""Reads of attachments. Whoever asks has made sure that the reader may see what `reference` names."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery, Sum

from chengxin.base.attachments import rules
from chengxin.base.attachments.models import Attachment, Scan
from chengxin.base.attachments.rules import AttachmentState
from chengxin.base.errors import NotFound


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    """A file as those see it who may; `size` in bytes, `sha256` in hexadecimal, of the content kept."""

    id: UUID
    name: str
    kind: str
    size: int
    sha256: str
    kept_by: str
    kept_by_organisation: str
    kept_at: datetime
    state: AttachmentState


@dataclass(frozen=True, slots=True)
class Held:
    """How many files, and bytes, something has already."""

    files: int
    bytes: int


def attachments_of(reference: str) -> tuple[AttachmentRow, ...]:
    """The files that belong to `reference`, first to last. Index: `attachment_reference`, `scan_attachment`."""
    return tuple(map(_row, _with_verdict().filter(reference=reference).order_by("number")))


def attachments_by(references: Collection[str]) -> dict[str, tuple[AttachmentRow, ...]]:
    """The files of each of these references that has any, first to last. Index: `attachment_reference`."""
    found: dict[str, list[AttachmentRow]] = defaultdict(list)
    for each in _with_verdict().filter(reference__in=references).order_by("reference", "number"):
        found[each.reference].append(_row(each))
    return {reference: tuple(rows) for reference, rows in found.items()}


def attachment(attachment_id: UUID, *, reference: str) -> AttachmentRow:
    """One file of `reference`. Raises `NotFound`, also where it belongs elsewhere. Index: primary key."""
    found = _with_verdict().filter(pk=attachment_id, reference=reference).first()
    if found is None:
        raise NotFound
    return _row(found)


def held(reference: str) -> Held:
    """How much belongs to `reference`. Index: `attachment_reference`."""
    mine = Attachment.objects.filter(reference=reference)
    return Held(mine.count(), mine.aggregate(total=Sum("size"))["total"] or 0)


def kept_among(stored: Iterable[str]) -> set[str]:
    """Those of the names in storage that a file is kept under. Index: `stored_as` is unique."""
    return set(Attachment.objects.filter(stored_as__in=list(stored)).values_list("stored_as", flat=True))


def waiting_for_the_scanner() -> tuple[UUID, ...]:
    """The files that no scanner has looked at, oldest first."""
    waiting = Attachment.objects.filter(scans__isnull=True).order_by("kept_at", "id")
    return tuple(waiting.values_list("id", flat=True))


def _with_verdict() -> "QuerySet[Attachment]":
    last = Scan.objects.filter(attachment=OuterRef("pk")).order_by("-at", "-id").values("verdict")[:1]
    return Attachment.objects.annotate(verdict=Subquery(last))


def _row(found: Attachment) -> AttachmentRow:
    return AttachmentRow(
        id=found.pk,
        name=found.name,
        kind=found.kind,
        size=found.size,
        sha256=found.sha256,
        kept_by=found.kept_by,
        kept_by_organisation=found.kept_by_organisation,
        kept_at=found.kept_at,
        state=rules.state_of(found.verdict),  # type: ignore[attr-defined]
    )
