"""Rows per second from a department's system to the store, beside the same rows handed in as a file and bare reading.

usage: .venv/bin/python bench/connectors/run.py [--rows N]
Uses databases of its own, `chengxin_bench_connectors` (emptied before each way) and `…_source`, a PostgreSQL table on the
same server, one CSV on an SFTP server, and a REST interface on this machine with pages of 5,000 rows. Each way is pulled three
times: all rows, nothing new, one row in a hundred changed. Peers: the same rows handed in as one file, and reading the
source bare, without handing anything in.
"""

import argparse
import csv
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

sys.path.append(str(Path(__file__).resolve().parents[2] / "src"))
DATABASE = "chengxin_bench_connectors"
CODE, VARIABLE = "bench-penalties", "CHENGXIN_CONNECTOR_BENCH_ADDRESS"
TOKEN, HOST_KEY = "CHENGXIN_CONNECTOR_BENCH_TOKEN", "CHENGXIN_CONNECTOR_BENCH_KEY"
PAGE = 5_000
BEGAN = datetime(2026, 11, 1, tzinfo=UTC)
STORED = (
    "records_record, subjects_subject, subjects_subjectname, subjects_identifier, collection_submission,"
    " collection_progress, collection_rejectedrow, collection_foundinrow, connectors_pullrun, connectors_standing,"
    " connectors_seenfile"
)


def prepare() -> None:
    """Migrate the bench's database and make the source's."""
    os.environ["CHENGXIN_DATABASE_NAME"] = DATABASE
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chengxin.project.settings")
    import django

    django.setup()
    from django.conf import settings

    from chengxin.base.database import embedded
    from chengxin.project.readiness import run

    for name in (DATABASE, f"{DATABASE}_source"):
        embedded.prepare(settings.EMBEDDED_ADDRESS, database=name)
    run("migrate")
    run("load_profile")


def empty() -> None:
    """Take out what a way stored, so that the next begins alike."""
    import psycopg
    from django.conf import settings

    with psycopg.connect(settings.EMBEDDED_ADDRESS, dbname=DATABASE, autocommit=True) as connection:
        connection.execute(f"TRUNCATE {STORED} CASCADE")


