"""Files that come with a form, what is wrong with them, and files that are handed out."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse

from chengxin.base.attachments import policy
from chengxin.base.attachments.errors import UploadsRefused
from chengxin.base.attachments.rules import MEGABYTE, Kind
from chengxin.base.attachments.services import OpenedAttachment, Upload
from chengxin.base.casework.evidence import PURPOSE
from chengxin.base.clock import local_date
from chengxin.base.errors import ChengxinError
from chengxin.faces.workbench.faults import PageError

FIELD = "evidence"


def uploads_of(request: HttpRequest) -> tuple[Upload, ...]:
    """The files that were chosen in the form's file field, in their order."""
    return tuple(Upload(file, file.name or "") for file in request.FILES.getlist(FIELD))


def errors_of(error: ChengxinError, field: str) -> list[PageError]:
    """What to say about a refused form: for files a line for each that was refused, else one line at `field`."""
    if isinstance(error, UploadsRefused):
        return [PageError(FIELD, f"{fault.name}：{fault.sentence}", fault.advice) for fault in error.faults]
    return [PageError(field, error.sentence, error.advice)]


def file_limits(at: datetime, purpose: str = PURPOSE) -> Mapping[str, int]:
    """What the file field says about the limits of that purpose, in megabytes and files."""
    limits = policy.limits(purpose, on=local_date(at))
    return {
        "pdf": limits.kinds.get(Kind.PDF, 0) // MEGABYTE,
        "legacy": limits.kinds.get(Kind.DOC, 0) // MEGABYTE,
        "picture": limits.kinds.get(Kind.JPEG, 0) // MEGABYTE,
        "files": limits.files,
        "total": limits.total // MEGABYTE,
    }


def handed_out(opened: OpenedAttachment) -> HttpResponse:
    """A file as a response that no browser shows or runs: to be saved, of no type, in a sandbox."""
    response = HttpResponse(opened.content, content_type="application/octet-stream")
    response["Content-Disposition"] = f"attachment; filename=\"file\"; filename*=UTF-8''{quote(opened.name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
