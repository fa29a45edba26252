"""One's own passkeys: registering, naming and removing them."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from chengxin.base import clock
from chengxin.base.errors import ChengxinError
from chengxin.faces.portal.context import city, in_english
from chengxin.faces.workbench import ceremonies
from chengxin.faces.workbench.access import SignedInRequest, open_to_newcomers
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.pages import page
from chengxin.registry.accounts import passkeys as services
from chengxin.registry.accounts import queries
from chengxin.registry.accounts.errors import NameWanted

P = ParamSpec("P")
View = Callable[Concatenate[Any, P], HttpResponse]


def after_proof(view: View[P]) -> View[P]:
    """Open a view to those who gave their second factor a short while ago, or have none yet."""

    @wraps(view)
    def guarded(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if queries.has_second_factor(request.user.pk) and not ceremonies.is_proved(request):
            return redirect("workbench:security-prove")
        return view(request, *args, **kwargs)

    return cast(View[P], guarded)


@require_GET
@open_to_newcomers
@after_proof
def passkeys(request: SignedInRequest) -> HttpResponse:
    """The passkeys that there are, and the form that registers one more."""
    return _page(request)


@sensitive_post_parameters("answer")
@require_POST
@open_to_newcomers
@after_proof
def register(request: SignedInRequest) -> HttpResponse:
    """Keep the passkey that the device made; the first second factor brings recovery codes, shown this once."""
    given = {"name": request.POST.get("name", ""), "answer": request.POST.get("answer", "")}
    try:
        codes = services.register(request.user.pk, **given, challenge=ceremonies.asked(request), at=clock.now())
    except ChengxinError as error:
        field = "name" if isinstance(error, NameWanted) else "register"
        return _page(request, name=given["name"], fault=PageError(field, error.sentence, error.advice), error=error)
    ceremonies.note_proof(request)
    if codes:
        return page(request, "security_codes", {"codes": codes})
    messages.success(request, _("通行密钥已登记。"))
    return redirect("workbench:passkeys")


@require_POST
@open_to_newcomers
@after_proof
def rename(request: SignedInRequest, passkey_id: int) -> HttpResponse:
    """Call it otherwise."""
    try:
        services.rename(passkey_id, request.POST.get("name", ""), user_id=request.user.pk, at=clock.now())
    except NameWanted as error:
        fault = PageError(f"name-{passkey_id}", error.sentence, error.advice)
        return _page(request, fault=fault, error=error)
    messages.success(request, _("名称已修改。"))
    return redirect("workbench:passkeys")


@require_POST
@open_to_newcomers
@after_proof
def remove(request: SignedInRequest, passkey_id: int) -> HttpResponse:
    """Forget it at once."""
    services.remove(passkey_id, user_id=request.user.pk, at=clock.now())
    messages.success(request, _("通行密钥已删除，不能再用来登录。"))
    return redirect("workbench:passkeys")


def _page(
    request: SignedInRequest,
    *,
    name: str = "",
    fault: PageError | None = None,
    error: ChengxinError | None = None,
) -> HttpResponse:
    site = city()["site"]["en" if in_english() else "zh"]
    context: dict[str, Any] = {
        "passkeys": queries.passkeys_of(request.user.pk),
        "options": ceremonies.ask(request, services.registration_options(request.user.pk, site=site)),
        "name": name,
        "errors": [fault] if fault else [],
        "labels": {"name": _("名称")},
    }
    return page(request, "passkeys", context, status=error.status if error else 200)
