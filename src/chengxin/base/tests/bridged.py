"""A small WSGI application behind the bridge, for its tests."""

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from chengxin.base.bridging import PIECE, Bridge

LONG = 40  # pieces
closed: list[str] = []
bodies: list[str] = []
arrived = threading.Event()


def pages(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """What each path of the tests answers."""
    path = environ["PATH_INFO"]
    start_response("200 OK", [("Content-Type", "text/plain"), ("Set-Cookie", " a=1"), ("Set-Cookie", "b=2")])
    if path == "/body":
        size = 0
        while part := environ["wsgi.input"].read(100_000):
            size += len(part)
        bodies.append(str(size))
        return [str(size).encode()]
    if path == "/long":
        return Closing(b"x" * PIECE for _ in range(LONG))
    if path == "/slow":
        return slowly()
    if path == "/arrived":
        arrived.set()
        return [b""]
    if path == "/broken":
        return breaking()
    if path == "/never":
        return Closing(b"y" * PIECE for _ in range(10**9))
    if path == "/nothing":
        return nothing()
    if path == "/bodies":
        return [" ".join(bodies).encode()]
    if path == "/closed":
        return [" ".join(closed).encode()]
    plain = {name: value for name, value in environ.items() if isinstance(value, str)}
    return [json.dumps(plain).encode()]


class Closing:
    """Parts that tell when they were given up."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self.parts = parts

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.parts)

    def close(self) -> None:
        closed.append("closed")


def slowly() -> Iterator[bytes]:
    """The last part when the caller has told that it has the others."""
    yield b"first"
    time.sleep(0.2)
    yield b"second"
    arrived.wait(20)
    yield b"third"


def nothing() -> Iterator[bytes]:
    raise ValueError("no")
    yield b""


def breaking() -> Iterator[bytes]:
    yield b"x" * PIECE
    yield b"the last words"
    raise ValueError("no")


application = Bridge(pages, threads=2)
