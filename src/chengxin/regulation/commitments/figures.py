"""How many commitments stand where, and how many obligations wait for a check."""

from collections.abc import Mapping
from datetime import date

from django.db.models import Count

from chengxin.registry.accounts.rules import Actor
from chengxin.regulation.commitments import waiting
from chengxin.regulation.commitments.queries import made_to


def statistics(actor: Actor) -> Mapping[tuple[str, str], int]:
    """How many of each type stand where, made to the actor's organisations. Index: `commitment_authority`."""
    counted = made_to(actor).values_list("kind", "state").annotate(n=Count("id")).order_by("kind", "state")
    return {(kind, state): n for kind, state, n in counted}


def late_dues(actor: Actor, *, on: date) -> int:
    """How many obligations are late and unchecked; the credit office sees the city's. Index: `commitment_due_on`."""
    return waiting.late(on).filter(commitment__in=made_to(actor).values("pk")).count()
