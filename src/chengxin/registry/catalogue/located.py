"""YAML that remembers on which line each thing stands, so that a fault can name it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class ProfileFault:
    """A fault of the city profile: where it stands and what is wrong."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class Mapping(dict[str, Any]):
    """A YAML mapping with its own line and the line of each key (1-based)."""

    line = 1

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, int] = {}

    def line_of(self, key: str) -> int:
        """The line of `key`, or of the mapping where the key is missing."""
        return self.lines.get(key, self.line)


class Sequence(list[Any]):
    """A YAML sequence with its own line."""

    line = 1


def read(path: Path, shown_as: str) -> tuple[Any, list[ProfileFault]]:
    """The file's content with lines, and the faults of its YAML (syntax, doubled keys). Content is None if unreadable."""
    faults: list[ProfileFault] = []
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error)
        return None, [ProfileFault(shown_as, mark.line + 1 if mark else 1, f"not readable as YAML: {problem}")]
    if node is None:
        return None, [ProfileFault(shown_as, 1, "the file is empty")]
    return _value(node, shown_as, faults), faults


def _value(node: yaml.Node, file: str, faults: list[ProfileFault]) -> Any:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        mapping = Mapping()
        mapping.line = line
        for key_node, value_node in node.value:
            key = str(key_node.value)
            key_line = key_node.start_mark.line + 1
            if key in mapping:
                faults.append(ProfileFault(file, key_line, f"key {key!r} stands twice"))
            mapping[key] = _value(value_node, file, faults)
            mapping.lines[key] = key_line
        return mapping
    if isinstance(node, yaml.SequenceNode):
        sequence = Sequence(_value(child, file, faults) for child in node.value)
        sequence.line = line
        return sequence
    constructor = yaml.SafeLoader("")
    try:
        return constructor.construct_object(node, deep=True)  # type: ignore[no-untyped-call]
    except (yaml.YAMLError, ValueError) as error:
        faults.append(ProfileFault(file, line, str(error)))
        return None
