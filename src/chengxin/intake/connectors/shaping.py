"""From a source's rows to the fields of the catalogue, as text; and values that can be kept as a position. Pure."""

import json
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from chengxin.base.clock import CITY_TIME
from chengxin.intake.connectors.rules import Connector


def text_of(value: Any) -> str | None:
    """A value of a database or a JSON answer as the text that a department would have written."""
    match value:
        case None | "":
            return None
        case str():
            return value
        case bool():
            return "是" if value else "否"
        case datetime():
            here = value.astimezone(CITY_TIME).replace(tzinfo=None) if value.tzinfo else value
            return here.isoformat(sep=" ", timespec="seconds")
        case date() | time():
            return value.isoformat()
        case Decimal():
            return format(value, "f")
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case bytes():
            return value.decode("utf-8", "replace")
        case int() | UUID():
            return str(value)
        case _:
            return json.dumps(value, ensure_ascii=False, default=str)


def fields_of(row: Mapping[str, Any], connector: Connector) -> dict[str, str]:
    """The row under the codes of the catalogue; empty fields are left out."""
    found: dict[str, str] = dict(connector.constants)
    for field, column in connector.columns.items():
        if (text := text_of(row.get(column))) is not None:
            found[field] = connector.values.get(field, {}).get(text, text)
    return found


def kept(value: Any) -> list[str] | None:
    """A cursor or key as JSON holds it: its kind and its text. Raises `TypeError` for what has no order."""
    match value:
        case None:
            return None
        case bool():
            raise TypeError("bool")
        case datetime():
            return ["moment", value.isoformat()]
        case date():
            return ["day", value.isoformat()]
        case int():
            return ["number", str(value)]
        case Decimal():
            return ["decimal", format(value, "f")]
        case str():
            return ["text", value]
        case UUID():
            return ["uuid", str(value)]
        case _:
            raise TypeError(type(value).__name__)


def given(text: list[str] | None) -> Any:
    """The value that was kept."""
    if text is None:
        return None
    kind, value = text
    read: Any = {
        "moment": datetime.fromisoformat,
        "day": date.fromisoformat,
        "number": int,
        "decimal": Decimal,
        "text": str,
        "uuid": UUID,
    }[kind]
    return read(value)


def finished(position: Mapping[str, Any]) -> dict[str, Any]:
    """The position once all that there was is taken: the newest value that was met takes effect."""
    found = dict(position)
    high = found.pop("high", None)
    if found.get("unfinished"):
        return {}
    return found | ({"cursor": high} if high is not None else {})
