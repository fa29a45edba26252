"""Takes values of the right kind out of YAML, and keeps what is wrong with file and line."""

from decimal import Decimal, InvalidOperation
from typing import Any

from chengxin.registry.catalogue.located import Mapping, ProfileFault, Sequence
from chengxin.registry.catalogue.rules import Words


class Reader:
    """Reads one file; what is wrong goes to `faults`, and reading goes on as far as it makes sense."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[ProfileFault] = []

    def fault(self, line: int, message: str) -> None:
        """Note a fault."""
        self.faults.append(ProfileFault(self.file, line, message))

    def need(self, raw: Mapping, key: str, kind: type | tuple[type, ...]) -> Any:
        """The value of a required key of the right kind; else a fault and None."""
        value = raw.get(key)
        if value is None:
            self.fault(raw.line_of(key), f"{key!r} is missing")
            return None
        if not isinstance(value, kind):
            self.fault(raw.line_of(key), f"{key!r} is not of the right kind")
            return None
        return value

    def texts(self, raw: Mapping, key: str) -> tuple[str, ...]:
        """An optional list of texts."""
        found = raw.get(key)
        if found is None and key not in raw:
            return ()
        if not isinstance(found, Sequence) or not all(isinstance(one, str) and one for one in found):
            self.fault(raw.line_of(key), f"{key!r} is a list of texts")
            return ()
        return tuple(found)

    def mappings(self, raw: Mapping, key: str) -> list[Mapping]:
        """An optional list of mappings; what is none is a fault and left out."""
        found = raw.get(key, Sequence())
        if not isinstance(found, Sequence):
            self.fault(raw.line_of(key), f"{key!r} is a list")
            return []
        for one in found:
            if not isinstance(one, Mapping):
                self.fault(raw.line_of(key), f"an entry of {key!r} is not a mapping")
        return [one for one in found if isinstance(one, Mapping)]

    def names(self, raw: Mapping, key: str) -> dict[str, str]:
        """An optional mapping of texts to texts."""
        found = raw.get(key)
        if found is None and key not in raw:
            return {}
        if not isinstance(found, Mapping):
            self.fault(raw.line_of(key), f"{key!r} is a mapping of texts")
            return {}
        for one, value in found.items():
            if not isinstance(value, str) or not value:
                self.fault(found.line_of(one), f"{one!r} of {key!r} has no text")
        return {one: value for one, value in found.items() if isinstance(value, str)}

    def meanings(self, raw: Mapping, key: str) -> dict[str, Words]:
        """A mapping of values to what they mean: the English alone where the value itself is Chinese, else both."""
        found = self.need(raw, key, Mapping)
        told: dict[str, Words] = {}
        for value, meaning in (found or {}).items():
            if isinstance(meaning, Mapping):
                told[value] = self.words(found, value)
            elif isinstance(meaning, str) and meaning:
                told[value] = Words(value, meaning)
            else:
                self.fault(found.line_of(value), f"{value!r} of {key!r} has no text")
        return told

    def maybe(self, raw: Mapping, key: str, kind: type) -> Any:
        """The value of an optional key of the right kind; else None."""
        value = raw.get(key)
        if value is None and key not in raw:
            return None
        right = isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
        if not right:
            self.fault(raw.line_of(key), f"{key!r} is not of the right kind ({kind.__name__})")
            return None
        return value

    def decimal(self, raw: Mapping, key: str) -> Decimal | None:
        """An optional number."""
        if key not in raw:
            return None
        try:
            return Decimal(str(raw[key]))
        except InvalidOperation:
            self.fault(raw.line_of(key), f"{key!r} is not a number")
            return None

    def one_of(self, raw: Mapping, key: str, allowed: set[str]) -> str:
        """The value of a key that must be one of `allowed`."""
        value = str(self.need(raw, key, str) or "")
        if value and value not in allowed:
            self.fault(raw.line_of(key), f"{key!r} is {value!r}; allowed are {', '.join(sorted(allowed))}")
        return value

    def words(self, raw: Mapping, key: str) -> Words:
        """A text in both languages."""
        value = self.need(raw, key, Mapping)
        if value is None:
            return Words("", "")
        for language in ("zh", "en"):
            if not value.get(language):
                self.fault(value.line, f"{key!r} has no {language!r}")
        return Words(str(value.get("zh") or ""), str(value.get("en") or ""))

    def unknown_keys(self, raw: Mapping, allowed: set[str]) -> None:
        """A fault for each key that has no meaning here."""
        for key in raw:
            if key not in allowed:
                self.fault(raw.line_of(key), f"unknown key {key!r}")
