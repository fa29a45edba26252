from procrastinate.contrib.django import app

from chengxin.base import clock
from chengxin.regulation.commitments.services import checking


@app.periodic(cron="40 3 * * *")  # type: ignore[untyped-decorator]
@app.task(name="commitments.check_by_records", queueing_lock="commitments.check_by_records")  # type: ignore[untyped-decorator]
def check_by_records(timestamp: int) -> None:
    """Check by night what records prove of the obligations that are open."""
    checking.check_by_records(at=clock.now())
