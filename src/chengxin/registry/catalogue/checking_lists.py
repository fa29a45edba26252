"""Checks the profile's policy of lists: each has a basis that permits a list, and names what the catalogue knows."""

from collections.abc import Iterator
from typing import Any

from chengxin.registry.catalogue.checking_policy import Policies, PolicyEntry
from chengxin.registry.catalogue.located import Mapping, ProfileFault, Sequence
from chengxin.registry.catalogue.rules import Item, Profile
from chengxin.registry.catalogue.tables import Tables

NEEDED = {
    "name", "side", "authorities", "authority", "basis", "criteria", "hearing", "defence_working_days", "term",
    "exits", "subjects", "audience", "persons_published", "records",
}  # fmt: skip
KEYS = NEEDED | {"closed", "consent", "early_after"}
# Source: 国办发〔2020〕49号: a list needs a law, an administrative regulation or a document of the CPC Central
# Committee and the State Council, a list of one place alone a local regulation; nobody else may add or widen one.
# A test holds these to regulation.lists.rules.
PERMITTING = {"law", "administrative-regulation", "central-document", "local-regulation"}
LEVELS = PERMITTING | {
    "ministry-rule", "ministry-document", "judicial-interpretation", "city-document",
}  # fmt: skip
SIDES, HEARINGS, AUDIENCES = {"restrict", "reward"}, {"required", "on-request", "none"}, {"public", "shared"}
EXITS = {"term", "repair", "performance", "revocation", "court", "correction", "application", "consent"}
SUBJECTS = {"organisation", "person"}
ONE_OF = {"side": SIDES, "hearing": HEARINGS, "audience": AUDIENCES}
ANY_OF = {"exits": EXITS, "subjects": SUBJECTS}


def lists(policies: Policies, profile: Profile, listed: Tables, *, all_readable: bool) -> Iterator[ProfileFault]:
    """What is wrong with the entries that say which lists there are; `all_readable`: no item is missing unread."""
    for entry in policies.of("lists"):
        values = entry.values
        for key in sorted(NEEDED - set(values)):
            yield entry.fault("values", f"{key!r} is missing")
        for key in values:
            if key not in KEYS:
                yield _at(entry, key, f"unknown key {key!r}")
        for key in ("name", "authority", "criteria"):
            if not _is_text(values.get(key)):
                yield _at(entry, key, f"{key!r} is given in zh and en")
        for key, allowed in ONE_OF.items():
            if str(values.get(key)) not in allowed:
                yield _at(entry, key, f"{key!r} is one of {', '.join(sorted(allowed))}")
        for key, allowed in ANY_OF.items():
            found = values.get(key)
            if not isinstance(found, Sequence) or not found or not {str(v) for v in found} <= allowed:
                yield _at(entry, key, f"{key!r} holds some of {', '.join(sorted(allowed))}")
        for key in ("persons_published", "closed", "consent"):
            if not isinstance(values.get(key, False), bool):
                yield _at(entry, key, f"{key!r} is true or false")
        yield from _consent(entry)
        yield from _numbers(entry)
        yield from _basis(entry)
        yield from _authorities(entry, listed)
        yield from _records(entry, profile, all_readable=all_readable)


def _at(entry: PolicyEntry, key: str, message: str) -> ProfileFault:
    return ProfileFault(entry.file, entry.values.line_of(key), message)


def _is_text(value: Any) -> bool:
    return isinstance(value, Mapping) and all(isinstance(value.get(k), str) and value[k] for k in ("zh", "en"))


def _is_count(value: Any, *, least: int = 1) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _consent(entry: PolicyEntry) -> Iterator[ProfileFault]:
    """Whoever is honoured consents first; whoever is restricted is never asked to."""
    values = entry.values
    subjects, exits = (_texts(values.get(key)) for key in ("subjects", "exits"))
    is_by_consent = values.get("consent") is True
    if is_by_consent != (values.get("side") == "reward" and "person" in subjects):
        yield _at(entry, "consent", "'consent' is true where a list honours natural persons, and only there")
    if is_by_consent and (values.get("records") or subjects != {"person"}):
        yield _at(entry, "consent", "a list by consent holds natural persons alone, and no records arrive on it")
    if is_by_consent != ("consent" in exits):
        yield _at(entry, "exits", "the exit 'consent' belongs to a list by consent, and to no other")


