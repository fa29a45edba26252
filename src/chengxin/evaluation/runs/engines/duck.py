"""The embedded engine: DuckDB in this process, a few buckets of the snapshot side by side.

A bucket holds all records of its subjects, so that it is computed for itself, by one engine with its own processor:
what is grouped fits into the processor's caches, no step waits for another, and memory does not grow with the city.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb

from chengxin.evaluation.runs.extracting import RECORDS, SUBJECTS, Taken

MEMORY = 1200  # megabytes, of all engines together
BESIDE = 4  # buckets at once: more would leave each too little memory
PRELUDE = "CREATE MACRO whole(a, times, b) AS CAST(CAST(a AS HUGEINT) * times // b AS BIGINT)"


def compute(sql: str, taken: Taken, target: Path) -> None:
    """Compute the statement over the snapshot; results as Parquet files in the folder `target`, one for each bucket."""
    buckets = list(zip(taken.files(RECORDS), taken.files(SUBJECTS), strict=True))
    processors = os.cpu_count() or 1
    beside = max(1, min(processors, len(buckets), BESIDE))
    with ThreadPoolExecutor(beside, thread_name_prefix="evaluation") as engines:
        jobs = [
            engines.submit(_compute, sql, buckets[n::beside], target, MEMORY // beside, processors // beside)
            for n in range(beside)
        ]
        for job in jobs:
            job.result()


def _compute(sql: str, buckets: Sequence[tuple[Path, Path]], target: Path, memory: int, threads: int) -> None:
    with duckdb.connect() as engine:
        engine.execute(f"SET memory_limit = '{memory}MB'")
        engine.execute(f"SET threads = {threads}")
        engine.execute(f"SET temp_directory = '{target / f'spill-{buckets[0][0].stem}'}'")
        engine.execute(PRELUDE)
        for records, subjects in buckets:
            _see(engine, "records", records)
            _see(engine, "subjects", subjects)
            engine.execute(f"COPY ({sql}) TO '{target / records.name}' (FORMAT parquet, COMPRESSION snappy)")


def _see(engine: duckdb.DuckDBPyConnection, name: str, file: Path) -> None:
    path = str(file).replace("'", "''")
    engine.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM read_parquet('{path}')")
