"""A city evaluated from PostgreSQL to written grades with their reasons, against the same model written by hand.

usage: .venv/bin/python bench/evaluation/run.py PART …
    city [--subjects N]             make the city in a database of its own (`chengxin_bench_evaluation`), once
    road [--rounds R]               the whole road, with its steps, and what a bare COPY of the same rows costs
    made --size 1x|3x|10x           make a snapshot of so many millions of enterprises straight into files, once
    peers [--size …] [--peers a,b]  each contender in a process of its own, on the road's snapshot or on a made one
    report                          all that was measured so far
    clear                           remove the city, what was made and measured
Each part can be run alone, in any order after `city` or `made`, and keeps what it measured under CHENGXIN_DATA. All
contenders must find the same. Peak memory is that of Python and its children (Spark: Python and the JVM).
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import city

HERE = Path(__file__).resolve().parent
MILLIONS = {"1x": 1_000_000, "3x": 3_000_000, "10x": 10_000_000}
TITLES = {
    "platform": "Chengxin on DuckDB: grades with points, values and the records behind each indicator",
    "polars-parts-explained": "by hand, polars, one of the snapshot's files after the other: the same",
    "polars-explained": "by hand, polars, all files at once: the same",
    "duckdb-explained": "by hand, DuckDB SQL: the same",
    "spark-explained": "by hand, Spark SQL, local[2], session included: the same",
    "postgresql-explained": "by hand, PostgreSQL SQL, from its own tables: the same",
    "polars": "by hand, polars, all files at once: grades alone",
    "polars-parts": "by hand, polars, one file after the other: grades alone",
    "duckdb": "by hand, DuckDB SQL: grades alone",
    "spark": "by hand, Spark SQL, local[2], session included: grades alone",
    "postgresql": "by hand, PostgreSQL SQL, from its own tables: grades alone",
}


def told(script: str, *arguments: str) -> dict[str, Any]:
    """What a script of this folder said, run in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(HERE / script), *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{HERE.parents[1] / 'src'}:{HERE}", "CHENGXIN_DATABASE_NAME": city.DATABASE},
    )
    if done.returncode:
        raise SystemExit(f"{script} {arguments} failed:\n{done.stderr[-3000:]}")
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


class Kept:
    """What was measured, one line of JSON each."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.file = folder, folder / "measured.jsonl"

    def add(self, **figures: Any) -> None:
        """Keep and show."""
        line = json.dumps({**figures, "load": round(os.getloadavg()[0], 1), "at": f"{datetime.now(UTC):%F %R}"})
        with self.file.open("a") as file:
            file.write(f"{line}\n")
        print({k: v for k, v in figures.items() if k != "found"}, flush=True)

    def all(self, part: str) -> list[dict[str, Any]]:
        """The measurements of a part, oldest first."""
        lines = self.file.read_text().splitlines() if self.file.exists() else []
        return [each for each in map(json.loads, lines) if each["part"] == part]


def of_city(kept: Kept, options: argparse.Namespace) -> None:
    """Make the city."""
    print(f"{city.fill(city.prepare(), options.subjects):.0f} s")


def of_road(kept: Kept, options: argparse.Namespace) -> None:
    """Measure the whole road."""
    for _ in range(options.rounds):
        kept.add(part="road", **told("road.py"))


def of_made(kept: Kept, options: argparse.Namespace) -> None:
    """Make a snapshot of a size."""
    city.ready()
    from byhand import MODEL

    from chengxin.evaluation.scorecards import queries

    folder = kept.folder / options.size
    if not folder.exists():
        print(f"{city.make(folder, MILLIONS[options.size], queries.model_named(MODEL)):.0f} s")


def of_peers(kept: Kept, options: argparse.Namespace) -> None:
    """Measure contenders; raises where two do not find the same."""
    folder = kept.folder / options.size if options.size else Path(kept.all("road")[-1]["path"])
    for _ in range(options.rounds):
        for peer in options.peers.split(","):
            kept.add(part="peers", size=options.size or "road", **told("peers.py", peer, str(folder)))
    sizes = [each for each in kept.all("peers") if each["size"] == (options.size or "road")]
    for what in ("grades", "sums", "behind"):
        found = {json.dumps(each["found"][what], sort_keys=True) for each in sizes if what in each["found"]}
        if len(found) > 1:
            raise SystemExit(f"not the same {what}: {found}")


def of_report(kept: Kept, options: argparse.Namespace) -> None:
    """Print tables of medians."""
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    for subjects in sorted({road["subjects"] for road in kept.all("road")}):
        roads = [road for road in kept.all("road") if road["subjects"] == subjects]
        peak = max(road["peak_mb"] for road in roads)
        print(f"\n| {subjects:,} enterprises, {roads[0]['records']:,} records, {peak:,} MB | s |\n|---|---|")
        for step in roads[0]["steps"]:
            print(f"| {step} | {' '.join(format(road['steps'][step], '.1f') for road in roads)} |")
    for size in ("road", *MILLIONS):
        print(f"\n| {size} | s | processor s | peak MB | rounds |\n|---|---|---|---|---|")
        for peer, title in TITLES.items():
            each = [one for one in kept.all("peers") if (one["size"], one["peer"]) == (size, peer)]
            if each:
                middle = [statistics.median(one[what] for one in each) for what in ("seconds", "processor")]
                peak = max(one["peak_mb"] for one in each)
                print(f"| {title} | {middle[0]:.2f} | {middle[1]:.2f} | {peak:,} | {len(each)} |")


def of_clear(kept: Kept, options: argparse.Namespace) -> None:
    """Remove the city and all that was made."""
    with city.connected(city.prepare()) as connection:
        connection.execute(
            "TRUNCATE records_record, subjects_subject, runs_result, runs_standing, runs_foresight, runs_run, runs_snapshot CASCADE"
        )
    from django.conf import settings

    shutil.rmtree(Path(settings.EVALUATION_FOLDER), ignore_errors=True)
    shutil.rmtree(kept.folder)


PARTS = {"city": of_city, "road": of_road, "made": of_made, "peers": of_peers, "report": of_report, "clear": of_clear}


def main() -> None:
    """Run one part."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=list(PARTS))
    parser.add_argument("--subjects", type=int, default=MILLIONS["1x"])
    parser.add_argument("--size", choices=list(MILLIONS), default="")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--peers", default=",".join(TITLES))
    options = parser.parse_args()
    data = Path(os.environ.get("CHENGXIN_DATA", HERE.parents[1] / ".data"))
    PARTS[options.part](Kept(data / "bench-evaluation"), options)


if __name__ == "__main__":
    main()
