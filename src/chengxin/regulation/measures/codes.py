"""Codes as people give them: cleaned, told apart, and what is kept of one that may be a person's. Pure."""

import unicodedata
from collections.abc import Iterable
from enum import StrEnum

from chengxin.base.identifiers.rules import (
    is_citizen_number,
    is_credit_code,
    names_a_person,
    resembles_citizen_number,
)
from chengxin.base.sealing.rules import mask_number
from chengxin.regulation.measures.errors import TextNotReadable

LONGEST_CODE = 40
FEWEST_DIGITS = 6  # a credit code holds as many, of its division
CONTROLS, FORMAT = frozenset({"Cc", "Cs"}), "Cf"


class Scheme(StrEnum):
    """What a code may be by its form."""

    CREDIT = "credit"  # 统一社会信用代码
    CITIZEN = "citizen"  # 公民身份号码
    EITHER = "either"  # both: a person's where no subject has it as its code
    NONE = ""


OF_SUBJECTS = frozenset({Scheme.CREDIT, Scheme.EITHER})
OF_PERSONS = frozenset({Scheme.CITIZEN, Scheme.EITHER})


def cleaned(texts: Iterable[str]) -> list[str]:
    """Codes as people paste them: trimmed, upper case, without doubles and empty lines, in their order.

    Raises `TextNotReadable`.
    """
    return list(dict.fromkeys(code for text in texts if (code := "".join(readable(text).split()).upper())))


def readable(text: str) -> str:
    """`text` without marks of format, such as a space of no width. Raises `TextNotReadable` on control characters."""
    if text.isprintable():
        return text
    if any(unicodedata.category(c) in CONTROLS and not c.isspace() for c in text):
        raise TextNotReadable
    return "".join(c for c in text if unicodedata.category(c) != FORMAT)


def visible(text: str) -> str:
    """`text` without what cannot be seen: control characters, and marks of format such as a space of no width.

    Spreadsheets and web pages leave them behind; the database takes no U+0000. White space stays.
    """
    if text.isprintable():
        return text
    return "".join(c for c in text if c.isspace() or unicodedata.category(c) not in CONTROLS | {FORMAT})


def scheme_of(code: str) -> Scheme:
    """What a code may be. Source: GB 32100-2015, GB 11643-1999."""
    if is_credit_code(code):
        return Scheme.EITHER if names_a_person(code) else Scheme.CREDIT
    return Scheme.CITIZEN if is_citizen_number(code) else Scheme.NONE


def resembles_code(text: str) -> bool:
    """Whether `text` may be meant for a code, mistyped or cut short: a title has words, or hardly a digit."""
    cleaned = "".join(text.split()).upper()
    return cleaned.isascii() and cleaned.isalnum() and sum(map(str.isdigit, cleaned)) >= FEWEST_DIGITS


def kept(code: str, scheme: Scheme) -> str:
    """What a receipt keeps of a code that names no subject: no number of a person in clear, mistyped or not."""
    is_personal = scheme in OF_PERSONS or (scheme is Scheme.NONE and resembles_citizen_number(code))
    return (mask_number(code) if is_personal else code)[:LONGEST_CODE]
