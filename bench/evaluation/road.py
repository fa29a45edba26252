"""The whole road in a process of its own: from PostgreSQL to a snapshot, and from there to written results.

usage: road.py; prints JSON: seconds of each step, peak memory of Python and its children.
"""

import json
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import city
from byhand import MODEL


class Memory(threading.Thread):
    """The largest sum of proportional set sizes of this process and its children, looked at ten times a second."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak = 0

    def run(self) -> None:
        while True:
            self.peak = max(self.peak, sum(_size(p) for p in ["self", *_children()]))
            time.sleep(0.1)


def _children() -> list[str]:
    try:
        return [p for task in Path("/proc/self/task").iterdir() for p in (task / "children").read_text().split()]
    except OSError:
        return []


def _size(process: str) -> int:
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")), 0)


class Steps:
    """How long functions of the platform took, each under its name."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def watch(self, module: Any, function: str, name: str) -> None:
        """Time every call of a module's function."""
        real: Callable[..., Any] = getattr(module, function)

        def timed(*arguments: Any, **named: Any) -> Any:
            began = time.perf_counter()
            try:
                return real(*arguments, **named)
            finally:
                self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - began

        setattr(module, function, timed)


def main() -> dict[str, Any]:
    """Take the road once."""
    city.ready()
    from django.conf import settings

    from chengxin.evaluation.runs import computing, extracting, monitoring, services, storing
    from chengxin.evaluation.runs.management.commands.evaluate import OPERATOR
    from chengxin.evaluation.runs.rules import Purpose
    from chengxin.evaluation.scorecards import queries

    steps, memory = Steps(), Memory()
    steps.watch(extracting, "_close", "closing")
    steps.watch(computing, "compute", "computing")
    steps.watch(storing, "store", "writing")
    steps.watch(monitoring, "measure", "distribution")
    memory.start()
    model, at = queries.model_named(MODEL), datetime.now(UTC)
    began = time.perf_counter()
    snapshot = services.take_snapshot([model], as_of=date.fromisoformat(city.AS_OF), by=OPERATOR, at=at)
    steps.seconds["snapshot"] = time.perf_counter() - began
    run = services.evaluate(model, snapshot, purpose=Purpose.TRIAL, by=OPERATOR, at=at)
    steps.seconds["whole road"] = time.perf_counter() - began
    peak = memory.peak // 1024
    path = Path(settings.EVALUATION_FOLDER) / "snapshots" / snapshot.folder
    steps.seconds |= limits(extracting.opened(path), run.pk)
    figures = {"subjects": run.subjects, "records": snapshot.records, "path": str(path), "digest": run.result_digest}
    return {"steps": steps.seconds, **figures, "peak_mb": peak}


def limits(taken: Any, run_id: int) -> dict[str, float]:
    """What a bare COPY of the same rows costs: out of the table in two processes, and of the results into a table."""
    import psycopg
    from django.conf import settings
    from psycopg.conninfo import make_conninfo

    from chengxin.evaluation.runs import extracting
    from chengxin.evaluation.runs.layout import selection
    from chengxin.registry.catalogue import queries as catalogue

    address = make_conninfo(str(settings.EMBEDDED_ADDRESS), dbname=city.DATABASE)
    items = {r: catalogue.item(r) for r in taken.layout.resources}
    rows = selection(taken.layout, items, taken.as_of)
    began = time.perf_counter()
    with psycopg.connect(address) as connection:
        pages = connection.execute(extracting.PAGE_COUNT).fetchone()
    cuts = range(0, int(pages[0]) if pages else 0, extracting.PAGES)
    with ThreadPoolExecutor(2) as beside:
        list(
            beside.map(
                lambda first: _out(
                    address, f"{rows} AND ctid >= '({first},0)' AND ctid < '({first + extracting.PAGES},0)'"
                ),
                cuts,
            )
        )
    out = time.perf_counter() - began
    with tempfile.TemporaryDirectory(dir=taken.folder.parent) as folder, psycopg.connect(address) as connection:
        file = Path(folder) / "results"
        with (
            file.open("wb") as kept,
            connection.cursor().copy(f"COPY (SELECT * FROM runs_result WHERE run_id = {run_id}) TO STDOUT") as copy,
        ):
            kept.writelines(copy)
        connection.execute("CREATE TABLE bare (LIKE runs_result)")
        began = time.perf_counter()
        with file.open("rb") as kept, connection.cursor().copy("COPY bare FROM STDIN") as copy:
            while block := kept.read(2**20):
                copy.write(block)
        without = time.perf_counter() - began
        connection.execute("TRUNCATE bare; ALTER TABLE bare ADD PRIMARY KEY (subject_id, run_id)")
        began = time.perf_counter()
        with file.open("rb") as kept, connection.cursor().copy("COPY bare FROM STDIN") as copy:
            while block := kept.read(2**20):
                copy.write(block)
        keyed = time.perf_counter() - began
        connection.rollback()
    return {
        "bare COPY of the records out": out,
        "bare COPY of the results in, no key": without,
        "bare COPY of the results in, key": keyed,
    }


def _out(address: str, statement: str) -> None:
    import psycopg

    with (
        psycopg.connect(address) as connection,
        connection.cursor().copy(f"COPY ({statement}) TO STDOUT (FORMAT csv)") as copy,
    ):
        for _ in copy:
            pass


if __name__ == "__main__":
    print(json.dumps(main()))
