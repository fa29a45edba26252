"""What a web process answers in its event loop, and what it gives to Django."""

from collections.abc import Awaitable, Callable

from django.utils import translation
from granian.rsgi import HTTPProtocol
from granian.rsgi import Scope as Request

from chengxin.base.bridging import SMALL, length_of
from chengxin.base.errors import ChengxinError
from chengxin.faces.rest import express, express_checks, problems
from chengxin.faces.rest.door import language
from chengxin.faces.rest.errors import CheckUnsettled

Ordinary = Callable[[Request, HTTPProtocol, bytes | None], Awaitable[None]]


class Lanes:
    """An RSGI application that answers plain lookups and credit checks and passes everything else on."""

    def __init__(self, ordinary: Ordinary) -> None:
        self.ordinary = ordinary
        self.lookups, self.checks = express.Lookups(), express_checks.Checks()

    async def __call__(self, request: Request, conversation: HTTPProtocol) -> None:
        """Answer one request."""
        body = None
        if request.path == express_checks.PATH and request.method == "POST":
            length = length_of(request)
            if length and length <= SMALL:
                body = await conversation()
                try:
                    content = await self.checks.content(request, body)
                except CheckUnsettled as error:
                    return _refuse(request, conversation, error)
                if content is not None:
                    conversation.response_bytes(200, express_checks.HEADERS, content)
                    return
        else:
            content = await self.lookups.content(request)
            if content is not None:
                conversation.response_bytes(200, express.headers_of(content, request), content)
                return
        await self.ordinary(request, conversation, body)


def _refuse(request: Request, conversation: HTTPProtocol, error: ChengxinError) -> None:
    spoken = language(request.headers.get("accept-language") or "")
    with translation.override(spoken):
        content = problems.told(error, request.path)
    headers = [(name, value) for name, value in express_checks.HEADERS if name != "Content-Type"]
    headers += [("Content-Type", problems.MEDIA_TYPE), ("Content-Language", spoken)]
    conversation.response_bytes(error.status, headers, content)
