"""The whole road in a process of its own: from PostgreSQL to a snapshot, and from there to written results."""

import json
import threading
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from city import AS_OF
from peers import MODEL


class Memory(threading.Thread):
    """The largest sum of proportional set sizes of this process and its children, looked at ten times a second."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak = 0

    def run(self) -> None:
        while True:
            self.peak = max(self.peak, sum(_size(p) for p in ["self", *_children("self")]))
            time.sleep(0.1)


def _children(process: str) -> list[str]:
    try:
        return (
            Path(f"/proc/{process}/task")
            .resolve()
            .joinpath(Path(f"/proc/{process}").resolve().name, "children")
            .read_text()
            .split()
        )
    except OSError:
        return []


def _size(process: str) -> int:
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")), 0)


def main() -> dict[str, Any]:
    import django

    django.setup()
    from chengxin.evaluation.runs import services
    from chengxin.evaluation.runs.management.commands.evaluate import OPERATOR
    from chengxin.evaluation.runs.rules import Purpose
    from chengxin.evaluation.scorecards import queries

    memory = Memory()
    memory.start()
    model, at = queries.model_named(MODEL), datetime.now(UTC)
    began = time.perf_counter()
    snapshot = services.take_snapshot([model], as_of=date.fromisoformat(AS_OF), by=OPERATOR, at=at)
    taken = time.perf_counter()
    run = services.evaluate(model, snapshot, purpose=Purpose.TRIAL, by=OPERATOR, at=at)
    return {
        "snapshot": taken - began,
        "results": time.perf_counter() - taken,
        "seconds": time.perf_counter() - began,
        "subjects": run.subjects,
        "records": snapshot.records,
        "folder": snapshot.folder,
        "peak_mb": memory.peak // 1024,
    }


if __name__ == "__main__":
    print(json.dumps(main()))
