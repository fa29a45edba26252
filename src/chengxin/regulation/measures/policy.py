"""Reads the catalogue of measures, the checks catalogue and their limits into values."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import product
from typing import Any

from chengxin.base import policy
from chengxin.base.calendar.errors import UnannouncedYear
from chengxin.base.calendar.policy import working_days
from chengxin.base.clock import CITY_TIME
from chengxin.registry.records.deciding import Decisions
from chengxin.regulation.measures import rules
from chengxin.regulation.measures.errors import NoSuchMatter
from chengxin.regulation.measures.rules import (
    Basis,
    Class,
    Effect,
    Kind,
    LeastAmount,
    Matter,
    Measure,
    RecordTrigger,
    ServedWithin,
    Target,
)

MEASURES, CHECKS, LIMITS = "measures", "checks", "check-limits"


@lru_cache(maxsize=16)
def measures_on(day: date) -> tuple[Measure, ...]:
    """The catalogue of measures in force on that day, in the order of the file."""
    return tuple(_measure(e) for e in policy.entries(MEASURES) if e.applies_on(day))


@lru_cache(maxsize=1)
def every_measure() -> tuple[Measure, ...]:
    """All entries of the catalogue of measures, past and coming ones too."""
    return tuple(_measure(e) for e in policy.entries(MEASURES))


@lru_cache(maxsize=1024)
def measure_named(version: str) -> Measure | None:
    """The measure as it stood in the entry of that name; None where the profile no longer holds it."""
    entry = policy.entry_named(version)
    return _measure(entry) if entry is not None and entry.kind == MEASURES else None


@lru_cache(maxsize=16)
def matters_on(day: date) -> tuple[Matter, ...]:
    """The checks catalogue in force on that day, in the order of the file."""
    return tuple(_matter(e) for e in policy.entries(CHECKS) if e.applies_on(day))


@lru_cache(maxsize=1024)
def matter_on(code: str, day: date) -> Matter:
    """The matter of that code in force on that day. Raises `NoSuchMatter`."""
    found = next((m for m in matters_on(day) if m.code == code), None)
    if found is None:
        raise NoSuchMatter
    return found


@lru_cache(maxsize=256)
def matter_named(version: str) -> Matter | None:
    """The matter as it stood in the entry of that name; None where the profile no longer holds it."""
    entry = policy.entry_named(version)
    return _matter(entry) if entry is not None and entry.kind == CHECKS else None


@lru_cache(maxsize=1024)
def answered_in(code: str, day: date) -> tuple[Measure, ...]:
    """The measures in force on that day with which that matter is answered. Raises `NoSuchMatter`."""
    wanted = matter_on(code, day).measures
    return tuple(m for m in measures_on(day) if m.code in wanted)


@lru_cache(maxsize=1024)
def matter_for(code: str, organisations: tuple[str, ...], day: date) -> Matter:
    """The matter with those of its measures that one of these organisations may apply. Raises `NoSuchMatter`."""
    return rules.as_asked_by(matter_on(code, day), organisations, answered_in(code, day))


@lru_cache(maxsize=256)
def triggers_in(codes: frozenset[str], day: date) -> frozenset[RecordTrigger]:
    """The records that trigger a measure with which one of these matters is answered. Raises `NoSuchMatter`."""
    return frozenset(t for code in codes for m in answered_in(code, day) for t in m.records)


@lru_cache(maxsize=4096)
def presumed_served_at(decided_on: date, within: ServedWithin) -> datetime:
    """The first moment at which a decision of that day is presumed served: after the last day for serving it."""
    try:
        last = working_days().add(decided_on, within.working_days)
    except UnannouncedYear:
        last = decided_on + timedelta(days=within.days)
    return _begin(last + timedelta(days=1))


@lru_cache(maxsize=16)
def decisions_on(day: date) -> Decisions:
    """How the registry is asked on that day for the records that can trigger any measure of the catalogue."""
    triggers = [t for m in measures_on(day) for t in m.records]
    whole = {t.item for t in triggers if not t.conditions or t.amounts}
    parts: dict[str, list[dict[str, str]]] = {}
    for trigger in dict.fromkeys(t for t in triggers if t.item not in whole):
        fields = [field for field, _any_of in trigger.conditions]
        for values in product(*(sorted(any_of) for _field, any_of in trigger.conditions)):
            parts.setdefault(trigger.item, []).append(dict(zip(fields, values, strict=True)))
    return Decisions.narrowed_by(parts)


@lru_cache(maxsize=256)
def limit(code: str, name: str, day: date) -> int:
    """A number of `policy/check-limits.yaml` on that day. Raises `NoPolicy`."""
    return int(policy.entry_on(LIMITS, code, day).values[name])


def report_by(checked_on: date) -> date | None:
    """The last day on which a department may report what it did; None where the calendar does not know the year yet."""
    try:
        return working_days().add(checked_on, limit("feedback", "working_days", checked_on))
    except UnannouncedYear:
        return None


def reports_overdue_before(on: date) -> date:
    """The first day whose checks may still be reported on `on`: what was checked before it is overdue.

    Days whose limit reaches a year that the calendar does not know yet are not overdue.
    """
    day = on
    while (due := report_by(day)) is None or due >= on:
        day -= timedelta(days=1)
    return day + timedelta(days=1)


def _measure(entry: policy.Entry) -> Measure:
    values = entry.values
    triggers = values["triggers"]
    does, starts, ends = values["does"], values["starts"], values["ends"]
    exceptions = values.get("exceptions", {})
    return Measure(
        code=entry.code,
        version=entry.version,
        name_zh=values["name"]["zh"],
        name_en=values["name"]["en"],
        klass=Class(values["class"]),
        kind=Kind(values["kind"]),
        effect=Effect(values["effect"]),
        lists=frozenset(code for t in triggers for code in t.get("lists", ())),
        records=tuple(_trigger(t) for t in triggers if "item" in t),
        targets=frozenset(Target(t) for t in values["targets"]),
        executors=tuple(values["executors"]),
        basis=_basis(values),
        does_zh=does["zh"],
        does_en=does["en"],
        starts_zh=starts["zh"],
        starts_en=starts["en"],
        ends_zh=ends["zh"],
        ends_en=ends["en"],
        exceptions_zh=exceptions.get("zh", ""),
        exceptions_en=exceptions.get("en", ""),
        origin=values["origin"],
        needs_discretion=bool(values["discretion"]),
        needs_feedback=values["feedback"] == "required",
        effective_from=_begin(entry.effective_from),
        effective_until=_begin(entry.effective_until) if entry.effective_until else None,
        verified=entry.verified,
        list_months=tuple((code, t["months"]) for t in triggers if "months" in t for code in t.get("lists", ())),
    )


def _trigger(raw: Mapping[str, Any]) -> RecordTrigger:
    return RecordTrigger(
        item=raw["item"],
        field=raw.get("field", ""),
        any_of=frozenset(raw.get("any", ())),
        amounts=tuple(LeastAmount(tuple(a["fields"]), Decimal(a["at_least"])) for a in raw.get("amounts", ())),
        severity=raw.get("severity", ""),
        months=int(raw.get("months", 0)),
        served_by=raw.get("served_by", ""),
        served_within=ServedWithin(**raw["served_within"]) if "served_within" in raw else None,
        served_on=raw.get("served_on", ""),
        also=tuple((field, frozenset(any_of)) for field, any_of in raw.get("also", {}).items()),
        dated_by=raw.get("dated_by", ""),
        decided_from=raw.get("decided_from"),
    )


def _matter(entry: policy.Entry) -> Matter:
    values = entry.values
    return Matter(
        code=entry.code,
        version=entry.version,
        name_zh=values["name"]["zh"],
        name_en=values["name"]["en"],
        purpose_zh=values["purpose"]["zh"],
        purpose_en=values["purpose"]["en"],
        basis=_basis(values),
        subjects=frozenset(Target(s) for s in values["subjects"]),
        departments=tuple(values["departments"]),
        measures=frozenset(values["measures"]),
        verified=entry.verified,
    )


def _basis(values: Mapping[str, Any]) -> tuple[Basis, ...]:
    return tuple(Basis(b["law"], b["article"], bool(b["verified"])) for b in values["basis"])


def _begin(day: date) -> datetime:
    """The first moment of that day in the city."""
    return datetime.combine(day, time.min, tzinfo=CITY_TIME)
