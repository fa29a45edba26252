from datetime import datetime
from uuid import UUID

from procrastinate.contrib.django import app

from chengxin.base import clock
from chengxin.regulation.lists import services


@app.task(name="lists.follow_record")  # type: ignore[untyped-decorator]
def follow_record(natural_key: str, change: str, at: str, cause: str = "", item: str = "") -> None:
    """Write down what a changed record did to the entry that it tells of; done at once, never later."""
    services.follow_record(UUID(natural_key), change=change, cause=cause, item=item, at=datetime.fromisoformat(at))


@app.task(name="lists.follow_hand_in")  # type: ignore[untyped-decorator]
def follow_hand_in(submission_id: int, item: str, at: str) -> None:
    """Write down what a hand-in did to lists; done at once, never later."""
    services.follow_hand_in(submission_id, item=item, at=datetime.fromisoformat(at))


@app.task(name="lists.follow_moved")  # type: ignore[untyped-decorator]
def follow_moved(natural_keys: list[str], at: str) -> None:
    """Write down that records on lists became another subject's; done at once, never later."""
    services.follow_moved([UUID(key) for key in natural_keys], at=datetime.fromisoformat(at))


@app.periodic(cron="2 16 * * *")  # type: ignore[untyped-decorator]  # 00:02 in the city
@app.task(name="lists.close_moot", queueing_lock="lists.close_moot")  # type: ignore[untyped-decorator]
def close_moot(timestamp: int) -> None:
    """Close the cases about leaving a list whose entry ended with the day that is over."""
    services.close_moot(at=clock.now())


@app.periodic(cron="5 16 * * *")  # type: ignore[untyped-decorator]  # 00:05 in the city
@app.task(name="lists.compare_arrivals", queueing_lock="lists.compare_arrivals")  # type: ignore[untyped-decorator]
def compare_arrivals(timestamp: int) -> None:
    """Write down what policy of the new day, or a time before the log told of arrivals, put on lists."""
    services.compare_arrivals(at=clock.now())
