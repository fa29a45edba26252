"""Checks catalogue items against the rest of the profile."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from chengxin.registry.catalogue.checking_policy import Policies
from chengxin.registry.catalogue.located import Mapping, ProfileFault, Sequence
from chengxin.registry.catalogue.rules import (
    Field,
    FieldType,
    Item,
    NotBefore,
    OnlyFrom,
    PrefixDemands,
    Profile,
    RequiredWhen,
    Together,
    prohibited_by,
)
from chengxin.registry.catalogue.tables import Tables

LISTED = {FieldType.CODE, FieldType.CODES}
NUMBERS = {FieldType.DECIMAL, FieldType.INTEGER}
DATE_PARTS = ("decided_on", "valid_from", "valid_until", "declared_public_until")
SUBJECT_STATUSES = {"active", "revoked", "deregistered"}  # a test holds these to subjects.rules
SUBJECT_KINDS = {"legal-person", "other-organisation", "sole-trader"}


@dataclass(frozen=True, slots=True)
class Place:
    """A file and what was read from it, to say where a fault stands."""

    file: str
    raw: Mapping

    def fault(self, key: str, message: str) -> ProfileFault:
        """A fault at that key."""
        return ProfileFault(self.file, self.raw.line_of(key), message)

    def at_field(self, code: str, message: str) -> ProfileFault:
        """A fault at the field with that code; at the whole list where it is another item's."""
        fields = self.raw.get("fields")
        rows = fields if isinstance(fields, Sequence) else ()
        line = next((f.line for f in rows if isinstance(f, Mapping) and f.get("code") == code), None)
        return ProfileFault(self.file, line or self.raw.line_of("fields"), message)


def lists(profile: Profile, raw: tuple[str, Mapping], *, report_unused: bool) -> Iterator[ProfileFault]:
    """Code lists that stand twice or that nothing uses."""
    file, content = raw
    found = content.get("code_lists")
    used = {f.code_list for item in profile.items for f in item.fields}
    seen: set[str] = set()
    for one in found if isinstance(found, Sequence) else ():
        if not isinstance(one, Mapping):
            continue
        code = str(one.get("code"))
        if code in seen:
            yield ProfileFault(file, one.line, f"the code list {code!r} stands twice")
        seen.add(code)
        if report_unused and code not in used:
            yield ProfileFault(file, one.line, f"no field uses the code list {code!r}")


def divisions(profile: Profile, tables: Tables) -> Iterator[ProfileFault]:
    """The code list of divisions holds exactly those of divisions.csv."""
    listed = profile.code_lists.get("division")
    for code in sorted(set(listed.values) ^ set(tables.divisions)) if listed else ():
        file = "divisions.csv and catalogue-lists/code-lists.yaml"
        yield ProfileFault(file, 1, f"division {code!r} stands in one of them only")


def item(place: Place, one: Item, profile: Profile, tables: Tables, policies: Policies) -> Iterator[ProfileFault]:
    """What is wrong with an item that could be read."""
    if one.category not in {c.code for c in profile.categories}:
        yield place.fault("category", f"{one.category!r} is no category")
    only_from = tuple(code for rule in one.rules if isinstance(rule, OnlyFrom) for code in rule.organisations)
    for key, codes in (("providers", one.providers), ("sharing", one.shared_with), ("rules", only_from)):
        for code in codes:
            if code not in tables.organisations:
                yield place.fault(key, f"{code!r} is no organisation of organisations.csv")
    if one.sharing == "departments" and not one.shared_with:
        yield place.fault("sharing", "names no departments to share with")
    yield from _publicity(place, one, policies)
    yield from _titles(place, one, profile)
    for field in one.fields:
        for message in _field(field, profile):
            yield place.at_field(field.code, message)
    yield from _parts(place, one)
    yield from _cross_rules(place, one, profile)
    yield from _update_of_subject(place, one, profile)


def _publicity(place: Place, one: Item, policies: Policies) -> Iterator[ProfileFault]:
    rules = policies.of("publicity", one.publicity_rule)
    if not rules:
        yield place.fault("publicity", f"policy/publicity.yaml has no rule {one.publicity_rule!r}")
    open_rules = [r for r in rules if r.values.get("kind") != "never"]
    if one.publicity_attribute != "public" and open_rules:
        yield place.fault("publicity", f"is not public, but the rule {one.publicity_rule!r} makes it so")
    if one.subject == "person" and one.publicity_attribute != "authorised":
        yield place.fault("publicity", "records of natural persons need consent or a law: attribute authorised")
    for rule in open_rules:
        if rule.values.get("kind") in ("months", "by-severity") and one.parts.decided_on is None:
            yield place.fault("parts", "has no date of decision from which its public period could count")


def _titles(place: Place, one: Item, profile: Profile) -> Iterator[ProfileFault]:
    if forbidden := prohibited_by(one.name.zh, profile.prohibited):
        yield place.fault("name", f"falls in the forbidden class {forbidden}")
    titles = Counter(t for f in one.fields for t in {f.code, f.name.zh, *f.titles})
    for field in one.fields:
        for title in (field.name.zh, *field.titles):
            if forbidden := prohibited_by(title, profile.prohibited):
                yield place.at_field(field.code, f"{title!r} falls in the forbidden class {forbidden}")
            if titles[title] > 1:
                yield place.at_field(field.code, f"the column title {title!r} stands for two fields")
            if title in profile.ignored_titles:
                yield place.at_field(field.code, f"the column title {title!r} is one that is passed over")


