"""What an organisation has to look at under the commitments made to it, for the inbox and the first page."""

from datetime import date
from typing import Any

from chengxin.registry.accounts.rules import Actor, Permission
from chengxin.regulation.commitments import waiting


def commitments_waiting(actor: Actor, *, on: date) -> dict[str, Any]:
    """How many obligations are late or contradicted by records; None where none is or they are not this role's."""
    if not actor.may(Permission.MANAGE_CASES):
        return {"commitments_waiting": None}
    found = waiting.waiting_with(actor, on=on)
    return {"commitments_waiting": found if found.late or found.contradicted else None}
