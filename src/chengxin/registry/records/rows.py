"""Records as they are read and shown: which fields, in which words, in which order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from chengxin.base.listing import in_turn_in_chinese
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.catalogue.rules import Field, FieldType, Item, LegalBasis, Words
from chengxin.registry.records.models import PersonRecord, Record


@dataclass(frozen=True, slots=True)
class FieldValue:
    """A field as it is kept (`raw`: several values stand side by side with ";") and as it is shown."""

    code: str
    name: Words
    raw: str
    value: str
    value_en: str


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A record as it is shown: what, from whom, on which basis, until when. `public_until` is the first day unseen."""

    id: int
    natural_key: UUID
    item: str
    item_name: Words
    category: str
    nature: str
    headline: str
    headline_en: str
    document_number: str
    fields: tuple[FieldValue, ...]
    source_name: str
    source_code: str
    authority_name: str
    authority_code: str
    legal_basis: tuple[LegalBasis, ...]
    decided_on: date | None
    valid_until: date | None
    severity: str
    audience: str
    public_from: date | None
    public_until: date | None
    policy: str
    state: str
    version: int
    known_from: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """Records that a read found. Which of them and which fields is known before they are made ready to be shown."""

    _records: tuple[Record | PersonRecord, ...]

    @property
    def keys(self) -> tuple[UUID, ...]:
        """Their natural keys."""
        return tuple(r.natural_key for r in self._records)

    @property
    def fields(self) -> dict[str, list[str]]:
        """The fields that `rows` will show, by item, in order."""
        codes: dict[str, set[str]] = {}
        for record in self._records:
            item = catalogue.item(record.item)
            codes.setdefault(item.code, set()).update(f.code for f, _ in _filled(item, record.payload))
        return {item: sorted(codes[item]) for item in sorted(codes)}

    def __len__(self) -> int:
        return len(self._records)

    def rows(self, *, offset: int = 0, limit: int | None = None) -> tuple[RecordRow, ...]:
        """As they are shown: all after the first `offset`, or `limit` of them."""
        return tuple(shown(r) for r in self._records[offset : offset + limit if limit else None])


def in_order(records: Iterable[Record | PersonRecord]) -> Found:
    """Records by category, in each the newest decision first."""
    places = {c.code: place for place, c in enumerate(catalogue.categories())}

    def place(record: Record | PersonRecord) -> tuple[int, int]:
        newest = -(record.decided_on or date.min).toordinal()
        return places.get(catalogue.item(record.item).category, len(places)), newest

    return Found(tuple(sorted(records, key=place)))


def shown(record: Record | PersonRecord) -> RecordRow:
    """A record as it is shown: only the fields that the catalogue opens, with the meanings of their codes."""
    item, payload = catalogue.item(record.item), record.payload
    fields = tuple(_shown(item, payload))
    by_code = {f.code: f for f in fields}
    parts = item.parts
    headline = [by_code[c] for c in parts.headline if c in by_code]
    period: Any = record.public_period
    return RecordRow(
        id=record.pk,
        natural_key=record.natural_key,
        item=item.code,
        item_name=item.name,
        category=item.category,
        nature=item.nature,
        headline=" · ".join(f.value for f in headline) or item.name.zh,
        headline_en=" · ".join(f.value_en for f in headline) or item.name.en,
        document_number=payload.get(parts.document_number or "", ""),
        fields=fields,
        source_name=payload.get(parts.source_name or "", ""),
        source_code=payload.get(parts.source_code or "", ""),
        authority_name=payload.get(parts.authority_name or "", ""),
        authority_code=record.authority_code,
        legal_basis=item.legal_basis,
        decided_on=record.decided_on,
        valid_until=record.valid_until,
        severity=record.severity,
        audience=record.audience,
        public_from=period.lower if period else None,
        public_until=period.upper if period else None,
        policy=record.policy,
        state=record.state,
        version=record.version,
        known_from=record.known_from,
    )


def _filled(item: Item, payload: Mapping[str, str]) -> Iterable[tuple[Field, str]]:
    hidden = {item.parts.source_code, item.parts.subject_code, item.parts.subject_name}
    for field in item.fields:
        value = payload.get(field.code)
        if value and field.public and field.type != FieldType.SEALED and field.code not in hidden:
            yield field, value


def _shown(item: Item, payload: Mapping[str, str]) -> Iterable[FieldValue]:
    for field, value in _filled(item, payload):
        shown = Words(value, value)
        if field.code_list:
            meanings = catalogue.code_list(field.code_list).meanings
            said = [meanings.get(one) or Words(one, one) for one in value.split(";")]
            shown = Words(in_turn_in_chinese(one.zh for one in said), "; ".join(one.en for one in said))
        yield FieldValue(field.code, field.name, value, shown.zh, shown.en)
