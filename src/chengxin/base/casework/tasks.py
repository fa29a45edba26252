from procrastinate.contrib.django import app

from chengxin.base import clock
from chengxin.base.casework import services


@app.task(name="casework.expire")  # type: ignore[untyped-decorator]
def expire(case_id: int, steps_taken: int) -> None:
    """Take the step that follows from silence, when the last day of a deadline is over."""
    services.expire(case_id, steps_taken=steps_taken, at=clock.now())
