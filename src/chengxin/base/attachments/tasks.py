from uuid import UUID

from procrastinate.contrib.django import app

from chengxin.base import clock
from chengxin.base.attachments import services


@app.task(name="attachments.scan")  # type: ignore[untyped-decorator]
def scan(attachment_id: str) -> None:
    """Ask the scanner about a file that is held back."""
    services.scan(UUID(attachment_id), by=services.PLATFORM, at=clock.now())


@app.periodic(cron="25 3 * * *")  # type: ignore[untyped-decorator]
@app.task(name="attachments.sweep", queueing_lock="attachments.sweep")  # type: ignore[untyped-decorator]
def sweep(timestamp: int) -> None:
    """Remove sealed contents that no row names."""
    services.sweep(at=clock.now())
