"""Signing in through the unified identity provider: leaving for it, and coming back."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from chengxin.base import clock
from chengxin.base.errors import ChengxinError
from chengxin.base.oidc import client as oidc
from chengxin.base.oidc.errors import ProviderUnreachable
from chengxin.base.oidc.rules import Attempt, Client
from chengxin.faces.workbench import sessions
from chengxin.faces.workbench.callers import address_of
from chengxin.faces.workbench.views import second_factor, sign_in
from chengxin.registry.accounts import policy, providing, queries, rules
from chengxin.registry.accounts.rules import Method

ATTEMPT = "workbench_attempt"


@never_cache
@require_GET
def leave(request: HttpRequest) -> HttpResponse:
    """Send the browser to the provider's own sign-in page."""
    client, now = _client(), clock.now()
    names = policy.claim_names(clock.today())
    try:
        providing.check_provider_limit(address=address_of(request), at=now)
        address, attempt = oidc.leave(
            client,
            scopes=names.scopes,
            prompt=names.prompt,
            language=_language(),
            then=sign_in.where_to(request),
            at=now,
        )
    except ChengxinError as error:
        return sign_in.refused(request, error, field="provider")
    request.session[ATTEMPT] = asdict(attempt) | {"begun_at": attempt.begun_at.timestamp()}
    return HttpResponseRedirect(address)


@never_cache
@require_GET
def come_back(request: HttpRequest) -> HttpResponse:
    """Take what the provider states, and begin a session or say why not. An attempt is good for one answer."""
    client, now, address = _client(), clock.now(), address_of(request)
    attempt = _attempt(request.session.pop(ATTEMPT, None))
    try:
        providing.check_provider_limit(address=address, at=now)
        claims = _claims(request, client, attempt, now)
        statement = rules.statement_of(claims, policy.claim_names(clock.local_date(now)))
        user = providing.sign_in_by_statement(statement, issuer=client.issuer, address=address, at=now)
    except ChengxinError as error:
        return sign_in.refused(request, error, field="provider")
    then = attempt.then if attempt else reverse("workbench:home")
    if queries.has_second_factor(user.pk):
        return second_factor.ask(request, user, first=Method.PROVIDER, then=then)
    sessions.begin(request, user)
    return HttpResponseRedirect(then)


def _claims(request: HttpRequest, client: Client, attempt: Attempt | None, now: datetime) -> dict[str, Any]:
    try:
        return oidc.come_back(client, request.GET.dict(), attempt, at=now)
    except ChengxinError as error:
        tried = attempt is not None and not isinstance(error, ProviderUnreachable)
        providing.note_refusal(error.code, counts=tried, address=address_of(request), at=now)
        raise


def _client() -> Client:
    if not settings.IDENTITY_PROVIDER["issuer"]:
        raise Http404
    back = f"{settings.PUBLIC_ADDRESS.rstrip('/')}{reverse('workbench:sign-in-provider-back')}"
    return Client(**settings.IDENTITY_PROVIDER, redirect_uri=back)


def _attempt(kept: dict[str, Any] | None) -> Attempt | None:
    return Attempt(**kept | {"begun_at": datetime.fromtimestamp(kept["begun_at"], tz=UTC)}) if kept else None


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh-CN"
