"""A Merkle tree over an append-only log: roots, proofs and how they are checked. Pure, and needs nothing but a hash.

Source: RFC 9162 section 2.1 (the same tree as RFC 6962): SHA-256, leaves hashed behind 0x00, nodes behind 0x01.
"""

import hashlib
from collections.abc import Sequence

EMPTY = hashlib.sha256(b"").digest()
SIZE = 32


def leaf_hash(content: bytes) -> bytes:
    """The hash of a leaf (32 bytes). Source: RFC 9162 section 2.1.1."""
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over two subtrees (32 bytes). Source: RFC 9162 section 2.1.1."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root over the hashes of all leaves. Source: RFC 9162 section 2.1.1."""
    if not hashes:
        return EMPTY
    frontier: list[bytes] = []
    for size, one in enumerate(hashes):
        frontier = extended(frontier, size, one)
    return root_of_frontier(frontier)


def extended(frontier: Sequence[bytes], size: int, leaf: bytes) -> list[bytes]:
    """The full subtrees of a tree of `size` + 1 leaves, largest first, from those of `size` leaves and one more.

    Source: RFC 9162 section 2.1.2: a full pair at the right edge becomes one node.
    """
    found, one = list(frontier), leaf
    while size & 1:
        one = node_hash(found.pop(), one)
        size >>= 1
    return [*found, one]


def root_of_frontier(frontier: Sequence[bytes]) -> bytes:
    """The root over full subtrees, largest first. Source: RFC 9162 section 2.1.2."""
    if not frontier:
        return EMPTY
    root = frontier[-1]
    for left in reversed(frontier[:-1]):
        root = node_hash(left, root)
    return root


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_path(hashes: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """The nodes that, with leaf `index`, give the root over `hashes`, nearest first. Raises `IndexError`.

    Source: RFC 9162 section 2.1.3.1.
    """
    if not 0 <= index < len(hashes):
        raise IndexError(index)
    if len(hashes) == 1:
        return ()
    k = _split(len(hashes))
    if index < k:
        return (*inclusion_path(hashes[:k], index), root_of(hashes[k:]))
    return (*inclusion_path(hashes[k:], index - k), root_of(hashes[:k]))


def is_included(leaf: bytes, *, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` proves that the leaf with that hash is number `index` (from 0) of the `size` leaves under `root`.

    Source: RFC 9162 section 2.1.3.2.
    """
    if not 0 <= index < size:
        return False
    fn, sn, found = index, size - 1, leaf
    for one in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            found = node_hash(one, found)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = node_hash(found, one)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and found == root


def consistency_path(hashes: Sequence[bytes], first: int) -> tuple[bytes, ...]:
    """The nodes that prove that the tree over `hashes` begins with its own first `first` leaves. Raises `IndexError`.

    Source: RFC 9162 section 2.1.4.1.
    """
    if not 0 < first <= len(hashes):
        raise IndexError(first)
    return _subproof(hashes, first, is_whole=True)


def _subproof(hashes: Sequence[bytes], first: int, *, is_whole: bool) -> tuple[bytes, ...]:
    if first == len(hashes):
        return () if is_whole else (root_of(hashes),)
    k = _split(len(hashes))
    if first <= k:
        return (*_subproof(hashes[:k], first, is_whole=is_whole), root_of(hashes[k:]))
    return (*_subproof(hashes[k:], first - k, is_whole=False), root_of(hashes[:k]))


def is_consistent(*, first: int, first_root: bytes, second: int, second_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether `path` proves that the log of `second` leaves begins with the `first` leaves under `first_root`.

    Source: RFC 9162 section 2.1.4.2.
    """
    if not 0 < first <= second:
        return False
    if first == second:
        return not path and first_root == second_root
    nodes = [first_root, *path] if first & (first - 1) == 0 else list(path)
    if not nodes:
        return False
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = nodes[0]
    for one in nodes[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(one, fr), node_hash(one, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, one)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == first_root and sr == second_root


def commitment(salt: bytes, statement: bytes) -> bytes:
    """What stands in the log for `statement`: it binds the writer, and tells nothing to who does not know the salt.

    `salt` has 32 random bytes, so that no name can be tried out. Source: RFC 6962 has none; a salted SHA-256.
    """
    if len(salt) != SIZE:
        raise ValueError("a salt has 32 bytes")
    return hashlib.sha256(salt + statement).digest()


def part_hash(salt: bytes, statement: bytes) -> bytes:
    """The hash of one part in the tree of a leaf that stands for many: its commitment, hashed as a leaf.

    Source: RFC 9162 section 2.1.1, over `commitment`.
    """
    return leaf_hash(commitment(salt, statement))
