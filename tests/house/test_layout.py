"""How the house is built: sizes, empty packages, no foreign paths, colours in one place, policy with its sources."""

import ast
import re

import pytest
import yaml

from tests.house.tree import ROOT, SOURCE, named, parsed, python, told

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
MACHINE_PATHS = re.compile(r"(?<![\w./:-])/(?:home|root|Users|work)/\w")
# A word in two parts, so that this file does not hold it.
UNFINISHED = re.compile(
    r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b|pytest\.mark\.(?:skip|xfail)\b|raise NotImplemented" r"Error"
)
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(")


def test_no_python_file_is_long():
    found = [told(p) for p in python() if len(p.read_text(encoding="utf-8").splitlines()) > LONGEST_FILE]
    assert found == []


def test_no_function_is_long():
    found = [
        told(path, node.lineno)
        for path in python()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno >= LONGEST_FUNCTION
    ]
    assert found == []


def test_packages_are_empty():
    found = [told(p) for p in python() if p.name == "__init__.py" and p.read_text(encoding="utf-8").strip()]
    assert found == []


def test_no_path_of_a_machine_and_nothing_unfinished_stands_in_the_tree():
    files = named(".py", ".md", ".yaml", ".toml", ".html", ".css", ".js", ".txt", ".in", ".json", "")
    found = []
    for path in files:
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="ignore").splitlines(), start=1):
            if MACHINE_PATHS.search(line) or UNFINISHED.search(line):
                found.append(told(path, number))
    assert found == []


def test_locks_pin_hashes_and_name_no_address():
    for path in (ROOT / "requirements").rglob("*"):
        if path.suffix in {".txt", ".in"} or path.name == "package-lock.json":
            assert "://" not in path.read_text(), told(path)
    for path in (ROOT / "requirements").glob("*.txt"):
        pinned = re.findall(r"^[\w.-]+(?:\[[\w,]+\])?==", path.read_text(), re.MULTILINE)
        assert pinned
        assert path.read_text().count("--hash=sha256:") >= len(pinned), told(path)


def test_colours_stand_in_the_tokens_alone():
    found = []
    for path in named(".css"):
        if path.name == "tokens.css":
            continue
        screen = re.sub(r"@media print \{.*?\n\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        found += [f"{told(path)} {match}" for match in COLOUR.findall(screen)]
    assert found == []


def test_lists_in_templates_are_joined_in_the_language_of_the_page():
    found = [told(p) for p in named(".html") if re.search('join:"[、；]', p.read_text(encoding="utf-8"))]
    assert found == [], 'say join:_("、")'


def joined_by_hand(code: str) -> list[int]:
    """The lines on which a Chinese separator is written out to join something with it."""
    tree = ast.parse(code)
    taking_apart = [n.args for n in ast.walk(tree) if isinstance(n, ast.Call) and _called(n) == "split"]
    excepted = {id(argument) for arguments in taking_apart for argument in arguments}
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value in ("、", "；") and id(node) not in excepted
    ]


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


@pytest.mark.parametrize(
    ("code", "lines"),
    [('listed(names)\n"甲、乙".split("、")', []), ("f\"{'、'.join(names)}\"", [1]), ('x\n_("；").join(names)', [2])],
)
def test_what_is_joined_by_hand_is_found(code: str, lines: list[int]):
    assert joined_by_hand(code) == lines


def test_names_are_joined_by_the_house_in_the_language_of_the_reader():
    house = {SOURCE / "base" / "listing.py", SOURCE / "base" / "errors.py"}
    ours = [path for path in python(tests=False) if SOURCE in path.parents and path not in house]
    assert {told(p): found for p in ours if (found := joined_by_hand(p.read_text(encoding="utf-8")))} == {}


def asks_for_one_page(code: str) -> bool:
    """Whether a function that makes a table for a spreadsheet reads so many rows and no more."""
    tables = {"CsvFile", "CsvStream"}
    functions = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.FunctionDef)]
    making = [f for f in functions if tables & {n.id for n in ast.walk(f) if isinstance(n, ast.Name)}]
    return any(isinstance(n, ast.keyword) and n.arg in ("size", "limit") for f in making for n in ast.walk(f))


def test_tables_for_a_spreadsheet_hold_all_rows():
    assert asks_for_one_page("def a():\n    rows = found(size=10_000)\n    return CsvStream('a.csv', [], rows)")
    assert not asks_for_one_page("def a():\n    return CsvStream('a.csv', [], all_found())")
    faces = [path for path in python(tests=False) if SOURCE / "faces" in path.parents]
    assert [told(path) for path in faces if asks_for_one_page(path.read_text(encoding="utf-8"))] == []


def test_templates_hold_neither_styles_nor_scripts_of_their_own():
    inline = re.compile(r"\sstyle=|<style|<script(?![^>]*\bsrc=)|\son[a-z]+=", re.IGNORECASE)
    site = SOURCE / "registry" / "catalogue" / "templates" / "catalogue" / "site"  # pages to keep as files
    found = [told(p) for p in named(".html") if site not in p.parents and inline.search(p.read_text(encoding="utf-8"))]
    assert found == []


def test_every_policy_entry_says_since_when_and_on_what_source():
    files = sorted((ROOT / "cities").glob("*/policy/*.yaml"))
    assert files
    for path in files:
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["entries"]:
            missing = {"code", "effective_from", "source", "verified"} - set(entry)
            assert not missing, f"{told(path)} {entry.get('code')}: {missing}"