def _texts(found: Any) -> set[str]:
    return set(map(str, found)) if isinstance(found, Sequence) else set()


def _numbers(entry: PolicyEntry) -> Iterator[ProfileFault]:
    values = entry.values
    if not _is_count(values.get("defence_working_days")):
        yield _at(entry, "defence_working_days", "'defence_working_days' is a number of days above 0")
    if "early_after" in values and not _is_count(values["early_after"], least=0):
        yield _at(entry, "early_after", "'early_after' is a number of months")
    term = values.get("term")
    months: list[Any] = [term.get(k) for k in ("least", "months", "most")] if isinstance(term, Mapping) else []
    if not months or not all(map(_is_count, months)) or sorted(months) != months:
        yield _at(entry, "term", "'term' gives least, months and most, in months and in this order")


def _basis(entry: PolicyEntry) -> Iterator[ProfileFault]:
    rows = entry.values.get("basis")
    if not isinstance(rows, Sequence) or not all(isinstance(r, Mapping) and r.get("law") for r in rows):
        yield _at(entry, "basis", "'basis' is a list of laws with article and level")
        return
    levels = {str(r.get("level")) for r in rows}
    for level in sorted(levels - LEVELS):
        yield _at(entry, "basis", f"the level {level!r} is none of {', '.join(sorted(LEVELS))}")
    if not levels & PERMITTING and entry.values.get("closed") is not True:
        yield _at(entry, "basis", "no basis of a level that permits a list: " + ", ".join(sorted(PERMITTING)))


def _authorities(entry: PolicyEntry, listed: Tables) -> Iterator[ProfileFault]:
    codes = entry.values.get("authorities")
    if not isinstance(codes, Sequence):
        yield _at(entry, "authorities", "'authorities' is a list of codes, or empty")
        return
    for code in codes:
        if str(code) not in listed.organisations:
            yield _at(entry, "authorities", f"{code!r} is no organisation of this city")


def _records(entry: PolicyEntry, profile: Profile, *, all_readable: bool) -> Iterator[ProfileFault]:
    rows = entry.values.get("records")
    if not isinstance(rows, Sequence) or not all(isinstance(r, Mapping) for r in rows):
        yield _at(entry, "records", "'records' is a list of catalogue items, or empty")
        return
    if rows and entry.values.get("closed") is True:
        yield _at(entry, "records", "a closed list takes no entries that arrive")
    for row in rows:
        item = next((i for i in profile.items if i.code == row.get("item")), None)
        if item is None and not all_readable:
            continue
        if item is None or item.subject not in _texts(entry.values.get("subjects")):
            yield _at(entry, "records", f"{row.get('item')!r} is no item about those who stand on the list")
            continue
        for key in row:
            if key not in {"item", "any_of", "none_of"}:
                yield _at(entry, "records", f"unknown key {key!r}")
        for key in ("any_of", "none_of"):
            for message in _condition(row.get(key, Mapping()), item, profile):
                yield _at(entry, "records", message)


def _condition(condition: Any, item: Item, profile: Profile) -> Iterator[str]:
    if not isinstance(condition, Mapping) or not all(isinstance(v, Sequence) for v in condition.values()):
        yield "a condition gives fields and lists of their values"
        return
    for field, wanted in condition.items():
        if field not in item.by_code:
            yield f"names the field {field!r}, which {item.code} does not have"
            continue
        allowed = profile.code_lists.get(item.by_code[field].code_list or "")
        for value in wanted:
            if allowed is not None and str(value) not in allowed.values:
                yield f"names {value!r}, which is no value of {field}"
