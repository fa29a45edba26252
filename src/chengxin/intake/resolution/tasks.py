from procrastinate.contrib.django import app

from chengxin.base import clock
from chengxin.intake.resolution import services


@app.task(name="resolution.resolve")  # type: ignore[untyped-decorator]
def resolve(submission_id: int) -> None:
    """Look for the organisations that a hand-in's rows without a code are about."""
    services.resolve(submission_id, at=clock.now())
