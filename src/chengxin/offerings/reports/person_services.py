"""Issuing reports about natural persons: to the person, and to whom they consented. There is no other way."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chengxin.base.audit import services as audit
from chengxin.base.clock import local_date
from chengxin.base.database.context import acting
from chengxin.base.documents import queries as documents
from chengxin.base.documents import services as register
from chengxin.base.documents import signing
from chengxin.base.errors import ChengxinError, NotFound
from chengxin.offerings.reports import person, person_printing, policy, printing, rules
from chengxin.offerings.reports.drawing import drawn
from chengxin.offerings.reports.models import OwnNote, ReportCheck
from chengxin.offerings.reports.person import PersonContent
from chengxin.offerings.reports.verification import PERSON_KIND, Verification
from chengxin.registry.accounts.rules import Actor
from chengxin.registry.records.queries import RIGHT_OF_ACCESS
from chengxin.registry.subjects.rules import person_of
from chengxin.rights.consent import queries as consent
from chengxin.rights.consent import reading

LONGEST_NOTE = 500


class NoteTooLong(ChengxinError):
    code = "note-too-long"
    status = 422
    message: Any = _("说明不能超过 {characters} 个字。")
    hint: Any = _("请写得简短一些；证据可以在提出异议时提交。")


@dataclass(frozen=True, slots=True)
class PersonReport:
    """A report about a natural person that left the house. `valid_until`: the first day on which it is not good."""

    number: str
    check_code: str
    issued_at: datetime
    valid_until: date
    content: PersonContent
    pdf: bytes


@transaction.atomic
def issue_own(about: str, *, by: Actor, at: datetime, language: str) -> PersonReport:
    """The report that a person takes about themselves, with who looked in the last years. Raises `NotFound`."""
    person.require_self(about, by=by)
    on = local_date(at)
    found = reading.own_report_read(about, by=by, at=at)
    since = on - timedelta(days=366 * policy.person_terms(on).log_years)
    looks = tuple(consent.all_access_of(about, by=by, since=since))
    content = person.content_of(about, found, looks=looks, by=by.name, basis=RIGHT_OF_ACCESS, on=on)
    return _issued(content, items=None, by=by, at=at, language=language, purpose=_("本人查询"))


@transaction.atomic
def issue_authorised(request_id: int, *, by: Actor, at: datetime, language: str) -> PersonReport:
    """The report that an asker gets within a consent; it counts as one of its queries.

    Holds the items that the person consented to, and never who else looked (PIPL art. 6, least extent). Raises
    `NotPermitted`, `NotFound`, and as `authorised_read`.
    """
    grounds, found = reading.authorised_rows(request_id, by=by, door=reading.REPORT, at=at)
    if person_of(grounds.about) is None:
        raise NotFound
    basis = f"consent {grounds.consent_id}"
    on = local_date(at)
    content = person.content_of(grounds.about, found, looks=None, by=by.name, basis=basis, on=on)
    return _issued(content, items=grounds.items, by=by, at=at, language=language, purpose=_("经本人授权"))


@transaction.atomic
def write_note(about: str, text: str, *, by: Actor, at: datetime) -> None:
    """Keep what a person wants to be read in reports about them; empty takes it back. Raises `NotFound`."""
    person.require_self(about, by=by)
    if len(text.strip()) > LONGEST_NOTE:
        raise NoteTooLong(characters=LONGEST_NOTE)
    with acting(actor=by.name, purpose=person.READING, basis=RIGHT_OF_ACCESS, about=about):
        OwnNote.objects.create(about=about, text=text.strip(), written_by=by.name, written_at=at)
    audit.note("reports.note_written", about, by=by, at=at, is_empty=not text.strip())


@transaction.atomic
def note_check(found: Verification, *, at: datetime) -> None:
    """Count that a person's report was verified by someone who holds it; the person sees how often."""
    row = documents.by_number(found.number) if found.is_person and found.held else None
    if row is None:
        return
    with acting(actor=reading.VERIFIER.name, purpose=reading.COMPARING, basis=RIGHT_OF_ACCESS, about=row.subject_code):
        ReportCheck.objects.create(number=row.number, about=row.subject_code, at=at)


def _issued(
    content: PersonContent, *, items: tuple[str, ...] | None, by: Actor, at: datetime, language: str, purpose: Any
) -> PersonReport:
    on = content.as_of
    valid_until = on + timedelta(days=policy.person_terms(on).valid_days)
    marks = printing.Marks(
        number=rules.report_number(on, drawn(rules.DRAWN)),
        check_code=drawn(rules.CHECK_CODE_LENGTH),
        at=at,
        language=printing.language_of(language),
    )
    pdf = person_printing.pdf(content, marks, valid_until=valid_until, purpose=purpose)
    pdf = signing.sign_pdf(pdf, reason="个人公共信用信息报告", at=at)
    register.issue_document(
        marks.number,
        kind=PERSON_KIND,
        subject_code=content.about,
        subject_name=content.person.name,
        content_sha256=rules.content_hash(person.as_json(content)),
        pdf=pdf,
        # Of a person the register keeps digests alone: not even which headings there were.
        snapshot={
            "digest": person.digest(content),
            "items": None if items is None else list(items),
            "valid_until": valid_until.isoformat(),
        },
        as_of=on,
        language=marks.language,
        check_code=marks.check_code,
        at=at,
    )
    audit.note("reports.person_issued", marks.number, by=by, at=at, subject=content.about, own=items is None)
    return PersonReport(marks.number, marks.check_code, at, valid_until, content, pdf)
