"""The collection catalogue (信用信息归集目录) as values: items, fields, rules. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum


class FieldType(StrEnum):
    """数据类型. `codes` holds several entries of a code list, separated by ";"; `sealed` is never public."""

    TEXT = "text"
    CODE = "code"
    CODES = "codes"
    CREDIT_CODE = "uscc"
    ORGANISATION_CODE = "org-code"
    SEALED = "sealed"
    DATE = "date"
    DECIMAL = "decimal"
    INTEGER = "integer"


@dataclass(frozen=True, slots=True)
class Words:
    """A text in Chinese and English."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.zh


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """A law and article; `verified` is False until a lawyer has confirmed it."""

    law: str
    article: str
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class CodeList:
    """A closed list of values. `older` maps values of older feeds to today's; `free_suffix` allows "其他-说明"."""

    code: str
    name: Words
    values: tuple[str, ...]
    meanings: Mapping[str, Words]
    older: Mapping[str, str]
    free_suffix: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an item. `max_length` in characters; `digits`/`decimals` for decimals, as 18.6."""

    code: str
    name: Words
    type: FieldType
    required: bool = False
    max_length: int | None = None
    digits: int | None = None
    decimals: int | None = None
    minimum: Decimal | None = None
    code_list: str | None = None
    pattern: str | None = None
    pattern_hint: Words | None = None
    prefixes: tuple[str, ...] = ()  # a credit code must begin with one of these
    earliest: date | None = None
    not_future: bool = False
    public: bool = True
    titles: tuple[str, ...] = ()  # further column titles that departments use


@dataclass(frozen=True, slots=True)
class Together:
    """All of `fields` are given, or none. The fault (`cross-field`) stands at each missing field."""

    fields: tuple[str, ...]
    message: Words


@dataclass(frozen=True, slots=True)
class RequiredWhen:
    """`field` is required (and above `above`) where `when_field` holds one of `when_any`. Fault `cross-field`."""

    field: str
    when_field: str
    when_any: tuple[str, ...]
    above: Decimal | None
    message: Words


@dataclass(frozen=True, slots=True)
class NotBefore:
    """The date `field` does not lie before the date `other`. Fault `date-order` at `field`."""

    field: str
    other: str
    message: Words


@dataclass(frozen=True, slots=True)
class PrefixDemands:
    """`code_field` begins with `prefix` if and only if `field` is `value`. Fault `cross-field` at `code_field`."""

    code_field: str
    prefix: str
    field: str
    value: str
    message: Words


@dataclass(frozen=True, slots=True)
class OnlyFrom:
    """Rows where `field` holds one of `values` are handed in by `organisations` alone. Fault `only-from` at `field`."""

    field: str
    values: tuple[str, ...]
    organisations: tuple[str, ...]
    message: Words


CrossRule = Together | RequiredWhen | NotBefore | PrefixDemands | OnlyFrom


def fields_of(rule: CrossRule) -> tuple[str, ...]:
    """The codes of the fields that a rule speaks of."""
    match rule:
        case Together(fields=fields):
            return fields
        case RequiredWhen(field=one, when_field=other) | NotBefore(field=one, other=other):
            return (one, other)
        case PrefixDemands(code_field=one, field=other):
            return (one, other)
        case OnlyFrom(field=one):
            return (one,)


@dataclass(frozen=True, slots=True)
class Parts:
    """Which field plays which part; None where the item has no such field."""

    subject_name: str
    subject_code: str | None  # organisations: the credit code
    subject_kind: str | None
    person_document_type: str | None  # natural persons
    person_document_number: str | None
    other_codes: Mapping[str, str]  # identifier scheme -> field
    document_number: str | None
    authority_name: str | None
    authority_code: str | None
    source_name: str | None
    source_code: str | None
    decided_on: str | None
    valid_from: str | None
    valid_until: str | None  # last day of validity
    declared_public_until: str | None
    legal_representative: str | None
    address: str | None
    headline: tuple[str, ...]  # fields that say in one line what the record is about


@dataclass(frozen=True, slots=True)
class SubjectUpdate:
    """For items of the base register: which fields change what is known of the subject itself.

    `statuses` and `kinds` map the field's values to those of `subjects.rules`. The name is always taken.
    """

    status: str | None
    statuses: Mapping[str, str]
    kind: str | None
    kinds: Mapping[str, str]
    division: str | None
    former_name: str | None


@dataclass(frozen=True, slots=True)
class Item:
    """One resource of the catalogue (目录项)."""

    code: str
    version: int
    effective_from: date
    name: Words
    category: str
    nature: str  # positive | negative | neutral
    subject: str  # organisation | person
    providers: tuple[str, ...]  # organisation codes; empty: any organisation of the city
    legal_basis: tuple[LegalBasis, ...]
    behaviour: Words
    publicity_attribute: str  # public | shared | authorised
    publicity_rule: str  # code of an entry of policy/publicity.yaml
    sharing: str  # open | authorised | departments
    shared_with: tuple[str, ...]
    source_and_channel: Words
    update_cycle: str  # daily | weekly | monthly | quarterly | yearly | on-change
    within_working_days: int | None
    retention: Words
    natural_key: tuple[str, ...]
    parts: Parts
    fields: tuple[Field, ...]
    rules: tuple[CrossRule, ...] = ()
    by_code: Mapping[str, Field] = field(default_factory=dict)
    updates_subject: SubjectUpdate | None = None

    @property
    def may_lack_code(self) -> bool:
        """Whether rows about organisations may come without the credit code; they are tied to a subject later."""
        code = self.by_code.get(self.parts.subject_code or "")
        return self.subject == "organisation" and code is not None and not code.required

    def field_of(self, code: str) -> Field:
        """The field with that code. Raises `KeyError`."""
        return self.by_code[code]


@dataclass(frozen=True, slots=True)
class Category:
    """A heading of the national base catalogue (信息类别)."""

    code: str
    name: Words


@dataclass(frozen=True, slots=True)
class ProhibitedClass:
    """A class of personal information that may never be collected, and the words that betray it in a title."""

    name: str
    words: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Profile:
    """The catalogue part of a city profile."""

    items: tuple[Item, ...]
    code_lists: Mapping[str, CodeList]
    categories: tuple[Category, ...]
    prohibited: tuple[ProhibitedClass, ...]
    ignored_titles: frozenset[str]


def prohibited_by(title: str, classes: tuple[ProhibitedClass, ...]) -> str | None:
    """The name of the forbidden class that a title falls in, or None.

    Source: Regulation on Credit Reporting (征信业管理条例) art. 14, and the city's own list; see prohibited.yaml.
    """
    folded = title.upper()
    return next((c.name for c in classes if any(word.upper() in folded for word in c.words)), None)
