"""Makes values of `catalogue.rules` from the profile's YAML, and collects every fault with file and line."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from chengxin.registry.catalogue.located import Mapping, ProfileFault, Sequence
from chengxin.registry.catalogue.rules import (
    Category,
    CodeList,
    CrossRule,
    Field,
    FieldType,
    Item,
    LegalBasis,
    NotBefore,
    Parts,
    PrefixDemands,
    RequiredWhen,
    SubjectUpdate,
    Together,
    Words,
)

NATURES = {"positive", "negative", "neutral"}
SUBJECTS = {"organisation", "person"}
ATTRIBUTES = {"public", "shared", "authorised"}
SHARING = {"open", "authorised", "departments"}
CYCLES = {"daily", "weekly", "monthly", "quarterly", "yearly", "on-change"}
ITEM_KEYS = {
    "code", "version", "effective_from", "name", "category", "nature", "subject", "providers", "legal_basis", "behaviour",
    "publicity", "sharing", "source_and_channel", "update", "retention", "natural_key", "parts", "fields", "rules",
    "updates_subject",
}  # fmt: skip
FIELD_KEYS = {
    "code", "name", "type", "required", "max_length", "digits", "decimals", "minimum", "code_list", "pattern",
    "pattern_hint", "prefixes", "earliest", "not_future", "public", "titles",
}  # fmt: skip


class Reader:
    """Reads one file; what is wrong goes to `faults`, and reading goes on as far as it makes sense."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[ProfileFault] = []

    def fault(self, line: int, message: str) -> None:
        """Note a fault."""
        self.faults.append(ProfileFault(self.file, line, message))

    def need(self, raw: Mapping, key: str, kind: type | tuple[type, ...]) -> Any:
        """The value of a required key of the right kind; else a fault and None."""
        value = raw.get(key)
        if value is None:
            self.fault(raw.line_of(key), f"{key!r} is missing")
            return None
        if not isinstance(value, kind):
            self.fault(raw.line_of(key), f"{key!r} is not of the right kind")
            return None
        return value

    def one_of(self, raw: Mapping, key: str, allowed: set[str]) -> str:
        """The value of a key that must be one of `allowed`."""
        value = str(self.need(raw, key, str) or "")
        if value and value not in allowed:
            self.fault(raw.line_of(key), f"{key!r} is {value!r}; allowed are {', '.join(sorted(allowed))}")
        return value

    def words(self, raw: Mapping, key: str) -> Words:
        """A text in both languages."""
        value = self.need(raw, key, Mapping)
        if value is None:
            return Words("", "")
        for language in ("zh", "en"):
            if not value.get(language):
                self.fault(value.line, f"{key!r} has no {language!r}")
        return Words(str(value.get("zh") or ""), str(value.get("en") or ""))

    def unknown_keys(self, raw: Mapping, allowed: set[str]) -> None:
        """A fault for each key that has no meaning here."""
        for key in raw:
            if key not in allowed:
                self.fault(raw.line_of(key), f"unknown key {key!r}")


def legal_bases(reader: Reader, raw: Mapping) -> tuple[LegalBasis, ...]:
    """The legal bases of an item; at least one."""
    found = reader.need(raw, "legal_basis", Sequence) or Sequence()
    if not found:
        reader.fault(raw.line_of("legal_basis"), "an item needs a legal basis")
    bases = []
    for one in found:
        if not isinstance(one, Mapping):
            reader.fault(raw.line_of("legal_basis"), "a legal basis is a mapping of law, article, source, verified")
            continue
        verified = reader.need(one, "verified", bool)
        law, article, source = (str(reader.need(one, k, str) or "") for k in ("law", "article", "source"))
        bases.append(LegalBasis(law=law, article=article, source=source, verified=bool(verified)))
    return tuple(bases)


