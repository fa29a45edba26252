"""Which engine computes, by name; Spark's is loaded only where it is asked for."""

from pathlib import Path

from chengxin.evaluation.runs.engines import duck
from chengxin.evaluation.runs.extracting import Taken
from chengxin.evaluation.runs.rules import Engine


def compute(engine: Engine, sql: str, taken: Taken, target: Path) -> None:
    """Compute the statement over the snapshot; results as Parquet files in `target` (`storing.buckets`).

    Raises `EngineMissing`, `EngineFailed`.
    """
    if engine is Engine.DUCKDB:
        duck.compute(sql, taken, target)
        return
    from chengxin.evaluation.runs.engines import spark

    spark.compute(sql, taken, target)
