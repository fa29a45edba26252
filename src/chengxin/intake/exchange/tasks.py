from datetime import datetime
from uuid import UUID

from procrastinate.contrib.django import app

from chengxin.intake.exchange import services


@app.task(name="exchange.announce")  # type: ignore[untyped-decorator]
def announce(natural_key: str, change: str, at: str) -> None:
    """Pass on a record's change of state; `at`: ISO 8601."""
    services.announce(UUID(natural_key), change=change, at=datetime.fromisoformat(at))
