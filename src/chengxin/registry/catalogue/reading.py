"""Makes values of `catalogue.rules` from the profile's YAML, and collects every fault with file and line."""

import re
from collections.abc import Callable
from datetime import date

from chengxin.registry.catalogue.located import Mapping, Sequence
from chengxin.registry.catalogue.reader import Reader
from chengxin.registry.catalogue.rules import (
    Category,
    CodeList,
    CrossRule,
    Field,
    FieldType,
    Item,
    LegalBasis,
    NotBefore,
    OnlyFrom,
    Parts,
    PrefixDemands,
    ProhibitedClass,
    RequiredWhen,
    SubjectUpdate,
    Together,
    Words,
    fields_of,
)

NATURES = {"positive", "negative", "neutral"}
SUBJECTS = {"organisation", "person"}
ATTRIBUTES = {"public", "shared", "authorised"}
SHARING = {"open", "authorised", "departments"}
CYCLES = {"daily", "weekly", "monthly", "quarterly", "yearly", "on-change"}
ITEM_KEYS = {
    "code", "version", "effective_from", "name", "category", "nature", "subject", "providers", "legal_basis",
    "behaviour", "publicity", "sharing", "source_and_channel", "update", "retention", "natural_key", "parts", "fields",
    "rules", "updates_subject",
}  # fmt: skip
FIELD_KEYS = {
    "code", "name", "type", "required", "max_length", "digits", "decimals", "minimum", "code_list", "pattern",
    "pattern_hint", "prefixes", "earliest", "not_future", "public", "titles",
}  # fmt: skip


def legal_bases(reader: Reader, raw: Mapping) -> tuple[LegalBasis, ...]:
    """The legal bases of an item; at least one."""
    found = reader.need(raw, "legal_basis", Sequence) or Sequence()
    if not found:
        reader.fault(raw.line_of("legal_basis"), "an item needs a legal basis")
    bases = []
    for one in reader.mappings(raw, "legal_basis"):
        reader.unknown_keys(one, {"law", "article", "source", "verified"})
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
    pattern = reader.maybe(raw, "pattern", str)
    if pattern is not None:
        try:
            re.compile(pattern)
        except re.error as error:
            reader.fault(raw.line_of("pattern"), f"pattern of {code} does not compile: {error}")
    public = reader.maybe(raw, "public", bool)
    return Field(
        code=code,
        name=reader.words(raw, "name"),
        type=FieldType(kind),
        required=bool(reader.maybe(raw, "required", bool)),
        max_length=reader.maybe(raw, "max_length", int),
        digits=reader.maybe(raw, "digits", int),
        decimals=reader.maybe(raw, "decimals", int),
        minimum=reader.decimal(raw, "minimum"),
        code_list=reader.maybe(raw, "code_list", str),
        pattern=pattern,
        pattern_hint=reader.words(raw, "pattern_hint") if "pattern_hint" in raw else None,
        prefixes=reader.texts(raw, "prefixes"),
        earliest=reader.maybe(raw, "earliest", date),
        not_future=bool(reader.maybe(raw, "not_future", bool)),
        public=public is not False and kind != FieldType.SEALED,
        titles=reader.texts(raw, "titles"),
    )


def _together(reader: Reader, raw: Mapping, message: Words) -> CrossRule:
    return Together(reader.texts(raw, "together"), message)


def _body(reader: Reader, raw: Mapping, kind: str, keys: set[str]) -> Mapping:
    body = reader.need(raw, kind, Mapping) or Mapping()
    reader.unknown_keys(body, keys)
    return body


def _required_when(reader: Reader, raw: Mapping, message: Words) -> CrossRule:
    rule = _body(reader, raw, "required_when", {"field", "when", "any", "above"})
    reader.need(rule, "any", Sequence)
    return RequiredWhen(
        field=str(reader.need(rule, "field", str) or ""),
        when_field=str(reader.need(rule, "when", str) or ""),
        when_any=reader.texts(rule, "any"),
        above=reader.decimal(rule, "above"),
        message=message,
    )


def _not_before(reader: Reader, raw: Mapping, message: Words) -> CrossRule:
    rule = _body(reader, raw, "not_before", {"field", "other"})
    return NotBefore(str(reader.need(rule, "field", str) or ""), str(reader.need(rule, "other", str) or ""), message)


