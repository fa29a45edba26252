"""Appending to the public log: a leaf, what opens it, and a signed head, in the caller's transaction."""

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from django.db import transaction

from chengxin.base.audit import services as audit
from chengxin.base.clock import local_date
from chengxin.base.database.copying import copy_rows
from chengxin.base.database.queueing import queue_behind
from chengxin.base.documents.keys import signing_keys
from chengxin.base.transparency import rules
from chengxin.base.transparency.checking import Head
from chengxin.base.transparency.models import LogHead, LogLeaf, LogOpening


def canonical(values: Mapping[str, object]) -> str:
    """The one text of these values: sorted keys, no spaces."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@transaction.atomic
def append(
    topic: str,
    kind: str,
    *,
    reference: str,
    statement: Mapping[str, str],
    at: datetime,
    reason: str = "",
    change: int | None = None,
) -> int:
    """Append that `kind` happened in `topic`, bound to `statement` by a salted hash; returns the leaf's index.

    The leaf says topic, kind and day in clear and nothing of the statement; beside them, where given, a `reason` in
    kind and the `change` in the number of those that the topic's own page shows. Writers queue until the transaction
    ends, so call it late.
    """
    salt, told = secrets.token_bytes(rules.SIZE), canonical(statement)
    bound = {"commitment": rules.commitment(salt, told.encode()).hex()}
    number: dict[str, object] = {} if change is None else {"change": change}
    leaf = _grow(_clear(topic, kind, reason, at) | number | bound, at)
    LogOpening.objects.create(leaf=leaf, reference=reference, salt=salt, statement=told)
    return int(leaf.index)


@transaction.atomic
def append_many(
    topic: str, kind: str, *, parts: Sequence[tuple[str, str]], change: int, at: datetime, reason: str = ""
) -> int:
    """Append one leaf for all whom the same thing befell at once; returns its index.

    `parts`: a reference and the text of a statement each. The leaf says how many they are and is bound to the root of
    a tree over their salted hashes, so that each can be proved alone. Otherwise as `append`.
    """
    salts = [secrets.token_bytes(rules.SIZE) for _ in parts]
    root = rules.root_of([rules.part_hash(s, told.encode()) for s, (_, told) in zip(salts, parts, strict=True)])
    bound = {"change": change, "count": len(parts), "root": root.hex()}
    leaf = _grow(_clear(topic, kind, reason, at) | bound, at)
    rows = (
        (leaf.index, place, topic, reference, salt, told)
        for place, (salt, (reference, told)) in enumerate(zip(salts, parts, strict=True))
    )
    copy_rows("transparency_logpart", ("leaf_id", "place", "topic", "reference", "salt", "statement"), rows)
    return int(leaf.index)


def _clear(topic: str, kind: str, reason: str, at: datetime) -> dict[str, object]:
    said: dict[str, object] = {"v": 1, "topic": topic, "kind": kind, "day": local_date(at).isoformat()}
    return said | {"reason": reason} if reason else said


def _grow(said: Mapping[str, object], at: datetime) -> LogLeaf:
    audit.take_turn()  # before this log's own lock, always: two that waited for each other would both fail
    queue_behind("transparency")
    last = LogHead.objects.order_by("-size").first()
    size = last.size if last else 0
    content = canonical(said)
    hashed = rules.leaf_hash(content.encode())
    leaf = LogLeaf.objects.create(index=size, content=content, hash=hashed, appended_at=at)
    frontier = rules.extended(_frontier(last), size, hashed)
    root = rules.root_of_frontier(frontier)
    head = Head(size + 1, root, int(at.timestamp() * 1000), b"")
    LogHead.objects.create(
        size=head.size, root=root, frontier=b"".join(frontier), timestamp=head.timestamp, signature=_signature(head, at)
    )
    return leaf


def _frontier(last: LogHead | None) -> list[bytes]:
    joined = bytes(last.frontier) if last else b""
    return [joined[i : i + rules.SIZE] for i in range(0, len(joined), rules.SIZE)]


def _signature(head: Head, at: datetime) -> bytes:
    key = signing_keys(at=at).key
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(head.signed, ec.ECDSA(hashes.SHA256()))
    return key.sign(head.signed, padding.PKCS1v15(), hashes.SHA256())