def field(reader: Reader, raw: Mapping) -> Field | None:
    """One field; None where it cannot be made."""
    reader.unknown_keys(raw, FIELD_KEYS)
    code = reader.need(raw, "code", str)
    kind = reader.one_of(raw, "type", {t.value for t in FieldType})
    if code is None or kind not in {t.value for t in FieldType}:
        return None
    pattern = raw.get("pattern")
    if pattern is not None:
        try:
            re.compile(pattern)
        except re.error as error:
            reader.fault(raw.line_of("pattern"), f"pattern of {code} does not compile: {error}")
            pattern = None
    if kind in {"code", "codes"} and not raw.get("code_list"):
        reader.fault(raw.line, f"{code} is of type {kind} and names no code list")
    return Field(
        code=code,
        name=reader.words(raw, "name"),
        type=FieldType(kind),
        required=bool(raw.get("required", False)),
        max_length=raw.get("max_length"),
        digits=raw.get("digits"),
        decimals=raw.get("decimals"),
        minimum=Decimal(str(raw["minimum"])) if raw.get("minimum") is not None else None,
        code_list=raw.get("code_list"),
        pattern=pattern,
        pattern_hint=reader.words(raw, "pattern_hint") if "pattern_hint" in raw else None,
        prefixes=tuple(raw.get("prefixes", ())),
        earliest=raw["earliest"] if isinstance(raw.get("earliest"), date) else None,
        not_future=bool(raw.get("not_future", False)),
        public=bool(raw.get("public", True)) and kind != "sealed",
        titles=tuple(raw.get("titles", ())),
    )


def _together(reader: Reader, raw: Mapping, message: Words) -> CrossRule:
    return Together(tuple(raw["together"]), message)


def _required_when(reader: Reader, raw: Mapping, message: Words) -> CrossRule:
    rule = raw["required_when"]
    above = rule.get("above")
    return RequiredWhen(
        field=str(reader.need(rule, "field", str) or ""),
        when_field=str(reader.need(rule, "when", str) or ""),
        when_any=tuple(reader.need(rule, "any", Sequence) or ()),
        above=Decimal(str(above)) if above is not None else None,
        message=message,
    )


def _not_before(reader: Reader, raw: Mapping, message: Words) -> CrossRule:
    rule = raw["not_before"]
    return NotBefore(str(reader.need(rule, "field", str) or ""), str(reader.need(rule, "other", str) or ""), message)


def _prefix_demands(reader: Reader, raw: Mapping, message: Words) -> CrossRule:
    rule = raw["prefix_demands"]
    code_field, prefix, other, value = (
        str(reader.need(rule, k, str) or "") for k in ("code_field", "prefix", "field", "value")
    )
    return PrefixDemands(code_field, prefix, other, value, message)


RULES: dict[str, Callable[[Reader, Mapping, Words], CrossRule]] = {
    "together": _together,
    "required_when": _required_when,
    "not_before": _not_before,
    "prefix_demands": _prefix_demands,
}


def cross_rules(reader: Reader, raw: Mapping) -> tuple[CrossRule, ...]:
    """The cross-field rules of an item."""
    made = []
    for one in raw.get("rules", ()):
        kinds = [k for k in one if k in RULES] if isinstance(one, Mapping) else []
        if len(kinds) != 1 or set(one) - {kinds[0], "message"}:
            reader.fault(getattr(one, "line", raw.line_of("rules")), f"a rule is one of {', '.join(RULES)}, with message")
            continue
        made.append(RULES[kinds[0]](reader, one, reader.words(one, "message")))
    return tuple(made)


def fields_named_by(rule: CrossRule) -> tuple[str, ...]:
    """The codes of the fields that a rule speaks of."""
    match rule:
        case Together(fields=fields):
            return fields
        case RequiredWhen(field=one, when_field=other) | NotBefore(field=one, other=other):
            return (one, other)
        case PrefixDemands(code_field=one, field=other):
            return (one, other)


PARTS = {
    "subject_name", "subject_code", "subject_kind", "person_document_type", "person_document_number", "document_number",
    "authority_name", "authority_code", "source_name", "source_code", "decided_on", "valid_from", "valid_until",
    "declared_public_until",
}  # fmt: skip


def parts(reader: Reader, raw: Mapping, known: set[str]) -> Parts:
    """Which field plays which part."""
    found = reader.need(raw, "parts", Mapping) or Mapping()
    reader.unknown_keys(found, PARTS | {"other_codes", "headline"})
    headline = tuple(found.get("headline", ()))
    other_codes = dict(found.get("other_codes", {}))
    for code in [*(found.get(p) for p in PARTS), *headline, *other_codes.values()]:
        if code is not None and code not in known:
            reader.fault(found.line, f"parts names the field {code!r}, which the item does not have")
    reader.need(found, "subject_name", str)
    plain = {p: found.get(p) for p in PARTS}
    plain["subject_name"] = plain["subject_name"] or ""
    return Parts(other_codes=other_codes, headline=headline, **plain)


