"""Queries that a law opens without consent: the purpose first, then whom, what and for which matter; each is logged."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from chengxin.base import clock
from chengxin.base.errors import ChengxinError
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.consents import item_names, queried_record
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.pages import page, say
from chengxin.registry.accounts.rules import Actor, Permission
from chengxin.rights.consent import policy, reading
from chengxin.rights.consent.errors import MatterMissing
from chengxin.rights.consent.rules import Purpose


@require_http_methods(["GET", "POST"])
@open_to(Permission.READ_SHARED_RECORDS)
def query(request: SignedInRequest) -> HttpResponse:
    """The purposes open to this role; one chosen, its form; posted, the records and where the reading was written."""
    open_now = [p for p in policy.purposes(on=clock.today()) if _is_open(p, request.actor)]
    purpose = next((p for p in open_now if p.code == request.GET.get("purpose", "")), None)
    if purpose is None:
        if request.method == "POST" or request.GET.get("purpose"):
            return page(request, "statutory_purpose", _purposes(open_now, refused=True), status=403)
        return page(request, "statutory_purpose", _purposes(open_now))
    context: dict[str, Any] = {
        "purpose": _told(purpose),
        "items": zip(purpose.items, item_names(purpose.items), strict=True),
        "given": request.POST,
        "chosen": request.POST.getlist("items") or (list(purpose.items) if request.method == "GET" else []),
        "errors": [],
        "records": None,
        "labels": {"number": _("公民身份号码或者统一社会信用代码"), "matter": _("事项编号或者案号")},
    }
    if request.method == "GET":
        return page(request, "statutory", context)
    if errors := _missing(request):
        return page(request, "statutory", context | {"errors": errors}, status=422)
    try:
        found = _read(request, purpose)
    except ChengxinError as error:
        field = "matter" if error.code == MatterMissing.code else f"item-{purpose.items[0]}"
        errors = [PageError(field, error.sentence, error.advice)]
        return page(request, "statutory", context | {"errors": errors}, status=error.status)
    return page(request, "statutory", context | {"records": [queried_record(r) for r in found]})


def _read(request: SignedInRequest, purpose: Purpose) -> tuple[Any, ...]:
    now = clock.now()
    number = request.POST.get("number", "")
    about = reading.reference_of(number, by=request.actor, purpose=purpose, on=clock.local_date(now))
    return reading.statutory_read(
        about,
        purpose=purpose.code,
        items=request.POST.getlist("items"),
        by=request.actor,
        door=reading.SCREEN,
        at=now,
        matter=request.POST.get("matter", ""),
    )


def _missing(request: SignedInRequest) -> list[PageError]:
    if request.POST.get("number", "").strip():
        return []
    return [PageError("number", _("请输入号码"), _("公民身份号码或者统一社会信用代码，18 位。"))]


def _is_open(purpose: Purpose, actor: Actor) -> bool:
    return not purpose.by_consent and bool({r.value for r in actor.roles} & purpose.roles)


def _purposes(found: list[Purpose], *, refused: bool = False) -> dict[str, Any]:
    errors = [PageError("purposes", _("这个用途不对您的角色开放"), _("请从下面的用途中选择。"))] if refused else []
    return {"purposes": [_told(p) for p in found], "errors": errors}


def _told(purpose: Purpose) -> dict[str, Any]:
    return {"purpose": purpose, "name": say(purpose.zh, purpose.en), "basis": purpose.basis}
