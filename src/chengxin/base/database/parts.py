"""Long lists from their first row to their last, read in parts, so that they take the memory of one part.

No transaction stays open in between, and no lock, however slowly the rows are taken; and what row-level security must
be told is told for each part anew.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model, Q, QuerySet

PART = 2_000
PAGE = 10_000  # each is found anew, so they are longer
M = TypeVar("M", bound=Model)
R = TypeVar("R")


def all_rows(
    found: QuerySet[M],
    *order: str,
    told: Callable[[Sequence[M]], Iterable[R]],
    within: Callable[[], AbstractContextManager[Any]] = nullcontext,
) -> Iterator[R]:
    """What `told` makes of each part of `found`, in `order`, whose last column is unique and none of which is empty.

    A part begins behind the last row of the one before, so that rows which come or go meanwhile neither double nor hide
    others. `within`: the transaction in which each part is read and told. Index: one that begins with `order`.
    """
    after = Q()
    while True:
        with within():
            part = list(found.filter(after).order_by(*order)[:PART])
            rows = list(told(part))
        yield from rows
        if len(part) < PART:
            return
        after = _behind(part[-1], order)


def all_pages(page: Callable[[int, int], Sequence[R]]) -> Iterator[R]:
    """The rows of all pages; `page` reads one by number and size. For what stands still, as a month that is over."""
    number = 1
    while rows := page(number, PAGE):
        yield from rows
        if len(rows) < PAGE:
            return
        number += 1


def all_found(statement: str, values: Mapping[str, Any]) -> Iterator[Sequence[Any]]:
    """The parts of what a statement finds, all as of one moment. Not for what row-level security decides about.

    The server keeps what was found until the last part was taken or the iterator is closed, but no transaction.
    """
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, values)
        while rows := cursor.fetchmany(PART):
            yield rows


def _behind(last: Model, order: Sequence[str]) -> Q:
    """What comes after `last`: by the first column that differs. The bound of the first column serves the index."""
    after, same = Q(), Q()
    for place in order:
        column, beyond = place.removeprefix("-"), "lt" if place.startswith("-") else "gt"
        value = getattr(last, column)
        after |= same & Q((f"{column}__{beyond}", value))
        if same == Q():
            bound = Q((f"{column}__{beyond}e", value))
        same &= Q((column, value))
    return bound & after
