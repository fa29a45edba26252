"""Who does what in which organisation; for administrators."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chengxin.base import clock
from chengxin.base.errors import ChengxinError
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.names import ROLES
from chengxin.faces.workbench.pages import Choice, choices, cut, page, say
from chengxin.registry.accounts import queries, services
from chengxin.registry.accounts.queries import AppointmentRow
from chengxin.registry.accounts.rules import Permission, Role

SIZE = 20
FIELDS = ("username", "organisation", "role")


@require_GET
@open_to(Permission.MANAGE_ACCOUNTS)
def people(request: SignedInRequest) -> HttpResponse:
    """Everyone in office today, and the form that appoints one more."""
    return _page(request)


@require_POST
@open_to(Permission.MANAGE_ACCOUNTS)
def appoint(request: SignedInRequest) -> HttpResponse:
    """Give a person a role in an organisation from today on."""
    given = {name: request.POST.get(name, "").strip() for name in FIELDS}
    errors = _missing(given)
    if errors:
        return _page(request, given=given, errors=errors, status=422)
    try:
        services.appoint(
            given["username"],
            organisation_code=given["organisation"],
            role=Role(given["role"]),
            valid_from=clock.today(),
            by=request.actor,
            at=clock.now(),
        )
    except ChengxinError as error:
        errors = [PageError("username", error.sentence, error.advice)]
        return _page(request, given=given, errors=errors, status=error.status)
    messages.success(request, _("已任命。"))
    return redirect("workbench:people")


@require_POST
@open_to(Permission.MANAGE_ACCOUNTS)
def end_appointment(request: SignedInRequest, appointment_id: int) -> HttpResponse:
    """End an appointment today."""
    services.end_appointment(appointment_id, on=clock.today(), by=request.actor, at=clock.now())
    messages.success(request, _("已终止任职。"))
    return redirect("workbench:people")


def _missing(given: dict[str, str]) -> list[PageError]:
    asked = {"username": _("请输入用户名"), "organisation": _("请选择单位"), "role": _("请选择角色")}
    errors = [PageError(name, asked[name]) for name in FIELDS if not given[name]]
    if given["role"] and given["role"] not in {r.value for r in Role}:
        errors.append(PageError("role", asked["role"]))
    return errors


def _page(
    request: SignedInRequest,
    *,
    given: dict[str, str] | None = None,
    errors: list[PageError] | None = None,
    status: int = 200,
) -> HttpResponse:
    q = request.GET.get("q", "").strip()
    today = clock.today()
    rows = [row for row in queries.appointments() if in_office(row, today) and _speaks_of(row, q)]
    context = {
        "page": cut(request, rows, SIZE, _shown),
        "q": q,
        "given": given or {},
        "errors": errors or [],
        "labels": {"username": _("用户名")},
        "organisations": [Choice(o.code, say(o.name_zh, o.name_en)) for o in queries.organisations()],
        "roles": choices(ROLES),
    }
    return page(request, "people", context, status=status)


def in_office(row: AppointmentRow, today: date) -> bool:
    """Whether the appointment holds on the day `today`."""
    return row.valid_from <= today and (row.valid_until is None or today < row.valid_until)


def _speaks_of(row: AppointmentRow, q: str) -> bool:
    told = (row.username, row.name_zh, row.name_en, row.organisation_zh, row.organisation_en)
    return any(q.casefold() in text.casefold() for text in told)


def _shown(row: AppointmentRow) -> dict[str, object]:
    return {
        "id": row.id,
        "username": row.username,
        "name": say(row.name_zh, row.name_en),
        "organisation": say(row.organisation_zh, row.organisation_en),
        "role_name": ROLES[Role(row.role)],
        "valid_from": row.valid_from,
    }
