"""The sample city as files: what each department would hand in, written as a department's system exports it."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from random import Random

from chengxin.project.sample import records
from chengxin.project.sample.records import Authority, Row
from chengxin.project.sample.subjects import KNOWN_RESIDENT, companies, residents, villages

SEED = 22117
FLAWED_ROWS = 24
FLAWS = {  # row from 0: what is wrong there
    2: {"CF_JDRQ": "2026年5月9日"},
    5: {"CF_NR_FK": "5,000元"},
    8: {"CF_XDR_SHXYM": "91450100QQ00000000"},
    11: {"CF_CFLB": "罚款", "CF_NR_FK": ""},
    15: {"CF_FRDB": ""},
    19: {"CF_JDRQ": "2099-01-01"},
}


@dataclass(frozen=True, slots=True)
class HandIn:
    """A file that an organisation hands in for a catalogue item."""

    item: str
    organisation: str
    path: Path
    rows: int


class Files:
    """One CSV file for each item and organisation, open while rows come in."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self.stack = stack
        self.writers: dict[tuple[str, str], csv.DictWriter[str]] = {}
        self.rows: dict[tuple[str, str], int] = {}

    def add(self, item: str, authority: Authority, row: Row) -> None:
        """Append a row to the file of that item and organisation."""
        place = (item, authority.code)
        if place not in self.writers:
            path = self.folder / f"{item}-{authority.code}.csv"
            file = self.stack.enter_context(path.open("w", encoding="utf-8", newline=""))
            self.writers[place] = csv.DictWriter(file, records.columns(item), restval="")
            self.writers[place].writeheader()
            self.rows[place] = 0
        self.writers[place].writerow(row)
        self.rows[place] += 1

    def hand_ins(self) -> list[HandIn]:
        """The base register first: what follows is tied to the subjects that it names."""
        places = sorted(self.rows, key=lambda place: (place[0] != records.REGISTRATION, place))
        return [HandIn(i, o, self.folder / f"{i}-{o}.csv", self.rows[i, o]) for i, o in places]


def write(folder: Path, *, subjects: int, today: date, codes: Mapping[str, str]) -> list[HandIn]:
    """Write the city's hand-ins of `subjects` organisations into `folder`; `codes` maps organisation names to codes.

    The same arguments write the same city.
    """
    random = Random(SEED)
    authorities = {name: Authority(name, code) for name, code in codes.items()}
    with ExitStack() as stack:
        files = Files(folder, stack)
        for item, authority, row in _rows(subjects, today, random, authorities):
            files.add(item, authority, row)
        return files.hand_ins()


def write_flawed(folder: Path, hand_ins: Sequence[HandIn], *, today: date, codes: Mapping[str, str]) -> HandIn:
    """A hand-in such as officers mend every day: penalties of companies of `hand_ins`, some rows with faults."""
    registered = next(h.path for h in hand_ins if h.item == records.REGISTRATION)
    with registered.open(encoding="utf-8", newline="") as file:
        companies_known = list(islice(csv.DictReader(file), FLAWED_ROWS))
    authorities = {name: Authority(name, code) for name, code in codes.items()}
    clerk = records.Clerk(today=today, random=Random(SEED + 1), authorities=authorities)
    path = folder / "penalties-with-faults.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, records.columns("penalty-organisation"), restval="")
        writer.writeheader()
        for place, known in enumerate(companies_known):
            row = clerk.penalty_of(known) | {"CF_WSH": f"南市监罚〔{today.year}〕演{place + 1}号"}
            writer.writerow(row | FLAWS.get(place, {}))
    return HandIn("penalty-organisation", codes[records.MARKET], path, len(companies_known))


def _rows(
    subjects: int, today: date, random: Random, authorities: Mapping[str, Authority]
) -> Iterator[tuple[str, Authority, Row]]:
    writer = records.Clerk(today=today, random=random, authorities=authorities)
    for company in companies(subjects, today=today, random=random):
        yield from writer.about_company(company)
    for resident in residents(subjects // 4, today=today, random=random):
        yield from writer.about_resident(resident)
    yield from writer.about_resident(KNOWN_RESIDENT)
    for village in villages(random=random):
        yield from writer.about_village(village)
