"""Events from commit to acknowledged delivery at 10 consumers, one of them dead or none; the dispatcher killed 100 times.

usage: .venv/bin/python bench/exchange/run.py [--events N] [--rounds R] [--seconds S] [--rate E] [--kills K]
Uses a database of its own, `chengxin_bench_exchange`, which it keeps for the next run. Producer, dispatcher (the process of production), and
consumers are processes of their own; each delivery is signed by both sides, each record read anew for each consumer.
The limit: the same bodies, posted from memory by aiohttp over kept connections, one beside the other for each
consumer, to the same consumers, in turns with the rounds.
"""

import argparse
import json
import os
import platform
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))
from database import opened

DATABASE = "chengxin_bench_exchange"
RUN = f"{time.time():.0f}"  # records of this run have keys of their own
FIRST_PORT, CONSUMERS, SUBJECTS, BATCH = 18_800, 10, 200, 200
HERE = Path(__file__).resolve().parent


def prepare() -> str:
    """The database of the bench, with subjects; the superuser's address."""
    address = opened(DATABASE)
    from chengxin.registry.subjects.models import Subject
    from chengxin.registry.subjects.tests.factories import company

    if Subject.objects.exists():
        return address
    with _transaction():
        for number in range(1, SUBJECTS + 1):
            company(f"南宁虚构第{number}商行", number)
    return address


def _transaction():
    from django.db import transaction

    return transaction.atomic()


def subscribe(addresses: list[str]) -> list[int]:
    """One subscription of another department for each address, approved and open."""
    import base64
    from dataclasses import replace

    sys.path.insert(0, str(HERE))
    from consumers import KEY

    from chengxin.base import clock
    from chengxin.intake.delivery import dispatching, services
    from chengxin.intake.delivery.rules import Road
    from chengxin.intake.delivery.tests.factories import REVIEWER, WISH, officer
    from chengxin.registry.accounts import queries as accounts

    public = base64.b64encode(KEY.public_key().public_bytes_raw()).decode()
    departments = [o.code for o in accounts.organisations() if o.kind == "department"]
    made = []
    for address, code in zip(addresses, departments, strict=False):
        wish = replace(WISH, road=Road.WEBHOOK, address=address, consumer_key=public)
        made.append(services.request(wish, by=officer(code), at=clock.now()))
        services.decide(made[-1], approve=True, reason="", by=REVIEWER, at=clock.now())
    dispatching.route_all(at=clock.now)
    return made


def end_all(subscriptions: list[int]) -> None:
    from chengxin.base import clock
    from chengxin.intake.delivery import services
    from chengxin.intake.delivery.tests.factories import OPERATOR

    for one in subscriptions:
        services.end(one, reason="bench", by=OPERATOR, at=clock.now())


def left_behind() -> list[int]:
    """Subscriptions of a run that did not come to its end."""
    from chengxin.intake.delivery.models import Subscription

    return list(Subscription.objects.filter(ending=None, lane__isnull=False).values_list("pk", flat=True))


def commit(name: str, count: int, subjects: list[int]) -> float:
    """Hand in `count` records in one transaction; the moment after the commit."""
    import polars as pl

    from chengxin.base import clock
    from chengxin.registry.records import services as records
    from chengxin.registry.records.tests.factories import versions

    frame = versions(subjects[0], *(f"{RUN}-{name}-{n}" for n in range(count)))
    frame = frame.with_columns(pl.Series("subject_id", [subjects[n % len(subjects)] for n in range(count)]))
    with _transaction():
        records.store(frame, superseded=[], at=clock.now())
    return time.time()


@contextmanager
def consumers(ports: list[int], dead: int) -> Iterator[dict]:
    """The consumers' process; what it took is in the dictionary after the end."""
    told: dict = {}
    with tempfile.TemporaryDirectory() as folder:
        dump = Path(folder) / "dump.json"
        named = ",".join(f"-{p}" if n < dead else str(p) for n, p in enumerate(ports))
        process = subprocess.Popen([sys.executable, HERE / "consumers.py", named, dump], stdout=subprocess.PIPE)
        process.stdout.readline()
        try:
            yield told
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)
            told.update(json.loads(dump.read_text()))


