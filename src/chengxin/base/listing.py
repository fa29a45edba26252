"""Names one after the other (甲、乙), and clauses (……；……), as the reader's language sets them apart."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

NAMES_APART, CLAUSES_APART = "、", "；"


def listed(names: Iterable[Any]) -> str:
    """Names in the language of the page."""
    return _("、").join(map(str, names))


def in_turn(clauses: Iterable[Any]) -> str:
    """Clauses in the language of the page."""
    return _("；").join(map(str, clauses))


def in_turn_written(clauses: Iterable[Any], *, in_english: bool) -> str:
    """Clauses in a document that is written in one language, whichever the page speaks."""
    return ("; " if in_english else CLAUSES_APART).join(map(str, clauses))


def listed_in_chinese(names: Iterable[Any]) -> str:
    """Names in a text that is Chinese whoever reads it: a record, a document, a page's Chinese half."""
    return NAMES_APART.join(map(str, names))


def in_turn_in_chinese(clauses: Iterable[Any]) -> str:
    """Clauses in such a text."""
    return CLAUSES_APART.join(map(str, clauses))
