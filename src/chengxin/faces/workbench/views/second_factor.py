"""The second step of signing in, giving the second factor again, and setting an authenticator up and taking it off."""

from typing import Any
from urllib.parse import quote

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from chengxin.base import clock
from chengxin.base.errors import ChengxinError
from chengxin.faces.workbench import ceremonies, sessions
from chengxin.faces.workbench.access import SignedInRequest, open_to_newcomers
from chengxin.faces.workbench.callers import address_of
from chengxin.faces.workbench.ceremonies import Pending
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.pages import page
from chengxin.registry.accounts import passkeys, queries, second_factor, services
from chengxin.registry.accounts.models import User
from chengxin.registry.accounts.rules import Method


def ask(request: HttpRequest, user: User, *, first: Method, then: str) -> HttpResponse:
    """Remember whose first step was right and ask for the second."""
    ceremonies.remember(request, Pending(user.pk, first, then))
    return redirect("workbench:sign-in-code")


@never_cache
@sensitive_post_parameters("code", "answer")
@require_http_methods(["GET", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """The second step of signing in; without a right first step a moment ago it leads back to that."""
    pending = ceremonies.pending_in(request)
    if pending is None:
        return redirect("workbench:sign-in")
    if request.method == "GET":
        return _asking(request, "sign_in_code", pending.user_id)
    try:
        second = _given(request, pending.user_id)
        user = services.finish_sign_in(pending.user_id, first=pending.first, second=second, at=clock.now())
    except ChengxinError as error:
        return _asking(request, "sign_in_code", pending.user_id, error)
    sessions.begin(request, user)
    ceremonies.note_proof(request)
    return HttpResponseRedirect(pending.then)


@sensitive_post_parameters("code", "answer")
@require_http_methods(["GET", "POST"])
@open_to_newcomers
def prove(request: SignedInRequest) -> HttpResponse:
    """Give the second factor again, before second factors are changed."""
    if request.method == "GET":
        return _asking(request, "security_prove", request.user.pk)
    try:
        _given(request, request.user.pk)
    except ChengxinError as error:
        return _asking(request, "security_prove", request.user.pk, error)
    ceremonies.note_proof(request)
    return redirect("workbench:security" if request.GET.get("back") == "security" else "workbench:passkeys")


def _given(request: HttpRequest, user_id: int) -> Method:
    """Take what was given: a passkey's answer, or a code."""
    now, address = clock.now(), address_of(request)
    if answer := request.POST.get("answer", ""):
        return passkeys.check(user_id, answer, challenge=ceremonies.asked(request), address=address, at=now)
    return second_factor.check(user_id, request.POST.get("code", ""), address=address, at=now)


def _asking(request: HttpRequest, template: str, user_id: int, error: ChengxinError | None = None) -> HttpResponse:
    context: dict[str, Any] = {"label": _("验证码或恢复码"), "has_authenticator": queries.has_authenticator(user_id)}
    if queries.passkeys_of(user_id):
        context["options"] = ceremonies.ask(request, passkeys.sign_in_options(user_id))
    if error is None:
        return page(request, template, context)
    return page(
        request, template, context | {"errors": [PageError("code", error.sentence, error.advice)]}, status=error.status
    )


@sensitive_post_parameters("code")
@require_POST
@open_to_newcomers
def begin(request: SignedInRequest) -> HttpResponse:
    """A new secret, as picture and text, and the field for its first code."""
    if queries.has_second_factor(request.user.pk) and not ceremonies.is_proved(request):
        return redirect(f"{reverse('workbench:security-prove')}?back=security")
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
    ceremonies.note_proof(request)
    return page(request, "security_codes", {"codes": codes})


@sensitive_post_parameters("code")
@require_POST
@open_to_newcomers
def remove(request: SignedInRequest) -> HttpResponse:
    """Take it off; needs a code."""
    code = request.POST.get("code", "")
    second_factor.remove_authenticator(request.user.pk, code, address=address_of(request), at=clock.now())
    messages.success(request, _("身份验证器已关闭。"))
    return redirect("workbench:security")


def _set_up(request: SignedInRequest, secret: str) -> HttpResponse:
    name = quote(request.user.username)
    picture = segno.make(f"otpauth://totp/Chengxin:{name}?secret={secret}&issuer=Chengxin").svg_data_uri(
        scale=4, light="white", dark="black"
    )
    return page(request, "security_set_up", {"secret": secret, "picture": picture, "label": _("验证码")})