@contextmanager
def dispatcher() -> Iterator[None]:
    """The process of production."""
    process = subprocess.Popen(
        [sys.executable, "-m", "chengxin.project", "deliver"], env={**os.environ, "CHENGXIN_PREPARING": "1"}
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def waiting(subscriptions: list[int]) -> int:
    from chengxin.intake.delivery.models import Dispatch
    from chengxin.registry.records.models import RecordEvent

    routed = Dispatch.objects.filter(subscription_id__in=subscriptions, outcome="").count()
    return routed + RecordEvent.objects.filter(is_routed=False).count()


def drained(subscriptions: list[int], *, limit: float = 300) -> float:
    """The moment when nothing waits any more for these."""
    ends = time.time() + limit
    while waiting(subscriptions):
        if time.time() > ends:
            raise SystemExit("not drained in time")
        time.sleep(0.01)
    return time.time()


def latencies(subscriptions: list[int], committed: dict[str, float]) -> list[float]:
    """Milliseconds from the commit of each event to the receipt of each of these consumers."""
    from chengxin.intake.delivery.models import Dispatch
    from chengxin.registry.records.tests.factories import key_of

    moments = {key_of(f"{RUN}-{name}"): at for name, at in committed.items()}
    found = Dispatch.objects.filter(subscription_id__in=subscriptions, outcome="acknowledged")
    rows = found.values_list("natural_key", "settled_at")
    return sorted((at.timestamp() - moments[key]) * 1000 for key, at in rows if key in moments)


def a_round(name: str, events: int, *, dead: int, subjects: list[int]) -> tuple[float, float, dict[str, list[str]]]:
    """Events per second at every living consumer, of one burst; p99 of it; the bodies that went."""
    ports = list(range(FIRST_PORT, FIRST_PORT + CONSUMERS))
    with consumers(ports, dead) as told:
        subscriptions = subscribe([f"http://127.0.0.1:{p}/" for p in ports])
        living = subscriptions[dead:]
        with dispatcher():
            commit(f"{name}-warm", 50, subjects)
            drained(living)
            start, committed = time.time(), {}
            for part in range(0, events, BATCH):
                at = commit(f"{name}-{part}", BATCH, subjects)
                committed |= {f"{name}-{part}-{n}": at for n in range(BATCH)}
            took = drained(living) - start
        spent = latencies(living, committed)
        assert len(spent) == events * len(living), (len(spent), events, len(living))
        end_all(subscriptions)
    return events / took, _p99(spent), {p: told["bodies"][str(p)] for p in ports[dead:]}


def steady(rate: int, seconds: int, *, dead: int, subjects: list[int]) -> tuple[float, float]:
    """Median and p99 in milliseconds from commit to receipt, `rate` events a second in transactions of ten."""
    ports = list(range(FIRST_PORT, FIRST_PORT + CONSUMERS))
    with consumers(ports, dead):
        subscriptions = subscribe([f"http://127.0.0.1:{p}/" for p in ports])
        living, committed, name = subscriptions[dead:], {}, f"steady-{dead}"
        with dispatcher():
            commit(f"{name}-warm", 50, subjects)
            drained(living)
            begun = time.time()
            for turn in range(rate * seconds // 10):
                time.sleep(max(0.0, begun + turn * 10 / rate - time.time()))
                at = commit(f"{name}-{turn}", 10, subjects)
                committed |= {f"{name}-{turn}-{n}": at for n in range(10)}
            drained(living)
        spent = latencies(living, committed)
        end_all(subscriptions)
    return statistics.median(spent), _p99(spent)


def _p99(spent: list[float]) -> float:
    return spent[int(len(spent) * 0.99)]


def raw(bodies: dict[int, list[str]], events: int) -> float:
    """Events per second of the same bodies from memory by aiohttp, a kept connection for each consumer."""
    import asyncio

    import aiohttp

    headers = {"webhook-id": "raw", "delivery-attempt": "1", "content-type": "application/json"}
    encoded = {port: [body.encode() for body in found] for port, found in bodies.items()}

    async def post(session: aiohttp.ClientSession, port: int) -> None:
        for body in encoded[port]:
            async with session.post(f"http://127.0.0.1:{port}/", data=body, headers=headers) as answer:
                assert answer.status == 204

    async def post_all() -> float:
        async with aiohttp.ClientSession() as session:
            start = time.time()
            await asyncio.gather(*(post(session, port) for port in encoded))
            return time.time() - start

    with consumers(list(bodies), 0):
        return events / asyncio.run(post_all())


def killed(kills: int, subjects: list[int]) -> dict[str, int]:
    """The dispatcher killed at random points while records come; counts of what was wrong, and of duplicates."""
    from django.db import connection

    from chengxin.base import clock
    from chengxin.intake.delivery import queries
    from chengxin.intake.delivery.dispatching import Dispatcher
    from chengxin.intake.delivery.models import Dispatch
    from chengxin.intake.delivery.tests.factories import OPERATOR

    chance, ports = random.Random(22117), list(range(FIRST_PORT, FIRST_PORT + 3))

    def child() -> int:
        connection.close()
        pid = os.fork()
        if pid == 0:
            try:
                Dispatcher(now=clock.now).run()
            finally:
                os._exit(0)
        return pid

    def end(pid: int) -> None:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)

    with consumers(ports, 0) as told:
        subscriptions = subscribe([f"http://127.0.0.1:{p}/" for p in ports])
        for turn in range(kills):
            commit(f"kill-{turn}", 150, subjects[:40])
            pid = child()
            time.sleep(chance.uniform(0.05, 1.6))  # while it starts, routes, sends, settles
            end(pid)
        pid = child()
        drained(subscriptions)
        end(pid)
        broken = sum(queries.log_fault(s, by=OPERATOR) is not None for s in subscriptions)
        rows = Dispatch.objects.filter(subscription_id__in=subscriptions)
        of = {(d.subscription_id, d.sequence): d for d in rows}
    counts = {"events": len(of), "lost": 0, "out of order": 0, "duplicates": 0, "not marked": 0, "broken logs": broken}
    for subscription, port in zip(subscriptions, ports, strict=True):
        latest: dict[int, int] = {}
        attempts: dict[int, int] = {}
        for _at, events in told["taken"][str(port)]:
            for sequence, _record, _kind, attempt in events:
                if sequence in attempts:
                    counts["duplicates"] += 1
                    counts["not marked"] += attempt <= attempts[sequence]
                else:
                    subject = of[subscription, sequence].subject
                    counts["out of order"] += sequence < latest.get(subject, 0)
                    latest[subject] = sequence
                attempts[sequence] = attempt
        counts["lost"] += sum(s == subscription and n not in attempts for s, n in of)
    return counts


def main() -> None:
    """Measure in turns and print tables and a JSON line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=4_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rate", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--kills", type=int, default=100)
    options = parser.parse_args()
    prepare()
    from chengxin.registry.subjects.models import Subject

    end_all(left_behind())
    subjects = list(Subject.objects.order_by("id").values_list("pk", flat=True))
    whole, one_dead, limit, slow = [], [], [], []
    for turn in range(options.rounds):
        rate, p99, bodies = a_round(f"whole-{turn}", options.events, dead=0, subjects=subjects)
        whole.append(rate)
        slow.append(p99)
        limit.append(raw(bodies, options.events))
        one_dead.append(a_round(f"dead-{turn}", options.events, dead=1, subjects=subjects)[0])
        print(f"round {turn}: {whole[-1]:.0f}, one dead {one_dead[-1]:.0f}, limit {limit[-1]:.0f} events/s", flush=True)
    calm, hurt = (steady(options.rate, options.seconds, dead=n, subjects=subjects) for n in (0, 1))
    counts = killed(options.kills, subjects)
    machine = (
        f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {datetime.now(UTC):%Y-%m-%d}"
    )
    print(
        f"{CONSUMERS} consumers; {machine}\n\n| what | events/s at every consumer | deliveries of events/s |\n|---|---|---|"
    )
    for name, found, living in (
        ("commit to receipt", whole, CONSUMERS),
        ("the same, one consumer dead", one_dead, CONSUMERS - 1),
        ("limit: the same bodies from memory by aiohttp", limit, CONSUMERS),
    ):
        middle = statistics.median(found)
        print(f"| {name} | {middle:,.0f} ({min(found):,.0f} to {max(found):,.0f}) | {middle * living:,.0f} |")
    print(f"\np99 of a burst of {options.events:,}: {statistics.median(slow):,.0f} ms")
    print(f"| at {options.rate} events/s | p50 ms | p99 ms |\n|---|---|---|")
    print(f"| all living | {calm[0]:.0f} | {calm[1]:.0f} |\n| one dead | {hurt[0]:.0f} | {hurt[1]:.0f} |")
    print(f"\nkilled {options.kills} times: {counts}")
    print(json.dumps({"whole": whole, "one_dead": one_dead, "limit": limit, "calm": calm, "hurt": hurt, **counts}))


if __name__ == "__main__":
    main()
