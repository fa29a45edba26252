"""Every error of the API as `application/problem+json` (RFC 9457)."""

import json
import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse

from chengxin.base.errors import ChengxinError

MEDIA_TYPE = "application/problem+json"
CHALLENGE = 'Bearer realm="chengxin"'


def problem(
    request: HttpRequest, error: ChengxinError, *, headers: Mapping[str, str] | None = None, **extra: Any
) -> HttpResponse:
    """The answer for `error`, in the language that is active now. `extra` members go beside the standard ones."""
    response = HttpResponse(
        told(error, request.path, **extra),
        status=error.status,
        content_type=MEDIA_TYPE,
        headers={"Cache-Control": "no-store", **(headers or {})},
    )
    if error.status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = CHALLENGE
    return response


def told(error: ChengxinError, path: str, **extra: Any) -> bytes:
    """The content of such an answer to a request of that path."""
    content = {
        "type": f"/api/v1/docs#{error.code}",
        "title": error.sentence,
        "status": error.status,
        "detail": error.advice or error.sentence,
        "instance": path,
        "code": error.code,
        "hint": error.advice,
        "retryable": error.retryable,
        **extra,
    }
    return json.dumps(content, ensure_ascii=False).encode()


def too_many(request: HttpRequest, error: type[ChengxinError], seconds: float) -> HttpResponse:
    """The answer to a caller who must wait `seconds`."""
    whole = max(1, math.ceil(seconds))
    return problem(request, error(seconds=whole), headers={"Retry-After": str(whole)})


def fault_places(errors: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Where each parameter is wrong: `pointer` is a JSON pointer into the request, e.g. `#/query/page`."""
    return [{"pointer": "#/" + "/".join(str(part) for part in one["loc"]), "detail": str(one["msg"])} for one in errors]
