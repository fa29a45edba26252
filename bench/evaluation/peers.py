"""One contender on one snapshot, in a process of its own. usage: peers.py NAME SNAPSHOT_FOLDER; prints JSON.

Each writes what it found as Parquet (PostgreSQL into a table of its own). What is said of it afterwards is read from
there: of every grade how many and the sum of points, and of an explanation the sums of points, values and records.
"""

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from byhand import DUCKDB, MODEL, POSTGRESQL, SCALES, SPARK, explained, graded, opened

PLACES = range(len(SCALES))


def platform(taken: Any, _names: Any, target: Path) -> None:
    """Chengxin on DuckDB: the model compiled, with values, points and the records behind each indicator."""
    from chengxin.evaluation.runs import compiling
    from chengxin.evaluation.runs.engines import duck
    from chengxin.evaluation.scorecards import queries

    model = queries.model_named(MODEL)
    duck.compute(compiling.compiled(model, taken.layout, as_of=taken.as_of, disputed_counts=True), taken, target)


def by_duckdb(taken: Any, statement: str, target: Path) -> None:
    """Hand-written SQL on DuckDB over all files at once."""
    import duckdb

    with duckdb.connect() as engine:
        engine.execute(f"SET threads = 2; SET temp_directory = '{target}/spill'")
        for kind in ("records", "subjects"):
            engine.execute(f"CREATE VIEW {kind} AS SELECT * FROM read_parquet('{taken.folder / kind}/*.parquet')")
        engine.execute(f"COPY ({statement}) TO '{target}/found.parquet' (FORMAT parquet, COMPRESSION snappy)")


def by_polars(taken: Any, names: Any, target: Path, *, reasons: bool) -> None:
    """Hand-written expressions, streaming over all files at once."""
    import bypolars

    frame = bypolars.graded(
        names, taken.folder / "records/*.parquet", taken.folder / "subjects/*.parquet", explained=reasons
    )
    frame.collect(engine="streaming").write_parquet(target / "found.parquet", compression="snappy")


def by_polars_in_parts(taken: Any, names: Any, target: Path, *, reasons: bool) -> None:
    """The same expressions on one of our files after the other."""
    import bypolars

    for records, subjects in zip(taken.files("records"), taken.files("subjects"), strict=True):
        frame = bypolars.graded(names, records, subjects, explained=reasons)
        frame.collect().write_parquet(target / records.name, compression="snappy")


def by_spark(taken: Any, statement: str, target: Path) -> None:
    """Hand-written SQL on Spark in one process."""
    from pyspark.sql import SparkSession

    builder = (
        SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").config("spark.driver.memory", "3g")
    )
    session = (
        builder.config("spark.sql.shuffle.partitions", "16")
        .config("spark.local.dir", str(target / "spill"))
        .getOrCreate()
    )
    for kind in ("records", "subjects"):
        session.read.parquet(str(taken.folder / kind)).createOrReplaceTempView(kind)
    session.sql(statement).write.parquet(str(target / "found"))
    session.stop()


def by_postgresql(taken: Any, statement: str, target: Path) -> None:
    """Hand-written SQL over PostgreSQL's own tables; what it found is taken out afterwards, outside of its time."""
    import psycopg

    from chengxin.evaluation.runs import extracting
    from chengxin.evaluation.runs.layout import selection
    from chengxin.registry.catalogue import queries as catalogue

    items = {r: catalogue.item(r) for r in taken.layout.resources}
    # Read once into a table of numbers, as the others have it; the plan would otherwise read the payloads three times.
    records = f"CREATE TEMP TABLE records ({', '.join(taken.layout.columns)}) AS {selection(taken.layout, items, taken.as_of)}"
    with psycopg.connect(extracting._address(), autocommit=True) as connection:
        connection.execute("SET work_mem = '512MB'")
        connection.execute("SET temp_buffers = '512MB'")
        began = time.perf_counter()
        connection.execute(records)
        connection.execute("ANALYZE records")
        connection.execute(
            "CREATE TEMP VIEW subjects AS SELECT id AS subject_id, kind, status, division FROM subjects_subject"
        )
        connection.execute(f"CREATE TEMP TABLE found AS {statement}")
        TIMED.append(time.perf_counter() - began)
        SAID.append(_said_by(connection, "evidence" in statement))