def _prefix_demands(reader: Reader, raw: Mapping, message: Words) -> CrossRule:
    keys = ("code_field", "prefix", "field", "value")
    rule = _body(reader, raw, "prefix_demands", set(keys))
    code_field, prefix, other, value = (str(reader.need(rule, k, str) or "") for k in keys)
    return PrefixDemands(code_field, prefix, other, value, message)


def _only_from(reader: Reader, raw: Mapping, message: Words) -> CrossRule:
    rule = _body(reader, raw, "only_from", {"field", "values", "organisations"})
    for name in ("values", "organisations"):
        reader.need(rule, name, Sequence)
    return OnlyFrom(
        field=str(reader.need(rule, "field", str) or ""),
        values=reader.texts(rule, "values"),
        organisations=reader.texts(rule, "organisations"),
        message=message,
    )


RULES: dict[str, Callable[[Reader, Mapping, Words], CrossRule]] = {
    "together": _together,
    "required_when": _required_when,
    "not_before": _not_before,
    "prefix_demands": _prefix_demands,
    "only_from": _only_from,
}


def cross_rules(reader: Reader, raw: Mapping) -> tuple[CrossRule, ...]:
    """The cross-field rules of an item."""
    made = []
    for one in reader.mappings(raw, "rules"):
        kinds = [k for k in one if k in RULES]
        if len(kinds) != 1 or set(one) - {kinds[0], "message"}:
            reader.fault(one.line, f"a rule is one of {', '.join(RULES)}, with message")
            continue
        made.append(RULES[kinds[0]](reader, one, reader.words(one, "message")))
    return tuple(made)


PARTS = {
    "subject_name", "subject_code", "subject_kind", "person_document_type", "person_document_number", "document_number",
    "authority_name", "authority_code", "source_name", "source_code", "decided_on", "valid_from", "valid_until",
    "declared_public_until", "legal_representative", "address",
}  # fmt: skip


def parts(reader: Reader, raw: Mapping, known: set[str]) -> Parts:
    """Which field plays which part."""
    found = reader.need(raw, "parts", Mapping) or Mapping()
    reader.unknown_keys(found, PARTS | {"other_codes", "headline"})
    headline = reader.texts(found, "headline")
    other_codes = reader.names(found, "other_codes")
    reader.need(found, "subject_name", str)
    plain = {p: reader.maybe(found, p, str) for p in sorted(PARTS)}
    plain["subject_name"] = plain["subject_name"] or ""
    for code in [*plain.values(), *headline, *other_codes.values()]:
        if code and code not in known:
            reader.fault(found.line, f"parts names the field {code!r}, which the item does not have")
    return Parts(other_codes=other_codes, headline=headline, **plain)


def update_of_subject(reader: Reader, raw: Mapping, known: set[str]) -> SubjectUpdate | None:
    """Which fields change what is known of the subject itself, for items of the base register."""
    found = reader.maybe(raw, "updates_subject", Mapping)
    if found is None:
        return None
    plain = ("status", "kind", "division", "former_name")
    reader.unknown_keys(found, {*plain, "statuses", "kinds"})
    status, kind, division, former_name = (reader.maybe(found, key, str) for key in plain)
    for code in (status, kind, division, former_name):
        if code is not None and code not in known:
            reader.fault(found.line, f"updates_subject names the field {code!r}, which the item does not have")
    return SubjectUpdate(
        status=status,
        statuses=reader.names(found, "statuses"),
        kind=kind,
        kinds=reader.names(found, "kinds"),
        division=division,
        former_name=former_name,
    )


def _fields_like(reader: Reader, raw: Mapping, others: dict[str, Mapping]) -> list[Field]:
    like = raw["like"] if isinstance(raw["like"], Mapping) else Mapping()
    reader.unknown_keys(raw, {"like"})
    source = others.get(str(like.get("item")), Mapping()).get("fields")
    rows = [f for f in source if isinstance(f, Mapping)] if isinstance(source, Sequence) else []
    codes = [f.get("code") for f in rows]
    start = like.get("from")
    if start is None or start not in codes:
        reader.fault(raw.line, f"fields like {dict(like)} do not exist")
        return []
    elsewhere = Reader(reader.file)  # their faults stand at the item that declares them
    return [f for f in (field(elsewhere, r) for r in rows[codes.index(start) :]) if f]


