"""Numbers, channels and states of letters; when to try again; what an address may look like. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Channel(StrEnum):
    """A way on which a letter reaches someone (送达方式)."""

    INBOX = "inbox"  # 站内通知
    EMAIL = "email"  # 电子邮件
    SMS = "sms"  # 短信


class DeliveryState(StrEnum):
    """How far a delivery has come (送达状态)."""

    QUEUED = "queued"  # 等待发送
    SENT = "sent"  # 对方服务器已接收
    DELIVERED = "delivered"  # 已送达
    FAILED = "failed"  # 未送达


WAITING = frozenset({DeliveryState.QUEUED.value})
NEXT: Mapping[DeliveryState, frozenset[DeliveryState]] = {
    DeliveryState.QUEUED: frozenset({DeliveryState.QUEUED, DeliveryState.SENT, DeliveryState.FAILED}),
    DeliveryState.SENT: frozenset({DeliveryState.DELIVERED, DeliveryState.FAILED}),
    DeliveryState.DELIVERED: frozenset(),
    DeliveryState.FAILED: frozenset({DeliveryState.QUEUED}),  # an official has it tried again
}


@dataclass(frozen=True, slots=True)
class Numbering:
    """How letters are numbered: the pattern with its places `{word}`, `{year}`, `{number}`; the word of each kind."""

    pattern: str
    words: Mapping[str, str]
    other: str

    def word_of(self, kind: str) -> str:
        """The word that stands for a kind of letter; kinds with the same word share one series."""
        return self.words.get(kind, self.other)


@dataclass(frozen=True, slots=True)
class CodeTerms:
    """For how many minutes a code counts, how often it may be mistyped, how many a person gets in 24 hours."""

    minutes: int
    tries: int
    codes_a_day: int


def letter_number(numbering: Numbering, kind: str, *, year: int, number: int) -> str:
    """The document number of the `number`-th letter of its series in that year, such as 南信修字〔2026〕12号.

    Source: 《党政机关公文格式》 GB/T 9704-2012 (issuer's word, year in 〔〕, running number without leading zeros).
    """
    return numbering.pattern.format(word=numbering.word_of(kind), year=year, number=number)


def may_become(state: DeliveryState, then: DeliveryState) -> bool:
    """Whether a delivery in `state` can come to be `then`. Source: the house's own (`docs/rules/letters.md`)."""
    return then in NEXT[state]


def next_try(attempts: int, waits: Sequence[int], *, at: datetime) -> datetime | None:
    """When to try again after `attempts` failed ones, by the `waits` in minutes; None: no more.

    Source: the policy entry `letters/retries`.
    """
    return at + timedelta(minutes=waits[attempts - 1]) if 0 < attempts <= len(waits) else None


_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
EMAIL = re.compile(rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@(?:{_LABEL}\.)+[A-Za-z]{{2,24}}")
PHONE = re.compile(r"\+86(1[3-9]\d{9})")


def address_of(channel: Channel, text: str) -> str | None:
    """The address as it is kept, an e-mail address or a mobile number with country code; None: it is none.

    Source: RFC 5322 3.4.1 in the narrower form of web forms; YD/T 1312 numbering (mobile numbers, 11 digits from 1).
    """
    if channel is Channel.EMAIL:
        cleaned = text.strip()
        return cleaned if len(cleaned) <= 254 and EMAIL.fullmatch(cleaned) else None
    digits = re.sub(r"[\s()-]", "", text)
    number = digits if digits.startswith("+") else f"+86{digits}"
    return number if PHONE.fullmatch(number) else None


def masked(channel: Channel, address: str) -> str:
    """An address of which its owner knows enough and others learn little, such as `l***@example.org`.

    Source: the same measure as for names and numbers (`base.sealing`).
    """
    if channel is Channel.EMAIL:
        name, _, host = address.partition("@")
        return f"{name[:1]}***@{host}"
    return f"{address[:6]}******{address[-2:]}"
