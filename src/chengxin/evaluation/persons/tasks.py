from procrastinate.contrib.django import app

from chengxin.base import clock
from chengxin.evaluation.persons import ending, services


@app.task(name="persons.forget")  # type: ignore[untyped-decorator]
def forget(about: str) -> None:
    """Delete a person's open benefits whose consent was withdrawn or has ended."""
    services.forget(about)


@app.task(name="persons.close_offer")  # type: ignore[untyped-decorator]
def close_offer(approval_id: int) -> None:
    """Delete what was computed under an offer that has ended, end the consents and tell everyone concerned."""
    ending.close(approval_id, at=clock.now())
