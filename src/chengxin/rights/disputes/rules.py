"""What a provider can answer to a dispute, and what becomes of the record. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from chengxin.registry.records.rules import RecordState

DISPUTABLE = frozenset({RecordState.IN_FORCE.value})


class Outcome(StrEnum):
    """What a provider answers (核查结论)."""

    CORRECT = "correct"  # 更正
    REMOVE = "remove"  # 删除
    KEEP = "keep"  # 维持


def is_disputable(state: str) -> bool:
    """Whether a record in that state can be disputed: it counts, and no dispute about it is open.

    Source: 《广西壮族自治区社会信用条例》, protection of credit subjects (policy entry `disputes/limits`).
    """
    return state in DISPUTABLE


def changed_fields(payload: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """The fields of `given` whose value is another than the record's; an empty value takes a field out.

    Source: the correction log names only what changed (更正记录).
    """
    return {code: text.strip() for code, text in given.items() if text.strip() != payload.get(code, "")}


def corrected(payload: Mapping[str, str], changes: Mapping[str, str]) -> dict[str, str]:
    """The record's content with the changes made; a field with an empty value is left out."""
    return {code: text for code, text in {**payload, **changes}.items() if text}
