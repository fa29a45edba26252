"""Bytes of a text file as UTF-8 that a column reader takes: no NUL, lines that end in a line feed."""

import codecs
from pathlib import Path

import polars as pl

from chengxin.intake.collection.errors import WrongEncoding

CHUNK = 1 << 22
HEAD = GLANCE = 1 << 18  # pieces that stay in the processor's cache are looked at several times as fast
LONGEST_LINE = 1 << 26  # one that is longer is read piece by piece


def as_utf8(path: Path, scratch: Path) -> Path:
    """The file itself where it can be read as it is, else a copy in UTF-8. Raises `WrongEncoding`."""
    if _is_plain(path):
        return path
    old_lines = _ends_lines_in_returns(path)
    farthest = 1
    for encoding in _encodings(path):
        copy = scratch / "utf8.csv"
        wrong_line = _transcode(path, copy, encoding, old_lines=old_lines)
        if wrong_line is None:
            return copy
        farthest = max(farthest, wrong_line)
    raise WrongEncoding(line=farthest)


def first_line_not_utf8(path: Path) -> int:
    """The line (from 1) where the file stops being UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines = 1
    with path.open("rb") as file:
        try:
            while chunk := file.read(CHUNK):
                lines += decoder.decode(chunk).count("\n")
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            lines += error.object[: error.start].count(b"\n")
    return lines


def _encodings(path: Path) -> tuple[str, ...]:
    with path.open("rb") as file:
        has_mark = file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    return ("utf-16", "gb18030") if has_mark else ("utf-8", "gb18030")


def _ends_lines_in_returns(path: Path) -> bool:
    """Whether lines end in carriage returns alone, as old spreadsheet programs wrote them."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    return b"\r" in head and b"\n" not in head


def _is_plain(path: Path) -> bool:
    if _ends_lines_in_returns(path):
        return False
    rest = b""
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(GLANCE):
            end = chunk.rfind(b"\n") + 1  # whole lines, so that no character is cut in two
            if b"\x00" in chunk or not _is_utf8(rest + chunk[:end]):
                return False
            rest = rest + chunk if not end else chunk[end:]
            if len(rest) > LONGEST_LINE:
                return False
    return _is_utf8(rest)


def _is_utf8(text: bytes) -> bool:
    """Polars looks at many bytes at once, several times as fast as decoding."""
    try:
        pl.Series([text], dtype=pl.Binary).cast(pl.String)
    except pl.exceptions.ComputeError:
        return False
    return True


def _transcode(path: Path, copy: Path, encoding: str, *, old_lines: bool) -> int | None:
    """Write the copy; None, or the line on which the file is not in that encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 1
    try:
        with path.open("rb") as source, copy.open("w", encoding="utf-8", newline="") as target:
            more = True
            while more:
                chunk = source.read(CHUNK)
                more = bool(chunk)
                text = decoder.decode(chunk, final=not more).replace("\x00", "")
                lines += text.count("\n")
                target.write(text.replace("\r", "\n") if old_lines else text)
    except UnicodeDecodeError as error:
        return lines + error.object[: error.start].count(b"\n")
    except UnicodeEncodeError:  # half of a character pair: not text in any encoding
        return lines
    return None
