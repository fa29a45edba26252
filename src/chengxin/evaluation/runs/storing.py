"""From an engine's files to rows of `Result`: read bucket by bucket, digested, and copied in one transaction."""

import hashlib
import json
from pathlib import Path

import polars as pl

from chengxin.base.database.copying import copy_frame
from chengxin.evaluation.runs.rules import CLASSES

TABLE = "runs_result"


def store(folder: Path, *, run_id: int) -> tuple[int, str]:
    """Copy the results under `folder` into the table, in the caller's transaction; how many, and their digest."""
    rows, digests = 0, []
    for bucket in buckets(folder):
        frame = _rows(bucket)
        digests += _digests(frame)
        rows += frame.height
        copy_frame(TABLE, frame.drop("class").insert_column(1, pl.lit(run_id).alias("run_id")))
    return rows, _digest(digests)


def digest_of(folder: Path) -> tuple[int, str]:
    """How many results an engine gave, and their digest: the same for the same results of any engine."""
    rows, digests = 0, []
    for bucket in buckets(folder):
        frame = _rows(bucket)
        digests += _digests(frame)
        rows += frame.height
    return rows, _digest(digests)


def buckets(folder: Path) -> list[Path]:
    """The files or folders of an engine's results; all results of a class of subjects lie in one of them."""
    return sorted([*folder.glob("part-*.parquet"), *folder.glob("bucket=*")])


def _rows(bucket: Path) -> pl.DataFrame:
    """Results as text for COPY, by class and subject."""
    found = pl.scan_parquet(bucket / "*.parquet" if bucket.is_dir() else bucket, hive_partitioning=False)
    count = sum(name[1:].isdecimal() and name[0] == "p" for name in found.collect_schema().names())
    return (
        found.select(
            "subject_id", "points", "grade", "coverage", "veto",
            _array([pl.col(f"p{n}") for n in range(count)]).alias("indicator_points"),
            _array([pl.col(f"v{n}") for n in range(count)]).alias("indicator_values"),
            pl.concat_str(pl.lit("{"), _joined(), pl.lit("}")).alias("evidence"),
            (pl.col("subject_id") % CLASSES).alias("class"),
        )
        .sort("class", "subject_id")
        .collect()
    )  # fmt: skip


def _array(columns: list[pl.Expr]) -> pl.Expr:
    texts = [column.cast(pl.String).fill_null("NULL") for column in columns]
    return pl.concat_str(pl.lit("{"), pl.concat_str(texts, separator=","), pl.lit("}"))


def _joined() -> pl.Expr:
    return pl.col("evidence").cast(pl.List(pl.String)).list.join(",").fill_null("")


def _digests(frame: pl.DataFrame) -> list[str]:
    parts = frame.partition_by("class", as_dict=True, include_key=False)
    return [
        f"{number} {hashlib.sha256(rows.write_csv(include_header=False, separator='|').encode()).hexdigest()}"
        for (number,), rows in parts.items()
    ]


def _digest(digests: list[str]) -> str:
    ordered = sorted(digests, key=lambda line: int(line.split()[0]))
    return hashlib.sha256(json.dumps(ordered).encode()).hexdigest()
