from procrastinate.contrib.django import app

from chengxin.base import clock
from chengxin.evaluation.runs import scheduling, trials


@app.periodic(cron="40 18 * * *")  # type: ignore[untyped-decorator]
@app.task(name="runs.run_due", queueing_lock="runs.run_due")  # type: ignore[untyped-decorator]
def run_due(timestamp: int) -> None:
    """Compute the models that are due today; at 2:40 in the city, when few hand in."""
    scheduling.run_due(at=clock.now())


@app.task(name="runs.try_model")  # type: ignore[untyped-decorator]
def try_model(order_id: int) -> None:
    """Compute a trial that somebody asked for."""
    trials.compute(order_id, at=clock.now())
