"""The Merkle tree against the known answers of RFC 6962 and by properties."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chengxin.base.transparency.rules import (
    EMPTY,
    commitment,
    consistency_path,
    extended,
    inclusion_path,
    is_consistent,
    is_included,
    leaf_hash,
    root_of,
    root_of_frontier,
)

# The leaves and roots that implementations of RFC 6962 share as test vectors.
INPUTS = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
HASHES = [leaf_hash(one) for one in INPUTS]
sizes = st.integers(1, 70)


def hashes(size: int) -> list[bytes]:
    return [leaf_hash(bytes([n])) for n in range(size)]


def test_the_empty_tree_has_the_hash_of_nothing():
    assert root_of([]).hex() == EMPTY.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_that_are_published(size: int):
    assert root_of(HASHES[:size]).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(
    ("index", "size", "path"),
    [
        (0, 1, []),
        (0, 8, [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ]),
        (5, 8, [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ]),
        (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    ],
)  # fmt: skip
def test_inclusion_paths_are_those_that_are_published(index: int, size: int, path: list[str]):
    assert [one.hex() for one in inclusion_path(HASHES[:size], index)] == path


@pytest.mark.parametrize(
    ("first", "second", "path"),
    [
        (1, 1, []),
        (1, 8, [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ]),
        (6, 8, [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ]),
        (2, 5, [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ]),
    ],
)  # fmt: skip
def test_consistency_paths_are_those_that_are_published(first: int, second: int, path: list[str]):
    assert [one.hex() for one in consistency_path(HASHES[:second], first)] == path


@settings(deadline=None)
@given(size=sizes, data=st.data())
def test_each_leaf_is_proved_and_no_other_leaf_place_or_path_is(size: int, data: st.DataObject):
    all_of_them, index = hashes(size), data.draw(st.integers(0, size - 1))
    path, root = inclusion_path(all_of_them, index), root_of(all_of_them)

    assert is_included(all_of_them[index], index=index, size=size, path=path, root=root)
    assert not is_included(leaf_hash(b"another"), index=index, size=size, path=path, root=root)
    assert not is_included(all_of_them[index], index=index, size=size, path=[*path, root], root=root)
    assert not is_included(all_of_them[index], index=size, size=size, path=path, root=root)
    other = data.draw(st.integers(0, size - 1))
    assert other == index or not is_included(all_of_them[index], index=other, size=size, path=path, root=root)


@settings(deadline=None)
@given(second=sizes, data=st.data())
def test_growth_is_proved_and_a_changed_past_is_not(second: int, data: st.DataObject):
    first = data.draw(st.integers(1, second))
    now, before = hashes(second), hashes(first)
    path = consistency_path(now, first)
    proof = {"first": first, "second": second, "second_root": root_of(now), "path": path}

    assert is_consistent(first_root=root_of(before), **proof)
    before[data.draw(st.integers(0, first - 1))] = leaf_hash(b"changed")
    assert not is_consistent(first_root=root_of(before), **proof)


@settings(deadline=None)
@given(size=st.integers(0, 70))
def test_a_tree_grown_leaf_by_leaf_has_the_root_of_the_whole(size: int):
    frontier: list[bytes] = []
    for number, one in enumerate(hashes(size)):
        frontier = extended(frontier, number, one)

    assert root_of_frontier(frontier) == root_of(hashes(size))


def test_a_commitment_depends_on_salt_and_statement_and_wants_a_whole_salt():
    one = commitment(bytes(32), b"a")

    assert one not in {commitment(bytes(32), b"b"), commitment(b"\x01" * 32, b"a")}
    with pytest.raises(ValueError, match="32 bytes"):
        commitment(b"short", b"a")


@pytest.mark.parametrize("size", [0, 3])
def test_what_is_not_in_the_tree_has_no_path(size: int):
    with pytest.raises(IndexError):
        inclusion_path(hashes(size), size)
    with pytest.raises(IndexError):
        consistency_path(hashes(size), size + 1)