def update_of_subject(raw: Mapping) -> SubjectUpdate | None:
    """Which fields change what is known of the subject itself, for items of the base register."""
    found = raw.get("updates_subject")
    if not isinstance(found, Mapping):
        return None
    return SubjectUpdate(
        status=found.get("status"),
        statuses=dict(found.get("statuses", {})),
        kind=found.get("kind"),
        kinds=dict(found.get("kinds", {})),
        division=found.get("division"),
        former_name=found.get("former_name"),
    )


def fields(reader: Reader, raw: Mapping, others: dict[str, Mapping]) -> tuple[Field, ...]:
    """All fields of an item; `like: {item, from}` stands for those of another item from one field on."""
    made: list[Field] = []
    for one in reader.need(raw, "fields", Sequence) or ():
        if "like" in one:
            source = others.get(one["like"].get("item"))
            codes = [f.get("code") for f in source["fields"]] if source else []
            start = one["like"].get("from")
            if source is None or start not in codes:
                reader.fault(one.line, f"fields like {dict(one['like'])} do not exist")
                continue
            made.extend(f for f in (field(reader, r) for r in source["fields"][codes.index(start) :]) if f)
        elif (made_one := field(reader, one)) is not None:
            made.append(made_one)
    seen: set[str] = set()
    for one_field in made:
        if one_field.code in seen:
            reader.fault(raw.line_of("fields"), f"the field {one_field.code} stands twice")
        seen.add(one_field.code)
    return tuple(made)


def item(reader: Reader, raw: Mapping, others: dict[str, Mapping]) -> Item | None:
    """The item, or None where it cannot be made; all faults are in the reader."""
    reader.unknown_keys(raw, ITEM_KEYS)
    all_fields = fields(reader, raw, others)
    by_code = {f.code: f for f in all_fields}
    rules = cross_rules(reader, raw)
    natural_key = tuple(reader.need(raw, "natural_key", Sequence) or ())
    for code in [*natural_key, *(c for r in rules for c in fields_named_by(r))]:
        if code not in by_code:
            reader.fault(raw.line_of("rules"), f"the field {code!r} is named but not declared")
    publicity = reader.need(raw, "publicity", Mapping) or Mapping()
    sharing = reader.need(raw, "sharing", Mapping) or Mapping()
    update = reader.need(raw, "update", Mapping) or Mapping()
    made = Item(
        code=str(reader.need(raw, "code", str) or ""),
        version=int(reader.need(raw, "version", int) or 0),
        effective_from=reader.need(raw, "effective_from", date) or date.min,
        name=reader.words(raw, "name"),
        category=str(reader.need(raw, "category", str) or ""),
        nature=reader.one_of(raw, "nature", NATURES),
        subject=reader.one_of(raw, "subject", SUBJECTS),
        providers=tuple(raw.get("providers", ())),
        legal_basis=legal_bases(reader, raw),
        behaviour=reader.words(raw, "behaviour"),
        publicity_attribute=reader.one_of(publicity, "attribute", ATTRIBUTES),
        publicity_rule=str(reader.need(publicity, "rule", str) or ""),
        sharing=reader.one_of(sharing, "class", SHARING),
        shared_with=tuple(sharing.get("with", ())),
        source_and_channel=reader.words(raw, "source_and_channel"),
        update_cycle=reader.one_of(update, "cycle", CYCLES),
        within_working_days=update.get("within_working_days"),
        retention=reader.words(raw, "retention"),
        natural_key=natural_key,
        parts=parts(reader, raw, set(by_code)),
        fields=all_fields,
        rules=rules,
        by_code=by_code,
        updates_subject=update_of_subject(raw),
    )
    return None if reader.faults else made


def code_list(reader: Reader, raw: Mapping) -> CodeList:
    """One closed list of values."""
    values = reader.need(raw, "values", Mapping) or Mapping()
    return CodeList(
        code=str(reader.need(raw, "code", str) or ""),
        name=reader.words(raw, "name"),
        values=tuple(str(v) for v in values),
        english={str(k): str(v) for k, v in values.items()},
        older={str(k): str(v) for k, v in raw.get("older", {}).items()},
        free_suffix=tuple(raw.get("free_suffix", ())),
        source=str(reader.need(raw, "source", str) or ""),
    )


def category(reader: Reader, raw: Mapping) -> Category:
    """One heading of the catalogue."""
    return Category(str(reader.need(raw, "code", str) or ""), reader.words(raw, "name"))
