"""Work that runs later is asked for by name: each name that is asked for exists."""

import ast
from collections.abc import Iterator
from pathlib import Path

from procrastinate.contrib.django import app

from tests.house.tree import SOURCE, parsed, python, told

ASKS = {"defer", "at_once"}


def asked_for() -> Iterator[tuple[Path, int, str]]:
    for path in python():
        if SOURCE not in path.parents or "tests" in path.parts:
            continue
        for node in ast.walk(parsed(path)):
            is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ASKS
            if is_call and getattr(node.func.value, "id", "") == "tasks" and isinstance(node.args[0], ast.Constant):
                yield path, node.lineno, node.args[0].value


def test_every_task_that_is_deferred_by_name_exists():
    app.perform_import_paths()
    missing = [f"{told(path, line)} {name}" for path, line, name in asked_for() if name not in app.tasks]
    assert list(asked_for())
    assert missing == []
