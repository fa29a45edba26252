"""How the name of an organisation is read: what it is called plainly, and its parts. Pure.

Source: 《企业名称登记管理规定》第六条: a name consists of division, brand (字号), trade and legal form.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

import opencc

NUMERALS = str.maketrans(
    {
        **dict(zip("0123456789", "零一二三四五六七八九", strict=True)),
        **dict(zip("壹贰叁肆伍陆柒捌玖拾", "一二三四五六七八九十", strict=True)),
        **dict.fromkeys("〇○◯", "零"),
    }
)
DIGITS = frozenset("零一二三四五六七八九十百")
LIKE_ZERO, LIKE_ONE = "Oo〇○◯", "IlL|"
ELSEWHERE = "*"  # ends the short form of a division outside the city
_LOOKS_LIKE = re.compile(rf"(?<=[0-9])[{LIKE_ZERO}{LIKE_ONE}]|[{LIKE_ZERO}{LIKE_ONE}](?=[0-9])")
_BRACKETED = re.compile(r"\(([^()]*)\)")
_SPOKEN, _LONG_BRAND = 4, 3  # characters that count as speaking of a name, and of a brand
_LEAST_LEFT = 2  # characters of a name that a division taken off must leave
_NESTED = 3  # divisions before one another: province, city, district


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that parts of names are known by; `regions` maps a division as written to its short form.

    Divisions of the city itself and above it have the short form "": nearly every name may bear or lack them.
    """

    regions: Mapping[str, str]
    endings: Mapping[str, str]
    branches: tuple[str, ...]
    remarks: tuple[str, ...]  # what is written behind a name and is no part of it
    trades: Mapping[str, str]
    longest_region: int = 0
    home: tuple[str, ...] = ()
    endings_by_length: tuple[str, ...] = field(default=())
    trades_by_length: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Form:
    """A name in its parts: `plain` is the whole; `branch` names a part of an organisation, empty for the whole."""

    plain: str
    region: str
    brand: str
    trade: str
    ending: str
    branch: str


def plain_name(name: str) -> str:
    """A name as all its writings come out: half-width, simplified, without brackets, spaces and marks, numerals alike.

    Source: as the module; letters and digits that look alike are read as digits beside digits.
    """
    before = ""
    text = name
    while text != before:  # what stood apart may belong together once a mark between is gone
        before, text = text, _plain_once(text)
    return text


def _plain_once(name: str) -> str:
    text = unicodedata.normalize("NFKC", name)
    text = _LOOKS_LIKE.sub(lambda m: "0" if m[0] in LIKE_ZERO else "1", text)
    text = _simplified(text).upper().translate(NUMERALS)
    return "".join(c for c in text if c.isalnum())


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def _simplified(text: str) -> str:
    return text if text.isascii() else str(_converter().convert(text))


def form_of(name: str, words: Vocabulary) -> Form:
    """The parts of a name. Source: as the module."""
    plain = plain_name(name)
    rest, branch = _without_branch(_without_remark(plain, words), words)
    rest, region = _without_regions(rest, words)
    rest, ending = _without_ending(rest, words)
    brand, trade = _split(_without_home(rest, words), words)
    return Form(plain, region, brand, trade, ending, branch)


def spoken_forms(name: str, words: Vocabulary) -> tuple[str, ...]:
    """How a text may speak of a name: whole, without its region, without its legal form too, by a long brand alone.

    Plain, each of at least four characters, a brand of at least three; shorter ones are words of the language as well.
    Source: as the module; the lengths are this platform's own.
    """
    form = form_of(_BRACKETED.sub("", unicodedata.normalize("NFKC", name)), words)
    spoken = form.plain[form.plain.find(form.brand) :]
    ending = next((e for e in words.endings_by_length if spoken.endswith(e)), "")
    parts = (form.plain, spoken, spoken.removesuffix(ending))
    found = [part for part in parts if len(part) >= _SPOKEN] + [form.brand] * (len(form.brand) >= _LONG_BRAND)
    return tuple(dict.fromkeys(found))


def named_in(text: str, names: Iterable[str], words: Vocabulary) -> tuple[str, ...]:
    """Those of `names` of which a text speaks in one of their `spoken_forms`. Source: as the module."""
    plain = plain_name(text)
    held = _runs(plain) | _runs(_written(text))
    near = (name for name in dict.fromkeys(names) if not held.isdisjoint(_runs(_written(name))))
    return tuple(name for name in near if any(form in plain for form in spoken_forms(name, words)))


def _written(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).upper().split())


def _runs(text: str) -> set[str]:
    """Each run of as many characters as a long brand has: names that share none with a text need no closer look."""
    return {text[i : i + _LONG_BRAND] for i in range(len(text) - _LONG_BRAND + 1)}


def _without_remark(plain: str, words: Vocabulary) -> str:
    end = next((r for r in words.remarks if plain.endswith(r) and len(plain) - len(r) >= _LEAST_LEFT), "")
    return plain.removesuffix(end) if end else plain


def _without_branch(plain: str, words: Vocabulary) -> tuple[str, str]:
    end = next((b for b in words.branches if plain.endswith(b)), None)
    if end is None:
        return plain, ""
    for head in ("公司", "银行", "合作社", "事务所", "中心", "厂"):
        place = plain.find(head, 1)
        if place > 0 and place + len(head) < len(plain) - len(end) + 1:
            cut = place + len(head)
            return plain[:cut], plain[cut:] if plain[cut:] != end else end
    return plain[: -len(end)], end


def _without_regions(text: str, words: Vocabulary) -> tuple[str, str]:
    found = ""
    for _ in range(_NESTED):
        for size in range(min(words.longest_region, len(text) - _LEAST_LEFT), 1, -1):
            if (short := words.regions.get(text[:size])) is not None:
                text, found = text[size:], short or found
                break
        else:
            break
    return text, found


def _without_ending(text: str, words: Vocabulary) -> tuple[str, str]:
    for end in words.endings_by_length:
        if text.endswith(end) and len(text) - len(end) >= _LEAST_LEFT:
            return text[: -len(end)], words.endings[end]
    return text, ""


def _without_home(text: str, words: Vocabulary) -> str:
    """Without the city's own name where it stands within, as brackets leave it: 恒丰（南宁）贸易."""
    for place in words.home:
        at = text.find(place, 1)
        if at > 0 and len(text) - len(place) >= _LEAST_LEFT:
            return text[:at] + text[at + len(place) :]
    return text


def _split(core: str, words: Vocabulary) -> tuple[str, str]:
    for start in range(2, len(core)):
        if any(core.startswith(trade, start) for trade in words.trades_by_length):
            return core[:start], _trade(core[start:], words)
    return core, ""


def _trade(text: str, words: Vocabulary) -> str:
    for written in words.trades_by_length:
        if text == written:
            return words.trades[written]
    return text


def numbers_in(text: str) -> str:
    """The numerals of a plain text, as they come: 第二建筑 and 第三建筑 are never the same."""
    return "".join(c for c in text if c in DIGITS)


_STREET = re.compile(r"([^省市区县镇乡村社组]{2,10}?(?:大道|路|街|巷|道|园|城|村|屯))([零一二三四五六七八九十百]+)号?")


def address_key(address: str) -> str:
    """Street and house number of an address, e.g. 民族大道一二三; empty where they can't be told."""
    found = _STREET.search(plain_name(address))
    return found[1] + found[2] if found else ""
