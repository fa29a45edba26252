from datetime import datetime
from uuid import UUID

from procrastinate.contrib.django import app

from chengxin.base import clock
from chengxin.intake.exchange import delivering, national, platforms, services
from chengxin.intake.exchange.rules import Door


@app.task(name="exchange.announce")  # type: ignore[untyped-decorator]
def announce(natural_key: str, change: str, at: str) -> None:
    """Pass on a record's change of state; `at`: ISO 8601."""
    services.announce(UUID(natural_key), change=change, at=datetime.fromisoformat(at), told_at=clock.now())


@app.task(name="exchange.announce_corrected")  # type: ignore[untyped-decorator]
def announce_corrected(natural_keys: list[str], at: str) -> None:
    """Pass on corrections of content; `at`: ISO 8601."""
    keys = [UUID(key) for key in natural_keys]
    services.announce_corrected(keys, at=datetime.fromisoformat(at), told_at=clock.now())


@app.task(name="exchange.receive")  # type: ignore[untyped-decorator]
def receive(natural_keys: list[str], organisation_id: int, door: str, at: str) -> None:
    """Keep that an organisation read these records at that moment; `at`: ISO 8601."""
    keys = [UUID(key) for key in natural_keys]
    services.received(keys, organisation_id=organisation_id, door=Door(door), at=datetime.fromisoformat(at))


@app.task(name="exchange.deliver")  # type: ignore[untyped-decorator]
def deliver() -> None:
    """Deliver all changes that are due, the most urgent first."""
    with delivering.session() as session:
        while (one := delivering.claim(at=clock.now())) is not None:
            fault = delivering.send(one, session, at=clock.now())
            delivering.record(one, fault, at=clock.now())
    delivering.plan_next(at=clock.now())


@app.periodic(cron="*/5 * * * *")  # type: ignore[untyped-decorator]
@app.task(name="exchange.deliver_what_was_left", queueing_lock="exchange.deliver_what_was_left")  # type: ignore[untyped-decorator]
def deliver_what_was_left(timestamp: int) -> None:
    """Take up what a process that died had claimed."""
    deliver()


@app.task(name="exchange.send_packages")  # type: ignore[untyped-decorator]
def send_packages() -> None:
    """Send all packages and receipts that are due to the platforms above; files are written by their command."""
    for platform in platforms.platforms():
        if platform.address:
            with delivering.session() as session:
                while (kept := national.claim(at=clock.now(), to=platform)) is not None:
                    fault = national.send(kept, session, at=clock.now(), to=platform)
                    national.record(kept.pk, fault, at=clock.now())


@app.periodic(cron="* * * * *")  # type: ignore[untyped-decorator]
@app.task(name="exchange.meet_national_site", queueing_lock="exchange.meet_national_site")  # type: ignore[untyped-decorator]
def meet_national_site(timestamp: int) -> None:
    """Fetch what waits at the platforms above, and send what is due."""
    try:
        national.fetch(at=clock.now())
    finally:
        send_packages()
