"""Work that runs later: deferred by name, in the caller's own database transaction."""

from datetime import datetime
from typing import Any

from procrastinate.contrib.django import app


def defer(name: str, *, not_before: datetime | None = None, once: str | None = None, **arguments: Any) -> None:
    """Ask for the task `name` (`room.verb`) with JSON-ready `arguments`; rolled back with the transaction.

    `once` names a queueing lock: a second request with the same lock, while the first still waits, does nothing.
    """
    from procrastinate.exceptions import AlreadyEnqueued

    options: dict[str, Any] = {"allow_unknown": True}
    if not_before is not None:
        options["schedule_at"] = not_before
    if once is not None:
        options["queueing_lock"] = once
    try:
        app.configure_task(name, **options).defer(**arguments)
    except AlreadyEnqueued:
        return
