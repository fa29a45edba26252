from procrastinate.contrib.django import app

from chengxin.base import clock
from chengxin.rights.disputes import services


@app.task(name="disputes.suspend")  # type: ignore[untyped-decorator]
def suspend(case_id: int) -> None:
    """Hide the record whose provider did not answer in time, where policy says so."""
    services.suspend(case_id, at=clock.now())


@app.task(name="disputes.tell_end")  # type: ignore[untyped-decorator]
def tell_end(case_id: int) -> None:
    """Write that a dispute ended because a time limit passed."""
    services.tell_end(case_id, at=clock.now())
