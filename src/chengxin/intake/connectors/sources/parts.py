"""What every source gives: parts, each with its rows or file and the position that holds once it was taken."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from chengxin.intake.connectors import shaping
from chengxin.intake.connectors.rules import Connector

Position = Mapping[str, Any]
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Part:
    """One hand-in: the file at `path`, named `name`.

    `keys`: of the rows, in their order. `position`: where the source stands once this part was taken. `mark`: of a
    file, what tells whether it changed. `mapping`: titles to fields.
    """

    path: Path
    name: str
    position: Position
    keys: Sequence[str] = ()
    mark: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault to tell back: the row's number and the source's own key, where it has one."""

    row: int
    key: str
    field: str
    rule: str
    message: str
    hint: str


class Peer(Protocol):
    """A department's system. Each method raises `SourceUnreachable` or `SourceDiffers`."""

    def parts(self, position: Position, seen: Mapping[str, str], scratch: Path) -> Iterator[Part]:
        """What is there after `position`, in order; of files those that are not `seen` with that mark."""
        ...

    def first(self, scratch: Path) -> "Sample":
        """The first rows or files, for trying the connection."""
        ...

    def tell(self, name: str, keys: Sequence[str], faults: Sequence[Fault], submission: int) -> None:
        """Tell the faults of a part back; the same part again changes nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Sample:
    """The first rows under the catalogue's codes, or the names of the first files."""

    rows: tuple[Mapping[str, str], ...] = ()
    files: tuple[str, ...] = ()


def write_rows(rows: Sequence[Mapping[str, Any]], connector: Connector, path: Path) -> None:
    """The rows as JSON Lines under the catalogue's codes; a column that is empty throughout is named all the same."""
    names = [*connector.columns, *(c for c in connector.constants if c not in connector.columns)]
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            found = shaping.fields_of(row, connector)
            file.write(json.dumps({name: found.get(name) for name in names}, ensure_ascii=False) + "\n")
