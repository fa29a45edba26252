"""The demo's open data: the first files, and the statistics of the last quarter."""

from datetime import datetime

from chengxin.base.clock import local_date
from chengxin.intake.opendata import policy, services
from chengxin.registry.accounts.actors import SystemActor


def open_up(*, at: datetime) -> None:
    """Make the files of every open resource and publish what is due."""
    by = SystemActor("open-data")
    services.renew(by=by, at=at)
    for statistic in policy.statistics_on(local_date(at)):
        services.publish_statistic(statistic, by=by, at=at)
