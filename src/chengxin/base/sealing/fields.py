"""A column whose text is sealed: what was written about someone in free words is not read off the tables."""

from typing import Any

from django.db import models

from chengxin.base.sealing.keys import sealing_key
from chengxin.base.sealing.rules import PREFIX, seal, unseal

CONTEXT = "text"


class SealedTextField(models.TextField):  # type: ignore[type-arg]
    """A text that is sealed on its way into the database and opened on its way out; an empty one stays empty.

    It cannot be searched: each sealing of the same text is another. Raises `SealBroken` on reading a forged one.
    """

    def get_prep_value(self, value: Any) -> Any:
        """As inherited, sealed."""
        text = super().get_prep_value(value)
        if not text or text.startswith(PREFIX):
            return text
        return seal(text, key=sealing_key(), context=CONTEXT)

    def from_db_value(self, value: str | None, _expression: object, _connection: object) -> str | None:
        """The text in clear."""
        if value is None or not value.startswith(PREFIX):
            return value
        return unseal(value, key=sealing_key(), context=CONTEXT)
