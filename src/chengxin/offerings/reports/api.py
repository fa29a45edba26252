"""Credit reports and their verification for machines; open to everyone."""

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from ninja import Path, Query, Router, Schema

from chengxin.base import clock
from chengxin.base.errors import NotFound
from chengxin.offerings.reports import queries, services

router = Router()
verification = Router()

Code = Annotated[str, Path(max_length=50)]


@router.get("/{code}/report", response=dict[str, Any], summary="A subject's public credit report as JSON")
def report(request: HttpRequest, code: Code) -> dict[str, Any]:
    """What the report would say today: public records only."""
    content = queries.report_content(code.replace("\x00", ""), on=clock.today())
    if content is None:
        raise NotFound
    return queries.as_json(content)


@router.get("/{code}/report.pdf", summary="A subject's public credit report as signed PDF")
def report_pdf(request: HttpRequest, code: Code) -> HttpResponse:
    """A newly issued report with number, QR code and signature, in the language asked for."""
    issued = services.issue(
        code.replace("\x00", ""), at=clock.now(), language=translation.get_language() or "zh-hans", by=None
    )
    return HttpResponse(
        issued.pdf,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{issued.number}.pdf"',
            "Cache-Control": "no-store",
        },
    )
