"""Where the house's files are, for the tests that walk through it."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "chengxin"


@cache
def committed() -> tuple[Path, ...]:
    """The files that git keeps or would keep."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return tuple(path for line in listed.splitlines() if (path := ROOT / line).is_file())


def named(*endings: str) -> list[Path]:
    """Committed files with one of these endings."""
    return [path for path in committed() if path.suffix in endings]


def python(*, tests: bool = True) -> list[Path]:
    """Python files but migrations; without those of tests where asked."""
    return [
        path
        for path in named(".py")
        if "migrations" not in path.parts and (tests or not {"tests", "bench"} & set(path.parts))
    ]


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def told(path: Path, line: int = 0) -> str:
    """A place as a reader looks it up."""
    return f"{path.relative_to(ROOT)}:{line}" if line else str(path.relative_to(ROOT))
