"""Report numbers, the sections of a report, and what has changed between two reports. Pure."""

import hashlib
import hmac
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from chengxin.base.identifiers.rules import CREDIT_CODE_ALPHABET

KIND = "public-credit-report"  # among the issued documents
ALPHABET = CREDIT_CODE_ALPHABET  # without I, O, S, V, Z, which are mistaken for digits and U
PREFIX = "XY"  # 信用
DRAWN = 8
CHECK_CODE_LENGTH = 8
LARGEST_PDF = 10 * 1024 * 1024  # bytes of an upload that is read; our own reports stay far below
_NUMBER = re.compile(rf"{PREFIX}(\d{{8}})([{ALPHABET}]{{{DRAWN}}})([{ALPHABET}])")
_MISREAD = str.maketrans({"O": "0", "I": "1", "S": "5", "V": "U", "Z": "2"})


class Section(StrEnum):
    """The parts of a report that hold records, in order.

    Source: 公共信用信息报告标准 (2022年版): registration, administrative acts, honest record, breaches, lists, other.
    """

    REGISTRATION = "registration"  # 登记注册基本信息
    LICENCES = "licences"  # 行政许可信息
    POSITIVE = "positive"  # 诚实守信信息
    NEGATIVE = "negative"  # 违法失信信息
    LISTS = "lists"  # 名单信息
    OTHER = "other"  # 其他信息


_BY_CATEGORY = {
    "registration": Section.REGISTRATION,
    "licence": Section.LICENCES,
    "judgment": Section.LISTS,  # the catalogue's judgment items are entries of the courts' list of defaulters
    "abnormal": Section.LISTS,
    "serious-list": Section.LISTS,
}
_BY_NATURE = {"positive": Section.POSITIVE, "negative": Section.NEGATIVE}


def section_of(category: str, nature: str) -> Section:
    """The section in which a record of this catalogue heading and nature stands.

    Source: 公共信用信息报告标准 (2022年版), the order of its parts.
    """
    return _BY_CATEGORY.get(category) or _BY_NATURE.get(nature, Section.OTHER)


def report_number(day: date, drawn: str) -> str:
    """The number of a report issued on `day`, e.g. `XY20261123-8HJ2-K7QM-5`.

    `drawn` are 8 random characters of `ALPHABET`, so that numbers cannot be guessed; the last is the check character.
    """
    body = f"{day:%Y%m%d}{drawn}"
    return f"{PREFIX}{day:%Y%m%d}-{drawn[:4]}-{drawn[4:]}-{_check(body)}"


def _check(body: str) -> str:
    # Weights 1 to 16 modulo the prime 31: every wrong character and every swap of two is found, as with ISBN-10.
    return ALPHABET[sum(place * ALPHABET.index(c) for place, c in enumerate(body, start=1)) % len(ALPHABET)]


def number_of(typed: str) -> str | None:
    """The report number that someone typed, in its own form; None where it is none.

    Spaces, hyphens, full-width and lower-case letters and the letters that are easily misread are forgiven.
    """
    text = _plain(typed)
    rest = text.removeprefix(PREFIX)
    found = _NUMBER.fullmatch(PREFIX + rest.translate(_MISREAD))
    if found is None or _check(found[1] + found[2]) != found[3]:
        return None
    return f"{PREFIX}{found[1]}-{found[2][:4]}-{found[2][4:]}-{found[3]}"


def same_code(typed: str, code: str) -> bool:
    """Whether the check code that someone typed is the document's; compared in constant time."""
    return hmac.compare_digest(_plain(typed).translate(_MISREAD).encode(), code.encode())


def _plain(typed: str) -> str:
    folded = unicodedata.normalize("NFKC", typed[:100]).upper()
    return "".join(c for c in folded if c.isalnum())


def content_hash(content: Mapping[str, Any]) -> bytes:
    """SHA-256 over the canonical JSON of a report's content, 32 bytes."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).digest()


class ChangeKind(StrEnum):
    """What happened since a report was issued."""

    ADDED = "added"  # 新增
    REMOVED = "removed"  # 不再公示
    CHANGED = "changed"  # 有更正或标注
    SUBJECT = "subject"  # 主体信息变更


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `place` is the record's number on the paper (empty for what is new), `key` names the record."""

    kind: ChangeKind
    key: str = ""
    place: str = ""
    category: str = ""


def changes_between(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Change, ...]:
    """What differs between two snapshots, in the order of the old report, then what is new.

    A snapshot is `{"subject": digest, "records": [{"key", "place", "category", "digest"}, …]}`. Records are compared by
    digest, wherever they stand: that others came or went before them is no change.
    """
    before = {r["key"]: r for r in old["records"]}
    after = {r["key"]: r for r in new["records"]}
    found = [Change(ChangeKind.SUBJECT)] if old["subject"] != new["subject"] else []
    for key, record in before.items():
        if key not in after:
            found.append(Change(ChangeKind.REMOVED, key, record["place"], record["category"]))
        elif after[key]["digest"] != record["digest"]:
            found.append(Change(ChangeKind.CHANGED, key, record["place"], record["category"]))
    found += [Change(ChangeKind.ADDED, key, "", r["category"]) for key, r in after.items() if key not in before]
    return tuple(found)
