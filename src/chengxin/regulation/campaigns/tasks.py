from uuid import UUID

from procrastinate.contrib.django import app

from chengxin.base import clock
from chengxin.regulation.campaigns import services


@app.task(name="campaigns.remind_of_end")  # type: ignore[untyped-decorator]
def remind_of_end(campaign_id: int) -> None:
    """Tell the lead that the period of its campaign is over."""
    services.remind_of_end(campaign_id, at=clock.now())


@app.task(name="campaigns.tell_of_withdrawn")  # type: ignore[untyped-decorator]
def tell_of_withdrawn(natural_key: str) -> None:
    """Tell of a typical case that its record was withdrawn."""
    services.tell_of_withdrawn(UUID(natural_key), at=clock.now())
