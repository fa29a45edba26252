"""What a page says about a form that could not be taken."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageError:
    """One line of an error summary: the field it links to, the sentence, and what to do."""

    field: str
    sentence: str
    hint: str = ""
