from procrastinate.contrib.django import app

from chengxin.base import clock
from chengxin.intake.packages import downward, upward

AT_ONCE = 20  # packages in one round


@app.task(name="packages.take")  # type: ignore[untyped-decorator]
def take(package_id: int) -> None:
    """Take the records of a package that came from above."""
    downward.take(package_id, at=clock.now())


@app.task(name="packages.settle")  # type: ignore[untyped-decorator]
def settle(package_id: int) -> None:
    """Keep what the receipt of a package says."""
    upward.settle(package_id, at=clock.now())


@app.periodic(cron="*/5 * * * *")  # type: ignore[untyped-decorator]
@app.task(name="packages.report", queueing_lock="packages.report")  # type: ignore[untyped-decorator]
def report(timestamp: int) -> None:
    """Tell the platform above what it does not know yet."""
    for _ in range(AT_ONCE):
        if not upward.report(at=clock.now()):
            return
