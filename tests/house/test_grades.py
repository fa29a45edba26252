"""Red line 3: no computed grade puts anyone on a list or restricts anyone. Who decides that cannot even read one."""

import ast
from collections.abc import Iterator

from tests.house.tree import SOURCE, parsed, python, told

DECIDING = ("rights", "regulation/lists", "regulation/measures", "regulation/commitments", "regulation/campaigns")


def grades_read_by(tree: ast.Module) -> Iterator[int]:
    """The lines on which a module imports anything of evaluation."""
    for node in ast.walk(tree):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if any(f"{name}.".startswith("chengxin.evaluation.") for name in names):
            yield node.lineno


def test_nothing_that_restricts_anyone_reads_a_grade():
    found = [
        told(path, line)
        for path in python(tests=False)
        if any(path.is_relative_to(SOURCE / place) for place in DECIDING)
        for line in grades_read_by(parsed(path))
    ]
    assert found == []


def test_the_rule_sees_every_way_to_import_and_lets_others_pass():
    reads = ["from chengxin.evaluation.runs import queries", "import chengxin.evaluation.runs.queries as q"]
    assert all(list(grades_read_by(ast.parse(text))) == [1] for text in reads)
    assert list(grades_read_by(ast.parse("from chengxin.registry.records import queries"))) == []
