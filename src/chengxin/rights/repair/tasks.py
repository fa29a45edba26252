from procrastinate.contrib.django import app

from chengxin.base import clock
from chengxin.rights.repair import services


@app.task(name="repair.tell_end")  # type: ignore[untyped-decorator]
def tell_end(case_id: int) -> None:
    """Write that an application ended because a time limit passed."""
    services.tell_end(case_id, at=clock.now())
