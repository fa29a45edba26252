"""What the report about a natural person says: read through the access log alone, identifiers masked."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from chengxin.base.database.context import acting
from chengxin.base.errors import NotFound
from chengxin.offerings.reports import queries, rules
from chengxin.offerings.reports.models import OwnNote, ReportCheck
from chengxin.offerings.reports.queries import Count, Entry, ReportSection
from chengxin.offerings.reports.rules import Section
from chengxin.registry.accounts.rules import Actor, MandateKind
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.records import queries as records
from chengxin.registry.records.rows import RecordRow
from chengxin.registry.records.rules import Audience
from chengxin.registry.subjects import queries as subjects
from chengxin.registry.subjects.queries import MaskedPerson
from chengxin.registry.subjects.rules import person_of
from chengxin.rights.consent import reading
from chengxin.rights.consent.queries import AccessRow

READING = "own-report"
SECTIONS = tuple(section for section in Section if section is not Section.REGISTRATION)


@dataclass(frozen=True, slots=True)
class PersonContent:
    """A natural person's public credit information on a day (个人公共信用信息报告).

    `looks` is None in a report that someone else gets: who else looked is told to the person alone.
    """

    about: str
    person: MaskedPerson
    as_of: date
    counts: tuple[Count, ...]
    sections: tuple[ReportSection, ...]
    note: str
    looks: tuple[AccessRow, ...] | None

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All records of all sections."""
        return tuple(entry for section in self.sections for entry in section.entries)


@dataclass(frozen=True, slots=True)
class Checks:
    """How often a report was verified by someone who held it, and when last."""

    number: str
    times: int
    last_at: datetime


def require_self(about: str, *, by: Actor) -> None:
    """Raise `NotFound` unless the actor is that natural person: no delegate, no representative."""
    own = any(m.about == about and m.kind is MandateKind.SELF for m in by.mandates)
    if person_of(about) is None or not own:
        raise NotFound


def content_of(
    about: str, found: Sequence[RecordRow], *, looks: tuple[AccessRow, ...] | None, by: str, basis: str, on: date
) -> PersonContent:
    """The report's content of records that were read through the access log; what has ended is left out."""
    person_id = person_of(about)
    if person_id is None:
        raise NotFound
    shown = [record for record in found if _is_current(record, on)]
    numbers = Counter(record.category for record in shown)
    by_section: dict[Section, list[RecordRow]] = {section: [] for section in SECTIONS}
    for record in shown:
        section = rules.section_of(record.category, record.nature)
        by_section[section if section in by_section else Section.OTHER].append(record)
    with acting(actor=by, purpose=READING, basis=basis, about=about):
        person, note = subjects.masked_person(person_id), note_of(about)
    return PersonContent(
        about=about,
        person=person,
        as_of=on,
        counts=tuple(Count(c, numbers[c.code]) for c in catalogue.categories() if c.code != "registration"),
        sections=tuple(queries.section_at(place, *one) for place, one in enumerate(by_section.items(), start=1)),
        note=note,
        looks=looks,
    )


def present_digest(about: str, *, items: Sequence[str] | None, on: date) -> str:
    """The digest of what the same report would say on that day; nothing of what it says leaves this function.

    `items` None: all that is held.
    """
    person_id = person_of(about)
    assert person_id is not None
    found = reading.rows_to_compare(about, items=items, on=on)
    with acting(actor=reading.VERIFIER.name, purpose=reading.COMPARING, basis=records.RIGHT_OF_ACCESS, about=about):
        return _digest(subjects.masked_person(person_id), found)


def digest(content: PersonContent) -> str:
    """The digest of the person and the records as they are told, by which a later change is found."""
    return _digest(content.person, [entry.record for entry in content.entries])


def note_of(about: str) -> str:
    """What the person wants to be read, in a transaction that names them. Index: `report_note_about`."""
    found = OwnNote.objects.filter(about=about).order_by("-id").values_list("text", flat=True).first()
    return found or ""


def own_note(about: str, *, by: Actor) -> str:
    """The same, for the person. Raises `NotFound` for anyone else."""
    require_self(about, by=by)
    with acting(actor=by.name, purpose=READING, basis=records.RIGHT_OF_ACCESS, about=about):
        return note_of(about)


def checks_of(about: str, *, by: Actor) -> dict[str, Checks]:
    """How often each report about a person was verified, by number. Raises `NotFound` for anyone else.

    Index: `report_check_about`.
    """
    require_self(about, by=by)
    with acting(actor=by.name, purpose=READING, basis=records.RIGHT_OF_ACCESS, about=about):
        found = list(ReportCheck.objects.filter(about=about).order_by("at").values_list("number", "at"))
    times = Counter(number for number, _ in found)
    return {number: Checks(number, times[number], at) for number, at in found}


def as_json(content: PersonContent) -> dict[str, Any]:
    """The report as JSON: as a company's, with the person masked, the note, and in the own report who looked."""
    told: dict[str, Any] = {
        "as_of": content.as_of.isoformat(),
        "subject": _subject(content.person),
        **queries.parts_json(content.counts, content.sections),
        "note": content.note,
    }
    if content.looks is not None:
        told["queries"] = [
            {
                "at": look.at.isoformat(),
                "organisation": {"zh": look.organisation_zh, "en": look.organisation_en},
                "purpose": look.purpose,
                "basis": look.basis,
                "fields": dict(look.fields),
                "door": look.door,
            }
            for look in content.looks
        ]
    return told


def _is_current(record: RecordRow, on: date) -> bool:
    if record.state not in records.SHOWN_STATES:
        return False
    if record.audience != Audience.PUBLIC:
        return True
    begun = record.public_from is not None and record.public_from <= on
    return begun and (record.public_until is None or on < record.public_until)


def _subject(person: MaskedPerson) -> dict[str, str]:
    return {"name": person.name, "document_type": person.document_type, "number": person.number}


def _digest(person: MaskedPerson, found: Sequence[RecordRow]) -> str:
    said = {str(record.natural_key): queries.said(record) for record in found}
    return rules.content_hash({"subject": _subject(person), "records": said}).hex()
