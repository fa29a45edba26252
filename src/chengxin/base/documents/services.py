"""Entering documents that leave the house."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from chengxin.base.documents.models import IssuedDocument


def issue_document(
    number: str,
    *,
    kind: str,
    subject_code: str,
    subject_name: str,
    content_sha256: bytes,
    pdf: bytes,
    snapshot: Mapping[str, Any],
    as_of: date,
    language: str,
    check_code: str,
    at: datetime,
) -> None:
    """Enter a document under its number, in the caller's transaction; the caller notes the act in the audit chain."""
    IssuedDocument.objects.create(
        number=number,
        kind=kind,
        subject_code=subject_code,
        subject_name=subject_name,
        content_sha256=content_sha256,
        pdf_sha256=hashlib.sha256(pdf).digest(),
        issued_at=at,
        as_of=as_of,
        language=language,
        check_code=check_code,
        snapshot=dict(snapshot),
    )
