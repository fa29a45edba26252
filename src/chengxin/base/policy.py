"""Dated policy: rules with their legal source, kept by a city as data, so that "which rule applied then" has an answer.

A file `policy/<kind>.yaml` holds `entries`: each with `code`, `effective_from`, `source`, `verified` (true or false),
optionally `effective_until` (first day on which it no longer applies) and `note`, and `values`, which the room reads.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one reads the same, ten times faster


class NoPolicy(LookupError):
    """No entry of that kind and code applied on that day."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One dated policy entry."""

    kind: str
    code: str
    effective_from: date
    effective_until: date | None
    source: str
    verified: bool
    values: Mapping[str, Any]
    note: str = ""

    @property
    def version(self) -> str:
        """Names this entry for records that were decided by it, e.g. `publicity/penalty@2026-04-01`."""
        return f"{self.kind}/{self.code}@{self.effective_from.isoformat()}"

    def applies_on(self, day: date) -> bool:
        """Whether the entry is in force on `day`; the period is half-open."""
        return self.effective_from <= day and (self.effective_until is None or day < self.effective_until)


def entry_named(version: str) -> Entry | None:
    """The entry that `Entry.version` names; None where the profile no longer holds it."""
    kind, _, rest = version.partition("/")
    code, _, day = rest.rpartition("@")
    if not (kind and code and day) or not (city_folder() / "policy" / f"{kind}.yaml").exists():
        return None
    return next((e for e in entries(kind) if e.version == version), None)


def city_folder() -> Path:
    """The folder of the city profile that this installation serves."""
    from django.conf import settings

    folder: Path = settings.CITY_FOLDER  # as it is: asked for with each record, and a path of its own costs as much
    return folder


@lru_cache(maxsize=64)
def _read(path: Path, kind: str) -> tuple[Entry, ...]:
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - a safe loader
    return tuple(
        Entry(
            kind=kind,
            code=raw["code"],
            effective_from=raw["effective_from"],
            effective_until=raw.get("effective_until"),
            source=raw["source"],
            verified=bool(raw["verified"]),
            values=raw.get("values", {}),
            note=raw.get("note", ""),
        )
        for raw in content["entries"]
    )


def entries(kind: str) -> tuple[Entry, ...]:
    """All entries of `policy/<kind>.yaml`, in the order of the file."""
    return _read(city_folder() / "policy" / f"{kind}.yaml", kind)


def entry_on(kind: str, code: str, day: date) -> Entry:
    """The entry that applied on `day`: the latest of those in force. Raises `NoPolicy` where there is none."""
    fitting = [e for e in entries(kind) if e.code == code and e.applies_on(day)]
    if not fitting:
        raise NoPolicy(f"{kind}/{code} on {day.isoformat()}")
    return max(fitting, key=lambda e: e.effective_from)
