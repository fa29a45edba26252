"""PDF documents for the tests of signing."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from chengxin.base.documents import typesetting

NOW = datetime(2026, 11, 23, 3, 30, tzinfo=UTC)
TEMPLATE = (
    '#let c = json(bytes(sys.inputs.content))\n#set document(title: "t")\n#set text(font: c.fonts.sans)\n#c.words\n'
)


@cache
def pdf(words: str = "虚构文件") -> bytes:
    """A PDF of one page that says `words`."""
    with TemporaryDirectory() as folder:
        template = Path(folder) / "page.typ"
        template.write_text(TEMPLATE, encoding="utf-8")
        return typesetting.typeset(template, {"words": words}, at=NOW)
