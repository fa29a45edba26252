from procrastinate.contrib.django import app

from chengxin.base import clock
from chengxin.evaluation.runs import scheduling


@app.periodic(cron="40 18 * * *")  # type: ignore[untyped-decorator]
@app.task(name="runs.run_due", queueing_lock="runs.run_due")  # type: ignore[untyped-decorator]
def run_due(timestamp: int) -> None:
    """Compute the models that are due today; at 2:40 in the city, when few hand in."""
    scheduling.run_due(at=clock.now())
