"""Checks what someone keeps of the log: a whole export, a proof, a head. Needs no database, no settings, no network."""

import base64
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from chengxin.base.transparency import rules
from chengxin.base.transparency.keyring import Change, PublicKey, Ring, ring_of, verifies

LOG, INCLUSION, CONSISTENCY = "chengxin-log-1", "chengxin-inclusion-1", "chengxin-consistency-1"
SIGNED = b"chengxin transparency tree head 1\n"
UNREADABLE = (KeyError, ValueError, TypeError, AttributeError, IndexError, RecursionError)


class Finding(StrEnum):
    """What a check found; only the first is good."""

    GOOD = "good"
    UNREADABLE = "unreadable"  # no file of ours
    HEAD_ALONE = "head-alone"  # the file is a head: there is nothing in it that could be checked against its root
    BAD_KEY = "bad-key"
    BAD_HEAD = "bad-head"  # what is given as an older head is none
    WRONG_ROOT = "wrong-root"  # the leaves do not give the head's root: something was changed, removed or added
    WRONG_PROOF = "wrong-proof"
    WRONG_SIGNATURE = "wrong-signature"
    UNKNOWN_KEY = "unknown-key"  # no key is known of the time of the head
    UNTRUSTED_KEY = "untrusted-key"  # signed by a key for which the trusted one does not vouch
    WRONG_FIRST = "wrong-first"  # the head with which a proof of growth begins was not signed by the log
    NOT_CONSISTENT = "not-consistent"  # the log does not begin with what the older head vouches for
    NOT_COMPARED = "not-compared"  # what is in the file holds, but nothing in it leads to the older head
    OLDER_IS_NEWER = "older-is-newer"  # the two were swapped, or the log became shorter
    WRONG_OPENING = "wrong-opening"  # the statement is not the one that the leaf is bound to


@dataclass(frozen=True, slots=True)
class Head:
    """A signed tree head: so many leaves, their root, when (milliseconds since 1970), and the signature."""

    size: int
    root: bytes
    timestamp: int
    signature: bytes

    @property
    def signed(self) -> bytes:
        """The bytes that are signed."""
        return SIGNED + f"{self.size}\n{self.timestamp}\n{self.root.hex()}\n".encode()


@dataclass(frozen=True, slots=True)
class Told:
    """What the lines of one topic say: of how many each kind and reason, and the number that they leave shown.

    `left` is None where no line of the topic says what it changes; what ends by itself, by time, has no line.
    """

    topic: str
    kinds: tuple[tuple[str, str, int], ...]
    left: int | None


