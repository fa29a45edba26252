"""What goes to a consumer in which order, when it is tried again, and how its delivery is proved. Pure."""

import base64
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from chengxin.intake.delivery.errors import CriteriaUnusable, KeyUnreadable, SubscriptionTooWide
from chengxin.registry.records.rules import EventKind, Severity, months_after

KEY_BYTES = 32
GENESIS = "0" * 64
MOST_RECORDS, MOST_MONTHS, MOST_DIVISIONS = 99, 120, 50
DIVISION_LENGTHS = range(2, 7)  # beginnings of a GB/T 2260 code


class Kind(StrEnum):
    """On what a subscription rests (订阅依据)."""

    PUBLIC = "public"  # 社会公开: what everyone may see
    LAW = "law"  # 法律依据: also what is shared among public bodies
    CONSENT = "consent"  # 本人授权: what each subject consented to show


class Subjects(StrEnum):
    """Whose records a subscription covers (主体范围)."""

    ALL = "all"
    LIST = "list"  # named one by one
    SELECTION = "selection"  # by the division in their credit code, kept with it
    SAVED = "saved"  # by a saved selection, in the version that it names


class Road(StrEnum):
    """How the consumer takes them (交付方式)."""

    WEBHOOK = "webhook"  # 推送
    PULL = "pull"  # 拉取
    FILE = "file"  # 文件


class FileFormat(StrEnum):
    """What a file holds (文件格式)."""

    JSONL = "jsonl"
    CSV = "csv"


class Outcome(StrEnum):
    """What became of an event for one consumer (交付结果); open ones have none."""

    OPEN = ""
    ACKNOWLEDGED = "acknowledged"  # 已签收
    WITHHELD = "withheld"  # 不再有权接收, 未交付
    DEAD = "dead"  # 对方拒收, 已停止
    ENDED = "ended"  # 订阅终止, 未交付


class Step(StrEnum):
    """An entry of the log of deliveries (交付日志)."""

    SENT = "sent"  # about to leave: written before anything does
    ACKNOWLEDGED = "acknowledged"  # the consumer's receipt
    FAILED = "failed"  # it is not known whether it arrived
    REFUSED = "refused"  # the consumer said no


class Urgency(IntEnum):
    """What is delivered first (优先级)."""

    TAKEDOWN = 0  # 撤下: no longer to be shown or used
    CORRECTION = 1  # 更正
    MARK = 2  # 标注异议, 恢复
    NEWS = 3  # 新增


TAKEDOWNS = frozenset({EventKind.SUSPENDED, EventKind.REPAIRED, EventKind.WITHDRAWN, EventKind.ENDED})
URGENCIES = {
    **dict.fromkeys(TAKEDOWNS, Urgency.TAKEDOWN),
    EventKind.CORRECTED: Urgency.CORRECTION,
    EventKind.DISPUTED: Urgency.MARK,
    EventKind.RESTORED: Urgency.MARK,
    EventKind.ADDED: Urgency.NEWS,
}


