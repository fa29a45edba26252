"""What a relying party of OpenID Connect checks before it believes an identity provider. Pure."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from chengxin.base.oidc.errors import AttemptUnknown, ProviderDeclined, ProviderUnreachable, StatementInvalid

# Signatures by the provider's private key alone: neither "none" nor a key that the platform holds as well.
ALGORITHMS = ("RS256", "PS256", "ES256")
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
LEEWAY = timedelta(seconds=60)  # how far two clocks may be apart
ATTEMPT_FOR = timedelta(minutes=10)  # from leaving for the provider to coming back
OLDEST = timedelta(minutes=10)  # of a statement, however long it says that it is good


@dataclass(frozen=True, slots=True)
class Client:
    """This platform as the provider knows it."""

    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str


@dataclass(frozen=True, slots=True)
class Provider:
    """What a provider's discovery document says of it; `userinfo_endpoint` is empty where it has none."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str
    secret_in_body: bool


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sign-in under way: what its browser keeps until it comes back. `then`: where the person wanted to go."""

    state: str
    nonce: str
    verifier: str
    begun_at: datetime
    then: str = ""


def is_safe(address: str) -> bool:
    """Whether what goes to that address cannot be read on the way: TLS, or this very machine."""
    parts = urlsplit(address)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK))


def provider_of(document: Any, *, issuer: str) -> Provider:
    """The provider that a discovery document describes. Raises `ProviderUnreachable` where it is not that issuer's own.

    Source: OpenID Connect Discovery 1.0 sections 3 and 4.3.
    """
    if not isinstance(document, Mapping) or document.get("issuer") != issuer:
        raise ProviderUnreachable
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    places = {name: str(document.get(name, "")) for name in names}
    further = str(document.get("userinfo_endpoint", ""))
    if not all(map(is_safe, places.values())) or (further and not is_safe(further)):
        raise ProviderUnreachable
    methods = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    in_body = "client_secret_basic" not in methods
    return Provider(issuer, **places, userinfo_endpoint=further, secret_in_body=in_body)


def code_of(answer: Mapping[str, str], attempt: Attempt | None, *, issuer: str, at: datetime) -> str:
    """The code in the answer with which a browser came back from the provider.

    Raises `AttemptUnknown` where the answer belongs to no attempt of this browser, `ProviderDeclined` where it is a no.
    Source: RFC 6749 sections 4.1.2 and 10.12 (state), RFC 9207 section 2.4 (issuer).
    """
    if attempt is None or not timedelta() <= at - attempt.begun_at <= ATTEMPT_FOR:
        raise AttemptUnknown
    if not hmac.compare_digest(answer.get("state", "").encode(), attempt.state.encode()):
        raise AttemptUnknown
    if answer.get("iss", issuer) != issuer:
        raise AttemptUnknown
    if "error" in answer or not answer.get("code"):
        raise ProviderDeclined
    return answer["code"]


def claims_of(
    id_token: str, keys: KeySet, *, client: Client, attempt: Attempt, access_token: str, at: datetime
) -> dict[str, Any]:
    """The claims of an ID token that this provider signed, for this client and this attempt, a moment ago.

    Raises `StatementInvalid`. Source: OpenID Connect Core 1.0 section 3.1.3.7.
    """
    try:
        token = jwt.decode(id_token, keys, algorithms=list(ALGORITHMS))
        claims = CodeIDToken(
            token.claims,
            token.header,
            options={
                "iss": {"essential": True, "value": client.issuer},
                "aud": {"essential": True, "value": client.client_id},
                "sub": {"essential": True},
            },
            params={"nonce": attempt.nonce, "client_id": client.client_id, "access_token": access_token},
        )
        claims.validate(now=int(at.timestamp()), leeway=int(LEEWAY.total_seconds()))
    except (JoseError, ValueError, TypeError) as error:
        raise StatementInvalid from error
    issued, subject = token.claims["iat"], token.claims["sub"]
    if at.timestamp() - issued > (OLDEST + LEEWAY).total_seconds():
        raise StatementInvalid
    if not isinstance(subject, str) or not subject:
        raise StatementInvalid
    return dict(token.claims)


def with_further(claims: Mapping[str, Any], further: Any) -> dict[str, Any]:
    """The claims of the ID token with those of the UserInfo endpoint, which must be of the same person.

    Raises `StatementInvalid`. Source: OpenID Connect Core 1.0 section 5.3.2.
    """
    if not isinstance(further, Mapping) or further.get("sub") != claims["sub"]:
        raise StatementInvalid
    return {**further, **claims}
