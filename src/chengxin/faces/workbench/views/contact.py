"""Where and in which language a person wants to be told of letters."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from chengxin.base import clock
from chengxin.base.errors import ChengxinError, NotFound
from chengxin.base.letters import contacts, queries
from chengxin.base.letters.contacts import LANGUAGES, ContactRow
from chengxin.base.letters.rules import Channel
from chengxin.base.letters.sending import open_channels
from chengxin.faces.workbench.access import SignedInRequest, open_to_newcomers
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.pages import page

LABELS = {Channel.EMAIL: _lazy("电子邮箱"), Channel.SMS: _lazy("手机号")}
KINDS = {Channel.EMAIL: ("email", "email"), Channel.SMS: ("tel", "tel")}


@require_GET
@open_to_newcomers
def contact(request: SignedInRequest) -> HttpResponse:
    """The addresses, proved or not yet, and the language."""
    return _page(request)


@sensitive_post_parameters("address")
@require_POST
@open_to_newcomers
def state(request: SignedInRequest, channel: str) -> HttpResponse:
    """State an address; a code goes there."""
    found, text = _channel(channel), request.POST.get("address", "")
    try:
        contacts.state_address(found, text, by=request.actor, at=clock.now())
    except ChengxinError as error:
        fault = PageError(f"{channel}-address", error.sentence, error.advice)
        return _page(request, [fault], error.status, {channel: text})
    messages.success(request, _("验证码已发往您填写的地址，请在下面输入。"))
    return redirect("workbench:contact")


@sensitive_post_parameters("code")
@require_POST
@open_to_newcomers
def confirm(request: SignedInRequest, channel: str) -> HttpResponse:
    """Prove an address by the code that was sent there."""
    try:
        contacts.confirmed(_channel(channel), request.POST.get("code", ""), by=request.actor, at=clock.now())
    except ChengxinError as error:
        return _page(request, [PageError(f"{channel}-code", error.sentence, error.advice)], error.status)
    messages.success(request, _("地址已验证，以后有文书会发到这里。"))
    return redirect("workbench:contact")


@require_POST
@open_to_newcomers
def choose(request: SignedInRequest, channel: str) -> HttpResponse:
    """Turn a channel on or off."""
    contacts.choose(_channel(channel), wanted=request.POST.get("wanted") == "1", by=request.actor, at=clock.now())
    messages.success(request, _("已保存。"))
    return redirect("workbench:contact")


@require_POST
@open_to_newcomers
def remove(request: SignedInRequest, channel: str) -> HttpResponse:
    """Take an address back."""
    contacts.take_back(_channel(channel), by=request.actor, at=clock.now())
    messages.success(request, _("地址已删除。"))
    return redirect("workbench:contact")


@require_POST
@open_to_newcomers
def language(request: SignedInRequest) -> HttpResponse:
    """Choose the language of messages and letters."""
    contacts.speak(request.POST.get("language", ""), by=request.actor, at=clock.now())
    messages.success(request, _("已保存。"))
    return redirect("workbench:contact")


def _channel(text: str) -> Channel:
    if text not in {c.value for c in LABELS}:
        raise NotFound
    return Channel(text)


def _page(
    request: SignedInRequest,
    errors: list[PageError] | None = None,
    status: int = 200,
    given: dict[str, str] | None = None,
) -> HttpResponse:
    user_id = request.user.pk
    rows = contacts.contacts_of(user_id, by=request.actor)
    shown = [c for c in LABELS if c in open_channels() or any(r.channel is c for r in rows)]
    context = {
        "channels": [_part(c, rows, (given or {}).get(c.value, "")) for c in shown],
        "language": queries.languages_of([user_id]).get(user_id, LANGUAGES[0]),
        "errors": errors or [],
        "code_label": _("验证码"),
    }
    return page(request, "contact", context, status=status)


def _part(channel: Channel, rows: tuple[ContactRow, ...], given: str) -> dict[str, Any]:
    own = [row for row in rows if row.channel is channel]
    kind, completes = KINDS[channel]
    return {
        "code": channel.value,
        "label": LABELS[channel],
        "address_field": f"{channel.value}-address",
        "code_field": f"{channel.value}-code",
        "kind": kind,
        "completes": completes,
        "given": given,
        "is_open": channel in open_channels(),
        "in_use": next((row for row in own if row.is_confirmed), None),
        "stated": next((row for row in own if not row.is_confirmed), None),
    }
