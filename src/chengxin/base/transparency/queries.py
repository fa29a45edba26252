"""Reads of the public log: its head, its leaves, proofs, and the files that others keep and check."""

from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

from django.db import connection

from chengxin.base.documents.keys import keys_at_hand, signing_keys
from chengxin.base.errors import NotFound
from chengxin.base.transparency import keyring, rules
from chengxin.base.transparency.checking import CONSISTENCY, INCLUSION, LOG, Head, as_json, is_signed
from chengxin.base.transparency.keyring import PublicKey, Ring, Signer
from chengxin.base.transparency.models import LogHead, LogLeaf, LogOpening, LogPart, LogSigner


@dataclass(frozen=True, slots=True)
class LeafRow:
    """A leaf, word for word."""

    index: int
    content: str
    appended_at: datetime


def latest_head() -> Head | None:
    """The newest signed head; None while the log is empty. Index: primary key."""
    found = LogHead.objects.order_by("-size").first()
    return _head(found) if found else None


def head(size: int) -> Head:
    """The head as it was signed when the log had `size` leaves. Raises `NotFound`. Index: primary key."""
    found = LogHead.objects.filter(size=size).first()
    if found is None:
        raise NotFound
    return _head(found)


def leaves(*, start: int, size: int) -> tuple[LeafRow, ...]:
    """At most `size` leaves from number `start` on. Index: primary key."""
    rows = LogLeaf.objects.filter(index__gte=start, index__lt=start + size).order_by("index")
    return tuple(LeafRow(r.index, r.content, r.appended_at) for r in rows)


def newest_leaves(size: int) -> tuple[LeafRow, ...]:
    """The last `size` leaves, newest first. Index: primary key."""
    return tuple(LeafRow(r.index, r.content, r.appended_at) for r in LogLeaf.objects.order_by("-index")[:size])


def inclusion(index: int, *, size: int | None = None, at: datetime) -> dict[str, Any]:
    """The file that proves leaf `index` under the head of `size` leaves (None: the newest). Raises `NotFound`.

    Reads all hashes up to that size: about 0.2 s for 100,000 leaves.
    """
    top, hashes = _under(size)
    found = LogLeaf.objects.filter(index=index).first()
    if found is None or index >= top.size:
        raise NotFound
    path = rules.inclusion_path(hashes, index)
    return {
        "format": INCLUSION,
        "index": index,
        "leaf": found.content,
        "path": [one.hex() for one in path],
        "head": as_json(top),
        **_keys(top, at=at),
    }


def consistency(first: int, *, second: int | None = None, at: datetime) -> dict[str, Any]:
    """The file that proves that the log of `second` leaves begins with its first `first`. Raises `NotFound`."""
    top, hashes = _under(second)
    before = head(first)
    if before.size > top.size:
        raise NotFound
    path = rules.consistency_path(hashes, first)
    return {
        "format": CONSISTENCY,
        "first": as_json(before),
        "path": [one.hex() for one in path],
        "head": as_json(top),
        **_keys(top, at=at),
    }


def export(*, at: datetime) -> dict[str, Any]:
    """The whole log as a file that can be checked without this platform. Raises `NotFound` while it is empty."""
    top = latest_head()
    if top is None:
        raise NotFound
    contents = LogLeaf.objects.filter(index__lt=top.size).order_by("index").values_list("content", flat=True)
    return {"format": LOG, "leaves": list(contents), "head": as_json(top), **_keys(top, at=at)}


def openings_of(reference: str, *, at: datetime) -> tuple[dict[str, Any], ...]:
    """The proofs of all leaves about `reference` with what opens them, oldest first; the caller permits.

    Of a leaf that stands for many, only this one's part is opened. Indexes: `log_opening_reference`,
    `log_part_reference`, `log_part_place`.
    """
    found = [
        (row.leaf_id, {"salt": bytes(row.salt).hex(), "statement": row.statement})
        for row in LogOpening.objects.filter(reference=reference)
    ]
    found += [
        (row.leaf_id, {"salt": bytes(row.salt).hex(), "statement": row.statement, **_place_of(row)})
        for row in LogPart.objects.filter(reference=reference)
    ]
    if not found:
        return ()
    top, hashes = _under(None)
    contents = dict(LogLeaf.objects.filter(index__in=[n for n, _ in found]).values_list("index", "content"))
    keys = _keys(top, at=at)
    return tuple(
        {
            "format": INCLUSION,
            "index": index,
            "leaf": contents[index],
            "path": [one.hex() for one in rules.inclusion_path(hashes, index)],
            "opening": opening,
            "head": as_json(top),
            **keys,
        }
        for index, opening in sorted(found, key=itemgetter(0))
    )


def _place_of(part: LogPart) -> dict[str, Any]:
    """Where a part stands in its leaf's own tree, and the path to that root; reads all parts of the leaf."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sha256(salt || convert_to(statement, 'UTF8')) FROM transparency_logpart WHERE leaf_id = %s"
            " ORDER BY place",
            [part.leaf_id],
        )
        hashes = [rules.leaf_hash(bytes(one)) for (one,) in cursor.fetchall()]
    return {"place": part.place, "path": [one.hex() for one in rules.inclusion_path(hashes, part.place)]}


def changes_of(topic: str) -> tuple[tuple[str, int | None, int], ...]:
    """How many lines of a topic are of each kind and change; None: they say none. Index: `log_leaf_topic`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT content::jsonb ->> 'kind', (content::jsonb ->> 'change')::int, count(*) FROM transparency_logleaf"
            " WHERE content::jsonb ->> 'topic' = %s GROUP BY 1, 2 ORDER BY 1, 2",
            [topic],
        )
        return tuple(cursor.fetchall())


def key_pem(*, at: datetime) -> str:
    """The public key with which heads are signed at `at`, as PEM."""
    return keyring.pem_of(signing_keys(at=at).key.public_key())


def signers(*, at: datetime) -> tuple[Signer, ...]:
    """The keys that signed the heads so far, first to last, each from the head on that it signed first.

    Where none is kept yet, those at hand are tried on the heads; a head that none of them signed has no key here.
    Index: primary key.
    """
    kept = tuple(Signer(r.first, r.key, bytes(r.vouched)) for r in LogSigner.objects.order_by("first"))
    top = None if kept else latest_head()
    if top is None:
        return kept
    candidates = [key.public_key() for key in keys_at_hand(at=at)]
    return tuple(keyring.signers(top.size, candidates, _is_signed_by))


def keys_file(*, at: datetime) -> dict[str, Any]:
    """The key of today and all that signed the heads so far, as the API and the page give them."""
    return {"key": key_pem(at=at), "keys": keyring.as_json(signers(at=at))}


def _is_signed_by(size: int, key: PublicKey) -> bool:
    return is_signed(head(size), key)


def _keys(top: Head, *, at: datetime) -> dict[str, Any]:
    """The key of that head, for whoever reads but one, and all keys up to it."""
    found = tuple(one for one in signers(at=at) if one.first <= top.size)
    own = Ring(found).at(top.size)
    return {"key": own.pem if own else key_pem(at=at), "keys": keyring.as_json(found)}


def _under(size: int | None) -> tuple[Head, list[bytes]]:
    top = latest_head() if size is None else head(size)
    if top is None:
        raise NotFound
    hashes = LogLeaf.objects.filter(index__lt=top.size).order_by("index").values_list("hash", flat=True)
    return top, [bytes(one) for one in hashes]


def _head(found: LogHead) -> Head:
    return Head(found.size, bytes(found.root), found.timestamp, bytes(found.signature))
