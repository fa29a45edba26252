from datetime import datetime
from uuid import UUID

from procrastinate.contrib.django import app

from chengxin.regulation.lists import services


@app.task(name="lists.follow_record")  # type: ignore[untyped-decorator]
def follow_record(natural_key: str, change: str, at: str, cause: str = "") -> None:
    """Write down what a changed record did to the entry that it tells of; done at once, never later."""
    services.follow_record(UUID(natural_key), change=change, cause=cause, at=datetime.fromisoformat(at))
