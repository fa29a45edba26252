"""Writes of saved selections: made under a name, and renewed, which makes a further version."""

from datetime import datetime

from django.db import transaction

from chengxin.base.audit import services as audit
from chengxin.base.database.queueing import queue_behind
from chengxin.base.errors import NotFound
from chengxin.intake.delivery import rules, selection_queries
from chengxin.intake.delivery.errors import NameMissing, NameTaken
from chengxin.intake.delivery.models import Selection, SelectionVersion
from chengxin.intake.delivery.rules import Choice
from chengxin.registry.accounts.rules import Actor

NAME_LENGTH = 80


@transaction.atomic
def make(name: str, choice: Choice, *, by: Actor, at: datetime) -> int:
    """Save a selection for the actor's organisation, or for everyone where the credit office does; its number.

    Raises `NotPermitted`, `NameMissing`, `NameTaken`, `CriteriaUnusable`.
    """
    owner = selection_queries.owner_for(by)
    called = " ".join(name.split())[:NAME_LENGTH]
    if not called:
        raise NameMissing
    rules.check_choice(choice, items=selection_queries.items())
    queue_behind(f"selections:{owner or 0}")
    if selection_queries.owned(by).filter(name=called).exists():
        raise NameTaken
    made = Selection.objects.create(organisation_id=owner, name=called, made_at=at)
    _version(made, 1, choice, by=by, at=at)
    return made.pk


@transaction.atomic
def renew(selection_id: int, choice: Choice, *, by: Actor, at: datetime) -> int:
    """Have a selection ask for something else from now on; the number of its version, a new one if anything changed.

    Subscriptions keep the version that they name. Raises `NotPermitted`, `NotFound`, `CriteriaUnusable`.
    """
    queue_behind(f"selection:{selection_id}")
    found = selection_queries.owned(by).filter(pk=selection_id).first()
    if found is None:
        raise NotFound
    rules.check_choice(choice, items=selection_queries.items())
    present = found.versions.order_by("-number")[0]
    if Choice.from_json(present.criteria) == choice:
        return present.number
    _version(found, present.number + 1, choice, by=by, at=at)
    return present.number + 1


def _version(selection: Selection, number: int, choice: Choice, *, by: Actor, at: datetime) -> None:
    SelectionVersion.objects.create(
        selection=selection, number=number, criteria=choice.as_json(), made_by=by.name, made_at=at
    )
    audit.note("delivery.selection_saved", str(selection), by=by, at=at, number=number, criteria=choice.as_json())
