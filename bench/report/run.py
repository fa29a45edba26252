"""Signed credit reports per second and core, end to end: read, typeset, sign, enter, audit, commit.

usage: .venv/bin/python bench/report/run.py [--seconds S] [--records N …]
One process, pinned to one core where the system allows; the database server has the other ones. Uses a database of its
own, `chengxin_bench_report`, under CHENGXIN_DATA, and keeps it for the next run. Every report is about another company
with other texts, so that nothing but fonts and fixed texts can be remembered. Prints a table and a line of JSON.
"""

import argparse
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

DATABASE = "chengxin_bench_report"
GOAL = 10.0
SUBJECTS = 40
WARM_UP = 3
sys.path[:0] = [str(Path(__file__).resolve().parents[2] / "src")]


@dataclass(frozen=True, slots=True)
class Result:
    """One measurement; times in milliseconds a report, `cpu` of this process alone."""

    what: str
    records: int
    reports: int
    per_second: float
    median: float
    p99: float
    cpu: float
    kilobytes: float


def prepare() -> None:
    """Migrate the bench's database and connect to it."""
    os.environ["CHENGXIN_DATABASE_NAME"] = DATABASE
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chengxin.project.settings")
    import django

    django.setup()
    from chengxin.project.readiness import run

    run("migrate")
    run("load_profile")


def companies(records: int) -> list[str]:
    """Codes of fictional companies that have so many records each, made where they are missing."""
    from django.db import transaction

    from chengxin.base.identifiers.rules import make_credit_code, make_organisation_code
    from chengxin.offerings.reports.tests import factories
    from chengxin.registry.subjects.models import Subject

    codes = [
        make_credit_code("91450100" + make_organisation_code(f"MB{records:03}{place:03}")) for place in range(SUBJECTS)
    ]
    for place, code in enumerate(codes):
        if Subject.objects.filter(code=code).exists():
            continue
        with transaction.atomic():
            about = factories.subject(code, f"南宁虚构第{records}之{place}号贸易有限公司")
            for number in range(records):
                item, payload = _records(factories, place, number)
                factories.record(about, item, payload, key=str(number), public=(factories.TODAY, None))
    return codes


def _records(factories: object, place: int, number: int) -> tuple[str, dict[str, str]]:
    kinds = (
        ("entity-registration", "REGISTRATION", "ADDRESS"),
        ("licence-organisation", "LICENCE", "XK_NR"),
        ("penalty-organisation", "PENALTY", "CF_SY"),
        ("honour", "HONOUR", "HONOUR"),
        ("penalty-organisation", "PENALTY", "CF_NR"),
        ("tax-grade", "GRADE", "YEAR"),
        ("abnormal-operation", "ABNORMAL", "DECISION_NUMBER"),
        ("commitment", "COMMITMENT", "CONTENT"),
    )
    item, name, varied = kinds[number % len(kinds)]
    payload = dict(getattr(factories, name))
    # Other characters in each text: the fonts' subset differs from report to report, as it does in a city.
    differing = "".join(chr(0x4E00 + (place * 131 + number * 17 + i * 7) % 3000) for i in range(12))
    payload[varied] = f"{payload[varied]}{differing}{number}" if varied != "YEAR" else str(2014 + number % 12)
    return item, payload


def measure(what: str, records: int, once: Callable[[int], int], seconds: float) -> Result:
    """Call `once` with rising numbers until the time is over; it returns the size of what it made."""
    for number in range(WARM_UP):
        once(number)
    times, sizes = [], []
    began, cpu_began = time.perf_counter(), time.process_time()
    while time.perf_counter() - began < seconds:
        start = time.perf_counter()
        sizes.append(once(WARM_UP + len(times)))
        times.append(time.perf_counter() - start)
    took, cpu = time.perf_counter() - began, time.process_time() - cpu_began
    return Result(
        what=what,
        records=records,
        reports=len(times),
        per_second=round(len(times) / took, 1),
        median=round(statistics.median(times) * 1000, 1),
        p99=round(sorted(times)[int(len(times) * 0.99)] * 1000, 1),
        cpu=round(cpu / len(times) * 1000, 1),
        kilobytes=round(statistics.mean(sizes) / 1024, 1),
    )


def bench(records: int, seconds: float) -> list[Result]:
    """The whole way, then its two heavy parts alone."""
    from chengxin.base.documents import signing
    from chengxin.offerings.reports import printing, queries, services
    from chengxin.offerings.reports.tests.factories import NOW, TODAY

    codes = companies(records)
    contents = [queries.report_content(code, on=TODAY) for code in codes]

    def marks(number: int) -> printing.Marks:
        return printing.Marks(f"XY20261123-BENC-{number:04}-0", "7QK2M8RA", NOW, "zh-hans")

    def whole(number: int) -> int:
        return len(services.issue(codes[number % SUBJECTS], at=NOW, language="zh-hans", by=None).pdf)

    def typeset(number: int) -> int:
        return len(printing.pdf(contents[number % SUBJECTS], marks(number)))

    unsigned = [printing.pdf(content, marks(0)) for content in contents[:8]]

    def sign(number: int) -> int:
        return len(signing.sign_pdf(unsigned[number % 8], reason="bench", at=NOW))

    steps = (("issue, whole way", whole), ("typeset alone", typeset), ("sign alone", sign))
    return [measure(what, records, once, seconds) for what, once in steps]


def main() -> int:
    """Run, print; exit 1 where the goal is missed for the first size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10.0, help="for each measurement")
    parser.add_argument("--records", type=int, nargs="*", default=[8, 40], help="records a report")
    given = parser.parse_args()
    prepare()
    pinned = hasattr(os, "sched_setaffinity")
    if pinned:
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    results = [result for records in given.records for result in bench(records, given.seconds)]
    print("| what | records | reports/s | median ms | p99 ms | CPU ms | KB |")
    print("|---|---|---|---|---|---|---|")
    for r in results:
        print(f"| {r.what} | {r.records} | {r.per_second} | {r.median} | {r.p99} | {r.cpu} | {r.kilobytes} |")
    met = results[0].per_second >= GOAL
    machine = {"python": platform.python_version(), "cores": os.cpu_count(), "pinned": pinned, "peak_mb": _peak()}
    print(json.dumps({"bench": "report", "goal": GOAL, "met": met, **machine, "results": [asdict(r) for r in results]}))
    return 0 if met else 1


def _peak() -> int:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    sys.exit(main())
