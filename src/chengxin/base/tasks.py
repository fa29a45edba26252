"""Work that runs later: deferred by name, in the caller's own database transaction."""

from datetime import datetime
from typing import Any

from django.db import transaction
from procrastinate.contrib.django import app


def defer(name: str, *, not_before: datetime | None = None, once: str | None = None, **arguments: Any) -> None:
    """Ask for the task `name` (`room.verb`) with JSON-ready `arguments`; rolled back with the transaction.

    `once` names a queueing lock: a second request with the same lock, while the first still waits, does nothing.
    """
    from procrastinate.exceptions import AlreadyEnqueued

    options: dict[str, Any] = {"allow_unknown": True}
    if not_before is not None:
        options["schedule_at"] = not_before
    if once is None:
        app.configure_task(name, **options).defer(**arguments)
        return
    options["queueing_lock"] = once
    try:
        with transaction.atomic():  # a savepoint: what is asked for already must not end the caller's transaction
            app.configure_task(name, **options).defer(**arguments)
    except AlreadyEnqueued:
        return
