from procrastinate.contrib.django import app

from chengxin.base import clock
from chengxin.intake.opendata import policy, services
from chengxin.intake.opendata.errors import BudgetSpent
from chengxin.registry.accounts.actors import SystemActor

BY = SystemActor("open-data")


@app.task(name="opendata.renew_now", queueing_lock="opendata.renew_now")  # type: ignore[untyped-decorator]
def renew_now() -> None:
    """Make the files anew that are out of date."""
    services.renew(by=BY, at=clock.now())


@app.periodic(cron="* * * * *")  # type: ignore[untyped-decorator]
@app.task(name="opendata.renew", queueing_lock="opendata.renew")  # type: ignore[untyped-decorator]
def renew(timestamp: int) -> None:
    """The same each minute: soon after midnight, when periods end, and soon after a record was taken down."""
    renew_now()


@app.periodic(cron="40 1 * * *")  # type: ignore[untyped-decorator]
@app.task(name="opendata.publish_statistics", queueing_lock="opendata.publish_statistics")  # type: ignore[untyped-decorator]
def publish_statistics(timestamp: int) -> None:
    """Publish each statistic whose period is over, as far as the year's privacy budget goes."""
    for statistic in policy.statistics_on(clock.today()):
        try:
            services.publish_statistic(statistic, by=BY, at=clock.now())
        except BudgetSpent:
            return
