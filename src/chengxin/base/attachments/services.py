"""Writes of attachments: keeping a file that was checked, opening one, and asking the scanner again."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from chengxin.base import tasks
from chengxin.base.attachments import inspecting, policy, queries, rules, scanner
from chengxin.base.attachments.errors import Blocked, FileFault, FileTooLarge, HeldBack, MalwareFound, UploadsRefused
from chengxin.base.attachments.models import Attachment, Scan
from chengxin.base.attachments.rules import MEGABYTE, AttachmentState, Kind, Limits, Verdict
from chengxin.base.audit import services as audit
from chengxin.base.clock import local_date
from chengxin.base.database.queueing import queue_behind
from chengxin.base.errors import ChengxinError, NotFound
from chengxin.base.sealing import rules as sealing
from chengxin.base.sealing.keys import sealing_key

FOLDER = "attachments"
ASK_AGAIN = timedelta(minutes=5)
LEFT_BEHIND = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Platform:
    """The platform itself, which asks the scanner again."""

    name: str = "system"
    organisation_code: str = ""


PLATFORM = Platform()


class Readable(Protocol):
    """A file that was handed in, open for reading."""

    def read(self, size: int = ..., /) -> bytes:
        """At most `size` bytes."""
        ...


@dataclass(frozen=True, slots=True)
class Upload:
    """One of several files that are handed in together, with the name that it came under."""

    file: Readable
    name: str


@dataclass(frozen=True, slots=True)
class OpenedAttachment:
    """A file with its content, for a response that never shows it inline."""

    name: str
    kind: str
    content: bytes


@transaction.atomic
def keep(reference: str, *, file: Readable, name: str, purpose: str, by: audit.Who, at: datetime) -> UUID:
    """Check a file and keep it, sealed, for what `reference` names; returns its id. The caller permits.

    Pictures are redrawn without metadata; everything else is kept as it is or refused. Where the scanner cannot be
    reached, the file is kept and held back. Raises the errors of this room; `NoPolicy` for a purpose without limits.
    """
    queue_behind(f"attachments:{reference}")
    limits = policy.limits(purpose, on=local_date(at))
    given = _read(file, limits)
    sound = inspecting.examined(given, limits=limits)
    held = queries.held(reference)
    rules.require_room(len(sound.content), held_files=held.files, held_bytes=held.bytes, limits=limits)
    told = _told(given)
    if told is not None and told.verdict is Verdict.INFECTED:
        raise MalwareFound
    kept = _stored(
        reference, sound, given, number=held.files + 1, name=name, purpose=purpose, limits=limits, by=by, at=at
    )
    if told is not None:
        Scan.objects.create(attachment=kept, verdict=told.verdict.value, found=told.found, at=at)
    audit.note("attachments.kept", str(kept), by=by, at=at, reference=reference, sha256=kept.sha256, size=kept.size)
    if told is None:
        tasks.defer("attachments.scan", attachment_id=str(kept.pk), not_before=at + ASK_AGAIN)
    return kept.pk


@transaction.atomic
def keep_all(
    reference: str, *, uploads: Sequence[Upload], purpose: str, by: audit.Who, at: datetime
) -> tuple[UUID, ...]:
    """Keep several files, or none of them. Raises `UploadsRefused` with what is wrong with each that was refused."""
    kept: list[UUID] = []
    faults: list[FileFault] = []
    for upload in uploads:
        try:
            kept.append(keep(reference, file=upload.file, name=upload.name, purpose=purpose, by=by, at=at))
        except ChengxinError as error:
            shown = rules.cleaned_name(upload.name, Kind.PDF).removesuffix(".pdf")
            faults.append(FileFault(shown, error.code, error.sentence, error.advice))
    if faults:
        for stored in Attachment.objects.filter(pk__in=kept).values_list("stored_as", flat=True):
            default_storage.delete(stored)
        raise UploadsRefused(tuple(faults))
    return tuple(kept)


@transaction.atomic
def opened(attachment_id: UUID, *, reference: str, by: audit.Who, at: datetime) -> OpenedAttachment:
    """The file with its content, for someone who may see `reference`; noted in the audit chain.

    Raises `NotFound`, `HeldBack`, `Blocked`.
    """
    row = queries.attachment(attachment_id, reference=reference)
    if row.state is AttachmentState.HELD_BACK:
        raise HeldBack
    if row.state is AttachmentState.BLOCKED:
        raise Blocked
    found = Attachment.objects.get(pk=attachment_id)
    content = _content(found)
    audit.note("attachments.opened", str(found), by=by, at=at, reference=reference, sha256=found.sha256)
    return OpenedAttachment(found.name, found.kind, content)


@transaction.atomic
def scan(attachment_id: UUID, *, by: audit.Who, at: datetime) -> Verdict | None:
    """Ask the scanner about a file that is held back; None, and asked again later, where it cannot be reached.

    Safe to repeat: what has a verdict keeps it. Raises `NotFound`.
    """
    queue_behind(f"attachment:{attachment_id}")
    found = Attachment.objects.filter(pk=attachment_id).first()
    if found is None:
        raise NotFound
    before = found.scans.order_by("-at", "-id").first()
    if before is not None:
        return Verdict(before.verdict)
    told = _told(_content(found))
    if told is None:
        tasks.defer("attachments.scan", attachment_id=str(found.pk), not_before=at + ASK_AGAIN)
        return None
    Scan.objects.create(attachment=found, verdict=told.verdict.value, found=told.found, at=at)
    audit.note("attachments.scanned", str(found), by=by, at=at, verdict=told.verdict.value)
    return told.verdict


def sweep(*, at: datetime) -> int:
    """Remove sealed contents that no row names, left by a transaction that was undone; returns how many.

    Only what is older than a day: a younger one may belong to a transaction that is still running.
    """
    removed = 0
    for month in _listed(FOLDER)[0]:
        folder = f"{FOLDER}/{month}"
        names = [f"{folder}/{name}" for name in _listed(folder)[1]]
        kept = queries.kept_among(names)
        for name in names:
            if name not in kept and default_storage.get_modified_time(name) < at - LEFT_BEHIND:
                default_storage.delete(name)
                removed += 1
    return removed


def _listed(folder: str) -> tuple[list[str], list[str]]:
    return default_storage.listdir(folder) if default_storage.exists(folder) else ([], [])


def _read(file: Readable, limits: Limits) -> bytes:
    given = file.read(limits.largest + 1)
    if len(given) > limits.largest:
        raise FileTooLarge(limit=limits.largest // MEGABYTE)
    return given


def _told(content: bytes) -> scanner.Told | None:
    try:
        return scanner.verdict_on(content)
    except scanner.ScannerUnreachable:
        return None


def _stored(
    reference: str,
    sound: inspecting.Examined,
    given: bytes,
    *,
    number: int,
    name: str,
    purpose: str,
    limits: Limits,
    by: audit.Who,
    at: datetime,
) -> Attachment:
    new = uuid.uuid4()
    sealed = sealing.seal_bytes(sound.content, key=sealing_key(), context=f"attachment:{new}")
    path = default_storage.save(f"{FOLDER}/{at:%Y-%m}/{uuid.uuid4().hex}", ContentFile(sealed))
    return Attachment.objects.create(
        id=new,
        reference=reference,
        number=number,
        purpose=purpose,
        name=rules.cleaned_name(name, sound.kind),
        kind=sound.kind.value,
        size=len(sound.content),
        sha256=hashlib.sha256(sound.content).hexdigest(),
        given_sha256=hashlib.sha256(given).hexdigest(),
        limits=limits.version,
        stored_as=path,
        kept_by=by.name,
        kept_by_organisation=by.organisation_code,
        kept_at=at,
    )


def _content(found: Attachment) -> bytes:
    with default_storage.open(found.stored_as) as stored:
        return sealing.unseal_bytes(stored.read(), key=sealing_key(), context=f"attachment:{found.pk}")
