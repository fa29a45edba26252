"""What kind of file it is, what it may be called, and whether there is room for it. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from chengxin.base.attachments.errors import (
    ArchiveRefused,
    FileEmpty,
    FileTooLarge,
    KindNotAllowed,
    TooManyFiles,
    TooMuchTogether,
)

MEGABYTE = 1024 * 1024
LONGEST_NAME = 100
HEAD_BYTES = 16
STARTS = ((b"%PDF-", "pdf"), (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpeg"))
CONTAINERS = ((b"PK\x03\x04", "zip"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"))
ARCHIVES = (
    b"PK\x05\x06",
    b"PK\x07\x08",
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ\x00",
    b"\x28\xb5\x2f\xfd",
    b"MSCF",
)
ENDINGS = {
    "pdf": ".pdf",
    "png": ".png",
    "jpeg": ".jpg",
    "docx": ".docx",
    "xlsx": ".xlsx",
    "doc": ".doc",
    "xls": ".xls",
    "ofd": ".ofd",
}
# Separators of paths and what file systems, shells and headers read as more than a letter.
UNSAFE = re.compile(r'[\\/:*?"<>|%;`$&\']+')


class Kind(StrEnum):
    """A kind of file that can be checked."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    DOCX = "docx"
    XLSX = "xlsx"
    DOC = "doc"
    XLS = "xls"
    OFD = "ofd"


class Container(StrEnum):
    """What holds a document whose kind its parts alone tell."""

    ZIP = "zip"
    OLE = "ole"


WITHIN = {
    Container.ZIP: frozenset({Kind.DOCX, Kind.XLSX, Kind.OFD}),
    Container.OLE: frozenset({Kind.DOC, Kind.XLS}),
}


class Verdict(StrEnum):
    """What the malware scanner said; `UNSCANNED` where the installation has none."""

    CLEAN = "clean"
    INFECTED = "infected"
    UNSCANNED = "unscanned"


class AttachmentState(StrEnum):
    """Whether a file can be opened."""

    READY = "ready"
    HELD_BACK = "held-back"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Limits:
    """What may be attached for a purpose: bytes for each kind, files and bytes in all, pixels of an image.

    `unpacked`: bytes that a document may have once it is unpacked.
    """

    kinds: Mapping[Kind, int]
    files: int
    total: int
    pixels: int
    version: str
    unpacked: int = 0

    @property
    def largest(self) -> int:
        """The most bytes that a file of any kind may have."""
        return max(self.kinds.values())


def kind_of(head: bytes) -> Kind | Container:
    """The kind of a file by its first bytes, whatever its name says, or what holds it.

    Raises `FileEmpty`, `ArchiveRefused`, `KindNotAllowed`.
    Source: the signatures of ISO 32000-1 7.5.2 (PDF), ISO/IEC 15948 5.2 (PNG), ITU-T T.81 B.1 (JPEG), APPNOTE 4.3.7
    (ZIP), MS-CFB 2.2 (OLE).
    """
    if not head:
        raise FileEmpty
    for start, kind in STARTS:
        if head.startswith(start):
            return Kind(kind)
    for start, container in CONTAINERS:
        if head.startswith(start):
            return Container(container)
    if head.startswith(ARCHIVES):
        raise ArchiveRefused
    raise KindNotAllowed


def require_size(size: int, kind: Kind, limits: Limits) -> None:
    """Raise unless a file of that kind and size may be attached. Raises `KindNotAllowed`, `FileTooLarge`.

    Source: the policy entry that `limits` names.
    """
    if kind not in limits.kinds:
        raise KindNotAllowed
    if size > limits.kinds[kind]:
        raise FileTooLarge(limit=limits.kinds[kind] // MEGABYTE)


def require_container(size: int, container: Container, limits: Limits) -> None:
    """Raise unless some document that such a container holds may be attached, and is that large.

    Raises `ArchiveRefused`, `KindNotAllowed`, `FileTooLarge`. Source: the policy entry that `limits` names.
    """
    allowed = [limits.kinds[kind] for kind in WITHIN[container] if kind in limits.kinds]
    if not allowed:
        raise ArchiveRefused if container is Container.ZIP else KindNotAllowed
    if size > max(allowed):
        raise FileTooLarge(limit=max(allowed) // MEGABYTE)


def require_room(size: int, *, held_files: int, held_bytes: int, limits: Limits) -> None:
    """Raise unless one more file of `size` bytes fits beside those held. Raises `TooManyFiles`, `TooMuchTogether`.

    Source: the policy entry that `limits` names.
    """
    if held_files >= limits.files:
        raise TooManyFiles(limit=limits.files)
    if held_bytes + size > limits.total:
        raise TooMuchTogether(limit=limits.total // MEGABYTE)


def cleaned_name(name: str, kind: Kind) -> str:
    """A name that is safe to show and to save under, with the ending of the kind that the content has.

    Paths, control and direction characters, and what shells read are taken out; at most 100 characters.
    Source: RFC 6266 4.3, which asks recipients to distrust names; RFC 2183 5.
    """
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(c for c in last if unicodedata.category(c)[0] not in "CZ" or c == " ")
    stem = re.sub(r"\.[A-Za-z0-9]{1,8}$", "", UNSAFE.sub("_", shown).strip(" ."))
    ending = ENDINGS[kind]
    return (stem[: LONGEST_NAME - len(ending)].strip(" .") or "file") + ending


def state_of(verdict: str | None) -> AttachmentState:
    """Whether a file with that last verdict can be opened: what nobody looked at yet is held back.

    Source: this house's own: an unreachable scanner holds a file back and never lets it through.
    """
    if verdict is None:
        return AttachmentState.HELD_BACK
    return AttachmentState.BLOCKED if verdict == Verdict.INFECTED else AttachmentState.READY
