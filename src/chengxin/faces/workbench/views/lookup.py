"""Records that departments share, and what was known on a past day: the purpose first, then records; all audited."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chengxin.base import clock
from chengxin.base.errors import NotFound
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.pages import page, say, words
from chengxin.faces.workbench.purposes import Purpose, purpose_of, purposes
from chengxin.registry.accounts.rules import Permission
from chengxin.registry.records.rows import RecordRow
from chengxin.registry.records.rules import Audience
from chengxin.registry.subjects import queries as subjects
from chengxin.registry.subjects.queries import SubjectDetail
from chengxin.rights.consent import reading


@require_GET
@open_to(Permission.READ_SHARED_RECORDS, Permission.READ_HISTORY)
def choose_subject(request: SignedInRequest) -> HttpResponse:
    """The form that takes the code of the subject."""
    code = request.GET.get("code", "").strip().upper()
    if code and subjects.by_code(code, on=clock.today()) is not None:
        return redirect("workbench:lookup-subject", code)
    errors = []
    if "code" in request.GET:
        errors.append(PageError("code", _("没有这个代码的主体") if code else _("请输入统一社会信用代码")))
    context = {"code": code, "errors": errors, "labels": {"code": _("统一社会信用代码")}}
    return page(request, "lookup", context, status=422 if errors else 200)


@require_http_methods(["GET", "POST"])
@open_to(Permission.READ_SHARED_RECORDS, Permission.READ_HISTORY)
def shared_records(request: SignedInRequest, code: str) -> HttpResponse:
    """Asks for the purpose; shows the records only after it was stated and written to the audit chain."""
    today = clock.today()
    subject = subjects.by_code(code, on=today)
    if subject is None:
        raise NotFound
    given = request.POST.get("day", "").strip()
    context: dict[str, Any] = {
        "subject": subject,
        "purposes": [{"code": p.code, "name": words(p.name), "basis": p.basis} for p in purposes(on=today)],
        "records": None,
        "errors": [],
        "day_given": given,
        "today": today,
        "may_ask_days": request.actor.may(Permission.READ_HISTORY),
    }
    if request.method == "GET":
        return page(request, "lookup_subject", context)
    purpose = purpose_of(request.POST.get("purpose", ""), on=today)
    day = _past_day(given, today) if context["may_ask_days"] else None
    if errors := _errors(purpose, given, day, context):
        return page(request, "lookup_subject", {**context, "errors": errors}, status=422)
    assert purpose is not None
    found = _read(request, subject, purpose, day)
    context |= {"purpose": words(purpose.name), "records": [_shown(record) for record in found], "day": day}
    return page(request, "lookup_subject", context)


def _past_day(text: str, today: date) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day <= today else None


def _errors(purpose: Purpose | None, given: str, day: date | None, context: dict[str, Any]) -> list[PageError]:
    errors = []
    if purpose is None:
        errors.append(PageError(f"purpose-{context['purposes'][0]['code']}", _("请选择这次查询的用途")))
    if given and day is None and context["may_ask_days"]:
        errors.append(PageError("day", _("请填写今天或者以前的日期，例如 2026-05-09")))
    return errors


def _read(
    request: SignedInRequest, subject: SubjectDetail, purpose: Purpose, day: date | None
) -> tuple[RecordRow, ...]:
    """The records; the reading stands in the access log and in the audit chain."""
    now = clock.now()
    why: dict[str, Any] = {"by": request.actor, "purpose": purpose.code, "basis": purpose.basis, "at": now}
    if day is None or not request.actor.may(Permission.READ_HISTORY):
        return reading.shared_read(subject.id, subject.code, door=reading.SCREEN, **why)
    end = datetime.combine(day + timedelta(days=1), time.min, tzinfo=now.tzinfo)
    known_at = min(end - timedelta(microseconds=1), now)
    return reading.past_read(subject.id, subject.code, known_at=known_at, day=day, **why)


def _shown(record: RecordRow) -> dict[str, Any]:
    lines = [{"name": words(f.name), "value": say(f.value, f.value_en)} for f in record.fields]
    return {
        "item_name": words(record.item_name),
        "headline": say(record.headline, record.headline_en),
        "is_public": record.audience == Audience.PUBLIC,
        "source_name": record.source_name,
        "decided_on": record.decided_on,
        "version": record.version,
        "known_from": record.known_from,
        "lines": lines,
    }
