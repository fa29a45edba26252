"""A text in both languages of the screens."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, override


@dataclass(frozen=True, slots=True)
class InBoth:
    """A text in Chinese and English, where it has one; as text it is the one of the language that is active."""

    zh: str
    en: str = ""

    def __str__(self) -> str:
        return self.en if self.en and (get_language() or "").startswith("en") else self.zh

    def shortened(self, length: int) -> "InBoth":
        """The first `length` characters of each."""
        return InBoth(self.zh[:length], self.en[:length])


def in_both(text: Any) -> InBoth:
    """A text that is marked for translation, in both languages."""
    with override("zh-hans"):
        chinese = str(text)
    with override("en"):
        return InBoth(chinese, str(text))
