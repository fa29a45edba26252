"""The API's own short way in: sessions, cookies, forms and page headers play no part in it.

Stands first among the middlewares. It limits, chooses the language, finds the operation, and turns whatever goes wrong
into a problem; a lookup is answered about twice as fast as through the pages' middlewares (bench/api).
"""

import hashlib
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils import translation

from chengxin.base.errors import ChengxinError
from chengxin.faces.rest import limiting, problems
from chengxin.faces.rest.errors import BadRequest, BodyTooLarge, Internal, Invalid, MethodRefused, NoSuchPath, TooMany
from chengxin.faces.rest.rules import is_costly, limit_class

log = structlog.get_logger(__name__)
PAGES = frozenset({"/api/v1/docs"})
CHINESE = "zh-hans"
UNREADABLE = "U+0000 and lone surrogates are no text"
_UNFIT = re.compile("[\x00\ud800-\udfff]")
_ESCAPED = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")


class ApiDoor:
    """Answers `/api/…` itself, limits `/oauth/…` and costly pages, and lets everything else pass."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer to the request."""
        path = request.path_info
        if path.startswith("/api/") and path not in PAGES:
            return answer(request)
        if path.startswith("/oauth/") and (refusal := _refusal(request)) is not None:
            return refusal
        if is_costly(str(request.method), path) and (page := _page_refusal(request)) is not None:
            return page
        return self.get_response(request)


def answer(request: HttpRequest) -> HttpResponseBase:
    """The API's answer, in the caller's language, with validators and security headers."""
    with translation.override(language(request.META.get("HTTP_ACCEPT_LANGUAGE", ""))):
        response = _refusal(request) or _routed(request)
        return _finished(request, response)


def language(accepted: str) -> str:
    """Chinese unless the header asks for another language that there is; q-values are respected."""
    if not accepted or accepted.startswith("zh"):
        return CHINESE
    wanted = translation.trans_real.parse_accept_lang_header(accepted.lower())  # type: ignore[attr-defined]
    for code, _ in wanted:
        if code.startswith("en"):
            return "en"
        if code.startswith("zh"):
            return CHINESE
    return CHINESE


def address(environ: Mapping[str, Any]) -> str:
    """The caller's address: the connection's, or what the last trusted proxy saw."""
    if settings.TRUSTED_PROXIES:
        seen = [part.strip() for part in environ.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        if len(seen) >= settings.TRUSTED_PROXIES:
            return str(seen[-settings.TRUSTED_PROXIES])
    return str(environ.get("REMOTE_ADDR", "") or "unknown")


def entity_tag(content: bytes, spoken: str) -> str:
    """Names an answer by what it says and in which language, for `If-None-Match`."""
    return f'"{hashlib.blake2b(content, digest_size=12, key=spoken.encode()).hexdigest()}"'


def _refusal(request: HttpRequest) -> HttpResponse | None:
    token = request.META.get("HTTP_AUTHORIZATION", "")
    caller = (limiting.client_of(token) if token else None) or address(request.META)
    seconds = limiting.seconds_to_wait(limit_class(str(request.method), request.path_info), caller)
    return problems.too_many(request, TooMany, seconds) if seconds else None


def _page_refusal(request: HttpRequest) -> HttpResponse | None:
    """The same limit for people: a page in their language."""
    seconds = limiting.seconds_to_wait(limit_class(str(request.method), request.path_info), address(request.META))
    if not seconds:
        return None
    with translation.override(translation.get_language_from_request(request)):
        error = TooMany(seconds=max(1, math.ceil(seconds)))
        told = {"error": error, "language": translation.get_language()}
        response = HttpResponse(render_to_string("rest/too_many.html", told), status=error.status)
    response["Retry-After"] = str(error.details["seconds"])
    return response


def _routed(request: HttpRequest) -> HttpResponseBase:
    asked_head = request.method == "HEAD"
    if asked_head:
        request.method = "GET"
    try:
        request.get_host()
        found = resolve(request.path_info)
        request.resolver_match = found
        if holds_unreadable(request):
            return problems.problem(request, Invalid(), errors=[{"pointer": "#/body", "detail": UNREADABLE}])
        response: HttpResponseBase = found.func(request, *found.args, **found.kwargs)
    except (Resolver404, Http404):
        return problems.problem(request, NoSuchPath())
    except RequestDataTooBig:
        return problems.problem(request, BodyTooLarge())
    except (DisallowedHost, SuspiciousOperation):
        return problems.problem(request, BadRequest())
    except ChengxinError as error:
        return problems.problem(request, error)
    except Exception:
        log.exception("api.failed", path=request.path_info)
        return problems.problem(request, Internal())
    finally:
        if asked_head:
            request.method = "HEAD"
    if response.status_code == 405:
        allowed = sorted({m for m in response.headers.get("Allow", "").split(", ") if m} | _head(response))
        return problems.problem(request, MethodRefused(method=request.method), headers={"Allow": ", ".join(allowed)})
    return response


def holds_unreadable(request: HttpRequest) -> bool:
    """Whether a text of a JSON body holds U+0000 or half a pair of surrogates: no column takes them, and no reader."""
    if request.content_type != "application/json" or not _ESCAPED.search(request.body):
        return False
    try:
        given = json.loads(request.body)
    except (ValueError, RecursionError):
        return False  # no JSON: the operation says so
    return any(map(_UNFIT.search, _texts(given)))


def _texts(given: Any) -> Iterator[str]:
    """All texts of a JSON value, keys among them."""
    waiting = [given]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting += [*one, *one.values()]
        elif isinstance(one, list):
            waiting += one


def _head(response: HttpResponseBase) -> set[str]:
    return {"HEAD"} if "GET" in response.headers.get("Allow", "") else set()


def _finished(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    headers = response.headers
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Vary"] = "Accept-Language, Authorization"
    headers["Content-Language"] = translation.get_language()
    if "Cache-Control" not in headers:
        # A record leaves the public the moment its period ends: every use of a stored answer is asked for again.
        headers["Cache-Control"] = "private, no-store" if "HTTP_AUTHORIZATION" in request.META else "no-cache"
    if response.status_code == 200 and isinstance(response, HttpResponse) and request.method in {"GET", "HEAD"}:
        if "ETag" not in headers:
            headers["ETag"] = entity_tag(response.content, headers["Content-Language"])
        if headers["ETag"] in request.META.get("HTTP_IF_NONE_MATCH", ""):
            kept = {name: headers[name] for name in ("ETag", "Cache-Control", "Vary", "X-Content-Type-Options")}
            return HttpResponse(status=304, headers=kept, content_type="")
    if request.method == "HEAD" and isinstance(response, HttpResponse):
        headers["Content-Length"] = str(len(response.content))
        response.content = b""
    return response
