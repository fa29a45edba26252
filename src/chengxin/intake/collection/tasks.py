from procrastinate.contrib.django import app

from chengxin.base import clock
from chengxin.intake.collection import services


@app.task(name="collection.process")  # type: ignore[untyped-decorator]
def process(submission_id: int) -> None:
    """Take a received file down the road."""
    services.process(submission_id, at=clock.now())
