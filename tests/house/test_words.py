"""Every Chinese text of the screens has its English."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tests.house.tree import SOURCE, named, parsed, told

HAN = re.compile("[\u4e00-\u9fff]")
CALLS = {"_": 1, "gettext": 1, "gettext_lazy": 1, "_lazy": 1, "ngettext": 2, "ngettext_lazy": 2}
TRANSLATE = re.compile(r"""\{%\s*(?:translate|trans)\s+(?:"([^"]*)"|'([^']*)')""")
INLINE = re.compile(r"""_\((?:"([^"]*)"|'([^']*)')\)""")
BLOCK = re.compile(r"\{%\s*blocktrans(?:late)?\b([^%]*)%\}(.*?)\{%\s*endblocktrans(?:late)?\s*%\}", re.DOTALL)


def in_python(path: Path) -> Iterator[str]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            for argument in node.args[: CALLS.get(name, 0)]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value


def in_template(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    for expression in (TRANSLATE, INLINE):
        for match in expression.finditer(text):
            yield (match[1] or match[2] or "").replace("%", "%%")  # as Django looks it up
    for match in BLOCK.finditer(text):
        for part in re.split(r"\{%\s*plural\s*%\}", match[2]):
            told_as = placed(part)
            if "trimmed" in match[1]:
                told_as = " ".join(line.strip() for line in told_as.strip().splitlines())
            yield told_as


def placed(text: str) -> str:
    """A text of a block as Django looks it up."""
    return re.sub(r"\{\{\s*(\w+)\s*\}\}", r"%(\1)s", text.replace("%", "%%"))


@pytest.fixture(scope="module")
def english() -> dict[str, str]:
    found: dict[str, str] = {}
    for path in SOURCE.rglob("locale/en/LC_MESSAGES/django.po"):
        with path.open("rb") as file:
            for message in read_po(file, locale="en"):
                ids = message.id if isinstance(message.id, tuple) else (message.id,)
                texts = message.string if isinstance(message.string, tuple) else (message.string,)
                if message.id and all(texts) and not message.fuzzy:
                    found |= dict.fromkeys(ids, texts[0])
    return found


def test_every_chinese_text_has_its_english(english: dict[str, str]):
    missing = []
    for path in named(".py", ".html"):
        if SOURCE in path.parents and "tests" not in path.parts:
            texts = in_python(path) if path.suffix == ".py" else in_template(path)
            missing += [f"{told(path)}: {text}" for text in texts if HAN.search(text) and text not in english]
    assert missing == []


def test_a_text_that_counts_has_its_english_for_one_and_for_many():
    counted = set()
    for path in SOURCE.rglob("locale/en/LC_MESSAGES/django.po"):
        with path.open("rb") as file:
            counted |= {m.id[0] for m in read_po(file, locale="en") if isinstance(m.id, tuple)}
    texts = [
        (told(path), placed(re.split(r"\{%\s*plural\s*%\}", match[2])[0]))
        for path in named(".html")
        if SOURCE in path.parents
        for match in BLOCK.finditer(path.read_text(encoding="utf-8"))
        if re.search(r"\{%\s*plural\s*%\}", match[2]) and "trimmed" not in match[1]
    ]
    assert [one for one in texts if HAN.search(one[1]) and one[1] not in counted] == []


def test_the_english_fills_the_same_places(english: dict[str, str]):
    place = re.compile(r"%\(\w+\)s|\{\w+\}")
    odd = [zh for zh, en in english.items() if set(place.findall(zh)) != set(place.findall(en))]
    assert odd == []


def test_no_english_is_left_in_chinese(english: dict[str, str]):
    assert [zh for zh, en in english.items() if HAN.search(en) and not re.search("[“《]", en)] == []


def test_a_chinese_text_has_one_english_in_all_rooms():
    told_as: dict[str, set[str]] = {}
    for path in SOURCE.rglob("locale/en/LC_MESSAGES/django.po"):
        with path.open("rb") as file:
            for message in read_po(file, locale="en"):
                if message.id:
                    zh = message.id if isinstance(message.id, str) else message.id[0]
                    en = message.string if isinstance(message.string, str) else message.string[-1]
                    told_as.setdefault(zh, set()).add(en)
    assert {zh: en for zh, en in told_as.items() if len(en) > 1} == {}  # else the first room's wins everywhere
