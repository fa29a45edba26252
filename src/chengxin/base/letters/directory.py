"""Who an addressee is and who reads for them: told by a room above, which the setting `LETTERS_DIRECTORY` names."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from chengxin.base.casework.rules import Party


@dataclass(frozen=True, slots=True)
class Addressee:
    """How a letter calls those it is written to, and the public code of an organisation (empty for a person)."""

    name_zh: str
    name_en: str
    code: str = ""


class Directory(Protocol):
    """What letters must know of addressees."""

    def addressee(self, to: Party, *, at: datetime) -> Addressee:
        """The addressee's names at that moment."""

    def readers(self, to: Party, *, at: datetime) -> tuple[int, ...]:
        """Ids of the people who can open a letter to that party at that moment."""


def directory() -> Directory:
    """The directory of this installation."""
    found: Directory = import_string(settings.LETTERS_DIRECTORY)
    return found
