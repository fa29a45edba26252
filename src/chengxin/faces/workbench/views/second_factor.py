"""The second factor: setting it up and taking it off, and the second step of signing in."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from chengxin.base import clock
from chengxin.base.errors import ChengxinError
from chengxin.faces.workbench import sessions
from chengxin.faces.workbench.access import SignedInRequest, open_to_newcomers
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.pages import page
from chengxin.registry.accounts import second_factor
from chengxin.registry.accounts.models import User

PENDING = "workbench_pending"
PENDING_FOR = timedelta(minutes=5)  # between the password and the code


def ask(request: HttpRequest, user: User, *, then: str) -> HttpResponse:
    """Remember whose password was right and ask for the code."""
    request.session.cycle_key()
    request.session[PENDING] = {"user": user.pk, "at": clock.now().timestamp(), "then": then}
    return redirect("workbench:sign-in-code")


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """The second step of signing in; without a right password a moment ago it leads back to the first."""
    now, pending = clock.now(), request.session.get(PENDING)
    if pending is None or now - datetime.fromtimestamp(pending["at"], tz=UTC) > PENDING_FOR:
        request.session.pop(PENDING, None)
        return redirect("workbench:sign-in")
    errors, status = [], 200
    if request.method == "POST":
        address = request.META.get("REMOTE_ADDR", "")
        try:
            user = second_factor.finish_sign_in(pending["user"], request.POST.get("code", ""), address=address, at=now)
        except ChengxinError as error:
            errors, status = [PageError("code", error.sentence, error.advice)], error.status
        else:
            del request.session[PENDING]
            sessions.begin(request, user)
            return HttpResponseRedirect(pending["then"])
    return page(request, "sign_in_code", {"errors": errors, "label": _("验证码或恢复码")}, status=status)


@sensitive_post_parameters("code")
@require_POST
@open_to_newcomers
def begin(request: SignedInRequest) -> HttpResponse:
    """A new secret, as picture and text, and the field for its first code."""
    return _set_up(request, second_factor.begin_authenticator(request.user.pk, at=clock.now()))


@sensitive_post_parameters("code", "secret")
@require_POST
@open_to_newcomers
def confirm(request: SignedInRequest) -> HttpResponse:
    """Turn it on and show the recovery codes, this once."""
    try:
        codes = second_factor.confirm_authenticator(request.user.pk, request.POST.get("code", ""), at=clock.now())
    except ChengxinError as error:
        fault = PageError("code", error.sentence, error.advice)
        return page(request, "security_set_up", {"errors": [fault], "label": _("验证码")}, status=error.status)
    return page(request, "security_codes", {"codes": codes})


@sensitive_post_parameters("code")
@require_POST
@open_to_newcomers
def remove(request: SignedInRequest) -> HttpResponse:
    """Turn it off; needs a code."""
    address = request.META.get("REMOTE_ADDR", "")
    second_factor.remove_authenticator(request.user.pk, request.POST.get("code", ""), address=address, at=clock.now())
    messages.success(request, _("双重验证已关闭。"))
    return redirect("workbench:security")


def _set_up(request: SignedInRequest, secret: str) -> HttpResponse:
    name = quote(request.user.username)
    picture = segno.make(f"otpauth://totp/Chengxin:{name}?secret={secret}&issuer=Chengxin").svg_data_uri(
        scale=4, light="white", dark="black"
    )
    return page(request, "security_set_up", {"secret": secret, "picture": picture, "label": _("验证码")})
