"""Search by part of a name among 1,000,000 subjects, against pgbench point lookups on the same server.

usage: .venv/bin/python bench/search/run.py [--subjects N] [--seconds S] [--users U]
Needs `wrk` (Debian package). Uses a database of its own, `chengxin_bench_search`, which it keeps for the next run. Parts are
cut anywhere from the names of random subjects, so that common ones (有限公司) are asked as often as they stand in names.
Measures the query alone, on as many connections as there are users, and the same through the web server with its pages' API,
each user asking again as soon as the answer is there.
"""

import argparse
import json
import os
import platform
import random
import shutil
import statistics
import sys
import threading
import time
import urllib.parse
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))
from database import opened
from web import pgbench, served, wrk

DATABASE = "chengxin_bench_search"
PORT = 18766
GOAL_MS = 50
BATCH = 100_000
PARTS = 20_000
SHORTEST, LONGEST = 2, 6
WARM_UP = 6
LUA = """
local parts = {}
for line in io.lines("%s") do parts[#parts + 1] = line end
math.randomseed(os.time())
request = function() return wrk.format("GET", "/api/v1/subjects?q=" .. parts[math.random(#parts)]) end
"""
SELECT = """\\set n random(1, {subjects})
SELECT * FROM subjects_subject WHERE id = :n + {first} - 1;
"""


def prepare(subjects: int) -> str:
    """Migrate and fill the bench's database through the registry's own services; the superuser's address."""
    address = opened(DATABASE)
    import psycopg

    with psycopg.connect(address, dbname=DATABASE, autocommit=True) as connection:
        have = connection.execute("SELECT count(*) FROM subjects_subject").fetchone()
        if have != (subjects,):
            connection.execute("TRUNCATE subjects_subject, subjects_subjectname CASCADE")
            _fill(subjects)
        connection.execute("VACUUM ANALYZE subjects_subject, subjects_subjectname, subjects_identifier, records_record")
    return address


def _fill(subjects: int) -> None:
    import polars as pl
    from django.db import transaction

    from chengxin.base import clock
    from chengxin.project.sample.subjects import companies
    from chengxin.registry.subjects import services

    today, at = clock.today(), clock.now()
    coming = companies(subjects, today=today, random=random.Random(1))
    for _ in range(0, subjects, BATCH):
        some = [c for c, _ in zip(coming, range(min(BATCH, subjects)), strict=False)]
        directory = services.Directory()
        with transaction.atomic():
            pairs = pl.DataFrame({"code": [c.code for c in some], "name": [c.name for c in some]})
            services.add_subjects(directory, pairs, registered=True, at=at)
            ids = dict(directory.known.select("code", "subject_id").iter_rows())
            former = [
                services.RegisterEntry(ids[c.code], c.name, "", "", c.division, c.former_name)
                for c in some
                if c.former_name
            ]
            services.take_register(former, on=today)


def parts(seed: int) -> list[str]:
    """Parts of 2 to 6 characters of the names of random subjects."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT comparable FROM subjects_subjectname TABLESAMPLE SYSTEM (5) LIMIT 100000")
        names = [name for (name,) in cursor.fetchall()]
    chance = random.Random(seed)
    found = []
    while len(found) < PARTS:
        name, length = chance.choice(names), chance.randint(SHORTEST, LONGEST)
        start = chance.randrange(max(1, len(name) - length + 1))
        found.append(name[start : start + length])
    return found


def first_id() -> int:
    """The lowest id of a subject; the others follow it without a gap."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id) FROM subjects_subject")
        return int(cursor.fetchone()[0])


def at_once(ask: Callable[[str], object], wanted: list[str], seconds: float, users: int) -> list[float]:
    """Milliseconds of each answer while `users` threads ask without pause."""
    took: list[float] = []
    until = time.perf_counter() + seconds

    def user(number: int) -> None:
        from django.db import connection

        chance = random.Random(number)
        while time.perf_counter() < until:
            start = time.perf_counter()
            ask(chance.choice(wanted))
            took.append((time.perf_counter() - start) * 1000)
        connection.close()

    threads = [threading.Thread(target=user, args=(n,)) for n in range(users)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took


def slowest(ask: Callable[[str], object], wanted: list[str], count: int) -> list[tuple[str, float]]:
    """The parts that took longest when asked one after the other, with their milliseconds."""
    took = []
    for part in wanted[:count]:
        start = time.perf_counter()
        ask(part)
        took.append((part, (time.perf_counter() - start) * 1000))
    return sorted(took, key=lambda one: -one[1])


def told(took: list[float], seconds: float) -> dict[str, float]:
    """Rate, median and p99 of a series of milliseconds."""
    cuts = statistics.quantiles(took, n=100)
    return {"per_second": len(took) / seconds, "p50": cuts[49], "p99": round(cuts[98], 1)}


def main() -> None:
    """Measure all, one after the other, and print a table and a JSON line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--subjects", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--users", type=int, default=20)
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is missing (Debian: apt-get install wrk)")
    address = prepare(options.subjects)
    from django.conf import settings

    from chengxin.base import clock
    from chengxin.registry.subjects import queries

    def ask(part: str) -> object:
        return queries.search(part, on=clock.today())

    folder, wanted, users, seconds = Path(settings.DATA_FOLDER), parts(1), options.users, options.seconds
    point, script = folder / "point.sql", folder / "search.lua"
    point.write_text(SELECT.format(subjects=options.subjects, first=first_id()))
    (folder / "parts.txt").write_text("\n".join(urllib.parse.quote(part) for part in wanted))
    script.write_text(LUA % (folder / "parts.txt"))

    rate, mean = pgbench(address, DATABASE, point, seconds=seconds, clients=users)
    results = {"pgbench": {"per_second": rate, "p50": mean}}
    at_once(ask, wanted, WARM_UP, users)
    alone = slowest(ask, wanted, 500)
    results["one user"] = told([ms for _, ms in alone], sum(ms for _, ms in alone) / 1000)
    results["query"] = told(at_once(ask, wanted, seconds, users), seconds)
    with served(PORT, "/api/v1/subjects?q=ab") as served_at:
        wrk(served_at, script, seconds=WARM_UP, connections=users)
        results["http"] = asdict(wrk(served_at, script, seconds=seconds, connections=users))
    names = {
        "pgbench": f"pgbench point lookup, {users} clients (mean)",
        "one user": "search, one user",
        "query": f"search, {users} users in one process",
        "http": f"search through HTTP, {users} users",
    }
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"{options.subjects:,} subjects; {machine}; {datetime.now(UTC):%Y-%m-%d}; goal: p99 under {GOAL_MS} ms\n")
    print("| what | per second | p50 ms | p99 ms |\n|---|---|---|---|")
    for name, one in results.items():
        print(f"| {names[name]} | {one['per_second']:,.0f} | {one['p50']:.1f} | {one.get('p99', '')} |")
    print(f"\nslowest alone: {', '.join(f'{part} {ms:.0f} ms' for part, ms in alone[:8])}")
    print(json.dumps({"subjects": options.subjects, "users": users, "results": results}))


if __name__ == "__main__":
    main()
