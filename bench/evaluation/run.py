"""A city evaluated from PostgreSQL to written grades with their reasons, against the same model written by hand.

usage: .venv/bin/python bench/evaluation/run.py [--subjects N] [--rounds R] [--peers platform,duckdb,…] [--sizes 1,3,10]
Uses a database of its own, `chengxin_bench_evaluation`, with twenty records for each subject. Every contender runs in a process of
its own and reads the snapshot that the whole road took; all must find the same grades. `--sizes` repeats the whole road
for the first, third and whole of N. Peak memory is that of Python and its children (Spark: Python and the JVM).
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import city

HERE = Path(__file__).resolve().parent
TITLES = {
    "platform": "Chengxin on DuckDB: grades with values and the records behind each indicator, to Parquet",
    "duckdb": "by hand, DuckDB SQL: grades alone",
    "polars": "by hand, polars: grades alone",
    "postgresql": "by hand, PostgreSQL SQL, from its tables: grades alone",
    "spark": "by hand, Spark SQL, local[2], session included: grades alone",
}


def told(script: str, *arguments: str) -> dict[str, Any]:
    """What a script of this folder said, run in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(HERE / script), *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{HERE.parents[1] / 'src'}:{HERE}"},
    )
    if done.returncode:
        raise SystemExit(f"{script} {arguments} failed:\n{done.stderr[-3000:]}")
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def rounds_of(peers: list[str], folder: Path, rounds: int) -> dict[str, dict[str, Any]]:
    """The median round of each peer; raises where two do not find the same."""
    seen: dict[str, list[dict[str, Any]]] = {peer: [] for peer in peers}
    for _ in range(rounds):
        for peer in peers:
            seen[peer].append(told("peers.py", peer, str(folder)))
    found = {json.dumps(each["found"]) for all_ in seen.values() for each in all_}
    if len(found) != 1:
        raise SystemExit(f"not the same grades: {found}")
    return {
        peer: {
            "seconds": statistics.median(e["seconds"] for e in each),
            "processor": statistics.median(e["processor"] for e in each),
            "peak_mb": max(e["peak_mb"] for e in each),
        }
        for peer, each in seen.items()
    }


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--subjects", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", default=",".join(TITLES))
    parser.add_argument("--sizes", default="10", help="tenths of the city for the whole road, as 1,3,10")
    options = parser.parse_args()
    address = city.prepare()
    from django.conf import settings

    roads = []
    for size in map(int, options.sizes.split(",")):
        city.fill(address, options.subjects * size // 10)
        roads.append(told("road.py"))
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"{machine}; {datetime.now(UTC):%Y-%m-%d}; load {os.getloadavg()[0]:.1f}\n")
    print(
        "| subjects | records | snapshot s | to written results s | whole road s | peak MB |\n|---|---|---|---|---|---|"
    )
    for road in roads:
        print(
            f"| {road['subjects']:,} | {road['records']:,} | {road['snapshot']:.1f} | {road['results']:.1f} |"
            f" {road['seconds']:.1f} | {road['peak_mb']:,} |"
        )
    folder = Path(settings.EVALUATION_FOLDER) / "snapshots" / roads[-1]["folder"]
    results = rounds_of([p for p in options.peers.split(",") if p], folder, options.rounds)
    print("\n| from the snapshot | s | processor s | peak MB |\n|---|---|---|---|")
    for peer, one in results.items():
        print(f"| {TITLES[peer]} | {one['seconds']:.1f} | {one['processor']:.1f} | {one['peak_mb']:,} |")
    print(json.dumps({"roads": roads, "peers": results}))


if __name__ == "__main__":
    main()
