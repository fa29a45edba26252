"""How many commitments stand where, and how many obligations wait for a check."""

from collections.abc import Mapping
from datetime import date

from django.db.models import Count

from chengxin.registry.accounts.rules import Actor
from chengxin.regulation.commitments.models import Due
from chengxin.regulation.commitments.queries import made_to
from chengxin.regulation.commitments.rules import State


def statistics(actor: Actor) -> Mapping[tuple[str, str], int]:
    """How many of each type stand where, made to the actor's organisations. Index: `commitment_authority`."""
    counted = made_to(actor).values_list("kind", "state").annotate(n=Count("id")).order_by("kind", "state")
    return {(kind, state): n for kind, state, n in counted}


def late_dues(actor: Actor, *, on: date) -> int:
    """How many obligations are due and unchecked. Index: `commitment_due_on`."""
    running = made_to(actor).filter(state=State.RUNNING.value)
    return Due.objects.filter(due_on__lte=on, checks__isnull=True, commitment__in=running.values("pk")).count()
