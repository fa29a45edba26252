"""Checks the profile's letters of commitment: that each can be signed, checked and followed up as it says."""

from collections.abc import Container, Iterator
from typing import Any, TypeGuard

from chengxin.registry.catalogue.checking_policy import Policies, PolicyEntry
from chengxin.registry.catalogue.located import Mapping, ProfileFault, Sequence
from chengxin.registry.catalogue.rules import Item, Profile
from chengxin.registry.catalogue.tables import Tables

KEYS = {
    "kind", "item_code", "matter", "authority", "subjects", "term_months", "text", "obligations", "breach", "on_breach",
    "rectification", "second_factor", "publication", "reference",
}  # fmt: skip
NEEDED = KEYS - {"authority", "on_breach", "reference"}
INDUSTRY = "行业自律型"
SUBJECTS = {"organisation", "person"}
PUBLICATION = {"organisations": {"published", "not-published"}, "persons": {"with-consent"}}
WITHDRAWALS = {"withdraw-licence", "revoke-decision", "withdraw-registration"}
BREACH = ("defence", "handle", "rectify", "review", "decide")
REVIEW_STEPS = {"opinion", "decision"}
TOLD = ("proposed", "found", "found-unrecorded")  # the letters that tell of the measure after a breach
STEPS = {"confirm", "defence", "handle", "rectify", "review", "decide", "task", "approve"}


def commitments(policies: Policies, profile: Profile, tables: Tables) -> Iterator[ProfileFault]:
    """What is wrong with the letters, and with how long each step may take."""
    kinds = profile.code_lists.get("commitment-kind")
    for entry in policies.of("commitments"):
        yield from _keys(entry)
        if kinds is not None and entry.values.get("kind") not in kinds.values:
            yield _at(entry, "kind", f"{entry.values.get('kind')!r} is no value of commitment-kind")
        yield from _texts(entry)
        yield from _values(entry)
        yield from _authority(entry, tables)
        yield from _reference(entry, profile)
        yield from _obligations(entry, profile, tables)
        yield from _time(entry, policies, profile)
        yield from _consequences(entry, tables)
    for entry in policies.of("commitment-procedure", "limits"):
        for step in sorted(STEPS ^ set(entry.values)):
            yield entry.fault("values", f"{step!r} is missing or no step")
        for step, days in entry.values.items():
            if not _is_count(days):
                yield _at(entry, step, f"{step!r} is a number of working days")
    for entry in policies.of("commitment-procedure", "due-reminder"):
        if set(entry.values) != {"days_before"} or not _is_count(entry.values["days_before"]):
            yield entry.fault("values", "'days_before' is a number of days, and the only value")
    for entry in policies.of("commitment-procedure", "after-term"):
        if set(entry.values) != {"days"} or not _is_count(entry.values["days"]):
            yield entry.fault("values", "'days' is a number of days")
    yield from _after_breach(policies, kinds.values if kinds is not None else None)


def _after_breach(policies: Policies, kinds: Container[str] | None) -> Iterator[ProfileFault]:
    """What is wrong with how long a review may take, and with what is told of the measure after a breach."""
    for entry in policies.of("commitment-procedure", "review-limits"):
        if set(entry.values) != REVIEW_STEPS or not all(map(_is_count, entry.values.values())):
            yield entry.fault("values", "'opinion' and 'decision' are numbers of working days")
    for entry in policies.of("commitment-procedure", "notice-and-commitment"):
        offered, measure = entry.values.get("kinds"), entry.values.get("measure")
        if not isinstance(offered, Sequence) or (kinds is not None and not all(one in kinds for one in offered)):
            yield entry.fault("values", "'kinds' names values of commitment-kind")
        if measure not in {e.code for e in policies.of("measures")}:
            yield entry.fault("values", f"names the measure {measure!r}, which the catalogue of measures does not hold")
    for entry in policies.of("commitment-procedure", "bar-told"):
        for code in TOLD:
            if not _is_text(entry.values.get(code)):
                yield entry.fault("values", f"{code!r} is a text in zh and en")


def _at(entry: PolicyEntry, key: str, message: str) -> ProfileFault:
    return ProfileFault(entry.file, entry.values.line_of(key), message)


