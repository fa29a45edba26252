"""Checks the catalogues of measures and of checks: what stands there can be applied, on a law, by someone named."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from chengxin.registry.catalogue.checking_policy import SEVERITIES, Policies, PolicyEntry
from chengxin.registry.catalogue.located import Mapping, ProfileFault, Sequence
from chengxin.registry.catalogue.rules import FieldType, Item, Profile
from chengxin.registry.catalogue.tables import Tables

# What regulation.measures.rules knows; a test there holds these to it.
RESTRICTIONS = {
    1: {"market-entry", "posts", "high-consumption", "exit-ban", "schooling", "publication", "criticism"},
    2: {"public-projects", "honours", "preferential-policy", "key-supervision"},
    3: {"market-ratings", "credit-granting"},
    4: {"other-by-law"},
}
REWARDS = {
    "green-channel", "reduced-documents", "fewer-inspections", "priority-projects", "procurement-scoring",
    "honours-first", "pay-later", "financing", "benefits",
}  # fmt: skip
TARGETS = {"organisation", "legal-representative", "persons-liable", "natural-person"}
SUBJECTS = {"organisation", "natural-person"}
BY_OTHERS = 3
GRADES = {"evaluation-result", "score"}  # what a computer says of a subject is no ground of a measure
MEASURE_KEYS = {
    "name", "origin", "class", "kind", "effect", "triggers", "targets", "executors", "basis", "does", "starts", "ends",
    "exceptions", "discretion", "feedback",
}  # fmt: skip
TRIGGER_KEYS = {
    "lists",
    "item",
    "field",
    "any",
    "amounts",
    "severity",
    "months",
    "served_by",
    "served_within",
    "served_on",
    "also",
    "dated_by",
    "decided_from",
}
MATTER_KEYS = {"name", "purpose", "basis", "subjects", "departments", "measures"}


def measures(policies: Policies, profile: Profile, listed: Tables) -> Iterator[ProfileFault]:
    """What is wrong with the entries of `policy/measures.yaml`."""
    for entry in policies.of("measures"):
        yield from _unknown(entry, MEASURE_KEYS)
        for key in ("name", "does", "starts", "ends"):
            yield from _words(entry, key)
        if "exceptions" in entry.values:
            yield from _words(entry, "exceptions")
        if entry.values.get("origin") not in {"national", "city"}:
            yield _at(entry, "origin", "'origin' is national or city")
        yield from _class(entry)
        yield from _targets(entry, "targets", TARGETS)
        yield from _organisations(
            entry, "executors", listed, at_least=0 if entry.values.get("class") == BY_OTHERS else 1
        )
        yield from _basis(entry)
        yield from _triggers(entry, policies, profile)
        if not isinstance(entry.values.get("discretion"), bool):
            yield _at(entry, "discretion", "'discretion' is true or false")
        if entry.values.get("feedback") not in {"required", "optional"}:
            yield _at(entry, "feedback", "'feedback' is required or optional")


def matters(policies: Policies, listed: Tables) -> Iterator[ProfileFault]:
    """What is wrong with the entries of `policy/checks.yaml`."""
    known = {e.code: e for e in policies.of("measures")}
    for entry in policies.of("checks"):
        yield from _unknown(entry, MATTER_KEYS)
        yield from _words(entry, "name")
        yield from _words(entry, "purpose")
        yield from _basis(entry)
        yield from _targets(entry, "subjects", SUBJECTS)
        yield from _organisations(entry, "departments", listed, at_least=1)
        named = entry.values.get("measures")
        if named is None or not _texts(named):
            yield _at(entry, "measures", "'measures' names measures of policy/measures.yaml")
            continue
        for code in named:
            if code not in known:
                yield _at(
                    entry, "measures", f"names the measure {code!r}, which the catalogue of measures does not hold"
                )
            elif known[code].values.get("class") == BY_OTHERS:
                yield _at(entry, "measures", f"{code} is of class 3: no public body may order it")
        yield from _fitting(entry, [known[code] for code in named if code in known], listed)


def _fitting(entry: PolicyEntry, measures: list[PolicyEntry], listed: Tables) -> Iterator[ProfileFault]:
    """Who asks in a matter executes one of its measures, and each is executed by one who asks: else nobody is told."""
    executing = {m.code: set(m.values.get("executors") or ()) for m in measures}
    lines = {code: _line(code, listed) for code in entry.values.get("departments") or ()}
    for code, line in lines.items():
        if not any(line & executors for executors in executing.values()):
            yield _at(entry, "departments", f"{code} executes none of the measures of this matter")
    for code, executors in executing.items():
        if executors.isdisjoint(set().union(*lines.values())):
            yield _at(entry, "measures", f"{code} is executed by none of the departments of this matter")


def _line(code: str, listed: Tables) -> set[str]:
    """An organisation and those above it."""
    found: set[str] = set()
    while code in listed.organisations and code not in found:
        found.add(code)
        code = listed.organisations[code]["parent"]
    return found


def _class(entry: PolicyEntry) -> Iterator[ProfileFault]:
    klass, kind, effect = (entry.values.get(key) for key in ("class", "kind", "effect"))
    if effect not in {"restriction", "reward"}:
        yield _at(entry, "effect", "'effect' is restriction or reward")
    elif effect == "reward" and (klass != 0 or kind not in REWARDS):
        yield _at(entry, "kind", f"a reward is of class 0 and one of {', '.join(sorted(REWARDS))}")
    elif effect == "restriction" and (not isinstance(klass, int) or kind not in RESTRICTIONS.get(klass, ())):
        allowed = ", ".join(sorted(RESTRICTIONS.get(klass, ()))) if isinstance(klass, int) else ""
        yield _at(entry, "kind", f"a restriction of class {klass} is one of: {allowed or 'classes 1 to 4'}")


def _triggers(entry: PolicyEntry, policies: Policies, profile: Profile) -> Iterator[ProfileFault]:
    triggers = entry.values.get("triggers")
    if not isinstance(triggers, Sequence) or not triggers or not all(isinstance(t, Mapping) for t in triggers):
        yield _at(entry, "triggers", "'triggers' names lists or records")
        return
    sides = {e.code: e.values.get("side") for e in policies.of("lists")}
    wanted = "reward" if entry.values.get("effect") == "reward" else "restrict"
    for trigger in triggers:
        for key in trigger:
            if key not in TRIGGER_KEYS:
                yield ProfileFault(entry.file, trigger.line_of(key), f"unknown key {key!r}")
        months = trigger.get("months", 1)
        if not isinstance(months, int) or isinstance(months, bool) or months < 1:
            yield ProfileFault(entry.file, trigger.line_of("months"), "'months' is a number of months")
        if "lists" in trigger:
            for code in trigger["lists"] if _texts(trigger["lists"]) else ():
                line = trigger.line_of("lists")
                if code not in sides:
                    yield ProfileFault(
                        entry.file, line, f"names the list {code!r}, which policy/lists.yaml does not hold"
                    )
                elif sides[code] != wanted:
                    yield ProfileFault(entry.file, line, f"the list {code} is of the other side")
        elif "item" in trigger:
            yield from _record(entry, trigger, profile)
        else:
            yield ProfileFault(entry.file, trigger.line, "a trigger names lists or an item")


def _record(entry: PolicyEntry, trigger: Mapping, profile: Profile) -> Iterator[ProfileFault]:
    line = trigger.line_of("item")
    item = next((i for i in profile.items if i.code == trigger["item"]), None)
    if item is None or trigger["item"] in GRADES:
        yield ProfileFault(entry.file, line, f"names the item {trigger['item']!r}, which the catalogue does not hold")
        return
    if item.subject != "organisation":
        yield ProfileFault(
            entry.file, line, f"{item.code} is about natural persons: a measure against them needs a list"
        )
    if entry.values.get("effect") == "restriction":
        if not (trigger.get("served_by") and trigger.get("served_within") and trigger.get("months")):
            fault = "a record triggers a restriction only with served_by, served_within and months"
            yield ProfileFault(entry.file, line, fault)
        if not (trigger.get("field") or trigger.get("amounts")):
            yield ProfileFault(entry.file, line, "a restriction names the values or amounts of its own law")
    yield from _service(entry, trigger, item)
    yield from _amounts(entry, trigger, item)
    if trigger.get("severity", "general") not in SEVERITIES:
        yield ProfileFault(entry.file, line, f"'severity' is one of {', '.join(sorted(SEVERITIES))}")
    if not isinstance(trigger.get("decided_from", date.min), date):
        yield ProfileFault(entry.file, line, "'decided_from' is a day")
    dated = item.by_code.get(trigger.get("dated_by", ""))
    if "dated_by" in trigger and (dated is None or dated.type != FieldType.DATE):
        yield ProfileFault(entry.file, line, f"'dated_by' names no field of {item.code} that holds a day")
    named = {trigger["field"]: trigger.get("any")} if "field" in trigger else {}
    also = trigger.get("also", Mapping())
    if not isinstance(also, Mapping):
        yield ProfileFault(entry.file, line, "'also' gives fields and lists of their values")
        return
    for field, values in {**named, **also}.items():
        yield from _condition(entry, line, item, profile, field=field, values=values)


def _condition(
    entry: PolicyEntry, line: int, item: Item, profile: Profile, *, field: str, values: Any
) -> Iterator[ProfileFault]:
    """What is wrong where a trigger asks that a field has one of these values."""
    if field not in item.by_code:
        yield ProfileFault(entry.file, line, f"names the field {field!r}, which {item.code} does not have")
        return
    allowed = profile.code_lists.get(item.by_code[field].code_list or "")
    for value in values if _texts(values) else ():
        if allowed and value not in allowed.values:
            yield ProfileFault(entry.file, line, f"names {value!r}, which is no value of {field}")


def _service(entry: PolicyEntry, trigger: Mapping, item: Item) -> Iterator[ProfileFault]:
    within, named = trigger.get("served_within"), trigger.get("served_on")
    if within is not None and not (
        isinstance(within, Mapping)
        and set(within) == {"working_days", "days"}
        and all(isinstance(n, int) and n > 0 for n in within.values())
    ):
        line = trigger.line_of("served_within")
        yield ProfileFault(entry.file, line, "'served_within' is given in working_days and in days")
    if named is not None and (named not in item.by_code or item.by_code[named].type != "date"):
        line = trigger.line_of("served_on")
        yield ProfileFault(entry.file, line, f"names {named!r}, which is no date of {item.code}")


def _amounts(entry: PolicyEntry, trigger: Mapping, item: Item) -> Iterator[ProfileFault]:
    for amount in trigger.get("amounts", ()):
        fields = amount.get("fields") if isinstance(amount, Mapping) else None
        least = amount.get("at_least") if isinstance(amount, Mapping) else None
        line = trigger.line_of("amounts")
        if not isinstance(least, str) or not least.replace(".", "", 1).isdecimal() or not _texts(fields):
            yield ProfileFault(entry.file, line, "an amount names fields and at_least (a text)")
            continue
        for field in fields or ():
            if field not in item.by_code or item.by_code[field].type != "decimal":
                yield ProfileFault(entry.file, line, f"names {field!r}, which is no amount of {item.code}")


def _basis(entry: PolicyEntry) -> Iterator[ProfileFault]:
    basis = entry.values.get("basis")
    if not isinstance(basis, Sequence) or not basis:
        yield _at(entry, "basis", "'basis' names at least one law and article")
        return
    for one in basis:
        right = (
            isinstance(one, Mapping) and one.get("law") and one.get("article") and isinstance(one.get("verified"), bool)
        )
        if not right:
            line = one.line if isinstance(one, Mapping) else basis.line
            yield ProfileFault(entry.file, line, "a basis names law, article and verified")


def _targets(entry: PolicyEntry, key: str, allowed: set[str]) -> Iterator[ProfileFault]:
    named = entry.values.get(key)
    if named is None or not _texts(named) or not set(named) <= allowed:
        yield _at(entry, key, f"{key!r} is some of {', '.join(sorted(allowed))}")


def _organisations(entry: PolicyEntry, key: str, listed: Tables, *, at_least: int) -> Iterator[ProfileFault]:
    named = entry.values.get(key)
    if not isinstance(named, Sequence) or len(named) < at_least:
        yield _at(entry, key, f"{key!r} names organisations of organisations.csv")
        return
    for code in named:
        if code not in listed.organisations:
            yield _at(entry, key, f"names {code!r}, which organisations.csv does not hold")


def _words(entry: PolicyEntry, key: str) -> Iterator[ProfileFault]:
    words = entry.values.get(key)
    if not isinstance(words, Mapping) or not words.get("zh") or not words.get("en"):
        yield _at(entry, key, f"{key!r} is given in Chinese and English")


def _unknown(entry: PolicyEntry, keys: set[str]) -> Iterator[ProfileFault]:
    for key in entry.values:
        if key not in keys:
            yield _at(entry, key, f"unknown key {key!r}")


def _texts(value: Any) -> bool:
    return isinstance(value, Sequence) and bool(value) and all(isinstance(one, str) for one in value)


def _at(entry: PolicyEntry, key: str, message: str) -> ProfileFault:
    line = entry.values.line_of(key) if key in entry.values else entry.raw.line_of("values")
    return ProfileFault(entry.file, line, message)
