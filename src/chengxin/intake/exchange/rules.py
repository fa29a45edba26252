"""What changes mean for those who received the records, when deliveries are tried again, how they are signed. Pure."""

import base64
import hashlib
import hmac
import ipaddress
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from urllib.parse import urlsplit

from chengxin.intake.exchange.errors import AddressRefused
from chengxin.registry.records.rules import RecordState

CORRECTED = "corrected"  # a new version of the content; the other kinds of change are states of a record
TAKEDOWNS = frozenset({RecordState.REPAIRED.value, RecordState.WITHDRAWN.value})  # 停止公示、共享和使用
SECRET_PREFIX = "whsec_"  # noqa: S105 - begins every secret; none itself


class Urgency(IntEnum):
    """What is delivered first (优先级)."""

    TAKEDOWN = 0  # 撤下: no longer to be shown or used
    CORRECTION = 1  # 更正
    MARK = 2  # 标注异议, 恢复


class Road(StrEnum):
    """How a change was acknowledged (签收方式)."""

    WEBHOOK = "webhook"  # the consumer's system answered the delivery with success
    API = "api"
    SCREEN = "screen"
    DELIVERY = "delivery"  # the consumer signed for what its subscription brought


class PackageRoad(StrEnum):
    """How a package travels (交换方式). Source: GB/T 39443-2020, file and service modes."""

    HTTP = "http"
    FILE = "file"


class PackageState(StrEnum):
    """Where a package stands (交换状态)."""

    TAKEN = "taken"  # came in, its rows are being handled
    ANSWERED = "answered"  # its receipt is on the way
    WAITING = "waiting"  # to be sent
    SENT = "sent"  # sent, its receipt has not come yet
    SETTLED = "settled"  # receipt sent, or received and matched
    GIVEN_UP = "given-up"


class Door(StrEnum):
    """How a record came to whoever received it (接收途径)."""

    QUERY = "query"  # 授权查询, 法定查询
    SHARED = "shared"  # 共享查询
    API = "api"  # 接口客户端
    REPORT = "report"  # 信用报告
    DELIVERY = "delivery"  # 交换


def is_takedown(change: str) -> bool:
    """Whether after this change a record must no longer be shown or used.

    Source: 《信用修复管理办法》 NDRC order 36 (2025): publication ends, sharing and use stop.
    """
    return change in TAKEDOWNS


def urgency(change: str) -> Urgency:
    """How urgent a change is: what must disappear goes first, then what was wrong.

    Source: 《信用修复管理办法》 NDRC order 36 (2025): sharing and use stop with the repair.
    """
    if change in TAKEDOWNS or change == RecordState.SUSPENDED:
        return Urgency.TAKEDOWN
    return Urgency.CORRECTION if change == CORRECTED else Urgency.MARK


def next_attempt(failures: int, waits: Sequence[int], *, at: datetime) -> datetime | None:
    """When a delivery that failed `failures` times (from 1) is tried again; None: no more. `waits` in seconds.

    Source: Standard Webhooks, "deliverability and reliability": retries with growing waits, over days.
    """
    return at + timedelta(seconds=waits[failures - 1]) if 0 < failures <= len(waits) else None


def signature(secret: str, *, message_id: str, timestamp: int, body: bytes) -> str:
    """The header `webhook-signature` of a delivery.

    Source: Standard Webhooks, "symmetric signatures": HMAC-SHA256 over `id.timestamp.body`, base64, version `v1`.
    """
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def check_address(address: str, *, local: bool) -> str:
    """The address of a consumer's system, where one may be delivered to. Raises `AddressRefused`.

    `local`: an installation without TLS of its own (demo, tests), which may deliver in clear to its own machine alone.
    Source: OWASP, Server-Side Request Forgery Prevention: scheme, host and resolved address are each checked.
    """
    try:
        parts = urlsplit(address.strip())
        _ = parts.port
    except ValueError as error:
        raise AddressRefused from error
    if not parts.hostname or parts.username or parts.password or parts.fragment:
        raise AddressRefused
    if parts.scheme != "https" and not (local and parts.scheme == "http"):
        raise AddressRefused
    return address.strip()


def check_resolved(found: Iterable[str], *, scheme: str, local: bool, networks: Sequence[str]) -> None:
    """Raise `AddressRefused` unless every resolved address may be connected to.

    Open are public addresses, the installation's own `networks` (CIDR, e.g. the government network), and where `local`
    this machine, which alone is spoken to in clear.
    Source: as `check_address`; RFC 6890 for what is not public.
    """
    addresses = [ipaddress.ip_address(text) for text in found]
    inside = [ipaddress.ip_network(network) for network in networks]
    for one in addresses:
        if local and one.is_loopback:
            continue
        is_open = one.is_global and not one.is_multicast
        if scheme != "https" or not (is_open or any(one in network for network in inside)):
            raise AddressRefused
    if not addresses:
        raise AddressRefused