def _keys(entry: PolicyEntry) -> Iterator[ProfileFault]:
    for key in entry.values:
        if key not in KEYS:
            yield _at(entry, key, f"unknown key {key!r}")
    for key in sorted(NEEDED - set(entry.values)):
        yield entry.fault("values", f"{key!r} is missing")


def _texts(entry: PolicyEntry) -> Iterator[ProfileFault]:
    for key in ("matter", "text", "breach"):
        if key in entry.values and not _is_text(entry.values[key]):
            yield _at(entry, key, f"{key!r} is a text in zh and en")


def _is_text(raw: Any) -> bool:
    return isinstance(raw, Mapping) and all(isinstance(raw.get(k), str) and raw[k].strip() for k in ("zh", "en"))


def _is_count(raw: Any) -> TypeGuard[int]:
    return isinstance(raw, int) and not isinstance(raw, bool) and raw > 0


def _values(entry: PolicyEntry) -> Iterator[ProfileFault]:
    values = entry.values
    subjects = values.get("subjects")
    if not isinstance(subjects, Sequence) or not subjects or not set(map(str, subjects)) <= SUBJECTS:
        yield _at(entry, "subjects", f"'subjects' is a list of {', '.join(sorted(SUBJECTS))}")
    if not _is_count(values.get("term_months")):
        yield _at(entry, "term_months", "'term_months' is a number of months")
    for key in ("rectification", "second_factor"):
        if not isinstance(values.get(key), bool):
            yield _at(entry, key, f"{key!r} is true or false")
    if values.get("second_factor") is False and entry.raw.get("effective_until") is None:
        yield _at(entry, "second_factor", "a letter that can be signed asks for the second factor")
    publication = values.get("publication")
    if not isinstance(publication, Mapping) or set(publication) != set(PUBLICATION):
        yield _at(entry, "publication", "'publication' names organisations and persons")
        return
    for whom, allowed in PUBLICATION.items():
        if publication[whom] not in allowed:
            yield ProfileFault(
                entry.file, publication.line_of(whom), f"{whom}: one of {', '.join(sorted(allowed))}"
            )  # a person's commitment is never published without consent


def _authority(entry: PolicyEntry, tables: Tables) -> Iterator[ProfileFault]:
    authority = entry.values.get("authority")
    if entry.values.get("kind") == INDUSTRY:
        if authority is not None:
            yield _at(entry, "authority", "a model for associations names no authority: they draft theirs from it")
    elif authority not in tables.organisations:
        yield _at(entry, "authority", f"{authority!r} is no organisation of organisations.csv")


def _reference(entry: PolicyEntry, profile: Profile) -> Iterator[ProfileFault]:
    reference = entry.values.get("reference")
    if reference is None:
        return
    if not _is_text(reference) or not set(reference) <= {"zh", "en", "item"}:
        yield _at(entry, "reference", "'reference' is a text in zh and en, and may name an item")
        return
    code = reference.get("item")
    item = next((i for i in profile.items if i.code == code), None)
    if code is not None and (item is None or item.subject == "person" or not item.parts.document_number):
        yield _at(entry, "reference", f"{code!r} is no catalogue item of organisations with a document number")


def _obligations(entry: PolicyEntry, profile: Profile, tables: Tables) -> Iterator[ProfileFault]:
    obligations = entry.values.get("obligations")
    if not isinstance(obligations, Sequence) or not obligations or not all(isinstance(o, Mapping) for o in obligations):
        yield _at(entry, "obligations", "'obligations' is a list of at least one")
        return
    codes = [o.get("code") for o in obligations]
    for one in obligations:
        line = one.line
        if not isinstance(one.get("code"), str) or codes.count(one["code"]) > 1:
            yield ProfileFault(entry.file, line, "an obligation has a code of its own")
        if not _is_text(one.get("text")):
            yield ProfileFault(entry.file, line, "an obligation has a text in zh and en")
        if not _is_count(one.get("due_days")):
            yield ProfileFault(entry.file, line, "an obligation has 'due_days', a number of days")
        for fault in _check(one.get("check"), profile, tables):
            yield ProfileFault(entry.file, line, fault)


