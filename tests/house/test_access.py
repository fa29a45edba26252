"""What is not public is read by the faces through the access log alone."""

import ast

from tests.house.tree import SOURCE, parsed, python, told

UNLOGGED = {"shared_records_of", "known_of", "held_record", "held_payload", "authorised_records_of"}


def unlogged_reads(tree: ast.Module) -> list[int]:
    """The lines that name a query which leaves no entry."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and node.attr in UNLOGGED)
        or (isinstance(node, ast.alias) and node.name in UNLOGGED)
    ]


def test_no_face_and_no_api_reads_past_the_access_log():
    found = [
        told(path, line)
        for path in python(tests=False)
        if SOURCE / "faces" in path.parents or SOURCE / "offerings" in path.parents or path.name == "api.py"
        for line in unlogged_reads(parsed(path))
    ]
    assert found == []


def test_such_a_read_would_be_found():
    assert unlogged_reads(ast.parse("records.shared_records_of(1)")) == [1]
    assert unlogged_reads(ast.parse("reading.shared_read(1)")) == []
