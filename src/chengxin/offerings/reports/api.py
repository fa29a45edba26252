"""Credit reports and their verification for machines; open to everyone."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from ninja import File, Path, Query, Router, Schema, UploadedFile

from chengxin.base import clock
from chengxin.base.errors import NotFound
from chengxin.offerings.reports import person, person_services, queries, rules, services
from chengxin.offerings.reports.verification import Outcome, Verification

router = Router()
verification = Router()
authorised = Router()

Code = Annotated[str, Path(max_length=50)]


@router.get("/{code}/report", response=dict[str, Any], summary="A subject's public credit report as JSON")
def report(request: Any, code: Code) -> dict[str, Any]:
    """What the report would say today: public records only. Who sends a token is told of later changes."""
    now = clock.now()
    content = queries.report_content(code.replace("\x00", ""), on=clock.local_date(now))
    if content is None:
        raise NotFound
    services.handed_out(content, by=request.auth, at=now)
    return queries.as_json(content)


@router.get("/{code}/report.pdf", summary="A subject's public credit report as signed PDF")
def report_pdf(request: Any, code: Code) -> HttpResponse:
    """A newly issued report with number, QR code and signature, in the language asked for."""
    issued = services.issue(
        code.replace("\x00", ""),
        at=clock.now(),
        language=translation.get_language() or "zh-hans",
        by=request.auth if request.auth.organisation_id is not None else None,
    )
    return HttpResponse(
        issued.pdf,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{issued.number}.pdf"',
            "Cache-Control": "no-store",
        },
    )


class ChangeOut(Schema):
    kind: Literal["added", "removed", "changed", "subject"]
    place: str
    category: str


class VerificationOut(Schema):
    outcome: Literal[
        "genuine",
        "unknown",
        "wrong-code",
        "not-a-number",
        "not-a-pdf",
        "too-large",
        "unsigned",
        "altered",
        "foreign",
    ]
    number: str
    issued_at: datetime | None
    as_of: date | None
    subject_code: str
    subject_name: str
    valid_until: date | None
    changed: bool
    changes: list[ChangeOut]


@verification.get("", response=VerificationOut, summary="What a report number attests")
def verify(
    request: HttpRequest,
    number: Annotated[str, Query(max_length=100)],
    code: Annotated[str, Query(max_length=100, description="The check code on the report: shows what changed")] = "",
) -> dict[str, object]:
    """Whether the platform issued that report, and whether anything has changed since."""
    found = services.verify_number(number, on=clock.today(), code=code)
    person_services.note_check(found, at=clock.now())
    return _out(found)


@verification.post("", response=VerificationOut, summary="What an uploaded PDF attests")
def verify_file(request: HttpRequest, file: Annotated[UploadedFile, File()]) -> dict[str, object]:
    """Whether the file is, byte for byte, a report that the platform issued, and whether anything has changed since."""
    if (file.size or 0) > rules.LARGEST_PDF:
        return _out(Verification(Outcome.TOO_LARGE))
    found = services.verify_pdf(file.read(), at=clock.now())
    person_services.note_check(found, at=clock.now())
    return _out(found)


def _out(found: Verification) -> dict[str, object]:
    english = (translation.get_language() or "").startswith("en")
    return {
        "outcome": found.outcome.value,
        "number": found.number,
        "issued_at": found.issued_at,
        "as_of": found.as_of,
        "subject_code": found.subject_code,
        "subject_name": found.subject_name,
        "valid_until": found.valid_until,
        "changed": found.changed,
        "changes": [
            {"kind": d.kind.value, "place": d.place, "category": d.category.en if english else d.category.zh}
            for d in found.differences
        ],
    }


class PersonReportOut(Schema):
    number: str
    check_code: str
    issued_at: datetime
    valid_until: date
    report: dict[str, Any]


@authorised.post("/{int:request_id}/report", response=PersonReportOut, summary="Report on a person who consented")
def person_report(request: Any, request_id: int) -> dict[str, Any]:
    """The person's report within the consent, as JSON; it counts as one query, and the person sees it."""
    made = _authorised(request, request_id)
    return {
        "number": made.number,
        "check_code": made.check_code,
        "issued_at": made.issued_at,
        "valid_until": made.valid_until,
        "report": person.as_json(made.content),
    }


@authorised.post("/{int:request_id}/report.pdf", summary="The same report as signed PDF")
def person_report_pdf(request: Any, request_id: int) -> HttpResponse:
    """The person's report within the consent, signed; it counts as one query, and the person sees it."""
    made = _authorised(request, request_id)
    return HttpResponse(
        made.pdf,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{made.number}.pdf"',
            "Cache-Control": "no-store",
        },
    )


def _authorised(request: Any, request_id: int) -> person_services.PersonReport:
    language = translation.get_language() or "zh-hans"
    return person_services.issue_authorised(request_id, by=request.auth, at=clock.now(), language=language)