def fields(reader: Reader, raw: Mapping, others: dict[str, Mapping]) -> tuple[Field, ...]:
    """All fields of an item; `like: {item, from}` stands for those of another item from one field on."""
    made: list[Field] = []
    reader.need(raw, "fields", Sequence)
    for one in reader.mappings(raw, "fields"):
        if "like" in one:
            made.extend(_fields_like(reader, one, others))
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
    reader.need(raw, "natural_key", Sequence)
    natural_key = reader.texts(raw, "natural_key")
    for code in natural_key:
        if code not in by_code:
            reader.fault(raw.line_of("natural_key"), f"the field {code!r} is named but not declared")
    for code in (c for r in rules for c in fields_of(r)):
        if code not in by_code:
            reader.fault(raw.line_of("rules"), f"the field {code!r} is named but not declared")
    publicity, sharing, update = (
        reader.need(raw, key, Mapping) or Mapping() for key in ("publicity", "sharing", "update")
    )
    reader.unknown_keys(publicity, {"attribute", "rule"})
    reader.unknown_keys(sharing, {"class", "with"})
    reader.unknown_keys(update, {"cycle", "within_working_days"})
    made = Item(
        code=str(reader.need(raw, "code", str) or ""),
        version=int(reader.need(raw, "version", int) or 0),
        effective_from=reader.need(raw, "effective_from", date) or date.min,
        name=reader.words(raw, "name"),
        category=str(reader.need(raw, "category", str) or ""),
        nature=reader.one_of(raw, "nature", NATURES),
        subject=reader.one_of(raw, "subject", SUBJECTS),
        providers=reader.texts(raw, "providers"),
        legal_basis=legal_bases(reader, raw),
        behaviour=reader.words(raw, "behaviour"),
        publicity_attribute=reader.one_of(publicity, "attribute", ATTRIBUTES),
        publicity_rule=str(reader.need(publicity, "rule", str) or ""),
        sharing=reader.one_of(sharing, "class", SHARING),
        shared_with=reader.texts(sharing, "with"),
        source_and_channel=reader.words(raw, "source_and_channel"),
        update_cycle=reader.one_of(update, "cycle", CYCLES),
        within_working_days=reader.maybe(update, "within_working_days", int),
        retention=reader.words(raw, "retention"),
        natural_key=natural_key,
        parts=parts(reader, raw, set(by_code)),
        fields=all_fields,
        rules=rules,
        by_code=by_code,
        updates_subject=update_of_subject(reader, raw, set(by_code)),
    )
    return None if reader.faults else made


def code_list(reader: Reader, raw: Mapping) -> CodeList:
    """One closed list of values."""
    reader.unknown_keys(raw, {"code", "name", "source", "values", "older", "free_suffix"})
    values = reader.meanings(raw, "values")
    made = CodeList(
        code=str(reader.need(raw, "code", str) or ""),
        name=reader.words(raw, "name"),
        values=tuple(values),
        meanings=values,
        older=reader.names(raw, "older"),
        free_suffix=reader.texts(raw, "free_suffix"),
        source=str(reader.need(raw, "source", str) or ""),
    )
    for key, targets in (("older", ";".join(made.older.values())), ("free_suffix", ";".join(made.free_suffix))):
        for value in filter(None, targets.split(";")):
            if value not in values:
                reader.fault(
                    raw.line_of(key), f"{key!r} of {made.code} speaks of {value!r}, which the list does not hold"
                )
    return made


def category(reader: Reader, raw: Mapping) -> Category:
    """One heading of the catalogue."""
    reader.unknown_keys(raw, {"code", "name"})
    return Category(str(reader.need(raw, "code", str) or ""), reader.words(raw, "name"))


def prohibited_class(reader: Reader, raw: Mapping) -> ProhibitedClass:
    """One class of information that may never be collected."""
    reader.unknown_keys(raw, {"name", "words", "source"})
    reader.need(raw, "words", Sequence)
    name, source = (str(reader.need(raw, key, str) or "") for key in ("name", "source"))
    return ProhibitedClass(name, reader.texts(raw, "words"), source)
