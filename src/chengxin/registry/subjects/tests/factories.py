"""Subjects made as hand-ins make them; every company and person is fictional."""

from datetime import UTC, date, datetime

import polars as pl

from chengxin.base.identifiers.rules import make_credit_code, make_organisation_code
from chengxin.registry.subjects import services
from chengxin.registry.subjects.services import Directory, RegisterEntry

NOW = datetime(2026, 11, 23, 3, 30, tzinfo=UTC)
TODAY = date(2026, 11, 23)


def code(number: int, *, category: str = "91") -> str:
    """A valid credit code of its own for each number."""
    return make_credit_code(f"{category}450100" + make_organisation_code(f"MA6{number:05d}"))


def company(name: str, number: int = 1, *, registered: bool = True, category: str = "91") -> int:
    """The id of a new subject with this name."""
    services.lock_register()
    directory = Directory()
    pairs = pl.DataFrame({"code": [code(number, category=category)], "name": [name]})
    services.add_subjects(directory, pairs, registered=registered, at=NOW)
    return int(directory.known["subject_id"][0])


def companies(*names: str) -> list[int]:
    """Ids of new companies of the base register with these names."""
    return [company(name, number) for number, name in enumerate(names, 1)]


def registered(subject_id: int, name: str, *, former: str = "", status: str = "", kind: str = "") -> RegisterEntry:
    """What the base register says of a subject."""
    return RegisterEntry(subject_id, name, kind, status, "", former)
