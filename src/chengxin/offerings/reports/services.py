"""Issuing reports."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from chengxin.base import clock
from chengxin.base.audit.services import note
from chengxin.base.documents import services as documents
from chengxin.base.documents import signing
from chengxin.base.errors import NotFound
from chengxin.intake.exchange import services as exchange
from chengxin.intake.exchange.rules import Door
from chengxin.offerings.reports import printing, queries, rules
from chengxin.offerings.reports.drawing import drawn
from chengxin.offerings.reports.verification import verify_number, verify_pdf
from chengxin.registry.accounts.rules import Actor

__all__ = ["IssuedReport", "issue", "verify_number", "verify_pdf"]


@dataclass(frozen=True, slots=True)
class IssuedReport:
    """A report that left the house."""

    number: str
    check_code: str
    subject_code: str
    subject_name: str
    as_of: date
    issued_at: datetime
    language: str
    pdf: bytes


ANYONE = Actor(name="public", organisation_id=None, organisation_code="", roles=frozenset())


def issue(subject_code: str, *, at: datetime, language: str, by: Actor | None) -> IssuedReport:
    """Set, sign and enter the public credit report of a subject as of today's state; anyone may ask for it.

    Raises `NotFound` (hidden and missing alike), `FontsMissing`, `SigningKeyUnusable`.
    """
    as_of = clock.local_date(at)
    content = queries.report_content(subject_code, on=as_of)
    if content is None:
        raise NotFound
    marks = printing.Marks(
        number=rules.report_number(as_of, drawn(rules.DRAWN)),
        check_code=drawn(rules.CHECK_CODE_LENGTH),
        at=at,
        language=printing.language_of(language),
    )
    # Typesetting and signing take longer than all else: done before the transaction, which locks the audit chain.
    pdf = signing.sign_pdf(printing.pdf(content, marks), reason="公共信用信息报告", at=at)
    _enter(content, marks, pdf, by=by or ANYONE)
    return IssuedReport(
        number=marks.number,
        check_code=marks.check_code,
        subject_code=content.subject.code,
        subject_name=content.subject.name,
        as_of=as_of,
        issued_at=at,
        language=marks.language,
        pdf=pdf,
    )


def handed_out(content: queries.ReportContent, *, by: Actor, at: datetime) -> None:
    """Keep that the actor's organisation received what a report says, so that it is told of changes."""
    exchange.receive([e.record.natural_key for e in content.entries], door=Door.REPORT, by=by, at=at)


@transaction.atomic
def _enter(content: queries.ReportContent, marks: printing.Marks, pdf: bytes, *, by: Actor) -> None:
    documents.issue_document(
        marks.number,
        kind=rules.KIND,
        subject_code=content.subject.code,
        subject_name=content.subject.name,
        content_sha256=rules.content_hash(queries.as_json(content)),
        pdf=pdf,
        snapshot=queries.snapshot(content),
        as_of=content.as_of,
        language=marks.language,
        check_code=marks.check_code,
        at=marks.at,
    )
    handed_out(content, by=by, at=marks.at)
    note("reports.issued", marks.number, by=by, at=marks.at, subject=content.subject.code, language=marks.language)
