"""Kinds of subject, and how names are compared and cut for search. Pure."""

import unicodedata
from enum import StrEnum
from itertools import pairwise


class SubjectKind(StrEnum):
    """信用主体类别."""

    LEGAL_PERSON = "legal-person"  # 法人
    OTHER_ORGANISATION = "other-organisation"  # 非法人组织
    SOLE_TRADER = "sole-trader"  # 个体工商户
    NATURAL_PERSON = "natural-person"  # 自然人


class SubjectStatus(StrEnum):
    """登记状态."""

    ACTIVE = "active"  # 存续
    REVOKED = "revoked"  # 吊销
    DEREGISTERED = "deregistered"  # 注销


class Scheme(StrEnum):
    """Which register gave an identifier (代码类别)."""

    CREDIT_CODE = "unified-social-credit-code"  # 统一社会信用代码
    REGISTRATION_NUMBER = "registration-number"  # 工商注册号
    ORGANISATION_CODE = "organisation-code"  # 组织机构代码
    TAX_NUMBER = "tax-number"  # 税务登记号
    INSTITUTION_NUMBER = "institution-number"  # 事业单位证书号
    SOCIAL_ORGANISATION_NUMBER = "social-organisation-number"  # 社会组织登记证号


SUBJECT, PERSON = "subject:", "person:"
PERSON_CONTEXT = "person"  # of what is sealed and hashed about natural persons


def about_subject(code: str) -> str:
    """The reference of an organisation or sole trader, as cases, mandates and the access log name it."""
    return f"{SUBJECT}{code}"


def about_person(person_id: int) -> str:
    """The reference of a natural person; it tells nothing of who that is."""
    return f"{PERSON}{person_id}"


def code_of(about: str) -> str | None:
    """The credit code in a reference; None where it names a natural person."""
    return about.removeprefix(SUBJECT) if about.startswith(SUBJECT) else None


def person_of(about: str) -> int | None:
    """The natural person's id in a reference; None where it names an organisation or sole trader."""
    return int(about.removeprefix(PERSON)) if about.startswith(PERSON) else None


def code_once_absorbed(subject_id: int) -> str:
    """The code of an entry that another one stands for: its own names the other one now; no code looks like this."""
    return f"~{subject_id}"


def kind_of_code(code: str) -> SubjectKind:
    """The kind of subject that a unified social credit code belongs to. Source: GB 32100-2015, first two characters."""
    if code.startswith("92"):
        return SubjectKind.SOLE_TRADER
    return SubjectKind.LEGAL_PERSON


def comparable_name(name: str) -> str:
    """`name` as names are compared: half-width, no spaces, brackets of one kind, upper case."""
    folded = "".join(unicodedata.normalize("NFKC", name).upper().split())
    # What stood apart may compose once the space between is gone; for nearly all names the second look changes nothing.
    return folded if folded == name else comparable_name(folded)


def bigrams(name: str) -> list[str]:
    """The distinct neighbouring pairs of characters of the comparable name, sorted; a single character stands alone."""
    return sorted(set(pairs_of(comparable_name(name))))


def pairs_of(comparable: str) -> list[str]:
    """The neighbouring pairs of characters of a comparable name as they come; a single character stands alone."""
    if len(comparable) < 2:
        return [comparable] if comparable else []
    return [a + b for a, b in pairwise(comparable)]
