from procrastinate.contrib.django import app

from chengxin.base import clock
from chengxin.base.casework import services, watching


@app.task(name="casework.expire")  # type: ignore[untyped-decorator]
def expire(case_id: int, steps_taken: int) -> None:
    """Take the step that follows from silence, when the last day of a deadline is over."""
    services.expire(case_id, steps_taken=steps_taken, at=clock.now())


@app.task(name="casework.watch")  # type: ignore[untyped-decorator]
def watch(case_id: int) -> None:
    """Send what a deadline that nears or passed calls for, and ask for its next stage."""
    watching.watch(case_id, at=clock.now())


@app.periodic(cron="7 * * * *")  # type: ignore[untyped-decorator]
@app.task(name="casework.watch_all", queueing_lock="casework.watch_all")  # type: ignore[untyped-decorator]
def watch_all(timestamp: int) -> None:
    """Look at every open deadline, so that a lost task loses none."""
    watching.watch_all(at=clock.now())
