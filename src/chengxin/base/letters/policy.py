"""Reads the dated policy of letters: numbers, retries, codes, and the words of messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml

from chengxin.base import policy
from chengxin.base.letters.rules import CodeTerms, Numbering
from chengxin.base.policy import city_folder

LETTERS = "letters"


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues letters, and under which site's name."""

    office_zh: str
    office_en: str
    site_zh: str
    site_en: str


@dataclass(frozen=True, slots=True)
class Message:
    """The words of an e-mail or a text message, in one language; places `{site}`, `{title}`, `{link}`, `{code}`."""

    subject: str
    body: str


def numbering_on(day: date) -> Numbering:
    """How letters are numbered on that day. Raises `NoPolicy`."""
    values = policy.entry_on(LETTERS, "numbering", day).values
    return Numbering(pattern=values["pattern"], words=values["words"], other=values["other"])


def retries_on(day: date) -> Sequence[int]:
    """Minutes between attempts to send. Raises `NoPolicy`."""
    return tuple(policy.entry_on(LETTERS, "retries", day).values["minutes"])


def receipts_on(day: date) -> Sequence[int]:
    """Minutes between questions whether a text message has arrived. Raises `NoPolicy`."""
    return tuple(policy.entry_on(LETTERS, "receipts", day).values["minutes"])


def code_terms_on(day: date) -> CodeTerms:
    """How codes for contact addresses count. Raises `NoPolicy`."""
    return CodeTerms(**policy.entry_on(LETTERS, "codes", day).values)


def message_on(code: str, day: date, *, english: bool) -> Message:
    """The message `code` (`mail`, `text`, `mail-code`, `text-code`) in that language. Raises `NoPolicy`."""
    values = policy.entry_on(LETTERS, code, day).values
    language = "en" if english else "zh"
    return Message(values.get("subject", {}).get(language, ""), values["body"][language])


@cache
def _issuer(folder: Path) -> Issuer:
    city = yaml.safe_load((folder / "city.yaml").read_text(encoding="utf-8"))
    return Issuer(city["office"]["zh"], city["office"]["en"], city["site"]["zh"], city["site"]["en"])


def issuer() -> Issuer:
    """The office that issues letters, as the city profile names it."""
    return _issuer(city_folder())
