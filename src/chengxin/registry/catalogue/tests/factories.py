"""Broken city profiles, made from the real one."""

import shutil
from pathlib import Path

from chengxin.base.policy import city_folder


def city_in(folder: Path) -> Path:
    """A copy of the city profile that a test may break."""
    return Path(shutil.copytree(city_folder(), folder / "cities" / "nanning"))


def replace_in(file: Path, old: str, new: str) -> int:
    """Write `new` for the first `old` of the file; the line on which `old` began."""
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{file.name} does not hold {old!r}"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1
