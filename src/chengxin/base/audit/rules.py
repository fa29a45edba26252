"""The hash chain of the audit log. Pure."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

GENESIS = bytes(32)


@dataclass(frozen=True, slots=True)
class Entry:
    """One audit entry as it is stored; `at` aware, hashes of 32 bytes."""

    seq: int
    at: datetime
    actor: str
    organisation: str
    action: str
    object: str
    details: Mapping[str, Any]
    previous_hash: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class ChainFault:
    """Where the chain does not hold: `kind` is changed, removed or inserted."""

    seq: int
    kind: str
    message: str


def entry_hash(
    key: bytes,
    *,
    seq: int,
    at: datetime,
    actor: str,
    organisation: str,
    action: str,
    object: str,
    details: Mapping[str, Any],
    previous_hash: bytes,
) -> bytes:
    """HMAC-SHA256 over the canonical form of an entry and the hash of the one before."""
    canonical = json.dumps(
        [seq, int(at.timestamp() * 1_000_000), actor, organisation, action, object, details],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hmac.new(key, previous_hash + canonical.encode(), hashlib.sha256).digest()


def head_seal(key: bytes, *, count: int, hash: bytes) -> bytes:
    """Seals how many entries there are and the last one's hash, so that removal at the end is noticed."""
    return hmac.new(key, b"head" + count.to_bytes(8, "big") + hash, hashlib.sha256).digest()


def faults(entries: Iterable[Entry], key: bytes) -> Iterator[ChainFault]:
    """Each place at which entries, in order of `seq` from 1, do not form the chain they should."""
    expected, previous = 1, GENESIS
    for entry in entries:
        if entry.seq > expected:
            yield ChainFault(expected, "removed", f"entries {expected} to {entry.seq - 1} are missing")
        right = entry_hash(
            key,
            seq=entry.seq,
            at=entry.at,
            actor=entry.actor,
            organisation=entry.organisation,
            action=entry.action,
            object=entry.object,
            details=entry.details,
            previous_hash=entry.previous_hash,
        )
        if not hmac.compare_digest(right, entry.hash):
            yield ChainFault(entry.seq, "changed", f"entry {entry.seq} does not match its own hash")
        elif entry.seq == expected and entry.previous_hash != previous:
            yield ChainFault(entry.seq, "inserted", f"entry {entry.seq} does not follow the entry before it")
        expected, previous = entry.seq + 1, entry.hash
