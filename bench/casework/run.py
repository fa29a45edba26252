"""Inbox and list of cases among 500,000, of all procedures, against the count of the reader's own parties in them.

usage: .venv/bin/python bench/casework/run.py [--cases N] [--rounds R]
Uses a database of its own, `chengxin_bench_casework`, which it keeps for the next run. One case in 16 is open. The credit office
has a part in most, 59 departments share theirs, each of 100,000 subjects has a few. The limit is what PostgreSQL takes to count
the parties through their index, which says how many cases there are and nothing more.
"""

import argparse
import os
import platform
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[1]))
from database import opened

DATABASE = "chengxin_bench_casework"
OFFICE, DEPARTMENTS, SUBJECTS = 1, range(2, 61), 100_000
OPEN = 1 / 16
NOW = datetime(2026, 11, 26, 4, tzinfo=UTC)
TODAY = date(2026, 11, 26)
CASES = "casework_case (id, procedure, about, title, title_en, state, state_since, due_on, due_policy, opened_at, closed_at, steps_taken)"
PARTIES = "casework_caseparty (case_id, part, organisation_id, represented)"
EVENTS = "casework_caseevent (case_id, number, step, from_state, to_state, at, by_user_id, by_name, by_organisation_code, reason)"


@dataclass(frozen=True)
class Reader:
    """Someone who reads cases."""

    name: str
    user_id: int
    organisation_id: int | None
    roles: frozenset[str] = frozenset()
    reaches: frozenset[int] = frozenset()
    represents: frozenset[str] = frozenset()
    organisation_code: str = ""


def readers() -> dict[str, Reader]:
    """The credit office, a department, a company."""
    return {
        "credit office": Reader("o", 7, OFFICE, frozenset({"credit-office-operator"}), frozenset({OFFICE})),
        "department": Reader("d", 9, 5, frozenset({"department-officer"}), frozenset({5})),
        "company": Reader("c", 11, None, frozenset({"company-representative"}), represents=frozenset({"subject:500"})),
    }


def prepare(cases: int) -> None:
    """Migrate and fill the bench's database."""
    address = opened(DATABASE)
    import psycopg

    with psycopg.connect(address, dbname=DATABASE, autocommit=True) as connection:
        if connection.execute("SELECT count(*) FROM casework_case").fetchone() != (cases,):
            connection.execute("TRUNCATE casework_case CASCADE")
            for table, rows in {CASES: _cases, PARTIES: _parties, EVENTS: _events}.items():
                with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
                    for row in rows(cases):
                        copy.write_row(row)
        connection.execute("VACUUM ANALYZE casework_case, casework_caseparty, casework_caseevent")


def _each(cases: int) -> Iterator[tuple[int, Any, random.Random]]:
    """Each case's id and procedure, and what its details are drawn with."""
    from chengxin.base.casework.procedures import procedures

    declared = list(procedures().values())
    return ((n, declared[n % len(declared)], random.Random(n)) for n in range(1, cases + 1))


def _cases(cases: int) -> Iterator[tuple[Any, ...]]:
    for number, declared, drawn in _each(cases):
        is_open = drawn.random() < OPEN
        state = drawn.choice([s.code for s in declared.states if declared.is_final(s.code) != is_open])
        due = TODAY + timedelta(days=drawn.randint(-5, 40)) if is_open else None
        closed = None if is_open else NOW
        yield number, declared.code, f"x:{number}", "", "", state, NOW, due, "", NOW, closed, 1


def _parties(cases: int) -> Iterator[tuple[Any, ...]]:
    for number, declared, drawn in _each(cases):
        for part in declared.parts:
            opens = part == declared.opening.part and not declared.opening.roles
            if opens or part in {"applicant", "subject"}:
                yield number, part, None, f"subject:{drawn.randint(1, SUBJECTS)}"
            else:
                yield number, part, OFFICE if part == "office" else drawn.choice(DEPARTMENTS), ""


def _events(cases: int) -> Iterator[tuple[Any, ...]]:
    for number, declared, drawn in _each(cases):
        opening = declared.opening
        yield number, 1, opening.code, "", opening.to, NOW, drawn.randint(1, 50), "", "", ""


def taken(asked: Callable[[], Any], rounds: int) -> float:
    """The median of so many rounds, in milliseconds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        asked()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=500_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    prepare(options.cases)
    from chengxin.base.casework import queries
    from chengxin.base.casework.models import CaseParty

    print(f"{options.cases:,} cases; {platform.machine()}, {os.cpu_count()} cores; {datetime.now(UTC):%Y-%m-%d}\n")
    print("| whose | cases | waiting | list ms | inbox ms | one case ms | limit ms |\n|---|---|---|---|---|---|---|")
    for name, reader in readers().items():
        own = CaseParty.objects.filter(queries.to(reader))
        every, waiting = queries.cases_of(reader, on=TODAY), queries.inbox_of(reader, on=TODAY)
        asked = (
            lambda r=reader: queries.cases_of(r, on=TODAY),
            lambda r=reader: queries.inbox_of(r, on=TODAY),
            lambda r=reader, found=every.items[0].id: queries.case(found, actor=r, on=TODAY),
            own.count,
        )
        told = " | ".join(f"{taken(one, options.rounds):.1f}" for one in asked)
        print(f"| {name} | {'' if every.is_exact else 'over '}{every.total:,} | {waiting.total:,} | {told} |")


if __name__ == "__main__":
    main()
