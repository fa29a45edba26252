"""One million penalties from file to store, against frictionless, pandera, a per-row loop and a bare COPY.

usage: .venv/bin/python bench/intake/run.py [--rows N] [--subjects N] [--only NAME,…] [--repeat R] [--slow-share 0.05]
Uses a database of its own, `chengxin_bench_intake`, emptied before each run that stores something. Every contender runs
in a process of its own, so that peak memory is its own. Slow peers get the first share of the rows, and their time is
scaled; the table says so.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[1]))
from database import opened

HERE = Path(__file__).resolve().parent
DATABASE = "chengxin_bench_intake"
CONTENDERS = {  # name -> (script, run, what it does, whether it gets only a share of the rows)
    "copy-file": ("road.py", "copy-file", "bare COPY of the file into text columns, no index", False),
    "whole": ("road.py", "whole", "Chengxin: read, validate, resolve, commit", False),
    "copy-rows": ("road.py", "copy-rows", "bare COPY of the stored rows, ready made, no index (the limit)", False),
    "copy-records": ("road.py", "copy-records", "the same COPY into a table with the real indexes", False),
    "validate": ("road.py", "validate", "Chengxin: read and validate only", False),
    "pandera": ("peers.py", "pandera", "pandera on polars: read and validate only", False),
    "frictionless": ("peers.py", "frictionless", "frictionless: read and validate only", True),
    "stdnum": ("peers.py", "stdnum", "per-row loop with python-stdnum: read and validate only", True),
    "loop": ("peers.py", "loop", "the same loop with Django's bulk_create", True),
}  # fmt: skip


def empty() -> None:
    """Take out what a run stored, so that the next begins alike."""
    import psycopg
    from django.conf import settings

    with psycopg.connect(settings.EMBEDDED_ADDRESS, dbname=DATABASE, autocommit=True) as connection:
        connection.execute(
            "TRUNCATE records_record, subjects_subject, subjects_subjectname, subjects_identifier,"
            " collection_submission, collection_progress, collection_rejectedrow, collection_foundinrow CASCADE"
        )
        connection.execute("CHECKPOINT")


def head_of(path: Path, rows: int) -> Path:
    """A file of the first rows only."""
    short = path.with_name(f"{path.stem}-{rows}.csv")
    with path.open(encoding="utf-8") as source, short.open("w", encoding="utf-8") as target:
        for _ in range(rows + 1):
            target.write(source.readline())
    return short


def measure(name: str, path: Path) -> dict[str, Any]:
    """Run one contender in its own process."""
    script, run, _, _ = CONTENDERS[name]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(HERE / script), run, str(path)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(HERE.parents[1] / "src")},
    )
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stderr[-3000:]}")
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def table(results: dict[str, dict[str, Any]], rows: int) -> str:
    """The results as a markdown table."""
    lines = ["| what | measured on | s | rows/s | s for all rows | peak MB |", "|---|---|---|---|---|---|"]
    for name, told in results.items():
        rate = told["rows"] / told["seconds"]
        scaled = "" if told["rows"] == rows else " (scaled)"
        lines.append(
            f"| {CONTENDERS[name][2]} | {told['rows']:,} | {told['seconds']:.1f} | {rate:,.0f} |"
            f" {rows / rate:.1f}{scaled} | {told['peak_mb']:,} |"
        )
    return "\n".join(lines)


def ratios(results: dict[str, dict[str, Any]]) -> dict[str, float]:
    """The figures that the goals speak of."""
    rate = {name: told["rows"] / told["seconds"] for name, told in results.items()}
    wanted = {
        "whole_to_copy_file": ("copy-file", "whole"),
        "whole_to_copy_rows": ("copy-rows", "whole"),
        "whole_to_copy_records": ("copy-records", "whole"),
        "validate_rate_to_pandera": ("validate", "pandera"),
        "whole_rate_to_stdnum_validation": ("whole", "stdnum"),
        "whole_rate_to_frictionless_validation": ("whole", "frictionless"),
    }
    return {name: round(rate[a] / rate[b], 2) for name, (a, b) in wanted.items() if a in rate and b in rate}


def main() -> None:
    """Make the file, run every contender, print the table and a JSON line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--subjects", type=int, help="how many companies the rows are about (default: a fifth)")
    parser.add_argument("--only", default=",".join(CONTENDERS))
    parser.add_argument("--repeat", type=int, default=3, help="rounds over all contenders; the median counts")
    parser.add_argument("--slow-share", type=float, default=0.05)
    options = parser.parse_args()
    opened(DATABASE)
    from django.conf import settings
    from rows import write

    subjects = options.subjects or max(1, options.rows // 5)
    path = Path(settings.DATA_FOLDER) / f"bench-intake-{options.rows}-{subjects}.csv"
    if not path.exists():
        write(path, options.rows, subjects)
    short = head_of(path, max(1000, int(options.rows * options.slow_share)))
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in options.only.split(",")}
    for turn in range(options.repeat):
        for name, told in found.items():
            is_slow = CONTENDERS[name][3]
            if turn and is_slow:
                continue
            if name in {"whole", "loop"}:
                empty()
            told.append(measure(name, short if is_slow else path))
            print(f"{name}: {told[-1]}", file=sys.stderr)
    results = {name: sorted(told, key=lambda one: one["seconds"])[len(told) // 2] for name, told in found.items()}
    if {"whole", "loop"} & found.keys():
        empty()
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    when = f"{datetime.now(UTC):%Y-%m-%d}"
    print(f"{options.rows:,} rows, {subjects:,} companies, {path.stat().st_size >> 20} MB; {machine}; {when}\n")
    print(table(results, options.rows))
    print()
    print(json.dumps({"rows": options.rows, "results": results, "ratios": ratios(results)}))


if __name__ == "__main__":
    main()
