"""How a case is called, in both languages of the screens."""

from dataclasses import dataclass

from django.utils.translation import get_language

LENGTH = 200


@dataclass(frozen=True, slots=True)
class CaseTitle:
    """A title in Chinese and English; as text it is the one of the language that is active."""

    zh: str
    en: str = ""

    def __str__(self) -> str:
        english = (get_language() or "").startswith("en")
        return (self.en if english and self.en else self.zh)[:LENGTH]

    def shortened(self, length: int) -> "CaseTitle":
        """The first `length` characters of each."""
        return CaseTitle(self.zh[:length], self.en[:length])
