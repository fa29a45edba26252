"""Snapshots: the records and the population as one moment of the database holds them, as Parquet files in a folder.

    manifest.json               layout, day, counts, digest
    records/part-00.parquet …   rows as in `layout`, by `subject_id % buckets`
    subjects/part-00.parquet …  subject_id, kind, status, division

One transaction exports its snapshot, and every process that reads a part reads that same snapshot. The table of records
is cut by its pages, so that each part is read from one end to the other.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import polars as pl
import psycopg
from django.db import connection
from psycopg.conninfo import make_conninfo

from chengxin.evaluation.runs import parts
from chengxin.evaluation.runs.errors import SnapshotGone
from chengxin.evaluation.runs.layout import Layout, as_told, selection
from chengxin.evaluation.runs.parts import Part
from chengxin.evaluation.runs.rules import CLASSES
from chengxin.registry.catalogue import queries as catalogue

RECORDS, SUBJECTS, MANIFEST = "records", "subjects", "manifest.json"
SUBJECT_COLUMNS = ("subject_id", "kind", "status", "division")
ORDERS = {RECORDS: ("subject_id", "version_id"), SUBJECTS: ("subject_id",)}
SMALL = 4_000  # pages of records below which one process is done before a second has started
PAGES = 2**17  # of one part: a gigabyte of the table
PER_BUCKET = 1_500_000
PAGE_COUNT = "SELECT pg_relation_size('records_record') / current_setting('block_size')::int"
ROW_COUNT = "SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'records_record'::regclass"
LIBPQ = frozenset({"host", "port", "dbname", "user", "password", "sslmode", "sslrootcert", "options", "service"})


@dataclass(frozen=True, slots=True)
class Taken:
    """A snapshot's folder and what its manifest says. `day` is the day whose end of public periods it looked at."""

    folder: Path
    layout: Layout
    as_of: date
    records: int
    subjects: int
    digest: str

    def files(self, kind: str) -> list[Path]:
        """The files of `records` or `subjects`, by bucket."""
        return sorted((self.folder / kind).glob("part-*.parquet"))


def take(folder: Path, layout: Layout, *, as_of: date) -> Taken:
    """Write the snapshot of this moment for `as_of` into a new `folder`."""
    address = _address()
    for kind in (RECORDS, SUBJECTS):
        (folder / kind).mkdir(parents=True)
    with psycopg.connect(address) as exporting:
        exporting.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        snapshot = str(_one(exporting, "SELECT pg_export_snapshot()"))
        pages = int(_one(exporting, PAGE_COUNT))
        buckets = buckets_for(int(_one(exporting, ROW_COUNT)))
        with _workers(pages) as workers:
            jobs = [
                (part.folder.name, workers.submit(parts.read_part, address, snapshot, part))
                for part in _parts(folder, layout, pages, buckets, as_of)
            ]
            counts = {kind: sum(job.result() for of, job in jobs if of == kind) for kind in (RECORDS, SUBJECTS)}
            digests = _close(workers, folder, layout, buckets)
    told = {"layout": layout.told(), "as_of": as_of.isoformat(), **counts, "digest": _digest(layout, as_of, digests)}
    (folder / MANIFEST).write_text(json.dumps(told, ensure_ascii=False, sort_keys=True), encoding="utf-8")
    return opened(folder)


def opened(folder: Path) -> Taken:
    """A snapshot that was taken before. Raises `SnapshotGone`."""
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except OSError as error:
        raise SnapshotGone(folder=folder.name) from error
    return Taken(
        folder,
        as_told(told["layout"]),
        date.fromisoformat(told["as_of"]),
        told[RECORDS],
        told[SUBJECTS],
        told["digest"],
    )


def check(taken: Taken, digest: str) -> None:
    """Read all files anew. Raises `SnapshotGone` where their content is not what was digested."""
    try:
        digests = {
            kind: [
                line
                for path in taken.files(kind)
                for line in parts.digests_of(path, _columns(kind, taken.layout), order=ORDERS[kind], classes=CLASSES)
            ]
            for kind in (RECORDS, SUBJECTS)
        }
    except (pl.exceptions.PolarsError, OSError) as error:
        raise SnapshotGone(folder=taken.folder.name) from error
    if _digest(taken.layout, taken.as_of, digests) != digest:
        raise SnapshotGone(folder=taken.folder.name)


def _parts(folder: Path, layout: Layout, pages: int, buckets: int, as_of: date) -> Iterator[Part]:
    chosen = selection(layout, {r: catalogue.item(r) for r in layout.resources}, as_of)
    for number, first in enumerate(range(0, max(pages, 1), PAGES)):
        within = f"{chosen} AND ctid >= '({first},0)'::tid AND ctid < '({first + PAGES},0)'::tid"
        yield Part(f"{number:04}", within, layout.columns, buckets, folder / RECORDS)
    everyone = "SELECT id, kind, status, division FROM subjects_subject"
    yield Part("0000", everyone, SUBJECT_COLUMNS, buckets, folder / SUBJECTS)


def _close(workers: Executor, folder: Path, layout: Layout, buckets: int) -> dict[str, list[str]]:
    found: dict[str, list[Future[list[str]]]] = {
        kind: [
            workers.submit(
                parts.close_part,
                folder / kind,
                bucket,
                _columns(kind, layout),
                order=ORDERS[kind],
                classes=CLASSES,
            )
            for bucket in range(buckets)
        ]
        for kind in (RECORDS, SUBJECTS)
    }
    return {kind: [line for job in jobs for line in job.result()] for kind, jobs in found.items()}


def _columns(kind: str, layout: Layout) -> tuple[str, ...]:
    return layout.columns if kind == RECORDS else SUBJECT_COLUMNS


def _digest(layout: Layout, as_of: date, digests: dict[str, list[str]]) -> str:
    classes = {kind: sorted(lines, key=lambda line: int(line.split()[0])) for kind, lines in digests.items()}
    told = {"layout": layout.told(), "as_of": as_of.isoformat(), "classes": classes}
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def buckets_for(rows: int) -> int:
    """Into how many buckets so many records are put: a power of two, so that a class lies in one bucket."""
    buckets = 1
    while buckets < CLASSES and rows > buckets * PER_BUCKET:
        buckets *= 2
    return buckets


class _AtOnce(Executor):
    """Runs what is submitted then and there."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


@contextmanager
def _workers(pages: int) -> Iterator[Executor]:
    if pages < SMALL:
        yield _AtOnce()
        return
    # Spawned, not forked: threads of the parent (database pool, Polars) must not be copied half-way.
    with ProcessPoolExecutor(os.cpu_count() or 1, mp_context=get_context("spawn")) as workers:
        yield workers


def _address() -> str:
    given = connection.get_connection_params()
    return make_conninfo(**{k: v for k, v in given.items() if k in LIBPQ and v not in (None, "")})


def _one(connected: "psycopg.Connection[tuple[Any, ...]]", statement: str) -> Any:
    row = connected.execute(statement).fetchone()
    return row[0] if row else None