def _time(entry: PolicyEntry, policies: Policies, profile: Profile) -> Iterator[ProfileFault]:
    """Obligations are due within the term; what is found of them still falls into the time after it.

    Letters that have ended stay as they were signed. No term of so many months is shorter than `term`, and so many
    working days are taken as at most twice as many days.
    """
    months, obligations = entry.values.get("term_months"), entry.values.get("obligations")
    if "effective_until" in entry.raw or not _is_count(months) or not isinstance(obligations, Sequence):
        return
    term = 365 * months // 12 - (3 if months % 12 else 0) - 1
    limits, after = (
        next(iter(policies.of("commitment-procedure", code)[-1:]), None) for code in ("limits", "after-term")
    )
    for one in obligations:
        days = one.get("due_days") if isinstance(one, Mapping) else None
        if not _is_count(days):
            continue
        if days > term:
            yield ProfileFault(
                entry.file, one.line, f"due after {days} days, when the term of {months} months may be over"
            )
        elif limits is not None and after is not None:
            working = _reporting(one, profile) + sum(_whole(limits.values.get(step)) for step in BREACH)
            if days + 2 * working > term + _whole(after.values.get("days")):
                yield ProfileFault(
                    entry.file, one.line, "what is found of it does not fit into the time after the term"
                )


def _reporting(obligation: Mapping, profile: Profile) -> int:
    check = obligation.get("check")
    code = (check.get("appears") or check.get("absent")) if isinstance(check, Mapping) else None
    item = next((i for i in profile.items if i.code == code), None)
    return (item.within_working_days or 0) if item else 0


def _whole(raw: Any) -> int:
    return raw if _is_count(raw) else 0


def _check(check: Any, profile: Profile, tables: Tables) -> Iterator[str]:
    by = check.get("by") if isinstance(check, Mapping) else None
    if by == "department":
        return
    if by != "data" or len({"appears", "absent"} & set(check)) != 1:
        yield "a check is by department, or by data with one item that appears or is absent"
        return
    code = check.get("appears") or check.get("absent")
    item = next((i for i in profile.items if i.code == code), None)
    if item is None or item.subject == "person":
        yield f"{code!r} is no catalogue item of organisations"
        return
    for authority in check.get("authorities", ()):
        if authority not in tables.organisations:
            yield f"{authority!r} is no organisation of organisations.csv"
    yield from _mentions(check.get("mentions"), item)
    if "field" not in check:
        return
    if check["field"] not in item.by_code:
        yield f"{item.code} has no field {check['field']!r}"
        return
    allowed = profile.code_lists.get(item.by_code[check["field"]].code_list or "")
    for value in check.get("any") or ["(none given)"]:
        if "any" not in check or (allowed and value not in allowed.values):
            yield f"{value!r} is no value of {check['field']}"


def _mentions(mentions: Any, item: Item) -> Iterator[str]:
    """The words of which a text must hold one."""
    if mentions is None:
        return
    if not isinstance(mentions, Mapping) or set(mentions) != {"field", "any"} or not mentions["any"]:
        yield "'mentions' names a field and words of which it holds any"
    elif mentions["field"] not in item.by_code:
        yield f"{item.code} has no field {mentions['field']!r}"


def _consequences(entry: PolicyEntry, tables: Tables) -> Iterator[ProfileFault]:
    """What follows a breach; what an authority decided, it alone withdraws. Letters that have ended stay as they were.

    Source: 行政许可法 art. 69 (revocation by the organ that decided, or the one above it).
    """
    ended = "effective_until" in entry.raw
    for one in entry.values.get("on_breach") or ():
        if not isinstance(one, Mapping) or not isinstance(one.get("task"), str) or not _is_text(one.get("name")):
            yield _at(entry, "on_breach", "a consequence names task, name (zh and en) and department")
        elif one.get("department") not in tables.organisations:
            yield ProfileFault(
                entry.file, one.line, f"{one.get('department')!r} is no organisation of organisations.csv"
            )
        elif entry.values.get("kind") == INDUSTRY:
            yield ProfileFault(entry.file, one.line, "self-discipline gives no department a task")
        elif one["task"] in WITHDRAWALS and not ended and one["department"] != entry.values.get("authority"):
            yield ProfileFault(entry.file, one.line, f"{one['task']!r} is for the authority that decided")
