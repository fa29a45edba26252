"""Synchronous code that waits for PostgreSQL without holding its thread: it runs in a greenlet, and a loop goes on.

The way SQLAlchemy's asyncio drives its synchronous core. What threads and an event loop ask is written once.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

from django.db import connections
from greenlet import getcurrent, greenlet

Given = ParamSpec("Given")
Result = TypeVar("Result")


async def in_greenlet(function: Callable[Given, Result], *args: Given.args, **named: Given.kwargs) -> Result:
    """The function's result; what it hands to `awaited` is awaited here, while others run."""
    runner = greenlet(function)
    given = runner.switch(*args, **named)
    while not runner.dead:
        try:
            result = await given
        except BaseException as error:  # the function's own business, cancellation too
            given = runner.throw(error)
        else:
            given = runner.switch(result)
    return given  # type: ignore[no-any-return]


def awaited(awaitable: Awaitable[Result]) -> Result:
    """What the awaitable gives, within `in_greenlet`. Raises what it raises."""
    above = getcurrent().parent
    assert above is not None, "outside of in_greenlet"
    return above.switch(awaitable)  # type: ignore[no-any-return]


def apart(function: Callable[Given, Result], *args: Given.args, **named: Given.kwargs) -> Result:
    """The result of a function that blocks, the mapper's way to the database included: run in a thread and awaited."""

    def alone() -> Result:
        try:
            return function(*args, **named)
        finally:
            connections.close_all()  # those of that thread

    return awaited(asyncio.to_thread(alone))
