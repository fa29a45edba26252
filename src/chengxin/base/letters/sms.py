"""The client of an SMS gateway that speaks the protocol of `docs/sms-gateway.md`: JSON over HTTP, signed by HMAC."""

import hashlib
import hmac
import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings

from chengxin.base.letters.sending import Accepted, Refused, Unreachable

TIMEOUT_SECONDS = 15
LARGEST_ANSWER = 65_536
MOST_SECONDS_OFF = 300
NOT_OURS = frozenset({401, 403, 408, 425, 429})  # keys, clocks and limits are mended on this side: try again
DEMO_ID = "demo"


class Arrival(StrEnum):
    """What the gateway knows of a message."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Report:
    """The gateway's answer to the question where a message is."""

    arrival: Arrival
    answer: str


def signature(secret: str, *, method: str, path: str, moment: str, body: bytes) -> str:
    """The signature of a request: HMAC-SHA256 over method, path, moment and the body's SHA-256, one a line, in hex."""
    text = "\n".join((method, path, moment, hashlib.sha256(body).hexdigest()))
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def is_signed(method: str, path: str, body: bytes, *, key: str, moment: str, signed: str, at: datetime) -> bool:
    """Whether a request to us is the gateway's: its key, a moment at most five minutes off, and the right signature."""
    if not (
        settings.SMS_GATEWAY and settings.SMS_KEY and settings.SMS_SECRET and moment.isascii() and moment.isdigit()
    ):
        return False
    near = abs(int(moment[:12]) - at.timestamp()) <= MOST_SECONDS_OFF
    right = signature(settings.SMS_SECRET, method=method, path=path, moment=moment, body=body)
    return all((near, hmac.compare_digest(key.encode(), settings.SMS_KEY.encode()),
                hmac.compare_digest(signed.encode(), right.encode())))  # fmt: skip


def send(to: str, text: str, *, reference: str, at: datetime) -> Accepted:
    """Hand a text to the gateway; the same `reference` is never sent twice. Raises `Refused`, `Unreachable`."""
    if not settings.SMS_GATEWAY:
        return _kept_in_demo(text, reference)
    given = {"reference": reference, "to": to, "text": text}
    answer = _ask("POST", "/messages", json.dumps(given, ensure_ascii=False).encode(), at=at)
    message_id = str(answer.get("message_id", ""))
    if not message_id:
        raise Unreachable("the gateway named no message_id")
    return Accepted(str(answer.get("answer", "accepted")), message_id)


def report_of(message_id: str, *, at: datetime) -> Report:
    """Whether a message has arrived. Raises `Refused` where the gateway knows no such message, `Unreachable`."""
    answer = _ask("GET", f"/messages/{quote(message_id, safe='')}", b"", at=at)
    try:
        return Report(Arrival(answer.get("state", "")), str(answer.get("answer", "")))
    except ValueError as error:
        raise Unreachable(f"the gateway answered {answer.get('state')!r}") from error


def _ask(method: str, path: str, body: bytes, *, at: datetime) -> dict[str, Any]:
    address, moment = settings.SMS_GATEWAY.rstrip("/") + path, str(int(at.timestamp()))
    signed = signature(settings.SMS_SECRET, method=method, path=urlsplit(address).path, moment=moment, body=body)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "X-Key": settings.SMS_KEY,
        "X-Moment": moment,
        "X-Signature": signed,
    }
    if not address.startswith(("https://", "http://")):
        raise Unreachable("the gateway's address is neither https nor http")
    request = urllib.request.Request(address, body or None, headers, method=method)  # noqa: S310 - checked above
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:  # noqa: S310 - checked above
            answer: Any = json.loads(response.read(LARGEST_ANSWER))
    except urllib.error.HTTPError as error:
        with error:
            words = f"{error.code} {error.read(LARGEST_ANSWER).decode('utf-8', 'replace')}"
        permanent = 400 <= error.code < 500 and error.code not in NOT_OURS
        raise (Refused if permanent else Unreachable)(words) from error
    except (OSError, ValueError) as error:
        raise Unreachable(f"{type(error).__name__}: {error}") from error
    if not isinstance(answer, dict):
        raise Unreachable("the gateway's answer is no object")
    return answer


def _kept_in_demo(text: str, reference: str) -> Accepted:
    """The demo has no gateway: the text lies in a file, and counts as arrived."""
    folder = Path(settings.DATA_FOLDER) / "sms"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{reference}.txt").write_text(text, encoding="utf-8")
    return Accepted("demo: kept as a file", f"{DEMO_ID}-{reference}", is_there=True)