def _field(field: Field, profile: Profile) -> Iterator[str]:
    code = field.code
    if field.type in LISTED and field.code_list not in profile.code_lists:
        yield f"{code} names the code list {field.code_list!r}, which does not exist"
    if field.type not in LISTED and field.code_list:
        yield f"{code} is of type {field.type} and can have no code list"
    if field.type in {FieldType.TEXT, FieldType.SEALED, *LISTED} and not field.max_length:
        yield f"{code} has no max_length"
    listed = profile.code_lists.get(field.code_list or "")
    if field.type == FieldType.CODE and listed is not None and field.max_length:
        longest = max(map(len, listed.values), default=0)
        if longest > field.max_length:
            yield f"{code} is too short for its own code list: {longest} characters"
    if field.type == FieldType.DECIMAL and not (field.digits and field.decimals is not None):
        yield f"{code} needs digits and decimals"
    if field.digits is not None and field.decimals is not None and field.decimals > field.digits:
        yield f"{code} has more decimals than digits"
    if field.minimum is not None and field.type not in NUMBERS:
        yield f"{code} is of type {field.type} and can have no minimum"
    if (field.earliest or field.not_future) and field.type != FieldType.DATE:
        yield f"{code} is of type {field.type} and can have neither earliest nor not_future"
    if field.prefixes and field.type != FieldType.CREDIT_CODE:
        yield f"{code} is of type {field.type} and can have no prefixes"
    if field.pattern and field.pattern_hint is None:
        yield f"{code} has a pattern without a hint"


def _parts(place: Place, one: Item) -> Iterator[ProfileFault]:
    parts = one.parts
    needed = {
        "organisation": ("subject_code",),
        "person": ("person_document_type", "person_document_number"),
    }.get(one.subject, ())
    for part in (*needed, "authority_code", "source_code", "source_name"):
        if getattr(parts, part) is None:
            yield place.fault("parts", f"an item about an {one.subject} needs the part {part!r}")
    for part in DATE_PARTS:
        code = getattr(parts, part)
        if code in one.by_code and one.by_code[code].type != FieldType.DATE:
            yield place.fault("parts", f"{part!r} is {code}, which is no date")
    for part in ("subject_code", "authority_code", "source_code"):
        code = getattr(parts, part)
        if code in one.by_code and one.by_code[code].type != FieldType.CREDIT_CODE:
            yield place.fault("parts", f"{part!r} is {code}, which is no unified social credit code")
    number = one.by_code.get(parts.person_document_number or "")
    if number is not None and number.type != FieldType.SEALED:
        yield place.fault("parts", "the number of a person's document must be sealed")
    if not one.natural_key:
        yield place.fault("natural_key", "the natural key is empty")
    for code in one.natural_key:
        open_code = code == parts.subject_code and one.updates_subject is None  # such rows are tied later
        if code in one.by_code and not one.by_code[code].required and not open_code:
            yield place.fault("natural_key", f"{code} belongs to the natural key and must be required")


def _cross_rules(place: Place, one: Item, profile: Profile) -> Iterator[ProfileFault]:
    for rule in one.rules:
        match rule:
            case Together(fields=fields) if len(fields) < 2:
                yield place.fault("rules", "'together' names two fields or more")
            case NotBefore(field=field, other=other):
                for code in (field, other):
                    if one.by_code[code].type != FieldType.DATE:
                        yield place.fault("rules", f"'not_before' names {code}, which is no date")
            case RequiredWhen(when_field=field, when_any=values):
                yield from _known_values(place, one, profile, field, values)
                if rule.above is not None and one.by_code[rule.field].type not in NUMBERS:
                    yield place.fault("rules", f"'above' belongs to numbers, and {rule.field} is none")
            case PrefixDemands(field=field, value=value):
                yield from _known_values(place, one, profile, field, (value,))
            case OnlyFrom(field=field, values=values):
                yield from _known_values(place, one, profile, field, values)


def _known_values(
    place: Place, one: Item, profile: Profile, field: str, values: tuple[str, ...]
) -> Iterator[ProfileFault]:
    allowed = profile.code_lists.get(one.by_code[field].code_list or "")
    for value in values:
        if allowed and value not in allowed.values:
            yield place.fault("rules", f"a rule names {value!r}, which is no value of {field}")


def _update_of_subject(place: Place, one: Item, profile: Profile) -> Iterator[ProfileFault]:
    update = one.updates_subject
    if update is None:
        return
    for field, meanings, allowed in (
        (update.status, update.statuses, SUBJECT_STATUSES),
        (update.kind, update.kinds, SUBJECT_KINDS),
    ):
        declared = one.by_code.get(field or "")
        values = profile.code_lists.get((declared.code_list if declared else None) or "")
        for value in sorted(set(values.values) ^ set(meanings)) if values else ():
            yield place.fault("updates_subject", f"{value!r} of {field} has no meaning, or is no value of it")
        for meaning in sorted(set(meanings.values()) - allowed):
            yield place.fault("updates_subject", f"{meaning!r} is none of {', '.join(sorted(allowed))}")
