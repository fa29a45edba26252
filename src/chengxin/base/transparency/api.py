"""The public log for machines; open to everyone."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router

from chengxin.base import clock
from chengxin.base.errors import NotFound
from chengxin.base.transparency import queries
from chengxin.base.transparency.checking import as_json

router = Router()
MOST = 1000
Count = Annotated[int, Query(ge=1)]


@router.get("/head", response=dict[str, Any], summary="The newest signed head")
def newest(request: HttpRequest) -> dict[str, Any]:
    """How many leaves the log has, their root, and the signature."""
    found = queries.latest_head()
    if found is None:
        raise NotFound
    return as_json(found)


@router.get("/heads/{size}", response=dict[str, Any], summary="An older signed head")
def older(request: HttpRequest, size: Annotated[int, Path(ge=1)]) -> dict[str, Any]:
    """The head as it was signed when the log had so many leaves."""
    return as_json(queries.head(size))


@router.get("/key", response=dict[str, Any], summary="The public keys")
def key(request: HttpRequest) -> dict[str, Any]:
    """The key with which heads are signed now, as PEM (`key`), and all that signed the log so far (`keys`).

    `first`: the size of the first head that a key signed; `vouched`: the signature of the key before it over it, empty
    where that was not at hand.
    """
    return queries.keys_file(at=clock.now())


@router.get("/leaves", response=list[dict[str, Any]], summary="Leaves")
def leaves(
    request: HttpRequest, start: Annotated[int, Query(ge=0)] = 0, size: Annotated[int, Query(ge=1, le=MOST)] = 100
) -> list[dict[str, Any]]:
    """Leaves word for word, from number `start` on; they name nobody."""
    return [{"index": r.index, "leaf": r.content} for r in queries.leaves(start=start, size=size)]


@router.get("/inclusion", response=dict[str, Any], summary="Proof that a leaf is in the log")
def inclusion(request: HttpRequest, index: Annotated[int, Query(ge=0)], size: Count | None = None) -> dict[str, Any]:
    """The nodes that lead from a leaf to the root of the head of `size` leaves (the newest if left out)."""
    return queries.inclusion(index, size=size, at=clock.now())


@router.get("/consistency", response=dict[str, Any], summary="Proof that the log only grew")
def consistency(request: HttpRequest, first: Count, second: Count | None = None) -> dict[str, Any]:
    """The nodes that show that the log of `second` leaves begins with the log of `first` leaves."""
    return queries.consistency(first, second=second, at=clock.now())
