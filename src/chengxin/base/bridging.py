"""A WSGI application behind a server that speaks RSGI: each request has a thread until it is answered.

So that one web process can answer some requests in its event loop and all others as Django does. A short answer is
given by its thread at once; longer ones go piece by piece, as fast as the caller takes them.
"""

import asyncio
import io
import sys
import time
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import IO, TYPE_CHECKING, Any

from granian.rsgi import HTTPProtocol
from granian.rsgi import Scope as Request

if TYPE_CHECKING:
    from granian._granian import RSGIHTTPStreamTransport as HTTPStreamTransport

SMALL = 64_000  # bytes of a body that is read before a thread is taken
PIECE = 64 * 1024  # bytes of an answer that are sent at once
PATIENCE = 0.05  # seconds after which less is sent
Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
Headers = list[tuple[str, str]]


def length_of(request: Request) -> int | None:
    """How many bytes of a body the caller announced, 0 for none; None where it does not tell."""
    given = request.headers.get("content-length")
    if given is None:
        return None if "transfer-encoding" in request.headers else 0
    return int(given) if given.isdecimal() else None


class Bridge:
    """An RSGI application that gives its requests to a WSGI application in one of `threads` threads."""

    def __init__(self, application: Application, *, threads: int) -> None:
        self.application = application
        self._threads = ThreadPoolExecutor(threads, "pages")

    async def __call__(self, request: Request, conversation: HTTPProtocol, body: bytes | None = None) -> None:
        """Answer one request; `body` where it was read already."""
        loop = asyncio.get_running_loop()
        length = length_of(request)
        if body is None and length is not None and length <= SMALL:
            body = await conversation() if length else b""
        if body is None:
            given: IO[bytes] = io.BufferedReader(_Arriving(conversation, loop, length))
        else:
            given = io.BytesIO(body)
        await loop.run_in_executor(self._threads, self._answer, environ_of(request, given), conversation, loop)

    def _answer(self, environ: Environ, conversation: HTTPProtocol, loop: asyncio.AbstractEventLoop) -> None:
        status, headers = 500, Headers()

        def start_response(line: str, given: Headers, _error: Any = None) -> None:
            nonlocal status, headers
            status, headers = int(line[:3]), [(name, value.strip()) for name, value in given]

        answer = self.application(environ, start_response)
        sending = _Sending(conversation, loop)
        try:
            try:
                for part in answer:
                    sending.part(status, headers, part)
            except Exception:
                sending.break_off(status, headers)
                raise
            sending.end(status, headers)
        finally:
            getattr(answer, "close", lambda: None)()


class _Sending:
    """Gives an answer whole where it is short and comes at once, else in pieces."""

    def __init__(self, conversation: HTTPProtocol, loop: asyncio.AbstractEventLoop) -> None:
        self._conversation, self._loop = conversation, loop
        self._stream: HTTPStreamTransport | None = None
        self._held: list[bytes] = []
        self._size, self._since = 0, time.monotonic()

    def part(self, status: int, headers: Headers, part: bytes) -> None:
        self._held.append(part)
        self._size += len(part)
        if self._size >= PIECE or time.monotonic() - self._since > PATIENCE:
            if self._stream is None:
                self._stream = self._conversation.response_stream(status, headers)
            self._send(self._stream)

    def end(self, status: int, headers: Headers) -> None:
        if self._stream is None:
            self._conversation.response_bytes(status, headers, b"".join(self._held))
        elif self._held:
            self._send(self._stream)

    def break_off(self, status: int, headers: Headers) -> None:
        """End an answer that broke, with what was said before."""
        if self._stream is None and not self._held:
            self._conversation.response_empty(500, [])
        else:
            self.end(status, headers)

    def _send(self, stream: "HTTPStreamTransport") -> None:
        asyncio.run_coroutine_threadsafe(_result(stream.send_bytes(b"".join(self._held))), self._loop).result()
        self._held, self._size, self._since = [], 0, time.monotonic()


def environ_of(request: Request, body: IO[bytes]) -> Environ:
    """What WSGI tells of a request. Source: PEP 3333.

    Headers whose names hold an underscore are dropped: in WSGI's names they would pass for those with a hyphen, which a
    proxy in front may have set.
    """
    host, _, port = request.server.rpartition(":")
    environ: Environ = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": request.path.encode().decode("latin1"),
        "QUERY_STRING": request.query_string,
        "SERVER_NAME": host.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{request.http_version}",
        "REMOTE_ADDR": caller(request),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": request.scheme,
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        if "_" in name:
            continue
        key = name.upper().replace("-", "_")
        if key not in {"CONTENT_TYPE", "CONTENT_LENGTH"}:
            key = f"HTTP_{key}"
        # RFC 6265 section 5.4 and RFC 9110 section 5.3: how several of one name are one.
        joint = "; " if key == "HTTP_COOKIE" else ","
        environ[key] = f"{environ[key]}{joint}{value}" if key in environ else value
    if request.authority and "HTTP_HOST" not in environ:  # HTTP/2
        environ["HTTP_HOST"] = request.authority
    return environ


def caller(request: Request) -> str:
    """The address of the connection's other end."""
    return str(request.client.rpartition(":")[0].strip("[]"))


class _Arriving(io.RawIOBase):
    """A body that is read while it arrives, by a thread that is not the loop's.

    Raises `OSError` where fewer bytes come than were announced.
    """

    def __init__(self, conversation: HTTPProtocol, loop: asyncio.AbstractEventLoop, length: int | None) -> None:
        self._parts, self._loop = aiter(conversation), loop
        self._left, self._awaited = memoryview(b""), length

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            part = asyncio.run_coroutine_threadsafe(self._next(), self._loop).result()
            if part is None and self._awaited:
                raise OSError("the body broke off")
            if part is None:
                return 0
            if self._awaited is not None:
                self._awaited -= len(part)
            self._left = memoryview(part)
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count

    async def _next(self) -> bytes | None:
        try:
            return bytes(await anext(self._parts))
        except StopAsyncIteration:
            return None


async def _result(awaitable: Awaitable[None]) -> None:
    await awaitable
