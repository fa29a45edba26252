"""Reads the profile's tables of divisions and organisations, with all that is wrong with them."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from chengxin.base.identifiers.rules import is_credit_code
from chengxin.registry.catalogue.located import ProfileFault

DIVISION_COLUMNS = ("code", "name_zh", "name_en", "kind", "note")
ORGANISATION_COLUMNS = ("code", "code_is_generated", "name_zh", "name_en", "kind", "division", "parent")
DIVISION_KINDS = {"city", "district", "county", "county-level city", "development-zone"}
ORGANISATION_KINDS = {  # those of `accounts.models.Organisation.Kind`; a test holds both together
    "department", "district", "development-zone", "court", "party", "public-service", "bank", "agency",
    "association",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table and the line on which it ends."""

    line: int
    values: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values[column]


@dataclass(frozen=True, slots=True)
class Tables:
    """The profile's divisions and organisations by code, and what is wrong with them."""

    divisions: dict[str, Row]
    organisations: dict[str, Row]
    faults: list[ProfileFault]


def read(folder: Path) -> Tables:
    """Both tables of the profile in `folder`."""
    faults: list[ProfileFault] = []
    divisions = _table(folder, "divisions.csv", DIVISION_COLUMNS, faults)
    organisations = _table(folder, "organisations.csv", ORGANISATION_COLUMNS, faults)
    tables = Tables(
        {row["code"]: row for row in divisions}, {row["code"]: row for row in reversed(organisations)}, faults
    )
    for name, rows, kinds in (
        ("divisions.csv", divisions, DIVISION_KINDS),
        ("organisations.csv", organisations, ORGANISATION_KINDS),
    ):
        file = _shown(folder, name)
        faults += [ProfileFault(file, line, message) for line, message in _common(rows, kinds)]
    file = _shown(folder, "organisations.csv")
    for row in organisations:
        faults += [ProfileFault(file, row.line, message) for message in _organisation(row, tables)]
    return tables


def _shown(folder: Path, name: str) -> str:
    return str((folder / name).relative_to(folder.parent.parent))


def _table(folder: Path, name: str, columns: tuple[str, ...], faults: list[ProfileFault]) -> list[Row]:
    file = _shown(folder, name)
    try:
        text = (folder / name).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        faults.append(ProfileFault(file, 1, "is not written in UTF-8"))
        return []
    reader = csv.reader(text.splitlines())
    rows = []
    for number, values in enumerate(reader):
        if number == 0:
            if tuple(values) != columns:
                faults.append(ProfileFault(file, 1, f"the columns are not {','.join(columns)}"))
                return []
        elif len(values) != len(columns):
            faults.append(ProfileFault(file, reader.line_num, f"has {len(values)} values instead of {len(columns)}"))
        else:
            rows.append(Row(reader.line_num, dict(zip(columns, values, strict=True))))
    return rows


def _common(rows: list[Row], kinds: set[str]) -> Iterator[tuple[int, str]]:
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        for column in ("code", "name_zh", "name_en"):
            if not row[column].strip():
                yield row.line, f"{column} is empty"
            elif (column, row[column]) in seen:
                yield row.line, f"{column} {row[column]!r} stands already on line {seen[column, row[column]]}"
            seen.setdefault((column, row[column]), row.line)
        if row["kind"] not in kinds:
            yield row.line, f"kind {row['kind']!r} is none of {', '.join(sorted(kinds))}"


def _organisation(row: Row, tables: Tables) -> Iterator[str]:
    if not is_credit_code(row["code"]):
        yield f"{row['code']!r} is no unified social credit code: length, characters or check character"
    if row["code_is_generated"] not in {"true", "false"}:
        yield "code_is_generated is true or false"
    if row["division"] not in tables.divisions:
        yield f"division {row['division']!r} does not stand in divisions.csv"
    parent = row["parent"]
    if parent and parent not in tables.organisations:
        yield f"parent {parent!r} is no organisation of this table"
    elif _goes_round(row, tables):
        yield "is above itself"


def _goes_round(row: Row, tables: Tables) -> bool:
    passed: set[str] = set()
    above: Row | None = row
    while above is not None and above["code"] not in passed:
        passed.add(above["code"])
        above = tables.organisations.get(above["parent"])
    return above is not None and above["code"] == row["code"]