@dataclass(frozen=True, slots=True)
class Basis:
    """A basis of policy (订阅依据): who may subscribe to which items, for how long.

    `organisations`: kinds of organisations; `purpose`: that of the consents, where it rests on consent.
    """

    code: str
    kind: Kind
    zh: str
    en: str
    items: tuple[str, ...]
    organisations: frozenset[str]
    longest_months: int
    most_listed: int
    purpose: str
    source: str
    version: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What a saved selection (主体筛选) asks of a subject: at least `least` public records of `item`.

    `severities`, `divisions` (beginnings of GB/T 2260 codes): empty for all. `months`: decided in the last so many
    months, counted back from the day that it is asked; 0: whenever.
    """

    item: str
    severities: tuple[str, ...] = ()
    divisions: tuple[str, ...] = ()
    months: int = 0
    least: int = 1

    def as_json(self) -> dict[str, Any]:
        """The form in which it is kept."""
        return {
            "item": self.item,
            "severities": list(self.severities),
            "divisions": list(self.divisions),
            "months": self.months,
            "least": self.least,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Choice":
        """What `as_json` kept."""
        listed = (tuple(kept["severities"]), tuple(kept["divisions"]))
        return cls(kept["item"], *listed, months=int(kept["months"]), least=int(kept["least"]))

    def since(self, on: date) -> date | None:
        """The first day of decision that counts when it is asked `on` a day; None: any."""
        return months_after(on, -self.months) if self.months else None


@dataclass(frozen=True, slots=True)
class Limits:
    """How deliveries are made: events in one, seconds for connecting and answering, waits after faults (seconds).

    After the last of `waits` a consumer that is not reached is left alone until someone begins anew; after the last of
    `refusal_waits` a single event that the consumer refuses becomes a dead letter. `receipt_wait`: how long the receipt
    of a fetched or written delivery may take before it is handed out again. `burst`: seconds for one consumer in turn.
    """

    most_events: int
    connect_seconds: float
    answer_seconds: float
    waits: tuple[int, ...]
    refusal_waits: tuple[int, ...]
    receipt_wait: int
    burst_seconds: float
    side_by_side: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """An event that waits for a consumer. `sequence`: the consumer's own count; `alone`: not together with others,
    because the consumer refused it or its neighbours; `retry_at`: not before.
    """

    sequence: int
    subject: int
    urgency: int
    alone: bool = False
    retry_at: datetime | None = None


def urgency(kind: EventKind) -> Urgency:
    """How urgent an event is: what must disappear, then what was wrong, then marks, then news.

    Source: 《信用修复管理办法》 NDRC order 36 (2025): sharing and use stop with the repair.
    """
    return URGENCIES[kind]


def plan(waiting: Iterable[Waiting], *, most: int, at: datetime) -> tuple[int, ...]:
    """The sequences of the next delivery, in their order, out of all that waits about some subjects.

    The order of one subject's events is never changed. A subject is as urgent as the most urgent of its events, so what
    stands before a takedown of the same subject goes along with it, ahead of everybody else's news; subjects of the
    same urgency follow each other by the sequence of that event. A subject with an event that waits after a refusal
    waits as a whole, except where it holds a takedown: then it does not wait. What is to go alone goes alone.

    Source: this platform's own rule (ADR 0021).
    """
    lanes: dict[int, list[Waiting]] = {}
    for one in sorted(waiting, key=lambda w: w.sequence):
        lanes.setdefault(one.subject, []).append(one)
    ready = [lane for lane in lanes.values() if not _waits(lane, at)]
    ready.sort(key=lambda lane: min((w.urgency, w.sequence) for w in lane))
    ordered = [w for lane in ready for w in lane]
    if not ordered:
        return ()
    if ordered[0].alone:
        return (ordered[0].sequence,)
    together = next((n for n, w in enumerate(ordered) if w.alone), len(ordered))
    return tuple(w.sequence for w in ordered[: min(together, most)])


def _waits(lane: Sequence[Waiting], at: datetime) -> bool:
    if any(w.urgency == Urgency.TAKEDOWN for w in lane):
        return False
    return any(w.retry_at is not None and w.retry_at > at for w in lane)


def next_attempt(failures: int, waits: Sequence[int], *, at: datetime) -> datetime | None:
    """When it is tried again after `failures` (from 1) in a row; None: no more.

    Source: Standard Webhooks, "deliverability and reliability": retries with growing waits, over days.
    """
    return at + timedelta(seconds=waits[failures - 1]) if 0 < failures <= len(waits) else None


def is_refusal(status: int) -> bool:
    """Whether an answer says that what was sent will not be taken, not that the system cannot take anything now.

    Source: RFC 9110 section 15.5; 408, 425 and 429 ask for another attempt, 401, 403, 404, 407 and 410 concern the
    address or the credentials and not the content.
    """
    return 400 <= status < 500 and status not in {401, 403, 404, 407, 408, 410, 425, 429}


def check_scope(basis: Basis, *, items: Collection[str], organisation_kind: str, months: int, listed: int) -> None:
    """Raise `SubscriptionTooWide` where more is asked for than the basis allows.

    Source: PIPL (中华人民共和国个人信息保护法) art. 6, least extent for the purpose; the policy entry's numbers.
    """
    fits = 0 < months <= basis.longest_months and listed <= basis.most_listed
    if not items or not set(items) <= set(basis.items) or organisation_kind not in basis.organisations or not fits:
        raise SubscriptionTooWide(months=basis.longest_months, listed=basis.most_listed)


def check_choice(choice: Choice, *, items: Collection[str]) -> None:
    """Raise `CriteriaUnusable` where a selection asks for no item of organisations, or for what nobody can hold.

    Source: GB/T 2260-2007 for divisions; this platform's own limits for the numbers.
    """
    severities = {s.value for s in Severity}
    divisions = all(d.isascii() and d.isdecimal() and len(d) in DIVISION_LENGTHS for d in choice.divisions)
    fits = 1 <= choice.least <= MOST_RECORDS and 0 <= choice.months <= MOST_MONTHS
    known = choice.item in items and set(choice.severities) <= severities
    if not (fits and known and divisions and len(choice.divisions) <= MOST_DIVISIONS):
        raise CriteriaUnusable(records=MOST_RECORDS, months=MOST_MONTHS)


def is_in_force(valid_from: date, valid_until: date, ended_at: datetime | None, *, on: date, at: datetime) -> bool:
    """Whether an approved subscription delivers at that moment: `[valid_from, valid_until)`, and not ended.

    Source: PIPL art. 6 and 19, no longer than the purpose needs.
    """
    return valid_from <= on < valid_until and (ended_at is None or at < ended_at)


def is_selected(selection: Mapping[str, Any], *, code: str) -> bool:
    """Whether a subject with that credit code falls under saved criteria: `divisions`, beginnings of the code's own.

    Source: GB 32100-2015, places 3 to 8 hold the registering division.
    """
    divisions = selection.get("divisions") or []
    categories = selection.get("categories") or []
    return (not divisions or any(code[2:8].startswith(d) for d in divisions)) and (
        not categories or code[:2] in categories
    )


def digest(body: bytes) -> str:
    """SHA-256 of a delivery's body, hexadecimal."""
    return hashlib.sha256(body).hexdigest()


