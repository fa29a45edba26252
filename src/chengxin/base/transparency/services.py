"""Appending to the public log: a leaf, what opens it, and a signed head, in the caller's transaction."""

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from chengxin.base.audit import services as audit
from chengxin.base.clock import local_date
from chengxin.base.database.copying import copy_rows
from chengxin.base.database.queueing import queue_behind
from chengxin.base.documents.keys import keys_at_hand, signing_keys
from chengxin.base.transparency import keyring, queries, rules
from chengxin.base.transparency.checking import Head
from chengxin.base.transparency.keyring import Signer
from chengxin.base.transparency.models import LogHead, LogLeaf, LogOpening, LogSigner


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
    _note_signer(head.size, at=at)
    LogHead.objects.create(
        size=head.size, root=root, frontier=b"".join(frontier), timestamp=head.timestamp, signature=_signature(head, at)
    )
    return leaf


def _frontier(last: LogHead | None) -> list[bytes]:
    joined = bytes(last.frontier) if last else b""
    return [joined[i : i + rules.SIZE] for i in range(0, len(joined), rules.SIZE)]


def _note_signer(size: int, *, at: datetime) -> None:
    """Keep which key signs from the head of `size` leaves on, where it is another one than before.

    The key before it vouches for it where it is still at hand. Heads of before keys were kept get theirs here.
    """
    key = signing_keys(at=at).key
    known = LogSigner.objects.order_by("-first").first()
    if known is not None and known.key == keyring.pem_of(key.public_key()):
        return
    before = Signer(known.first, known.key) if known is not None else None
    if before is None:
        for one in (found := queries.signers(at=at)):
            _keep_signer(one, at=at)
        before = found[-1] if found else None
    made = Signer(size, keyring.pem_of(key.public_key()))
    if before is None or before.pem != made.pem:
        _keep_signer(Signer(made.first, made.pem, _vouched(made, before, at=at)), at=at)


def _vouched(made: Signer, before: Signer | None, *, at: datetime) -> bytes:
    if before is None:
        return b""
    former = next((k for k in keys_at_hand(at=at) if keyring.pem_of(k.public_key()) == before.pem), None)
    return keyring.sign(made.told, former) if former is not None else b""


def _keep_signer(signer: Signer, *, at: datetime) -> None:
    LogSigner.objects.create(first=signer.first, key=signer.pem, vouched=signer.vouched, noted_at=at)


def _signature(head: Head, at: datetime) -> bytes:
    return keyring.sign(head.signed, signing_keys(at=at).key)
