"""Who is told when an organisation lets a deadline pass: a question to the room that knows organisations.

The setting `CASE_SUPERVISION` names a module with the two functions of `Supervision`; without it, the organisation
itself is told again.
"""

from datetime import date
from importlib import import_module
from typing import Protocol, cast

from django.conf import settings


class Supervision(Protocol):
    """What the room that knows organisations answers."""

    def reviewers_of(self, organisation_id: int, *, on: date) -> tuple[int, ...]:
        """Ids of the people who review in that organisation on that day."""
        ...

    def superiors_of(self, organisation_id: int) -> tuple[int, ...]:
        """Ids of the organisations to which its overdue cases go, itself not among them."""
        ...


class _Nobody:
    def reviewers_of(self, organisation_id: int, *, on: date) -> tuple[int, ...]:
        return ()

    def superiors_of(self, organisation_id: int) -> tuple[int, ...]:
        return ()


def supervision() -> Supervision:
    """The module that the installation names. Raises `ImportError`."""
    name = getattr(settings, "CASE_SUPERVISION", "")
    return cast(Supervision, import_module(name)) if name else _Nobody()
