from datetime import datetime

from procrastinate.contrib.django import app

from chengxin.base import clock
from chengxin.base.casework.services import PLATFORM
from chengxin.intake.quality import issuing, orders, services
from chengxin.intake.quality.rules import month_of, month_written


@app.periodic(cron="20 18 * * *")  # type: ignore[untyped-decorator]  # 02:20 in the city
@app.task(name="quality.compute", queueing_lock="quality.compute")  # type: ignore[untyped-decorator]
def compute(timestamp: int) -> None:
    """Close last month where its day has come, and compute the month that runs."""
    now = clock.now()
    services.close_due(by=PLATFORM, at=now)
    services.compute(month_of(clock.local_date(now)), by=PLATFORM, at=now)


@app.task(name="quality.examine")  # type: ignore[untyped-decorator]
def examine(submission_id: int, at: str) -> None:
    """See what a hand-in mends, and order what it got wrong to be mended; `at`: ISO 8601."""
    orders.examine(submission_id, at=datetime.fromisoformat(at))


@app.task(name="quality.issue_report")  # type: ignore[untyped-decorator]
def issue_report(month: str) -> None:
    """Issue the report of a month that was closed; `month`: 2026-09."""
    written = month_written(month)
    if written is not None:
        issuing.issue(written, by=PLATFORM, at=clock.now())
