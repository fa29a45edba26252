"""The embedded engine: DuckDB in this process, one bucket of the snapshot after the other.

A bucket holds all records of its subjects, so that it is computed for itself; what is grouped fits into the processor's
caches, and memory does not grow with the city.
"""

import os
from collections.abc import Sequence
from pathlib import Path

import duckdb

from chengxin.evaluation.runs.extracting import RECORDS, SUBJECTS, Taken

MEMORY = "1200MB"
PRELUDE = "CREATE MACRO whole(a, times, b) AS CAST(CAST(a AS HUGEINT) * times // b AS BIGINT)"


def compute(sql: str, taken: Taken, target: Path) -> None:
    """Compute the statement over the snapshot; results as Parquet files in the folder `target`, one for each bucket."""
    with duckdb.connect() as engine:
        engine.execute(f"SET memory_limit = '{MEMORY}'")
        engine.execute(f"SET threads = {os.cpu_count() or 1}")
        engine.execute(f"SET temp_directory = '{target / 'spill'}'")
        engine.execute(PRELUDE)
        for records, subjects in zip(taken.files(RECORDS), taken.files(SUBJECTS), strict=True):
            _see(engine, "records", [records])
            _see(engine, "subjects", [subjects])
            engine.execute(f"COPY ({sql}) TO '{target / records.name}' (FORMAT parquet, COMPRESSION snappy)")


def _see(engine: duckdb.DuckDBPyConnection, name: str, files: Sequence[Path]) -> None:
    paths = ", ".join("'" + str(path).replace("'", "''") + "'" for path in files)
    engine.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM read_parquet([{paths}])")
