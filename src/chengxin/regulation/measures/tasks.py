from procrastinate.contrib.django import app

from chengxin.base import clock
from chengxin.regulation.measures import sealing, services


@app.task(name="measures.check_file")  # type: ignore[untyped-decorator]
def check_file(run_id: int) -> None:
    """Check the codes of a file."""
    services.check_file(run_id, at=clock.now())


@app.periodic(cron="*/10 * * * *")  # type: ignore[untyped-decorator]
@app.task(name="measures.take_up_files", queueing_lock="measures.take_up_files")  # type: ignore[untyped-decorator]
def take_up_files(timestamp: int) -> None:
    """Take up the file checks whose worker died, and remove files that nobody checks any more."""
    services.take_up_files(at=clock.now())


@app.periodic(cron="*/5 * * * *")  # type: ignore[untyped-decorator]
@app.task(name="measures.seal_receipts", queueing_lock="measures.seal_receipts")  # type: ignore[untyped-decorator]
def seal_receipts(timestamp: int) -> None:
    """Seal the receipts of the last minutes into the audit chain."""
    sealing.seal_receipts(at=clock.now())
