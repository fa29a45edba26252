"""The express lane: one lookup by code, answered before Django wakes up.

A lookup through Django and Ninja costs about ten times what the database needs for it (bench/api). So the web process's
event loop itself answers `GET /api/v1/subjects/{18 characters}`: those that come together are one prepared statement.
Whatever is unusual (another method, a token, an unknown code, a caller over the limit, a database that does not answer)
goes the ordinary way, which gives the same answer; a test holds both to that.
"""

from collections.abc import Sequence

import structlog
from django.conf import settings
from granian.rsgi import Scope as Request

from chengxin.base import clock
from chengxin.base.bridging import Headers, caller
from chengxin.base.database.awaited import in_greenlet
from chengxin.base.database.own import OwnConnection
from chengxin.faces.rest import limiting
from chengxin.faces.rest.door import address, entity_tag, language
from chengxin.faces.rest.gathering import Gathering
from chengxin.faces.rest.rules import LimitClass
from chengxin.registry.subjects.lookup import LOOKUPS

PREFIX = "/api/v1/subjects/"
LENGTH = len(PREFIX) + 18
MOST = 64  # lookups of one round
log = structlog.get_logger(__name__)


def address_of(request: Request) -> str:
    """The caller's address, as `door.address` finds it."""
    seen = {"REMOTE_ADDR": caller(request)}
    if settings.TRUSTED_PROXIES:
        forwarded = [value for name, value in request.headers.items() if name == "x-forwarded-for"]
        seen["HTTP_X_FORWARDED_FOR"] = ",".join(forwarded)
    return address(seen)


class Lookups:
    """Answers plain lookups."""

    def __init__(self) -> None:
        self.own = OwnConnection()
        self.gathering: Gathering[str, bytes | None] = Gathering(self.found, most=MOST)

    async def content(self, request: Request) -> bytes | None:
        """The answer to a lookup; None: let the ordinary way answer."""
        path = request.path
        if len(path) != LENGTH or not path.startswith(PREFIX) or not _is_plain(request, path):
            return None
        # A caller over the limit is refused, with all words, by the ordinary way.
        if limiting.seconds_to_wait(LimitClass.LOOKUPS, address_of(request)):
            return None
        try:
            return await self.gathering.ask(path[len(PREFIX) :])
        except Exception as error:
            log.warning("lookups.express_failed", error=type(error).__name__)
            return None

    async def found(self, codes: Sequence[str]) -> list[bytes | None]:
        """Each subject as JSON; None where there is none to be seen."""
        rows = await in_greenlet(self.own.rows, LOOKUPS, {"codes": codes, "day": clock.today()})
        told = {code: text.encode() for code, text in rows}
        return [told.get(code) for code in codes]


def headers_of(content: bytes, request: Request) -> Headers:
    """The headers of a lookup's answer."""
    spoken = language(request.headers.get("accept-language") or "")
    return [
        ("Content-Type", "application/json"),
        ("X-Content-Type-Options", "nosniff"),
        ("Vary", "Accept-Language, Authorization"),
        ("Content-Language", spoken),
        ("Cache-Control", "no-cache"),
        ("ETag", entity_tag(content, spoken)),
    ]


def _is_plain(request: Request, path: str) -> bool:
    headers = request.headers
    return (
        request.method == "GET"
        and "authorization" not in headers
        and "if-none-match" not in headers
        and path.isascii()
        and path[len(PREFIX) :].isalnum()
    )
