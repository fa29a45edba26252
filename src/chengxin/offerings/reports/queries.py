"""What a report says: public records only, read through the registry's public queries."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from chengxin.offerings.reports import rules
from chengxin.offerings.reports.rules import Section
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.catalogue.rules import Category, Words
from chengxin.registry.records import queries as records
from chengxin.registry.records.rows import RecordRow
from chengxin.registry.subjects import queries as subjects
from chengxin.registry.subjects.queries import SubjectDetail

LONGEST_CODE = 50
SECTION_NAMES = {
    Section.REGISTRATION: Words("登记注册基本信息", "Registration"),
    Section.LICENCES: Words("行政许可信息", "Licences"),
    Section.POSITIVE: Words("诚实守信信息", "Positive information"),
    Section.NEGATIVE: Words("违法失信信息", "Negative information"),
    Section.LISTS: Words("名单信息", "Lists"),
    Section.OTHER: Words("其他公共信用信息", "Other information"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A record and its number in the report, e.g. `4.2`: the second one of the fourth section."""

    place: str
    record: RecordRow


@dataclass(frozen=True, slots=True)
class ReportSection:
    """One section with its records, newest first within each catalogue heading."""

    section: Section
    name: Words
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """How many records of a catalogue heading the report holds; headings without any are told as well."""

    category: Category
    number: int


@dataclass(frozen=True, slots=True)
class ReportContent:
    """A subject's public credit information as of a day (公共信用信息报告)."""

    subject: SubjectDetail
    as_of: date
    counts: tuple[Count, ...]
    sections: tuple[ReportSection, ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All records of all sections."""
        return tuple(entry for section in self.sections for entry in section.entries)


def report_content(subject_code: str, *, on: date) -> ReportContent | None:
    """What the report of the subject says on a day; None where no such subject may be seen.

    Indexes: those of `subjects.queries.by_code` and `records.queries.public_records_of`.
    """
    code = subject_code.strip().upper()
    if not code or len(code) > LONGEST_CODE or "\x00" in code:
        return None
    subject = subjects.by_code(code, on=on)
    return content_of(subject, on=on) if subject else None


def content_of(subject: SubjectDetail, *, on: date) -> ReportContent:
    """The same, of a subject that is at hand. Index: `record_subject`."""
    found = records.public_records_of(subject.id, on=on)
    by_section: dict[Section, list[RecordRow]] = {section: [] for section in Section}
    for record in found:
        by_section[rules.section_of(record.category, record.nature)].append(record)
    numbers = Counter(record.category for record in found)
    return ReportContent(
        subject=subject,
        as_of=on,
        counts=tuple(Count(category, numbers[category.code]) for category in catalogue.categories()),
        sections=tuple(section_at(place, *one) for place, one in enumerate(by_section.items(), start=1)),
    )


def section_at(place: int, section: Section, found: list[RecordRow]) -> ReportSection:
    """The section at that place of the report, with its records numbered."""
    entries = tuple(Entry(f"{place}.{number}", record) for number, record in enumerate(found, start=1))
    return ReportSection(section, SECTION_NAMES[section], entries)


def as_json(content: ReportContent) -> dict[str, Any]:
    """The report as JSON; `public_until` is the first day on which a record is no longer public, null: without end."""
    return {
        "as_of": content.as_of.isoformat(),
        "subject": _subject(content.subject),
        **parts_json(content.counts, content.sections),
    }


def parts_json(counts: Iterable[Count], sections: Iterable[ReportSection]) -> dict[str, Any]:
    """Summary and sections as JSON, as reports of companies and of natural persons alike hold them."""
    return {
        "summary": [
            {"category": c.category.code, "name": _words(c.category.name), "records": c.number} for c in counts
        ],
        "sections": [
            {
                "section": s.section.value,
                "name": _words(s.name),
                "records": [{"place": e.place, **_record(e.record)} for e in s.entries],
            }
            for s in sections
        ],
    }


def snapshot(content: ReportContent) -> dict[str, Any]:
    """Digests of the subject and of each record, by which later changes are found; nothing of what they say."""
    return {
        "subject": _digest(_subject(content.subject)),
        "records": [
            {
                "key": str(e.record.natural_key),
                "place": e.place,
                "category": e.record.category,
                "digest": _digest(said(e.record)),
            }
            for e in content.entries
        ],
    }


def _digest(told: Mapping[str, Any]) -> str:
    return rules.content_hash(told).hex()


def _words(words: Words) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _subject(subject: SubjectDetail) -> dict[str, Any]:
    return {
        "code": subject.code,
        "name": subject.name,
        "kind": subject.kind,
        "status": subject.status,
        "registered": subject.registered,
        "former_names": [{"name": f.name, "until": _day(f.until)} for f in subject.former_names],
        "identifiers": [{"scheme": scheme, "value": value} for scheme, value in subject.identifiers],
    }


def said(record: RecordRow) -> dict[str, Any]:
    """What a record itself says, apart from the names that the catalogue gives to things."""
    return {
        "item": record.item,
        "category": record.category,
        "values": {f.code: f.raw for f in record.fields},
        "document_number": record.document_number,
        "source": record.source_name,
        "authority": record.authority_name,
        "decided_on": _day(record.decided_on),
        "public_from": _day(record.public_from),
        "public_until": _day(record.public_until),
        "severity": record.severity,
        "state": record.state,
    }


def _record(record: RecordRow) -> dict[str, Any]:
    told = said(record)
    del told["values"]
    return {
        **told,
        "item_name": _words(record.item_name),
        "headline": {"zh": record.headline, "en": record.headline_en},
        "fields": [
            {"code": f.code, "name": _words(f.name), "raw": f.raw, "value": {"zh": f.value, "en": f.value_en}}
            for f in record.fields
        ],
        "legal_basis": [{"law": b.law, "article": b.article, "source": b.source} for b in record.legal_basis],
        "policy": record.policy,
    }
