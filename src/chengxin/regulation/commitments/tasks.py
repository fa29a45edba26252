from datetime import datetime
from uuid import UUID

from procrastinate.contrib.django import app

from chengxin.base import clock
from chengxin.regulation.commitments.services import checking, telling, undoing


@app.periodic(cron="40 19 * * *")  # type: ignore[untyped-decorator]  # 03:40 in the city
@app.task(name="commitments.check_by_records", queueing_lock="commitments.check_by_records")  # type: ignore[untyped-decorator]
def check_by_records(timestamp: int) -> None:
    """Check by night what records prove of the obligations that are open."""
    checking.check_by_records(at=clock.now())


@app.periodic(cron="40 0 * * *")  # type: ignore[untyped-decorator]  # 08:40 in the city, after the comparison
@app.task(name="commitments.tell_of_dues", queueing_lock="commitments.tell_of_dues")  # type: ignore[untyped-decorator]
def tell_of_dues(timestamp: int) -> None:
    """Remind promisors of what is due soon, and tell authorities what they have to look at."""
    telling.tell(at=clock.now())


@app.task(name="commitments.follow_record")  # type: ignore[untyped-decorator]
def follow_record(natural_key: str, at: str) -> None:
    """Undo the finding whose record was withdrawn."""
    undoing.follow_record(UUID(natural_key), at=datetime.fromisoformat(at))


@app.task(name="commitments.follow_hand_in")  # type: ignore[untyped-decorator]
def follow_hand_in(submission_id: int, at: str) -> None:
    """Undo the findings whose records a hand-in corrected."""
    undoing.follow_hand_in(submission_id, at=datetime.fromisoformat(at))