TIMED: list[float] = []  # where a contender's time is not that of its call
SAID: list[dict[str, Any]] = []


def _said_by(connection: Any, reasons: bool) -> dict[str, Any]:
    grades = connection.execute(
        "SELECT grade, count(*), sum(points) FROM found GROUP BY grade ORDER BY grade"
    ).fetchall()
    said: dict[str, Any] = {"grades": {g: [int(n), int(p)] for g, n, p in grades}}
    if reasons:
        sums = ", ".join(f"coalesce(sum({letter}{n}), 0)" for letter in "pv" for n in PLACES)
        row = connection.execute(f"SELECT {sums} FROM found").fetchone()
        behind = connection.execute(
            "SELECT count(*), sum(e % 1000003) FROM (SELECT unnest(evidence) AS e FROM found) each"
        ).fetchone()
        said |= {"sums": [int(x) for x in row], "behind": [int(x) for x in behind]}
    return said


def said(target: Path, *, reasons: bool) -> dict[str, Any]:
    """What the files of a contender hold, in sums."""
    import polars as pl

    files = pl.scan_parquet([*target.glob("*.parquet"), *target.glob("found/*.parquet")])
    grades = files.group_by("grade").agg(pl.len(), pl.sum("points")).collect().sort("grade").rows()
    found: dict[str, Any] = {"grades": {g: [n, p] for g, n, p in grades}}
    if reasons:
        sums = (
            files.select(pl.col(f"{letter}{n}").cast(pl.Int64).sum() for letter in "pv" for n in PLACES)
            .collect()
            .row(0)
        )
        behind = (
            files.select(pl.col("evidence").explode().drop_nulls())
            .select(pl.len(), (pl.col("evidence") % 1_000_003).sum().alias("sum"))
            .collect(engine="streaming")
        )
        found |= {"sums": list(sums), "behind": list(behind.row(0))}
    return found


def _contender(run: Callable[..., None], dialect: Any, sql: Any) -> Callable[[Any, Any, Path], None]:
    return lambda taken, names, target: run(taken, sql(names, dialect), target)


PEERS: dict[str, tuple[bool, Callable[[Any, Any, Path], None]]] = {  # whether it explains
    "platform": (True, platform),
    "polars-explained": (True, lambda *given: by_polars(*given, reasons=True)),
    "polars-parts-explained": (True, lambda *given: by_polars_in_parts(*given, reasons=True)),
    "duckdb-explained": (True, _contender(by_duckdb, DUCKDB, explained)),
    "spark-explained": (True, _contender(by_spark, SPARK, explained)),
    "postgresql-explained": (True, _contender(by_postgresql, POSTGRESQL, explained)),
    "polars": (False, lambda *given: by_polars(*given, reasons=False)),
    "polars-parts": (False, lambda *given: by_polars_in_parts(*given, reasons=False)),
    "duckdb": (False, _contender(by_duckdb, DUCKDB, graded)),
    "spark": (False, _contender(by_spark, SPARK, graded)),
    "postgresql": (False, _contender(by_postgresql, POSTGRESQL, graded)),
}


def main(name: str, folder: Path) -> dict[str, Any]:
    """Run one contender once."""
    reasons, run = PEERS[name]
    taken, names = opened(folder)
    with tempfile.TemporaryDirectory(dir=folder.parent) as target:
        began, worked = time.perf_counter(), time.process_time()
        run(taken, names, Path(target))
        seconds, processor = time.perf_counter() - began, time.process_time() - worked
        peak = (
            max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) // 1024
        )
        found = SAID[0] if SAID else said(Path(target), reasons=reasons)
    return {
        "peer": name,
        "seconds": TIMED[0] if TIMED else seconds,
        "processor": processor,
        "peak_mb": peak,
        "found": found,
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], Path(sys.argv[2]).resolve())))
