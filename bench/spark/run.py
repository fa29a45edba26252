"""The engine of the platform on Spark, in one process and on a cluster of two executors, and what grows past memory.

usage: .venv/bin/python bench/spark/run.py [--size 1x|3x|10x] [--on local,cluster] [--memory 1g,512m] [--partitions N] [--check]
Reads the snapshots that `bench/evaluation/run.py made --size …` made. `local` is one process with two threads,
`cluster` a standalone master and two workers on the loopback, one executor of one processor each. `--memory` is that of
an executor (local: of the one process); few `--partitions` make each task larger than that. Each run starts Spark anew,
writes all results as Parquet and says seconds (session included), processor seconds of its processes, gigabytes shuffled
and spilled, and the digest of the results; `--check` computes it by DuckDB too and refuses another one. Spilled bytes
are those that Spark wrote because its memory was full; shuffled ones go to disk in any case.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1] / "src"), str(HERE.parent / "evaluation")]
MODEL = "enterprise-1"
DATA = Path(os.environ.get("CHENGXIN_DATA", HERE.parents[1] / ".data")) / "bench-evaluation"


def measured(size: str, on: str, memory: str, partitions: str) -> dict[str, Any]:
    """One run of the engine in this process."""
    import city

    city.ready()
    from django.conf import settings

    from chengxin.evaluation.runs import compiling, extracting, storing
    from chengxin.evaluation.runs.engines import duck, spark
    from chengxin.evaluation.runs.tests.cluster import OPTIONS, cluster
    from chengxin.evaluation.scorecards import queries

    taken = extracting.opened(DATA / size)
    sql = compiling.compiled(queries.model_named(MODEL), taken.layout, as_of=taken.as_of, disputed_counts=True)
    with tempfile.TemporaryDirectory(dir=DATA) as place:
        folder, target, events = Path(place), Path(place) / "results", Path(place) / "events"
        events.mkdir()
        target.mkdir()
        settings.SPARK_OPTIONS = OPTIONS | {
            "spark.executor.memory": memory,
            "spark.driver.memory": memory if on == "local" else "512m",
            "spark.sql.shuffle.partitions": partitions if int(partitions) else str(2 * len(taken.files("records"))),
            "spark.local.dir": str(folder / "spill"),
            "spark.eventLog.enabled": "true",
            "spark.eventLog.dir": events.as_uri(),
            "spark.eventLog.rolling.enabled": "false",
            "spark.eventLog.compress": "false",
        }
        began = time.perf_counter()
        if on == "duckdb":
            duck.compute(sql, taken, target)
        elif on == "local":
            settings.SPARK_MASTER = "local[2]"
            spark.compute(sql, taken, target)
        else:
            with cluster(folder, memory="4g") as address:
                settings.SPARK_MASTER = address
                began = time.perf_counter()
                spark.compute(sql, taken, target)
        seconds = time.perf_counter() - began
        results, digest = storing.digest_of(target)
        return {"seconds": seconds, "results": results, "digest": digest, **_written(events)}


def _written(events: Path) -> dict[str, float]:
    """Gigabytes that the tasks spilled and shuffled, from Spark's own log."""
    spilled = shuffled = 0
    for file in events.iterdir():
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                if line.startswith('{"Event":"SparkListenerTaskEnd"'):
                    metrics = json.loads(line).get("Task Metrics", {})
                    spilled += metrics.get("Disk Bytes Spilled", 0)
                    shuffled += metrics.get("Shuffle Write Metrics", {}).get("Shuffle Bytes Written", 0)
    return {"spilled_gb": round(spilled / 2**30, 2), "shuffled_gb": round(shuffled / 2**30, 2)}


def alone(size: str, on: str, memory: str, partitions: str) -> dict[str, Any]:
    """The same in a process of its own: a JVM keeps the memory that it was started with."""
    before = _processor()
    done = subprocess.run(
        [sys.executable, "-W", "ignore", __file__, "--one", size, on, memory, partitions],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"{size} {on} {memory} failed:\n{done.stderr[-3000:]}")
    return {**json.loads(done.stdout.strip().splitlines()[-1]), "processor": _processor() - before}


def _processor() -> float:
    """Processor seconds of all processes that have ended below this one: Python, master, workers and executors."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Measure each wanted run, print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="1x")
    parser.add_argument("--on", default="local,cluster")
    parser.add_argument("--memory", default="1g")
    parser.add_argument("--partitions", default="0")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--one", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measured(*options.one)))
        return
    if shutil.which("java") is None:
        raise SystemExit("Spark needs Java 17 or newer.")
    known = alone(options.size, "duckdb", "", "0")["digest"] if options.check else ""
    for on in options.on.split(","):
        for memory in options.memory.split(","):
            found = alone(options.size, on, memory, options.partitions)
            if known not in {"", found["digest"]}:
                raise SystemExit(f"not the same results: {known} by DuckDB, {found['digest']} on {on}")
            print(
                f"| {options.size} | {on} | {memory} | {found['seconds']:.1f} | {found['processor']:.0f} | {found['shuffled_gb']} |"
                f" {found['spilled_gb']} | {found['digest'][:12]} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
