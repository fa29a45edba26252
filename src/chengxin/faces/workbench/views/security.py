"""The security of one's own sign-in."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chengxin.base import clock
from chengxin.faces.workbench import sessions
from chengxin.faces.workbench.access import SignedInRequest, open_to_newcomers
from chengxin.faces.workbench.pages import page
from chengxin.registry.accounts import policy, queries


@require_GET
@open_to_newcomers
def security(request: SignedInRequest) -> HttpResponse:
    """When this session ends, and a way to end all others."""
    staff = request.actor.organisation_id is not None
    context = {
        "terms": policy.session_terms(clock.today(), staff=staff),
        "has_factor": queries.has_second_factor(request.user.pk),
        "has_authenticator": queries.has_authenticator(request.user.pk),
        "passkeys": queries.passkeys_of(request.user.pk),
        "required": staff and settings.SECOND_FACTOR_REQUIRED,
        "label": _("验证码或恢复码"),
    }
    return page(request, "security", context)


@require_POST
@open_to_newcomers
def end_others(request: SignedInRequest) -> HttpResponse:
    """End all other sessions of the person."""
    sessions.keep_only_this(request, request.user)
    messages.success(request, _("其他登录都已结束。"))
    return redirect("workbench:security")
