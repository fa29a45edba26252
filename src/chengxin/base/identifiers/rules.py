"""Codes of organisations and people: whether they are well formed, and their check characters. Pure."""

import re
from datetime import date
from operator import mul

from stdnum.cn import ric

CREDIT_CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_CODE_SHAPE = re.compile(rf"[{CREDIT_CODE_ALPHABET}]{{2}}[0-9]{{6}}[{CREDIT_CODE_ALPHABET}]{{10}}")
CREDIT_CODE_VALUES = {character: value for value, character in enumerate(CREDIT_CODE_ALPHABET)}
CREDIT_CODE_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
ORGANISATION_CODE_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
CITIZEN_NUMBER_WEIGHTS = tuple(pow(2, 17 - i, 11) for i in range(17))
CITIZEN_NUMBER_CHECKS = "10X98765432"
# No province's number begins with 9 (GB/T 2260), only that of a foreigner's permanent residence: enterprises (91), sole
# traders (92) and farmers' cooperatives (93) bear codes that next to no person's number looks like.
CREDIT_CODES_OF_TRADE = ("91", "92", "93")
CENTURIES = frozenset({"18", "19", "20"})  # of birth, in a citizen number
LIKE_A_CITIZEN_NUMBER = re.compile(r"[0-9]{6}(?:18|19|20)[0-9]{8,10}[0-9X]")  # a digit too many or too few as well
LIKE_AN_OLD_CITIZEN_NUMBER = re.compile(r"[0-9]{8}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}")


def is_credit_code(code: str) -> bool:
    """Whether `code` is a well-formed unified social credit code (统一社会信用代码). Source: GB 32100-2015.

    The first two characters, of the registering authority and the kind, may be letters (A, N, Y and others);
    the six of the division are digits. One citizen number in 31 has the check character of a credit code too: what may
    be a person's number is no credit code, unless it is one of trade and its places 9 to 17 are an organisation code,
    as the standard wants of all. That costs the rare body of another register whose code reads like a birth.
    """
    if CREDIT_CODE_SHAPE.fullmatch(code) is None or _credit_code_check(code[:17]) != code[17]:
        return False
    return not names_a_person(code) or (code.startswith(CREDIT_CODES_OF_TRADE) and is_organisation_code(code[8:17]))


def credit_code_check(first_17: str) -> str:
    """The check character of a credit code's first 17 characters. Source: GB 32100-2015.

    Σ value × 3^i mod 31 over i = 0…16; check = (31 − Σ mod 31) mod 31. Raises `ValueError` on a foreign character.
    """
    if len(first_17) != len(CREDIT_CODE_WEIGHTS) or not CREDIT_CODE_VALUES.keys() >= set(first_17):
        raise ValueError(first_17)
    return _credit_code_check(first_17)


def _credit_code_check(first_17: str) -> str:
    total = sum(map(mul, map(CREDIT_CODE_VALUES.__getitem__, first_17), CREDIT_CODE_WEIGHTS))
    return CREDIT_CODE_ALPHABET[(31 - total % 31) % 31]


def make_credit_code(first_17: str) -> str:
    """The whole credit code for its first 17 characters. Source: GB 32100-2015."""
    return first_17 + credit_code_check(first_17)


def organisation_code_check(first_8: str) -> str:
    """The check character of an organisation code. Source: GB 11714: 11 − Σ mod 11, 10 → X, 11 → 0."""
    total = sum(int(c, 36) * w for c, w in zip(first_8, ORGANISATION_CODE_WEIGHTS, strict=True))
    return "0123456789X"[(11 - total % 11) % 11]


def make_organisation_code(first_8: str) -> str:
    """The whole nine-character organisation code (组织机构代码). Source: GB 11714."""
    return first_8 + organisation_code_check(first_8)


def is_organisation_code(code: str) -> bool:
    """Whether `code` is a well-formed organisation code without hyphen. Source: GB 11714."""
    body = code[:8]
    if len(code) != 9 or not (body.isascii() and body.isalnum() and body == body.upper()):
        return False
    return organisation_code_check(body) == code[8]


def citizen_number_check(first_17: str) -> str:
    """The check character of a citizen number. Source: GB 11643, MOD 11-2."""
    total = sum(int(c) * w for c, w in zip(first_17, CITIZEN_NUMBER_WEIGHTS, strict=True))
    return CITIZEN_NUMBER_CHECKS[total % 11]


def make_citizen_number(first_17: str) -> str:
    """The whole citizen number for its first 17 digits. Source: GB 11643."""
    return first_17 + citizen_number_check(first_17)


def is_citizen_number(number: str) -> bool:
    """Whether `number` is a well-formed citizen number (公民身份号码): 18 characters, a date that exists, right check.

    The division of the address is not looked up: divisions come and go. Source: GB 11643.
    """
    if len(number) != 18 or not (number[:17].isascii() and number[:17].isdigit()):
        return False
    return birth_date(number) is not None and bool(ric.calc_check_digit(number) == number[17])


def names_a_person(number: str) -> bool:
    """Whether `number` is a citizen number whose birth lies in the last centuries, or in this one. Source: GB 11643."""
    return number[6:8] in CENTURIES and is_citizen_number(number)


def resembles_citizen_number(text: str) -> bool:
    """Whether `text` may be a mistyped citizen number, or one of the fifteen digits of old: it says of someone as much.

    Source: GB 11643-1999, GB 11643-1989.
    """
    return bool(LIKE_A_CITIZEN_NUMBER.fullmatch(text) or LIKE_AN_OLD_CITIZEN_NUMBER.fullmatch(text))


def birth_date(number: str) -> date | None:
    """The date of birth inside a citizen number, or None where there is no such date. Source: GB 11643."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
