"""Work of rooms above, asked for by name: deferred, or done at once, in the caller's own database transaction."""

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


def at_once(name: str, **arguments: Any) -> None:
    """Do the task `name` (`room.verb`) now, in the caller's transaction: where it fails, nothing has happened.

    For what must never be seen undone, not even for a second. `arguments` as those of `defer`.
    """
    if name not in app.tasks:
        app.perform_import_paths()
    app.tasks[name].func(**arguments)