def signed_text(delivery: UUID | str, *, attempt: int, digest: str) -> bytes:
    """What either side signs: which delivery, which attempt, which content."""
    return f"{delivery}.{attempt}.{digest}".encode()


def sign(text: bytes, key: Ed25519PrivateKey) -> str:
    """An Ed25519 signature, base64. Source: RFC 8032."""
    return base64.b64encode(key.sign(text)).decode()


def public_key(text: str) -> Ed25519PublicKey:
    """A consumer's public key from 32 bytes in base64. Raises `KeyUnreadable`."""
    try:
        raw = base64.b64decode(text.strip(), validate=True)
        if len(raw) != KEY_BYTES:
            raise KeyUnreadable
        return Ed25519PublicKey.from_public_bytes(raw)
    except ValueError as error:
        raise KeyUnreadable from error


def is_genuine(text: bytes, signature: str, *, key: Ed25519PublicKey) -> bool:
    """Whether the holder of that key signed exactly this."""
    try:
        key.verify(base64.b64decode(signature, validate=True), text)
    except (InvalidSignature, ValueError):
        return False
    return True


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One entry of a consumer's log; `receipt` is the consumer's signature, `seal` the platform's over `hash`."""

    number: int
    step: str
    delivery: str
    attempt: int
    digest: str
    sequences: tuple[int, ...]
    fault: str
    receipt: str
    at: datetime
    previous: str
    hash: str = ""
    seal: str = ""


def entry_hash(entry: LogEntry) -> str:
    """The hash of an entry, which holds that of the one before it.

    Source: chained hashes as in RFC 6962's predecessors; JSON with sorted names, UTF-8.
    """
    told = {
        "number": entry.number,
        "step": entry.step,
        "delivery": entry.delivery,
        "attempt": entry.attempt,
        "digest": entry.digest,
        "sequences": list(entry.sequences),
        "fault": entry.fault,
        "receipt": entry.receipt,
        "at": entry.at.isoformat(),
        "previous": entry.previous,
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def broken_at(entries: Iterable[LogEntry], *, platform: Ed25519PublicKey, consumer: Ed25519PublicKey) -> int | None:
    """The number of the first entry that was changed, removed, forged or lacks the consumer's receipt; None: none.

    Either side can check it alone, from the first entry on.
    """
    previous, number = GENESIS, 1
    for entry in entries:
        whole = entry.number == number and entry.previous == previous and entry_hash(entry) == entry.hash
        signed = is_genuine(entry.hash.encode(), entry.seal, key=platform)
        if entry.step == Step.ACKNOWLEDGED:
            text = signed_text(entry.delivery, attempt=entry.attempt, digest=entry.digest)
            signed = signed and is_genuine(text, entry.receipt, key=consumer)
        if not (whole and signed):
            return number
        previous, number = entry.hash, number + 1
    return None
