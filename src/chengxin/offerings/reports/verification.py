"""What a report number or an uploaded PDF is worth, and what has changed since the report was issued.

What a report said and is no longer public is not told again: only at which place of the paper it stood, and only to
someone who holds the paper (the file, or the check code printed on it).
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from chengxin.base import clock
from chengxin.base.documents import queries as documents
from chengxin.base.documents import signing
from chengxin.base.documents.queries import DocumentRow
from chengxin.base.documents.signing import SealCheck
from chengxin.offerings.reports import person, queries, rules
from chengxin.offerings.reports.rules import Change, ChangeKind
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.catalogue.rules import Words
from chengxin.registry.subjects import queries as subjects

PERSON_KIND = "person-credit-report"


class Outcome(StrEnum):
    """What came of it."""

    GENUINE = "genuine"  # issued by this platform, and unaltered as far as was given
    UNKNOWN = "unknown"  # no such report was issued
    WRONG_CODE = "wrong-code"  # the number exists, the check code is another
    NOT_A_NUMBER = "not-a-number"  # mistyped: the check character does not fit
    NOT_A_PDF = "not-a-pdf"
    TOO_LARGE = "too-large"
    UNSIGNED = "unsigned"  # a PDF without a signature
    ALTERED = "altered"  # changed after it was signed
    FOREIGN = "foreign"  # signed by someone else


@dataclass(frozen=True, slots=True)
class Difference:
    """A change as it is told: `place` on the paper, the heading, and for what is public now the headline."""

    kind: ChangeKind
    place: str
    category: Words
    headline: Words


@dataclass(frozen=True, slots=True)
class Verification:
    """What is attested. `held`: whoever asks has the paper, so that names and differences may be told.

    `is_person`: about a natural person, of whom less is told; good before `valid_until`.
    `is_report`: the document is a report, and not another that the platform signed, such as a letter.
    """

    outcome: Outcome
    number: str = ""
    issued_at: datetime | None = None
    as_of: date | None = None
    subject_code: str = ""
    subject_name: str = ""
    records: int = 0
    held: bool = False
    changed: bool = False
    subject_visible: bool = False
    differences: tuple[Difference, ...] = ()
    seal: SealCheck | None = None
    is_person: bool = False
    valid_until: date | None = None
    is_over: bool = False
    is_report: bool = True

    @property
    def genuine(self) -> bool:
        """Whether the platform stands behind it."""
        return self.outcome == Outcome.GENUINE

    @property
    def has_ended(self) -> bool:
        """Whether something that the report says is no longer public."""
        return any(d.kind == ChangeKind.REMOVED for d in self.differences)


def verify_number(number: str, *, on: date, code: str = "") -> Verification:
    """What the number attests; with the check code on the paper, also the differences since."""
    typed = rules.number_of(number)
    if typed is None:
        return Verification(Outcome.NOT_A_NUMBER)
    found = documents.by_number(typed)
    if found is None:
        return Verification(Outcome.UNKNOWN, number=typed)
    if code and not rules.same_code(code, found.check_code):
        return Verification(Outcome.WRONG_CODE, number=typed)
    return _attested(found, on=on, held=bool(code), seal=None)


def verify_pdf(pdf: bytes, *, at: datetime) -> Verification:
    """What the file attests: its signature, whether it is byte for byte what was issued, and the differences since."""
    if len(pdf) > rules.LARGEST_PDF:
        return Verification(Outcome.TOO_LARGE)
    if b"%PDF-" not in pdf[:1024]:
        return Verification(Outcome.NOT_A_PDF)
    seal = signing.verify_pdf(pdf, at=at)
    found = documents.by_pdf(pdf)
    if found is not None and seal.intact and seal.whole:
        if found.kind not in {rules.KIND, PERSON_KIND}:
            return Verification(
                Outcome.GENUINE, found.number, found.issued_at, found.as_of, seal=seal, held=True, is_report=False
            )
        # Trust may have ended with the certificate; the register then still knows the file byte for byte.
        return _attested(found, on=clock.local_date(at), held=True, seal=seal)
    return Verification(_refusal(seal), seal=seal)


def _refusal(seal: SealCheck) -> Outcome:
    if not seal.signed:
        return Outcome.UNSIGNED
    if not (seal.intact and seal.whole):
        return Outcome.ALTERED
    return Outcome.UNKNOWN if seal.trusted else Outcome.FOREIGN


def _attested_person(found: DocumentRow, *, on: date, held: bool, seal: SealCheck | None) -> Verification:
    """Of a person's report: number, day and validity; to who holds it also the masked name and whether it changed."""
    valid_until = date.fromisoformat(found.snapshot["valid_until"])
    changed = held and found.snapshot["digest"] != person.present_digest(
        found.subject_code, items=found.snapshot["items"], on=on
    )
    return Verification(
        Outcome.GENUINE,
        number=found.number,
        issued_at=found.issued_at,
        as_of=found.as_of,
        subject_name=found.subject_name if held else "",
        held=held,
        changed=changed,
        seal=seal,
        is_person=True,
        valid_until=valid_until,
        is_over=on >= valid_until,
    )


def _attested(found: DocumentRow, *, on: date, held: bool, seal: SealCheck | None) -> Verification:
    if found.kind == PERSON_KIND:
        return _attested_person(found, on=on, held=held, seal=seal)
    subject = subjects.by_code(found.subject_code, on=on)
    present = queries.content_of(subject, on=on) if subject else None
    now = queries.snapshot(present) if present else {"subject": "", "records": []}
    changes = rules.changes_between(found.snapshot, now)
    told = held or subject is not None
    return Verification(
        Outcome.GENUINE,
        number=found.number,
        issued_at=found.issued_at,
        as_of=found.as_of,
        subject_code=found.subject_code if told else "",
        subject_name=found.subject_name if told else "",
        records=len(found.snapshot["records"]) if held else 0,
        held=held,
        changed=bool(changes),
        subject_visible=subject is not None,
        differences=_told(changes, present) if held else (),
        seal=seal,
    )


def _told(changes: tuple[Change, ...], present: queries.ReportContent | None) -> tuple[Difference, ...]:
    public = {str(e.record.natural_key): e.record for e in present.entries} if present else {}
    names = {c.code: c.name for c in catalogue.categories()}
    nothing = Words("", "")
    return tuple(
        Difference(
            kind=change.kind,
            place=change.place,
            category=names.get(change.category, nothing),
            headline=Words(public[change.key].headline, public[change.key].headline_en)
            if change.key in public
            else nothing,
        )
        for change in changes
    )
