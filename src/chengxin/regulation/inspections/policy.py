"""Reads the dated policy of inspections: the list of matters, sampling by grade, parties of a draw, limits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from chengxin.base import policy
from chengxin.base.casework.rules import TimeAllowed
from chengxin.regulation.inspections.rules import Rounding, Stratum

KIND = "inspections"


@dataclass(frozen=True, slots=True)
class Term:
    """A word of policy in both languages: a skill, a ground of recusal, an item of a checklist."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Matter:
    """An entry of the list of matters (抽查事项); `field` and `any_of` narrow down whose records of `item` count."""

    code: str
    zh: str
    en: str
    basis_zh: str
    basis_en: str
    department: str
    skill: str
    item: str
    field: str
    any_of: tuple[str, ...]
    checklist: tuple[Term, ...]
    version: str


@dataclass(frozen=True, slots=True)
class Result:
    """What a matter of a visit can end with; `word` is the catalogue's."""

    code: str
    zh: str
    en: str
    word: str
    is_problem: bool
    is_followed_up: bool


@dataclass(frozen=True, slots=True)
class Band:
    """A stratum with the grades that belong to it and how many visits a year each object gets at most."""

    stratum: Stratum
    grades: frozenset[str]
    most_per_year: int | None
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Sampling:
    """How objects are drawn by grade, and the policy entry that says so."""

    bands: tuple[Band, ...]
    control: int
    inspectors: int
    version: str

    def stratum_of(self, grade: str | None) -> str:
        """The stratum of a grade; of none and of an unknown one, that of objects without a grade."""
        found = next((b for b in self.bands if grade in b.grades), None)
        return (found or next(b for b in self.bands if not b.grades)).stratum.code


@dataclass(frozen=True, slots=True)
class PartyTerms:
    """Who takes part in a draw, how many, and how long they have."""

    least: int
    independent: int
    commit_hours: int
    reveal_hours: int


def matters(day: date) -> tuple[Matter, ...]:
    """The list of matters of that day, in the profile's order."""
    return tuple(_matter(e) for e in _of_kind("matter", day))


def matter_named(version: str) -> Matter | None:
    """A matter as the entry says that a plan was made under."""
    entry = policy.entry_named(version)
    return _matter(entry) if entry else None


def skills(day: date) -> tuple[Term, ...]:
    """What inspectors can be able to look at."""
    return tuple(_term(e.code, e.values["name"]) for e in _of_kind("skill", day))


def grounds(day: date) -> tuple[Term, ...]:
    """Why an inspector withdraws from an object."""
    return tuple(_term(e.code, e.values["name"]) for e in _of_kind("ground", day))


def results(day: date) -> dict[str, Result]:
    """What a matter can end with, in the profile's order."""
    found = sorted(_of_kind("result", day), key=lambda e: int(e.values["place"]))
    return {
        e.code: Result(
            e.code, e.values["name"]["zh"], e.values["name"]["en"], e.values["word"],
            bool(e.values["problem"]), bool(e.values["follow_up"]),
        )
        for e in found
    }  # fmt: skip


def sampling(day: date) -> Sampling:
    """How objects are drawn by grade on that day. Raises `NoPolicy`."""
    entry = policy.entry_on(KIND, "sampling", day)
    bands = tuple(
        Band(
            Stratum(raw["code"], int(raw["per_myriad"]), Rounding(raw["rounding"])),
            frozenset(raw["grades"]),
            None if raw["most_per_year"] is None else int(raw["most_per_year"]),
            raw["name"]["zh"],
            raw["name"]["en"],
        )
        for raw in entry.values["strata"]
    )
    return Sampling(bands, int(entry.values["control"]), int(entry.values["inspectors"]), entry.version)


def parties(day: date) -> PartyTerms:
    """Who takes part in a draw. Raises `NoPolicy`."""
    values = policy.entry_on(KIND, "parties", day).values
    names = ("least", "independent", "commit_hours", "reveal_hours")
    return PartyTerms(**{name: int(values[name]) for name in names})


def limit(step: str, day: date) -> TimeAllowed:
    """How many working days that step may take from `day` on. Raises `NoPolicy`."""
    entry = policy.entry_on(KIND, "limits", day)
    return TimeAllowed(int(entry.values[step]), entry.version)


def least_visits(day: date) -> int:
    """Below so many visits a share says little. Raises `NoPolicy`."""
    return int(policy.entry_on(KIND, "statistics", day).values["least"])


def _of_kind(kind: str, day: date) -> list[policy.Entry]:
    return [e for e in policy.entries(KIND) if e.values.get("kind") == kind and e.applies_on(day)]


def _term(code: str, name: Mapping[str, Any]) -> Term:
    return Term(code, name["zh"], name["en"])


def _matter(entry: policy.Entry) -> Matter:
    values = entry.values
    return Matter(
        code=entry.code,
        zh=values["name"]["zh"],
        en=values["name"]["en"],
        basis_zh=values["basis"]["zh"],
        basis_en=values["basis"]["en"],
        department=values["department"],
        skill=values["skill"] or "",
        item=values["objects"]["item"],
        field=values["objects"].get("field", ""),
        any_of=tuple(values["objects"].get("any", ())),
        checklist=tuple(_term(c["code"], c["text"]) for c in values["checklist"]),
        version=entry.version,
    )
