"""Reads the dated policy of runs into values: when they are due, and what monitoring looks at."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from chengxin.base import policy

KIND = "evaluation-runs"


@dataclass(frozen=True, slots=True)
class Size:
    """Enterprises with a registered capital below `below` (10,000 yuan; None: any other) belong to this group."""

    code: str
    zh: str
    en: str
    below: int | None


@dataclass(frozen=True, slots=True)
class Schedule:
    """Which models are computed on which day of the month, and how long snapshots are kept."""

    models: tuple[str, ...]
    day_of_month: int
    keep_months: int


@dataclass(frozen=True, slots=True)
class Watch:
    """What monitoring asks: limits per mille, good grades, and the resource whose later records are outcomes."""

    psi_notice: int
    psi_alarm: int
    disparity_least: int
    good_grades: int  # how many of the best grades count as good
    smallest_group: int
    outcome: str
    outcome_months: int


@lru_cache(maxsize=16)
def sizes(day: date) -> tuple[Size, ...]:
    """The groups of size, smallest first. Raises `NoPolicy`."""
    entry = policy.entry_on(KIND, "sizes", day)
    return tuple(
        Size(s["code"], s["name"]["zh"], s["name"]["en"], int(s["below"]) if "below" in s else None)
        for s in entry.values["groups"]
    )


def schedule(day: date) -> Schedule:
    """What is computed when. Raises `NoPolicy`."""
    values = policy.entry_on(KIND, "schedule", day).values
    return Schedule(tuple(values["models"]), int(values["day_of_month"]), int(values["keep_snapshots_months"]))


def watch(day: date) -> Watch:
    """What monitoring looks at. Raises `NoPolicy`."""
    values = policy.entry_on(KIND, "monitoring", day).values
    return Watch(
        psi_notice=int(values["psi_notice_per_mille"]),
        psi_alarm=int(values["psi_alarm_per_mille"]),
        disparity_least=int(values["disparity_least_per_mille"]),
        good_grades=int(values["good_grades"]),
        smallest_group=int(values["smallest_group"]),
        outcome=str(values["outcome"]["resource"]),
        outcome_months=int(values["outcome"]["months"]),
    )


def review_basis(day: date) -> str:
    """On which legal basis the credit office looks at what an evaluation counted. Raises `NoPolicy`."""
    entry = policy.entry_on(KIND, "review", day)
    return f"{entry.source} ({'' if entry.verified else 'unverified, '}{entry.version})"
