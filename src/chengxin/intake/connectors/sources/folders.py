"""Folders of files, on an SFTP server or in a bucket: each file is a hand-in, taken again only when it changed.

A file that changes while it is fetched, because somebody still writes it, waits for the next pull.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Protocol

from chengxin.base.spreadsheets import harmless
from chengxin.intake.connectors.rules import Connector
from chengxin.intake.connectors.sources.parts import SHOWN, Fault, Part, Position, Sample

FAULTS = ".faults.csv"
UNFINISHED = (".part", ".tmp", ".filepart", FAULTS)
TITLES = ("行", "字段", "规则", "错误说明", "修改建议")


@dataclass(frozen=True, slots=True)
class Listed:
    """A file of the folder: `mark` changes with its content."""

    name: str
    mark: str
    changed_at: datetime


class Store(Protocol):
    """An open folder."""

    def listing(self) -> list[Listed]:
        """All files of the folder, without those below it."""
        ...

    def fetch(self, name: str, path: Path) -> None:
        """Write a file's content to `path`."""
        ...

    def put(self, name: str, content: bytes) -> None:
        """Write a file into the folder."""
        ...


class Folder(Protocol):
    """Where the files lie; each use opens a connection of its own."""

    def opened(self) -> AbstractContextManager[Store]:
        """The folder, for as long as the context lasts."""
        ...


@dataclass(frozen=True, slots=True)
class FolderPeer:
    """The files of one folder that fit the pattern."""

    connector: Connector
    pattern: str
    folder: Folder

    def parts(self, position: Position, seen: Mapping[str, str], scratch: Path) -> Iterator[Part]:
        """The files that are new or changed, oldest first."""
        mapping = {title: field for field, title in self.connector.columns.items()}
        with self.folder.opened() as store:
            for number, one in enumerate(self._fitting(store), start=1):
                if seen.get(one.name) == one.mark:
                    continue
                path = scratch / f"{number}.file"
                store.fetch(one.name, path)
                if one in store.listing():
                    yield Part(path, one.name, {}, mark=one.mark, mapping=mapping)
                path.unlink(missing_ok=True)

    def first(self, scratch: Path) -> Sample:
        """The names of the files that would be taken first."""
        with self.folder.opened() as store:
            return Sample(files=tuple(one.name for one in self._fitting(store)[:SHOWN]))

    def tell(self, name: str, keys: Sequence[str], faults: Sequence[Fault], submission: int) -> None:
        """Lay the faults beside the file; one without any gets a list with titles alone, which says so."""
        if self.connector.feedback is None or not self.connector.feedback.folder:
            return
        target = io.StringIO()
        written = csv.writer(target, lineterminator="\r\n")
        written.writerow(TITLES)
        for one in faults:
            written.writerow([one.row, *map(harmless, (one.field, one.rule, one.message, one.hint))])
        with self.folder.opened() as store:
            store.put(name + FAULTS, target.getvalue().encode("utf-8-sig"))

    def _fitting(self, store: Store) -> list[Listed]:
        found = [
            one for one in store.listing() if fnmatchcase(one.name, self.pattern) and not one.name.endswith(UNFINISHED)
        ]
        return sorted(found, key=lambda one: (one.changed_at, one.name))
