"""Sets documents with Typst. Each thread keeps its compiler, which remembers fonts and layout."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import local
from typing import Any

from chengxin.base.documents import fonts

STANDARD = "a-2a"  # PDF/A-2a, ISO 19005-2: kept for the long term, and tagged for screen readers
_kept = local()


def typeset(template: Path, content: Mapping[str, Any], *, at: datetime) -> bytes:
    """`template` filled with `content` (JSON-ready; the template reads `sys.inputs.content`) as PDF/A, dated `at`.

    Content reaches the template as strings, never as markup. The families found stand in `content.fonts`.
    Raises `FontsMissing`.
    """
    found = fonts.chosen()
    filled = {**content, "fonts": {"sans": found.sans, "serif": found.serif}}
    pdf: bytes = _compiler(found).compile(
        _source(template),
        format="pdf",
        sys_inputs={"content": json.dumps(filled, ensure_ascii=False)},
        pdf_standards=STANDARD,
        timestamp=int(at.timestamp()),
    )
    return pdf


def pictures(template: Path, content: Mapping[str, Any], *, ppi: float = 100) -> list[bytes]:
    """The same as PNG pictures, one a page; for people who look at the layout."""
    found = fonts.chosen()
    filled = {**content, "fonts": {"sans": found.sans, "serif": found.serif}}
    made = _compiler(found).compile(
        _source(template), format="png", ppi=ppi, sys_inputs={"content": json.dumps(filled, ensure_ascii=False)}
    )
    return made if isinstance(made, list) else [made]


def _compiler(found: fonts.FontChoice) -> Any:
    import typst

    if getattr(_kept, "found", None) is not found:
        _kept.found, _kept.compiler = found, typst.Compiler(font_paths=found.loaded, ignore_system_fonts=True)
    return _kept.compiler


@cache
def _source(template: Path) -> bytes:
    return template.read_bytes()
