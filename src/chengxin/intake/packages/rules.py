"""What is told upwards of a record and what may come from above, row by row. Pure.

After GB/T 39443-2020 a package's rows name their resource and what is done with each; the standard's own table of
fields was not at hand, so that rows bear the catalogue's codes.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from uuid import UUID

from chengxin.registry.catalogue.rules import FieldType, Item
from chengxin.registry.records.rules import RecordState

ITEM, OPERATION, RECORD, VERSION = "item", "operation", "record", "version"
ABOUT_THE_ROW = frozenset({ITEM, OPERATION, RECORD, VERSION})
REFERENCE = "upward:"
SHOWN = frozenset({RecordState.IN_FORCE, RecordState.DISPUTED})


class Operation(StrEnum):
    """What the receiver does with a row (操作)."""

    PUT = "put"  # 新增或者更正
    REMOVE = "remove"  # 撤下


class Outcome(StrEnum):
    """What the receiver said of a row."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


def operation_for(state: str) -> Operation:
    """A record that may no longer be shown or used is taken down above as well.

    Source: 《信用修复管理办法》 NDRC order 36 (2025): publication ends, sharing and use stop.
    """
    return Operation.PUT if state in SHOWN else Operation.REMOVE


def upward_row(
    item: Item, payload: Mapping[str, str], *, natural_key: UUID, version: int, operation: Operation
) -> dict[str, str]:
    """A record as a row for the platform above: what the catalogue publishes of it, never a sealed value.

    Of one that is to be removed only what names it.
    Source: 《中华人民共和国个人信息保护法》 第六条 (no more than the purpose needs).
    """
    names: Collection[str] = item.natural_key if operation is Operation.REMOVE else [f.code for f in item.fields]
    told = {
        code: payload[code]
        for code in names
        if code in payload and item.field_of(code).public and item.field_of(code).type != FieldType.SEALED
    }
    return {ITEM: item.code, OPERATION: operation.value, RECORD: str(natural_key), VERSION: str(version)} | told


def reference_of(package_id: int, organisation_id: int) -> str:
    """What the case about a provider's rows of one package is about."""
    return f"{REFERENCE}{package_id}:{organisation_id}"


def package_and_provider(about: str) -> tuple[int, int]:
    """The package and the organisation that such a reference names. Raises `ValueError`."""
    package, _, organisation = about.removeprefix(REFERENCE).partition(":")
    return int(package), int(organisation)
