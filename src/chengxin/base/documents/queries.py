"""Reads of issued documents."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from chengxin.base.documents.models import IssuedDocument


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """An issued document; see the model for what its fields mean."""

    number: str
    kind: str
    subject_code: str
    subject_name: str
    content_sha256: bytes
    pdf_sha256: bytes
    issued_at: datetime
    as_of: date
    language: str
    check_code: str
    snapshot: Mapping[str, Any]


def by_number(number: str) -> DocumentRow | None:
    """The document with that number. Index: unique number."""
    return _row(IssuedDocument.objects.filter(number=number).first())


def by_pdf(pdf: bytes) -> DocumentRow | None:
    """The document that is, byte for byte, this file. Index: `document_pdf`."""
    return by_pdf_hash(hashlib.sha256(pdf).digest())


def by_pdf_hash(sha256: bytes) -> DocumentRow | None:
    """The document whose file has this SHA-256 (32 bytes). Index: `document_pdf`."""
    return _row(IssuedDocument.objects.filter(pdf_sha256=sha256).first())


def issued_for(subject_code: str, *, limit: int = 20) -> tuple[DocumentRow, ...]:
    """The latest documents about a subject, newest first. Index: `document_subject`."""
    found = IssuedDocument.objects.filter(subject_code=subject_code).order_by("-issued_at")[:limit]
    return tuple(filter(None, map(_row, found)))


def _row(found: IssuedDocument | None) -> DocumentRow | None:
    if found is None:
        return None
    return DocumentRow(
        number=found.number,
        kind=found.kind,
        subject_code=found.subject_code,
        subject_name=found.subject_name,
        content_sha256=bytes(found.content_sha256),
        pdf_sha256=bytes(found.pdf_sha256),
        issued_at=found.issued_at,
        as_of=found.as_of,
        language=found.language,
        check_code=found.check_code,
        snapshot=found.snapshot,
    )
