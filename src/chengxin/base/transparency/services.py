"""Appending to the public log: a leaf, what opens it, and a signed head, in the caller's transaction."""

import json
import secrets
from collections.abc import Mapping
from datetime import datetime

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from django.db import transaction

from chengxin.base.audit import services as audit
from chengxin.base.clock import local_date
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
    audit.take_turn()  # before this log's own lock, always: two that waited for each other would both fail
    queue_behind("transparency")
    last = LogHead.objects.order_by("-size").first()
    size = last.size if last else 0
    salt, told = secrets.token_bytes(rules.SIZE), canonical(statement)
    clear = {"reason": reason} if reason else {}
    number = {} if change is None else {"change": change}
    content = canonical(
        {
            **clear,
            **number,
            "v": 1,
            "topic": topic,
            "kind": kind,
            "day": local_date(at).isoformat(),
            "commitment": rules.commitment(salt, told.encode()).hex(),
        }
    )
    hashed = rules.leaf_hash(content.encode())
    leaf = LogLeaf.objects.create(index=size, content=content, hash=hashed, appended_at=at)
    LogOpening.objects.create(leaf=leaf, reference=reference, salt=salt, statement=told)
    frontier = rules.extended(_frontier(last), size, hashed)
    root = rules.root_of_frontier(frontier)
    head = Head(size + 1, root, int(at.timestamp() * 1000), b"")
    LogHead.objects.create(
        size=head.size, root=root, frontier=b"".join(frontier), timestamp=head.timestamp, signature=_signature(head, at)
    )
    return size


def _frontier(last: LogHead | None) -> list[bytes]:
    joined = bytes(last.frontier) if last else b""
    return [joined[i : i + rules.SIZE] for i in range(0, len(joined), rules.SIZE)]


def _signature(head: Head, at: datetime) -> bytes:
    key = signing_keys(at=at).key
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(head.signed, ec.ECDSA(hashes.SHA256()))
    return key.sign(head.signed, padding.PKCS1v15(), hashes.SHA256())
