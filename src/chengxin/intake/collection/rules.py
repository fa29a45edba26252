"""Faults and notes by their names, and how titles, dates and codes are read. Pure."""

import dataclasses
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from chengxin.registry.catalogue.rules import CodeList, Item


class Fault(StrEnum):
    """Why a row is rejected."""

    REQUIRED = "required"
    TYPE = "type"
    LENGTH = "length"
    CODE_LIST = "code-list"
    PATTERN = "pattern"
    CHECK_DIGIT = "check-digit"
    DATE_ORDER = "date-order"
    FUTURE_DATE = "future-date"
    CROSS_FIELD = "cross-field"
    NAME_MISMATCH = "name-mismatch"
    DUPLICATE = "duplicate-in-file"
    NOT_YOURS = "not-your-data"
    ONLY_FROM = "only-from"
    OTHER_PROVIDER = "other-provider"
    DECIDED = "decided-here"
    MINOR = "minor"
    PROHIBITED = "prohibited"
    UNKNOWN_COLUMN = "unknown-column"


class Note(StrEnum):
    """What was mended or is worth telling; the row is accepted."""

    TRIMMED = "trimmed"
    HALF_WIDTH = "half-width"
    DATE_STYLE = "date-style"
    FORMER_NAME = "former-name"
    HYPHEN = "org-code-hyphen"
    PERIOD = "period-differs"
    OLD_CODE = "old-code-list"


class State(StrEnum):
    """Where a submission is."""

    RECEIVED = "received"
    PROCESSING = "processing"
    DONE = "done"
    UNREADABLE = "unreadable"
    FAILED = "failed"


class Ground(StrEnum):
    """On what a row stands: a provider's own file, or a case of this platform in which officials decided."""

    HAND_IN = "hand-in"
    DECISION = "decision"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault or note at one field of one data row (from 1). `variant` picks the sentence, `params` fill it."""

    row: int
    field: str
    rule: str
    variant: str = ""
    params: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file: its place from 0, its title, and the field it was taken for (None: none, "": left out)."""

    place: int
    title: str
    field: str | None


WITHOUT_END = date(2099, 12, 31)
_NOISE = re.compile(r"[\s*＊:：]+")
_REQUIRED_MARK = re.compile(r"[（(](必填|选填|required|optional)[)）]", re.IGNORECASE)


def comparable_title(title: str) -> str:
    """A column's title as titles are compared: half-width, without asterisks, spaces, line breaks and marks."""
    text = _REQUIRED_MARK.sub("", unicodedata.normalize("NFKC", title))
    return _NOISE.sub("", text).casefold()


def titles_of(item: Item) -> dict[str, str]:
    """All comparable titles that stand for a field of the item: code, Chinese and English name, further titles."""
    known: dict[str, str] = {}
    for one in item.fields:
        for title in (*one.titles, one.name.en, one.name.zh, one.code):
            known[comparable_title(title)] = one.code
    return known


def take_columns(
    titles: Sequence[str], item: Item, *, ignored: Iterable[str], chosen: Mapping[str, str]
) -> tuple[Column, ...]:
    """Which column is taken for which field; `chosen` maps titles to a field or "" and wins over the catalogue."""
    known = titles_of(item)
    passed_over = {comparable_title(t) for t in ignored}
    picked = {comparable_title(t): f for t, f in chosen.items()}
    taken = []
    for place, title in enumerate(titles):
        plain = comparable_title(title)
        found: str | None = picked.get(plain, known.get(plain))
        if found is None and (plain in passed_over or not plain):
            found = "" if plain else None
        taken.append(Column(place, title.strip(), found))
    return tuple(taken)


_DATE_STYLES = (
    re.compile(r"(?P<y>\d{4})年(?P<m>\d{1,2})月(?P<d>\d{1,2})[日号]?"),
    re.compile(r"(?P<y>\d{4})(?P<s>[./\-、－—])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})"),
    re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})"),
)
_TIME_OF_DAY = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")
_SERIAL = re.compile(r"[2-7]\d{4}(\.0)?")
EXCEL_EPOCH = date(1899, 12, 30)


@lru_cache(maxsize=50_000)
def read_date(text: str) -> date | None:
    """The day that `text` certainly means, in any of the written styles that departments use; else None."""
    plain = _TIME_OF_DAY.sub("", unicodedata.normalize("NFKC", text).strip()).replace(" ", "")
    for style in _DATE_STYLES:
        if match := style.fullmatch(plain):
            try:
                return date(int(match["y"]), int(match["m"]), int(match["d"]))
            except ValueError:
                return None
    if _SERIAL.fullmatch(plain):
        return EXCEL_EPOCH + timedelta(days=int(plain[:5]))
    return None


def is_plain_date(text: str) -> bool:
    """Whether the date is written in a style that is accepted without a note: YYYY/MM/DD, YYYY-MM-DD, YYYYMMDD."""
    return bool(re.fullmatch(r"\d{4}([/-])\d{1,2}\1\d{1,2}|\d{8}", text))


_SEPARATORS = re.compile(r"[;；、,，|/]+")


@dataclass(frozen=True, slots=True)
class ReadCodes:
    """What a cell of listed values means: values joined by ";", or None; `mended` where it was written otherwise."""

    text: str | None
    mended: bool
    unknown: str = ""


def read_codes(text: str, codes: CodeList, *, several: bool) -> ReadCodes:
    """The listed value (or, with `several`, values) that a cell certainly means, older writings mapped to today's.

    Source: data standards, section 1: older feeds are accepted with a note.
    """
    whole = _code(text, codes)
    if whole is not None:
        return ReadCodes(whole, whole != text)
    if not several:
        return ReadCodes(None, False, text)
    parts = [p.strip() for p in _SEPARATORS.split(text) if p.strip()]
    read: list[str] = []
    for part in parts:
        found = _code(part, codes)
        if found is None:
            return ReadCodes(None, False, part)
        read.extend(p for p in found.split(";") if p not in read)
    joined = ";".join(read)
    same = joined == ";".join(p.strip() for p in re.split(r"[;；]", text) if p.strip())
    return ReadCodes(joined or None, not same)


def _code(text: str, codes: CodeList) -> str | None:
    for candidate in (text, unicodedata.normalize("NFKC", text).strip()):
        if candidate in codes.values:
            return candidate
        if candidate in codes.older:
            return codes.older[candidate]
        head, dash, tail = candidate.replace("－", "-").replace("—", "-").partition("-")
        if dash and tail.strip() and head in codes.free_suffix:
            return f"{head}-{tail.strip()}"
    return None
