"""Speaks OpenID Connect with an identity provider: discovery, leaving for it, and what it states of who came back.

Authorization code flow with PKCE, state and nonce (OpenID Connect Core 1.0 section 3.1, RFC 7636). The provider's
document and keys are kept for ten minutes; an unknown key is asked for at once, so that a provider can change its keys.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import requests
import structlog
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.discovery import get_well_known_url
from django.core.cache import cache
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import extract_compact
from urllib3.exceptions import HTTPError

from chengxin.base.oidc import rules
from chengxin.base.oidc.errors import CodeRefused, ProviderUnreachable, StatementInvalid
from chengxin.base.oidc.rules import Attempt, Client, Provider

log = structlog.get_logger(__name__)
SECONDS = 5  # how long a page waits for the provider
KEPT_SECONDS = 600
LARGEST = 262_144  # bytes of an answer
SECRET_BYTES = 32


def leave(client: Client, *, scopes: str, prompt: str, language: str, then: str, at: datetime) -> tuple[str, Attempt]:
    """The provider's address to send the browser to, and what to keep until it comes back.

    `prompt` is `login` where the provider shall not rely on a session that someone left open. Raises
    `ProviderUnreachable`.
    """
    provider = provider_named(client.issuer)
    further = {"ui_locales": language} | ({"prompt": prompt} if prompt else {})
    state, nonce, verifier = (secrets.token_urlsafe(SECRET_BYTES) for _ in range(3))
    with _session(client, provider, scopes) as session:
        address, _state = session.create_authorization_url(
            provider.authorization_endpoint, state=state, code_verifier=verifier, nonce=nonce, **further
        )
    return address, Attempt(state, nonce, verifier, at, then)


def come_back(client: Client, answer: Mapping[str, str], attempt: Attempt | None, *, at: datetime) -> dict[str, Any]:
    """What the provider states of the person whose browser came back with `answer`.

    Raises `AttemptUnknown`, `ProviderDeclined`, `CodeRefused`, `StatementInvalid` or `ProviderUnreachable`.
    """
    code = rules.code_of(answer, attempt, issuer=client.issuer, at=at)
    assert attempt is not None
    provider = provider_named(client.issuer)
    with _session(client, provider, "") as session:
        try:
            tokens = session.fetch_token(
                provider.token_endpoint,
                grant_type="authorization_code",
                code=code,
                code_verifier=attempt.verifier,
                timeout=SECONDS,
                allow_redirects=False,
            )
        except OAuthError as error:
            log.warning("oidc.code_refused", reason=error.error)
            raise CodeRefused from error
        except (requests.RequestException, ValueError) as error:
            raise ProviderUnreachable from error
    id_token, access_token = str(tokens.get("id_token", "")), str(tokens.get("access_token", ""))
    keys = _keys_for(provider, id_token)
    claims = rules.claims_of(id_token, keys, client=client, attempt=attempt, access_token=access_token, at=at)
    if not provider.userinfo_endpoint:
        return claims
    return rules.with_further(claims, _get(provider.userinfo_endpoint, bearer=access_token))


def provider_named(issuer: str) -> Provider:
    """What the issuer's discovery document says. Raises `ProviderUnreachable`."""
    if not rules.is_safe(issuer):
        raise ProviderUnreachable
    document = _kept("document", issuer, get_well_known_url(issuer, external=True))
    return rules.provider_of(document, issuer=issuer)


def _session(client: Client, provider: Provider, scopes: str) -> OAuth2Session:
    return OAuth2Session(
        client.client_id,
        client.client_secret,
        scope=scopes or None,
        redirect_uri=client.redirect_uri,
        code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_post" if provider.secret_in_body else "client_secret_basic",
    )


def _keys_for(provider: Provider, id_token: str) -> KeySet:
    """The provider's keys, asked for anew where the one that signed is not among those kept."""
    try:
        kid = extract_compact(id_token.encode()).headers().get("kid")
        document = _kept("keys", provider.issuer, provider.jwks_uri)
        if kid not in [key.get("kid") for key in document["keys"]]:
            cache.delete(_place("keys", provider.issuer))
            document = _kept("keys", provider.issuer, provider.jwks_uri)
        return KeySet.import_key_set(document)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise StatementInvalid from error


def _kept(kind: str, issuer: str, address: str) -> Any:
    place = _place(kind, issuer)
    found = cache.get(place)
    if found is None:
        found = _get(address)
        cache.set(place, found, KEPT_SECONDS)
    return found


def _place(kind: str, issuer: str) -> str:
    return f"oidc-{kind}-{hashlib.sha256(issuer.encode()).hexdigest()}"


def _get(address: str, *, bearer: str = "") -> Any:
    """The JSON document at that address; an answer elsewhere, too long, or of another kind is none."""
    headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {bearer}"} if bearer else {})
    try:
        with requests.get(address, headers=headers, timeout=SECONDS, allow_redirects=False, stream=True) as answer:
            content = answer.raw.read(LARGEST + 1, decode_content=True)
            if answer.status_code != requests.codes.ok or len(content) > LARGEST:
                raise ProviderUnreachable
            return json.loads(content)
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:
        log.warning("oidc.unreachable", address=address)
        raise ProviderUnreachable from error
