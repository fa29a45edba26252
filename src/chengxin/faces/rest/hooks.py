"""Where systems of others report to us by themselves: each request is signed, and one that is not changes nothing."""

import structlog
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from chengxin.base import clock
from chengxin.base.letters import reported, sms
from chengxin.base.letters.errors import ReportsUnreadable

LARGEST = 256 * 1024
log = structlog.get_logger(__name__)


@csrf_exempt
@require_POST
def sms_reports(request: HttpRequest) -> JsonResponse:
    """Reports of the SMS gateway about messages on their way (`docs/sms-gateway.md`)."""
    length = request.headers.get("Content-Length") or ""
    if not length.isdecimal() or int(length) > LARGEST:
        return JsonResponse({"error": "too large"}, status=413)
    now, body = clock.now(), request.body
    given = {name: request.headers.get(f"X-{name.title()}", "") for name in ("key", "moment", "signature")}
    if not sms.is_signed(
        "POST", request.path, body, key=given["key"], moment=given["moment"], signed=given["signature"], at=now
    ):
        log.warning("sms.report_not_signed")
        return JsonResponse({"error": "signature"}, status=401)
    try:
        taken = reported.take_reports(reported.reports_in(body), at=now)
    except ReportsUnreadable as error:
        return JsonResponse({"error": error.code}, status=error.status)
    return JsonResponse({"taken": taken})
