"""Checks the profile's dated policy: that each day has one answer, with its source."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from chengxin.registry.catalogue import located
from chengxin.registry.catalogue.located import Mapping, ProfileFault, Sequence
from chengxin.registry.catalogue.rules import Profile

ENTRY_KEYS = {"code", "effective_from", "effective_until", "source", "verified", "note", "values"}
PUBLICITY_KEYS = {
    "kind",
    "otherwise",
    "months",
    "minimum_months",
    "periods",
    "only_when",
    "not_when",
    "ends_with_validity",
    "no_sooner",
}
PUBLICITY_KINDS = {"never", "always", "while-valid", "months", "by-severity"}
AUDIENCES = {"shared", "authorised"}  # of what is not public; a test holds them to records.rules.Audience
SEVERITIES = {"minor", "general", "serious"}  # a test holds them to records.rules.Severity


@dataclass(frozen=True, slots=True)
class PolicyEntry:
    """A policy entry as written."""

    kind: str
    file: str
    code: str
    raw: Mapping

    def fault(self, key: str, message: str) -> ProfileFault:
        """A fault at that key of the entry."""
        return ProfileFault(self.file, self.raw.line_of(key), message)

    @property
    def values(self) -> Mapping:
        """What the entry says; empty where it says nothing."""
        found = self.raw.get("values")
        return found if isinstance(found, Mapping) else Mapping()


@dataclass(frozen=True, slots=True)
class Policies:
    """All policy entries of a profile."""

    entries: list[PolicyEntry] = field(default_factory=list)
    faults: list[ProfileFault] = field(default_factory=list)

    def of(self, kind: str, code: str | None = None) -> list[PolicyEntry]:
        """The entries of `policy/<kind>.yaml`, or those of one code."""
        return [e for e in self.entries if e.kind == kind and code in (None, e.code)]


def read(folder: Path) -> Policies:
    """All files of `policy/` with the faults that any kind of policy can have."""
    found = Policies()
    for path in sorted((folder / "policy").glob("*.yaml")):
        file = str(path.relative_to(folder.parent.parent))
        content, problems = located.read(path, file)
        found.faults.extend(problems)
        rows = content.get("entries") if isinstance(content, Mapping) else None
        if not isinstance(rows, Sequence):
            found.faults.append(ProfileFault(file, 1, "holds no list 'entries'"))
            continue
        for raw in rows:
            if isinstance(raw, Mapping):
                found.entries.append(PolicyEntry(path.stem, file, str(raw.get("code", "")), raw))
            else:
                found.faults.append(ProfileFault(file, rows.line, "an entry is not a mapping"))
    for entry in found.entries:
        found.faults.extend(_entry(entry))
    found.faults.extend(_days(found))
    return found


def _entry(entry: PolicyEntry) -> Iterator[ProfileFault]:
    kinds: dict[str, type] = {"code": str, "effective_from": date, "source": str, "verified": bool}
    for key, kind in kinds.items():
        value = entry.raw.get(key)
        if not isinstance(value, kind) or value == "":
            yield entry.fault(key, f"{key!r} is missing or not of the right kind")
    for key in entry.raw:
        if key not in ENTRY_KEYS:
            yield entry.fault(key, f"unknown key {key!r}")
    if not isinstance(entry.raw.get("values", entry.values), Mapping):
        yield entry.fault("values", "'values' is a mapping")
    until = entry.raw.get("effective_until")
    if "effective_until" in entry.raw and not isinstance(until, date):
        yield entry.fault("effective_until", "'effective_until' is a date")


def _days(policies: Policies) -> Iterator[ProfileFault]:
    """Two entries of one code neither overlap nor leave days between them without an answer."""
    for kind, code in sorted({(e.kind, e.code) for e in policies.entries}):
        dated = [e for e in policies.of(kind, code) if isinstance(e.raw.get("effective_from"), date)]
        dated.sort(key=lambda e: e.raw["effective_from"])
        for one, following in pairwise(dated):
            begins, ends = following.raw["effective_from"], one.raw.get("effective_until")
            if one.raw["effective_from"] == begins:
                yield following.fault("effective_from", f"{code} has two entries from {begins}")
            elif isinstance(ends, date) and ends != begins:
                yield one.fault("effective_until", f"{code} ends on {ends}, but its next entry begins on {begins}")
        for entry in dated:
            ends = entry.raw.get("effective_until")
            if isinstance(ends, date) and ends <= entry.raw["effective_from"]:
                yield entry.fault("effective_until", f"{code} ends before it begins")


def publicity(policies: Policies, profile: Profile) -> Iterator[ProfileFault]:
    """What is wrong with the entries that say for how long records are public."""
    for entry in policies.of("publicity"):
        values = entry.values
        for key in values:
            if key not in PUBLICITY_KEYS:
                yield entry.fault("values", f"unknown key {key!r}")
        kind = values.get("kind")
        if not _is_one_of(kind, PUBLICITY_KINDS):
            yield entry.fault("values", f"'kind' is {kind!r}; allowed are {', '.join(sorted(PUBLICITY_KINDS))}")
        if not _is_one_of(values.get("otherwise"), AUDIENCES):
            yield entry.fault("values", f"'otherwise' is one of {', '.join(sorted(AUDIENCES))}")
        if kind == "months" and not _is_months(values.get("months")):
            yield entry.fault("values", "'months' is missing or no number of months")
        if not isinstance(values.get("ends_with_validity", False), bool):
            yield entry.fault("values", "'ends_with_validity' is true or false")
        if kind == "by-severity":
            yield from _periods(entry)
        for key in ("only_when", "not_when"):
            if key in values:
                yield from _condition(entry, key, values[key], profile)
        if "no_sooner" in values:
            yield from _no_sooner(entry, profile)


def _is_one_of(value: Any, allowed: set[str]) -> bool:
    return isinstance(value, str) and value in allowed


def _is_months(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _periods(entry: PolicyEntry) -> Iterator[ProfileFault]:
    periods = entry.values.get("periods")
    if not isinstance(periods, Mapping) or set(periods) != SEVERITIES:
        yield entry.fault("values", f"'periods' names {', '.join(sorted(SEVERITIES))}")
        return
    for severity, period in periods.items():
        if period is None:
            continue
        months = period.get("months") if isinstance(period, Mapping) else None
        least = period.get("minimum_months", 1) if isinstance(period, Mapping) else None
        if not isinstance(months, int) or not isinstance(least, int) or not 0 < least <= months:
            fault = "has no months, or a minimum above them"
            yield ProfileFault(entry.file, periods.line_of(severity), f"the period of {severity} {fault}")


def _no_sooner(entry: PolicyEntry, profile: Profile) -> Iterator[ProfileFault]:
    longer = entry.values["no_sooner"]
    if (
        not isinstance(longer, Mapping)
        or set(longer) != {"field", "months", "when"}
        or not _is_months(longer["months"])
    ):
        yield entry.fault("values", "'no_sooner' names a field, a number of months and when")
        return
    if entry.values.get("kind") != "while-valid":
        yield entry.fault("values", "'no_sooner' is of kind while-valid")
    for item in profile.items:
        if item.publicity_rule == entry.code and getattr(item.by_code.get(longer["field"]), "type", "") != "date":
            yield entry.fault("values", f"'no_sooner' names {longer['field']!r}, which is no date of {item.code}")
    yield from _condition(entry, "no_sooner", longer["when"], profile)


def _condition(entry: PolicyEntry, key: str, condition: Any, profile: Profile) -> Iterator[ProfileFault]:
    named = condition.get("field") if isinstance(condition, Mapping) else None
    any_of = condition.get("any") if isinstance(condition, Mapping) else None
    if not isinstance(named, str) or not isinstance(any_of, Sequence) or not all(isinstance(v, str) for v in any_of):
        yield entry.fault("values", f"{key!r} names a field and any of its values")
        return
    for item in profile.items:
        if item.publicity_rule != entry.code:
            continue
        if named not in item.by_code:
            yield entry.fault("values", f"{key!r} names {named!r}, which {item.code} does not have")
            continue
        allowed = profile.code_lists.get(item.by_code[named].code_list or "")
        for value in any_of:
            if allowed and value not in allowed.values:
                yield entry.fault("values", f"{key!r} names {value!r}, which is no value of {named}")


def severity(policies: Policies, profile: Profile) -> Iterator[ProfileFault]:
    """What is wrong with the entries that say how grave records are."""
    categories = {c.code for c in profile.categories}
    for entry in policies.of("severity"):
        values = entry.values
        if entry.code not in categories:
            yield entry.fault("code", f"{entry.code!r} is no category")
        if "fixed" in values:
            if not _is_one_of(values["fixed"], SEVERITIES):
                yield entry.fault("values", f"'fixed' is one of {', '.join(sorted(SEVERITIES))}")
            continue
        kinds = values.get("kinds")
        if not isinstance(kinds, Mapping):
            yield entry.fault("values", "neither 'fixed' nor 'kinds'")
            continue
        for kind, grade in kinds.items():
            if not _is_one_of(grade, SEVERITIES):
                line = kinds.line_of(kind)
                yield ProfileFault(entry.file, line, f"{kind} is one of {', '.join(sorted(SEVERITIES))}")
        yield from _fields_of(entry, kinds, profile)


def _fields_of(entry: PolicyEntry, kinds: Mapping, profile: Profile) -> Iterator[ProfileFault]:
    amounts = entry.values.get("amounts", Sequence())
    if not isinstance(amounts, Sequence) or not all(_is_amount(a) for a in amounts):
        yield entry.fault("values", "an amount names fields, at_least (a text) and severity")
        return
    for item in (i for i in profile.items if i.category == entry.code):
        for code in map(str, (entry.values.get("field"), *(f for a in amounts for f in a["fields"]))):
            if code not in item.by_code:
                yield entry.fault("values", f"names the field {code!r}, which {item.code} does not have")
        field_of_kinds = item.by_code.get(str(entry.values.get("field")))
        values = profile.code_lists.get((field_of_kinds.code_list if field_of_kinds else None) or "")
        for kind in sorted(set(values.values) ^ set(kinds)) if values else ():
            yield ProfileFault(
                entry.file, kinds.line_of(kind), f"{kind} stands in the list or in the policy, not in both"
            )


def _is_amount(raw: Any) -> bool:
    if not isinstance(raw, Mapping) or not isinstance(raw.get("fields"), Sequence):
        return False
    at_least = raw.get("at_least")
    is_number = isinstance(at_least, str) and at_least.replace(".", "", 1).isdecimal()
    return is_number and _is_one_of(raw.get("severity"), SEVERITIES)