@dataclass(frozen=True, slots=True)
class Checked:
    """The finding, and what was checked: the kind of file, the number of leaves, and of a whole log what it says.

    `changes`: where the log's key was changed up to that head.
    """

    finding: Finding
    kind: str = ""
    size: int = 0
    told: tuple[Told, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether everything holds."""
        return self.finding is Finding.GOOD


def as_json(head: Head) -> dict[str, Any]:
    """A head as files and the API give it."""
    return {
        "size": head.size,
        "root": head.root.hex(),
        "timestamp": head.timestamp,
        "signature": base64.b64encode(head.signature).decode(),
    }


def head_of(raw: Mapping[str, Any]) -> Head:
    """The head in a file. Raises `KeyError`, `ValueError`, `TypeError`."""
    signature = base64.b64decode(raw["signature"], validate=True)
    return Head(int(raw["size"]), bytes.fromhex(raw["root"]), int(raw["timestamp"]), signature)


def is_signed(head: Head, key: PublicKey) -> bool:
    """Whether the head bears that key's signature (ECDSA or RSA, SHA-256)."""
    return verifies(head.signed, head.signature, key)


def check(text: str | bytes, *, key: bytes = b"", older: str | bytes = b"") -> Checked:
    """Check a file of the log: every hash, the signature by the key of its time, and `older`.

    `key`: PEM of the key that you trust, or JSON that names the log's `keys`; else the keys in the file are taken,
    which prove nothing by themselves: compare them with some that you got another way. `older` is a head that someone
    kept, or a file that holds one: the log must begin with what it vouches for.
    """
    try:
        content = json.loads(text)
        if "format" not in content and {"size", "root", "signature"} <= set(content):
            return Checked(Finding.HEAD_ALONE)
        kind, head = content["format"], head_of(content["head"])
        found = CHECKS[kind](content, head)
        told = said_by(content["leaves"]) if kind == LOG else ()
    except UNREADABLE:
        return Checked(Finding.UNREADABLE)
    try:
        ring = ring_of(content, key)
        signed = _signed(head, ring)
    except UNREADABLE:
        return Checked(Finding.BAD_KEY)
    try:
        kept = _older(older) if older else None
    except UNREADABLE:
        return Checked(Finding.BAD_HEAD)
    if found is Finding.GOOD:
        found = signed
    if found is Finding.GOOD and kind == CONSISTENCY:
        found = _first(head_of(content["first"]), ring)
    if found is Finding.GOOD and kept is not None:
        found = _since(kept, content, head, ring)
    is_good = found is Finding.GOOD
    return Checked(found, kind, head.size, told if is_good else (), ring.changes(head.size) if is_good else ())


def _signed(head: Head, ring: Ring) -> Finding:
    """Whether the head bears the signature of the key of its time, and that key is trusted."""
    signer = ring.at(head.size)
    if signer is None:
        return Finding.UNKNOWN_KEY
    if not is_signed(head, signer.key):
        return Finding.WRONG_SIGNATURE
    return Finding.GOOD if ring.trusts(signer) else Finding.UNTRUSTED_KEY


def _first(first: Head, ring: Ring) -> Finding:
    """The same of the head with which a proof of growth begins."""
    found = _signed(first, ring)
    return Finding.WRONG_FIRST if found is Finding.WRONG_SIGNATURE else found


def said_by(leaves: Sequence[str]) -> tuple[Told, ...]:
    """What leaves say of each topic, by its code. Raises `KeyError`, `ValueError`, `TypeError`."""
    kinds: dict[str, Counter[tuple[str, str]]] = {}
    left: dict[str, int] = {}
    for leaf in map(json.loads, leaves):
        topic = str(leaf["topic"])
        kinds.setdefault(topic, Counter())[str(leaf["kind"]), str(leaf.get("reason", ""))] += int(leaf.get("count", 1))
        if "change" in leaf:
            left[topic] = left.get(topic, 0) + int(leaf["change"])
    return tuple(
        Told(topic, tuple((*names, n) for names, n in sorted(found.items())), left.get(topic))
        for topic, found in sorted(kinds.items())
    )


def _older(text: str | bytes) -> Head:
    raw = json.loads(text)
    return head_of(raw.get("head", raw))


def _since(kept: Head, content: Mapping[str, Any], head: Head, ring: Ring) -> Finding:
    """Whether the log of this head begins with what the older one vouches for, as far as the file tells."""
    if (found := _signed(kept, ring)) is not Finding.GOOD:
        return found
    if kept.size > head.size:
        return Finding.OLDER_IS_NEWER
    if (root := _root_at(kept.size, content, head)) is None:
        return Finding.NOT_COMPARED
    return Finding.GOOD if root == kept.root else Finding.NOT_CONSISTENT


def _root_at(size: int, content: Mapping[str, Any], head: Head) -> bytes | None:
    """The root that the log had with so many leaves, by a file that holds; None where it does not tell."""
    if size == head.size:
        return head.root
    if content["format"] == LOG:
        return rules.root_of(_leaves(content)[:size])
    if content["format"] == CONSISTENCY and (first := head_of(content["first"])).size == size:
        return first.root
    return None


def _leaves(content: Mapping[str, Any]) -> list[bytes]:
    return [rules.leaf_hash(leaf.encode()) for leaf in content["leaves"]]


def _log(content: Mapping[str, Any], head: Head) -> Finding:
    leaves = _leaves(content)
    return Finding.GOOD if len(leaves) == head.size and rules.root_of(leaves) == head.root else Finding.WRONG_ROOT


def _path(raw: Sequence[str]) -> list[bytes]:
    return [bytes.fromhex(one) for one in raw]


def _inclusion(content: Mapping[str, Any], head: Head) -> Finding:
    leaf, index = content["leaf"], int(content["index"])
    if not rules.is_included(
        rules.leaf_hash(leaf.encode()), index=index, size=head.size, path=_path(content["path"]), root=head.root
    ):
        return Finding.WRONG_PROOF
    opening = content.get("opening")
    return Finding.GOOD if opening is None or _opens(opening, json.loads(leaf)) else Finding.WRONG_OPENING


def _opens(opening: Mapping[str, Any], leaf: Mapping[str, Any]) -> bool:
    """Whether the leaf is bound to the statement: by itself, or by the root over all whom it stands for."""
    salt, statement = bytes.fromhex(opening["salt"]), opening["statement"].encode()
    if "root" not in leaf:
        return bool(leaf["commitment"] == rules.commitment(salt, statement).hex())
    return rules.is_included(
        rules.part_hash(salt, statement),
        index=int(opening["place"]),
        size=int(leaf["count"]),
        path=_path(opening["path"]),
        root=bytes.fromhex(leaf["root"]),
    )


def _consistency(content: Mapping[str, Any], head: Head) -> Finding:
    first = head_of(content["first"])
    is_good = rules.is_consistent(
        first=first.size, first_root=first.root, second=head.size, second_root=head.root, path=_path(content["path"])
    )
    return Finding.GOOD if is_good else Finding.NOT_CONSISTENT


CHECKS = {LOG: _log, INCLUSION: _inclusion, CONSISTENCY: _consistency}
