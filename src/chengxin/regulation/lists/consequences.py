"""Which measures follow from standing on a list: told by a room that knows them, which `LISTS_CONSEQUENCES` names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from chengxin.base.languages import InBoth


@dataclass(frozen=True, slots=True)
class Consequence:
    """A measure of the catalogue: how it is called, what is done, and on which law; of others' own will or ordered."""

    name: InBoth
    does: InBoth
    basis: Sequence[str]
    is_by_others: bool = False


class Consequences(Protocol):
    """What lists must know of measures."""

    def of_list(self, list_code: str, *, about_person: bool, on: date) -> tuple[Consequence, ...]:
        """The measures that an entry on that list triggers by the catalogue of that day, in its order."""


def consequences() -> Consequences:
    """The catalogue of this installation."""
    found: Consequences = import_string(settings.LISTS_CONSEQUENCES)
    return found
