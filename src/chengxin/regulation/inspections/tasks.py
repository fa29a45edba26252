from procrastinate.contrib.django import app

from chengxin.base import clock
from chengxin.regulation.inspections.queries import draws
from chengxin.regulation.inspections.services import drawing, visiting


@app.task(name="inspections.settle")  # type: ignore[untyped-decorator]
def settle(draw_id: int) -> None:
    """Declare a round void whose time is over."""
    drawing.settle(draw_id, at=clock.now())


@app.task(name="inspections.assign")  # type: ignore[untyped-decorator]
def assign(draw_id: int) -> None:
    """Open the visits of a draw."""
    visiting.assign(draw_id, at=clock.now())


@app.periodic(cron="*/15 * * * *")  # type: ignore[untyped-decorator]
@app.task(name="inspections.settle_all", queueing_lock="inspections.settle_all")  # type: ignore[untyped-decorator]
def settle_all(timestamp: int) -> None:
    """Look at all open rounds and at draws without visits, so that a lost task holds up none."""
    now = clock.now()
    for draw_id in draws.open_draws():
        drawing.settle(draw_id, at=now)
    for draw_id in draws.without_visits():
        visiting.assign(draw_id, at=now)
