"""Issuing the report of a closed month: typeset, signed, entered among the documents that left the house."""

import hashlib
import json
from datetime import datetime

from django.db import transaction

from chengxin.base.audit import services as audit
from chengxin.base.clock import local_date
from chengxin.base.database.queueing import queue_behind
from chengxin.base.documents import services as documents
from chengxin.base.documents import signing
from chengxin.intake.quality import printing, queries
from chengxin.intake.quality.errors import MonthOpen
from chengxin.intake.quality.models import MonthlyReport
from chengxin.intake.quality.rules import Kind, Month
from chengxin.registry.accounts import queries as accounts

KIND = "data-quality-report"  # among the issued documents
LANGUAGES = {printing.CHINESE: "Z", printing.ENGLISH: "E"}


def issue(month: Month, *, by: audit.Who, at: datetime) -> tuple[str, ...]:
    """Set, sign and enter the report of a closed month in both languages; returns the numbers of those that are new.

    A month has one report a language, which never changes. The caller permits. Raises `NotFound`, `MonthOpen`,
    `FontsMissing`, `SigningKeyUnusable`.
    """
    computed = queries.computed(month)
    if computed.kind != Kind.CLOSING:
        raise MonthOpen
    content = printing.content_of(computed)
    made = []
    for language, mark in LANGUAGES.items():
        if queries.report_of(month, language=language) is None:
            number = f"ZL{computed.month.code.replace('-', '')}-{mark}"
            # Typesetting and signing take longer than all else: done before the transaction, which locks the chain.
            pdf = printing.pdf(content, number=number, language=language, at=at)
            signed = signing.sign_pdf(pdf, reason="信用信息数据质量月报", at=at)
            if _enter(computed, number, language, signed, by=by, at=at):
                made.append(number)
    return tuple(made)


@transaction.atomic
def _enter(computed: queries.Computed, number: str, language: str, pdf: bytes, *, by: audit.Who, at: datetime) -> bool:
    queue_behind(f"quality-report:{number}")
    if queries.report_of(computed.month, language=language) is not None:
        return False
    office = accounts.credit_office()
    figures = [[f.definition.version, f.good, f.total] for f in queries.figures(computed)]
    documents.issue_document(
        number,
        kind=KIND,
        subject_code=office.code,
        subject_name=office.name_zh,
        content_sha256=hashlib.sha256(json.dumps(figures).encode()).digest(),
        pdf=pdf,
        snapshot={"computation": computed.id, "month": computed.month.code},
        as_of=local_date(computed.at),
        language=language,
        check_code="",
        at=at,
    )
    MonthlyReport.objects.create(computation_id=computed.id, language=language, number=number, pdf=pdf, issued_at=at)
    audit.note("quality.report_issued", number, by=by, at=at, month=computed.month.code)
    return True
