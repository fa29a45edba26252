from procrastinate.contrib.django import app

from chengxin.base import clock
from chengxin.base.errors import ChengxinError
from chengxin.intake.connectors import pulling, services


@app.task(name="connectors.pull")  # type: ignore[untyped-decorator]
def pull(code: str, asked_by: str) -> None:
    """Pull what is new at a source; one that is pulled already, was paused or is gone needs nothing more."""
    try:
        pulling.pull(code, asked_by=asked_by, now=clock.now)
    except ChengxinError:
        return


@app.periodic(cron="* * * * *")  # type: ignore[untyped-decorator]
@app.task(name="connectors.ask_due", queueing_lock="connectors.ask_due")  # type: ignore[untyped-decorator]
def ask_due(timestamp: int) -> None:
    """Have all connectors pulled whose time has come."""
    services.ask_due(at=clock.now())
