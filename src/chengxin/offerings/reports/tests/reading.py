"""Reads the text back out of a PDF that Typst wrote."""

import re
from io import BytesIO

from pyhanko.pdf_utils.reader import PdfFileReader

_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_TOKEN = re.compile(rb"/(f\d+) [\d.]+ Tf|\(((?:\\.|[^\\)])*)\)|<([0-9A-Fa-f]+)>(?!>)", re.S)


def text_of(pdf: bytes) -> str:
    """All text of all pages, in the order in which it is drawn, pages apart by line breaks."""
    pages = PdfFileReader(BytesIO(pdf)).root["/Pages"]["/Kids"]
    return "\n".join(_page(pages[place]) for place in range(len(pages))).replace("\u200b", "")


def _page(page) -> str:
    listed = page["/Resources"]["/Font"]
    fonts = {name[1:]: _letters(listed[name]["/ToUnicode"].data) for name in listed}
    found, letters = [], {}
    for font, drawn, digits in _TOKEN.findall(page["/Contents"].data):
        if font:
            letters = fonts[font.decode()]
        else:
            literal = re.sub(rb"\\([0-7]{3}|.)", _unescaped, drawn, flags=re.S)
            raw = bytes.fromhex(digits.decode()) if digits else literal
            found += [letters.get(raw[i : i + 2], "") for i in range(0, len(raw), 2)]
    return "".join(found)


def _unescaped(escape: re.Match[bytes]) -> bytes:
    code = escape[1]
    return bytes([int(code, 8)]) if len(code) == 3 else _ESCAPES.get(code, code)


def _letters(cmap: bytes) -> dict[bytes, str]:
    pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n", cmap.replace(b"\r", b""))
    return {bytes.fromhex(code.decode()): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}
