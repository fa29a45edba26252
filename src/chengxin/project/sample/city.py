"""The sample city as files: what each department would hand in, written as a department's system exports it."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from random import Random

from chengxin.intake.quality import policy
from chengxin.intake.quality.rules import month_of, months_until
from chengxin.project.sample import records
from chengxin.project.sample.records import Authority, Row
from chengxin.project.sample.subjects import KNOWN_RESIDENT, VOLUNTEER, companies, residents, villages
from chengxin.registry.catalogue import queries as catalogue

SEED = 22117
FLAWED_ROWS = 24
MONTHS = 4  # before this one, over which decisions came in as they were made; what is older came before them
COLLECTED_ON = (10, 20)  # days of the month after which departments hand in what they decided
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
    """A file that an organisation hands in for a catalogue item on a day."""

    item: str
    organisation: str
    path: Path
    rows: int
    on: date


class Files:
    """One CSV file for each item, organisation and day of hand-in, open while rows come in."""

    def __init__(self, folder: Path, stack: ExitStack, today: date) -> None:
        self.folder = folder
        self.stack = stack
        self.today = today
        self.double_publicity = set(policy.double_publicity(today))
        self.writers: dict[tuple[str, str, date], csv.DictWriter[str]] = {}
        self.rows: dict[tuple[str, str, date], int] = {}

    def add(self, item: str, authority: Authority, row: Row) -> None:
        """Append a row to the file of that item, organisation and day."""
        place = (item, authority.code, self._handed_in_on(item, row))
        if place not in self.writers:
            file = self.stack.enter_context(self._path(place).open("w", encoding="utf-8", newline=""))
            self.writers[place] = csv.DictWriter(file, records.columns(item), restval="")
            self.writers[place].writeheader()
            self.rows[place] = 0
        self.writers[place].writerow(row)
        self.rows[place] += 1

    def hand_ins(self) -> list[HandIn]:
        """By day, the base register first: what follows is tied to the subjects that it names."""
        places = sorted(self.rows, key=lambda place: (place[2], place[0] != records.REGISTRATION, place))
        return [HandIn(p[0], p[1], self._path(p), self.rows[p], p[2]) for p in places]

    def _path(self, place: tuple[str, str, date]) -> Path:
        item, organisation, on = place
        return self.folder / f"{item}-{organisation}-{on:%Y%m%d}.csv"

    def _handed_in_on(self, item: str, row: Row) -> date:
        """Decisions of double publicity come some days after they were made, the register before all, others today."""
        begun = months_until(month_of(self.today), count=MONTHS + 1)[0].first - timedelta(days=1)
        if item == records.REGISTRATION:
            return begun
        if item not in self.double_publicity:
            return self.today
        decided = date.fromisoformat(row[catalogue.item(item).parts.decided_on or ""])
        return min(self.today, collected_on(decided)) if decided > begun else begun


def collected_on(decided: date) -> date:
    """The day on which a department hands in what it decided on that day."""
    for last in COLLECTED_ON:
        if decided.day <= last:
            return decided.replace(day=last) + timedelta(days=1)
    return month_of(decided).until


def write(folder: Path, *, subjects: int, today: date, codes: Mapping[str, str]) -> list[HandIn]:
    """Write the city's hand-ins of `subjects` organisations into `folder`; `codes` maps organisation names to codes.

    The same arguments write the same city.
    """
    random = Random(SEED)
    authorities = {name: Authority(name, code) for name, code in codes.items()}
    with ExitStack() as stack:
        files = Files(folder, stack, today)
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
            decided = today - timedelta(days=3 + place % 4)
            row = clerk.penalty_of(known) | {
                "CF_WSH": f"南市监罚〔{today.year}〕演{place + 1}号",
                "CF_JDRQ": decided.isoformat(),
            }
            writer.writerow(row | FLAWS.get(place, {}))
    return HandIn("penalty-organisation", codes[records.MARKET], path, len(companies_known), today)


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
    yield next(iter(writer.about_resident(VOLUNTEER)))
