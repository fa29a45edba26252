"""The express lane: one lookup by code, answered before Django wakes up.

A lookup through Django and Ninja costs about ten times what the database needs for it (bench/api). So the WSGI
application itself answers `GET /api/v1/subjects/{18 characters}` with one prepared statement on a connection of the
thread's own. Whatever is unusual (another method, a token, an unknown code, a caller over the limit, a database that
does not answer) goes the ordinary way, which gives the same answer; a test holds both to that.
"""

import threading
from collections.abc import Callable, Iterable
from typing import Any

import psycopg

from chengxin.base import clock
from chengxin.base.database.own import OwnConnection
from chengxin.faces.rest import limiting
from chengxin.faces.rest.door import address, entity_tag, language
from chengxin.faces.rest.rules import LimitClass
from chengxin.registry.subjects.lookup import LOOKUP

PREFIX = "/api/v1/subjects/"
LENGTH = len(PREFIX) + 18

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class Express:
    """A WSGI application that answers plain lookups and passes everything else on."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.own = threading.local()

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """The answer to a lookup, or the application's."""
        path = environ["PATH_INFO"]
        if len(path) == LENGTH and path.startswith(PREFIX) and _is_plain(environ, path):
            content = self._found(environ, path[len(PREFIX) :])
            if content is not None:
                return _answer(environ, start_response, content)
        return self.application(environ, start_response)

    def _found(self, environ: Environ, code: str) -> bytes | None:
        # A caller over the limit is refused, with all words, by the ordinary way.
        if limiting.seconds_to_wait(LimitClass.LOOKUPS, address(environ)):
            return None
        try:
            return self._asked(code)
        except (psycopg.Error, OSError):
            return None

    def _asked(self, code: str) -> bytes | None:
        own = getattr(self.own, "connection", None)
        if own is None:
            own = self.own.connection = OwnConnection()
        return own.text(LOOKUP, {"code": code, "day": clock.today()})


def _is_plain(environ: Environ, path: str) -> bool:
    return (
        environ["REQUEST_METHOD"] == "GET"
        and "HTTP_AUTHORIZATION" not in environ
        and "HTTP_IF_NONE_MATCH" not in environ
        and path.isascii()
        and path[len(PREFIX) :].isalnum()
    )


def _answer(environ: Environ, start_response: Callable[..., Any], content: bytes) -> list[bytes]:
    spoken = language(environ.get("HTTP_ACCEPT_LANGUAGE", ""))
    start_response(
        "200 OK",
        [
            ("Content-Type", "application/json"),
            ("X-Content-Type-Options", "nosniff"),
            ("Vary", "Accept-Language, Authorization"),
            ("Content-Language", spoken),
            ("Cache-Control", "no-cache"),
            ("ETag", entity_tag(content, spoken)),
            ("Content-Length", str(len(content))),
        ],
    )
    return [content]