def timed(act: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds, and what came of it."""
    begun = time.perf_counter()
    made = act()
    return time.perf_counter() - begun, made


def source_address() -> str:
    """The source's database as a connector names it."""
    from urllib.parse import urlsplit

    from django.conf import settings

    from chengxin.base.database import embedded

    parts = urlsplit(settings.EMBEDDED_ADDRESS)
    netloc = f"{embedded.OWNER}@{parts.netloc.rpartition('@')[2]}"
    return parts._replace(path=f"/{DATABASE}_source", netloc=netloc).geturl()


def fill_table(rows: list[dict[str, str]]) -> None:
    """The source's table, made anew."""
    import psycopg

    names = list(rows[0])
    with psycopg.connect(source_address()) as connection:
        connection.execute("DROP TABLE IF EXISTS decisions")
        columns = ", ".join(f"{name.lower()} text" for name in names)
        connection.execute(f"CREATE TABLE decisions (id int PRIMARY KEY, updated_at timestamptz NOT NULL, {columns})")
        with connection.cursor().copy(
            f"COPY decisions (id, updated_at, {', '.join(n.lower() for n in names)}) FROM STDIN"
        ) as copy:
            for number, row in enumerate(rows):
                copy.write_row((number, BEGAN + timedelta(milliseconds=number), *row.values()))
        connection.execute("CREATE INDEX ON decisions (updated_at, id)")
    with psycopg.connect(source_address(), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE decisions")


def change_table() -> None:
    """One row in a hundred changes."""
    import psycopg

    with psycopg.connect(source_address()) as connection:
        connection.execute("UPDATE decisions SET cf_nr_fk = '9', updated_at = now() WHERE id % 100 = 0")


def read_bare() -> int:
    """All rows of the table by COPY, kept nowhere."""
    import psycopg

    with psycopg.connect(source_address()) as connection, connection.cursor().copy("COPY decisions TO STDOUT") as copy:
        return sum(len(block) for block in copy)


def write_csv(rows: list[dict[str, str]], path: Path) -> None:
    """The rows as a department writes them."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def describe(folder: Path, source: dict[str, Any], **variables: str) -> None:
    """The connector's file, and what it names."""
    from django.conf import settings

    from chengxin.intake.collection.tests.factories import MARKET, PENALTY, penalty

    columns = {code: code.lower() for code in penalty()}
    made = folder / source["kind"]
    made.mkdir()
    told = {
        "code": CODE, "name": {"zh": "处罚（虚构）", "en": "Penalties (fictional)"}, "organisation": MARKET,
        "item": PENALTY, "every_minutes": 15, "source": {"address": VARIABLE, **source},
    }  # fmt: skip
    if source["kind"] != "sftp":
        told["columns"] = columns
    (made / f"{CODE}.yaml").write_text(yaml.safe_dump(told, allow_unicode=True))
    settings.CONNECTORS_FOLDER = made
    os.environ.update(variables)


def pulled() -> tuple[float, Any]:
    """A whole pull: seconds, and its run."""
    from chengxin.base import clock
    from chengxin.intake.connectors import pulling
    from chengxin.intake.connectors.models import PullRun

    took, run_id = timed(lambda: pulling.pull(CODE, asked_by="bench", now=clock.now))
    run = PullRun.objects.get(pk=run_id)
    assert run.state == "done", (run.state, run.fault_detail)
    return took, run


def a_way(name: str, rows: int, change: Callable[[], None]) -> None:
    """All, nothing new, one in a hundred changed."""
    empty()
    first, run = pulled()
    assert run.accepted == rows, (run.accepted, run.rejected)
    again, run = pulled()
    change()
    changed, last = pulled()
    print(
        f"| {name} | {rows / first:,.0f} | {first:.1f} | {again:.2f} ({run.rows:,} rows) | {changed:.2f}"
        f" ({last.corrected:,} of {last.rows:,} rows) |",
        flush=True,
    )


def main() -> None:
    """Make the rows, and go each way."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    count = parser.parse_args().rows
    prepare()
    from chengxin.base import clock
    from chengxin.intake.collection import services as collection
    from chengxin.intake.collection.tests.factories import MARKET, PENALTY, penalty
    from chengxin.intake.connectors.tests.peers import PASSWORD, rest_peer, sftp_peer
    from chengxin.registry.accounts import queries as accounts
    from chengxin.registry.accounts.rules import Role

    rows = [penalty(number) for number in range(1, count + 1)]
    by = accounts.actor_of_organisation(MARKET, roles=frozenset({Role.DEPARTMENT_OFFICER}), name="bench")
    assert by is not None and by.organisation_id is not None
    own: int = by.organisation_id
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; {count:,} rows\n")
    print("| way | rows/s | all, s | nothing new, s | 1 % changed, s |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "penalties.csv"
        write_csv(rows, file)
        empty()
        took, _ = timed(
            lambda: collection.submit(
                file, filename=file.name, item_code=PENALTY, by=by, organisation_id=own, at=clock.now()
            )
        )
        print(f"| the same rows handed in as one CSV | {count / took:,.0f} | {took:.1f} | | |", flush=True)
        fill_table(rows)
        took, _ = timed(read_bare)
        print(f"| bare COPY of the source's table | {count / took:,.0f} | {took:.1f} | | |", flush=True)
        table = {"kind": "database", "table": "decisions", "key": "id", "cursor": "updated_at"}
        describe(folder, table, **{VARIABLE: source_address()})
        a_way("PostgreSQL front-end table", count, change_table)
        drop = folder / "root" / "out"
        drop.mkdir(parents=True)
        write_csv(rows, drop / "all.csv")
        hundredth = [row | {"CF_NR_FK": "9"} for row in rows[::100]]
        with sftp_peer(folder / "root") as sftp:
            address = f"sftp://department@127.0.0.1:{sftp.port}/out"
            told = {VARIABLE: address, TOKEN: PASSWORD, HOST_KEY: sftp.host_key}
            describe(folder, {"kind": "sftp", "host_key": HOST_KEY, "password": TOKEN, "pattern": "*.csv"}, **told)
            a_way("SFTP, one CSV", count, lambda: write_csv(hundredth, drop / "changed.csv"))
        with rest_peer() as peer:
            peer.size = PAGE
            peer.rows = [
                {"number": n, "changed": f"2026-05-10T{n:09d}", **{k.lower(): v for k, v in row.items()}}
                for n, row in enumerate(rows)
            ]
            rest = {"kind": "rest", "items": "data.list", "key": "number", "cursor": "changed", "since": "since"}
            describe(folder, rest | {"page": "page", "token": TOKEN}, **{VARIABLE: peer.address, TOKEN: peer.token})

            def change() -> None:
                for n in range(0, count, 100):
                    peer.rows[n] = peer.rows[n] | {"cf_nr_fk": "9", "changed": f"2026-05-11T{n:09d}"}

            a_way(f"REST, pages of {PAGE:,}", count, change)


if __name__ == "__main__":
    main()
