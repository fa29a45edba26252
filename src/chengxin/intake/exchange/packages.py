"""Packages of the exchange with other platforms: header, body, checksum, signature and receipt. Pure; keys are given.

After GB/T 39443-2020 (public credit information exchange): every package has identifier, sender, receiver, resource,
time, count and checksum, and is answered by a receipt with the rows that were accepted and rejected, and why. The
standard's own wire form was not at hand; this one is JSON, and a receipt is itself a package of the resource `receipt`.
"""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from chengxin.base.listing import listed_in_chinese

RECEIPT, APPLICATION, STATUS, RECORDS = "receipt", "repair-application", "repair-status", "records"
ACCEPTED, REJECTED = "accepted", "rejected"
WHOLE = 0  # the "row" of a fault of the whole package
MOST_ROWS = 10_000
LONGEST_VALUE = 4_000
HEADER = ("identifier", "sender", "receiver", "resource", "time", "count", "checksum")


class PackageFault(ValueError):
    """The package is not one that can be taken; the text says why, for the receipt."""


@dataclass(frozen=True, slots=True)
class Package:
    """One package; `body` holds texts only, by field."""

    identifier: UUID
    sender: str
    receiver: str
    resource: str
    made_at: datetime
    body: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one row (from 1; 0: of the whole package)."""

    row: int
    accepted: bool
    reason: str = ""


def checksum(body: Sequence[Mapping[str, str]]) -> str:
    """SHA-256 over the body as JSON with sorted names and without spaces, hexadecimal."""
    text = json.dumps([dict(row) for row in body], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def encode(package: Package) -> bytes:
    """The package as it travels."""
    header = {
        "identifier": str(package.identifier),
        "sender": package.sender,
        "receiver": package.receiver,
        "resource": package.resource,
        "time": package.made_at.isoformat(),
        "count": len(package.body),
        "checksum": checksum(package.body),
    }
    told = {"header": header, "body": [dict(row) for row in package.body]}
    return json.dumps(told, ensure_ascii=False, sort_keys=True).encode()


def decode(content: bytes, *, receiver: str) -> Package:
    """The package that travelled here. Raises `PackageFault`."""
    package = parsed(content)
    if package.receiver != receiver:
        raise PackageFault("收件方不是本平台")
    return package


def parsed(content: bytes) -> Package:
    """The same for whomever it is addressed to. Raises `PackageFault`."""
    try:
        told = json.loads(content)
        header, body = told["header"], told["body"]
        missing = [name for name in HEADER if name not in header]
        if missing:
            raise PackageFault(f"包头缺少 {listed_in_chinese(missing)}")
        package = Package(
            identifier=UUID(str(header["identifier"])),
            sender=str(header["sender"]),
            receiver=str(header["receiver"]),
            resource=str(header["resource"]),
            made_at=datetime.fromisoformat(header["time"]),
            body=tuple(_row(row) for row in body),
        )
    except PackageFault:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise PackageFault("无法读取") from error
    if package.made_at.tzinfo is None:
        raise PackageFault("时间没有时区")
    if len(body) > MOST_ROWS or header["count"] != len(body):
        raise PackageFault("行数与包头不符")
    if header["checksum"] != checksum(package.body):
        raise PackageFault("校验和不符")
    return package


def _row(row: Any) -> Mapping[str, str]:
    if not isinstance(row, dict):
        raise PackageFault("包体的行不是字段")
    for name, value in row.items():
        if not isinstance(value, str) or len(value) > LONGEST_VALUE or "\x00" in value:
            raise PackageFault(f"字段 {str(name)[:40]} 的值不合规定")
    return row


def receipt(package: Package, results: Sequence[RowResult], *, at: datetime) -> Package:
    """The receipt for a package; the same package always has a receipt of the same identifier."""
    body = tuple(
        {
            "package": str(package.identifier),
            "row": str(one.row),
            "outcome": ACCEPTED if one.accepted else REJECTED,
            "reason": one.reason,
        }
        for one in results
    )
    identifier = uuid5(package.identifier, RECEIPT)
    return Package(identifier, package.receiver, package.sender, RECEIPT, at, body)


def results_in(package: Package) -> tuple[UUID, tuple[RowResult, ...]]:
    """Which package a receipt is about, and what became of its rows. Raises `PackageFault`."""
    try:
        about = {UUID(row["package"]) for row in package.body}
        results = tuple(
            RowResult(int(row["row"]), row["outcome"] == ACCEPTED, row.get("reason", "")) for row in package.body
        )
    except (ValueError, KeyError) as error:
        raise PackageFault("回执无法读取") from error
    if package.resource != RECEIPT or len(about) != 1:
        raise PackageFault("回执无法读取")
    return about.pop(), results


def sign(content: bytes, key: Ed25519PrivateKey) -> str:
    """The signature that travels beside a package. Source: RFC 8032 (Ed25519), base64."""
    return base64.b64encode(key.sign(content)).decode()


def is_genuine(content: bytes, signature: str, *, key: Ed25519PublicKey) -> bool:
    """Whether the holder of that key signed this content."""
    try:
        key.verify(base64.b64decode(signature, validate=True), content)
    except (InvalidSignature, ValueError):
        return False
    return True


def public_text(key: Ed25519PublicKey) -> str:
    """A public key as settings hold it: base64 of its 32 bytes."""
    return base64.b64encode(key.public_bytes_raw()).decode()


def public_key(text: str) -> Ed25519PublicKey:
    """The public key that settings hold. Raises `ValueError`."""
    return Ed25519PublicKey.from_public_bytes(base64.b64decode(text))


def private_key(seed: bytes) -> Ed25519PrivateKey:
    """The private key of an installation, from 32 bytes derived from its secret."""
    return Ed25519PrivateKey.from_private_bytes(seed)


def asked(method: str, path: str, date: str) -> bytes:
    """What is signed where one platform asks another for its packages."""
    return f"{method} {path} {date}".encode()
