"""OpenID Connect as the demo's identity provider speaks it: codes with PKCE, signed ID tokens, UserInfo.

It rests on oauthlib and jwcrypto, the platform's client on Authlib and joserfc: a misreading of one is not shared by
the other. Codes and tokens live in memory: a provider that starts anew has forgotten them, and has a new key.
"""

import base64
import hmac
import json
import secrets
from dataclasses import dataclass
from functools import cache
from typing import Any

from jwcrypto import jwk, jwt
from oauthlib.openid import RequestValidator, Server

from chengxin.base import clock
from chengxin.project.provider import guard  # noqa: F401  (refuses to be imported outside demo mode)
from chengxin.project.provider.people import known

SCOPES = frozenset({"openid", "profile", "credit-subject"})
CODE_SECONDS, ACCESS_SECONDS = 60, 120
ALGORITHM = "RS256"


@dataclass(slots=True)
class Code:
    """An authorization code: whose, for which request, until when."""

    subject: str
    redirect_uri: str
    scopes: tuple[str, ...]
    nonce: str
    challenge: str
    method: str
    until: float


class Grants(RequestValidator):  # type: ignore[misc]
    """Answers what oauthlib asks about the one client, its codes and its tokens."""

    def __init__(self) -> None:
        self.codes: dict[str, Code] = {}
        self.subjects: dict[str, tuple[str, float]] = {}  # of access tokens
        self.key = jwk.JWK.generate(kty="RSA", size=2048, use="sig", alg=ALGORITHM, kid=secrets.token_hex(8))

    def validate_client_id(self, client_id: str, request: Any, *_: Any, **__: Any) -> bool:
        """Whether that is the platform."""
        return client_id == known().client_id

    def validate_redirect_uri(self, client_id: str, redirect_uri: str, *_: Any, **__: Any) -> bool:
        """Whether the browser is to go back to the platform, to the letter."""
        return redirect_uri == known().redirect_uri

    def get_default_redirect_uri(self, *_: Any, **__: Any) -> None:
        """None: a request always names where to go back to."""
        return None

    def validate_response_type(self, client_id: str, response_type: str, *_: Any, **__: Any) -> bool:
        """Codes alone."""
        return response_type == "code"

    def validate_grant_type(self, client_id: str, grant_type: str, *_: Any, **__: Any) -> bool:
        """Codes alone."""
        return grant_type == "authorization_code"

    def validate_scopes(self, client_id: str, scopes: list[str], *_: Any, **__: Any) -> bool:
        """Whether the provider knows these scopes."""
        return "openid" in scopes and SCOPES.issuperset(scopes)

    def get_default_scopes(self, *_: Any, **__: Any) -> list[str]:
        """The least that OpenID Connect asks for."""
        return ["openid"]

    def is_pkce_required(self, client_id: str, request: Any) -> bool:
        """Always."""
        return True

    def save_authorization_code(self, client_id: str, code: dict[str, str], request: Any, *_: Any, **__: Any) -> None:
        """Keep the code for a minute."""
        self.codes[code["code"]] = Code(
            subject=request.subject,
            redirect_uri=request.redirect_uri,
            scopes=tuple(request.scopes),
            nonce=request.nonce or "",
            challenge=request.code_challenge,
            method=request.code_challenge_method or "plain",
            until=_now() + CODE_SECONDS,
        )

    def client_authentication_required(self, *_: Any, **__: Any) -> bool:
        """Always."""
        return True

    def authenticate_client(self, request: Any, *_: Any, **__: Any) -> bool:
        """Whether the platform's secret came with the request (HTTP Basic)."""
        scheme, _space, given = str(request.headers.get("HTTP_AUTHORIZATION", "")).partition(" ")
        wanted = f"{known().client_id}:{known().client_secret}"
        try:
            told = base64.b64decode(given).decode()
        except ValueError:
            return False
        if scheme.lower() != "basic" or not hmac.compare_digest(told, wanted):
            return False
        request.client_id = known().client_id
        request.client = request
        return True

    def validate_code(self, client_id: str, code: str, client: Any, request: Any, *_: Any, **__: Any) -> bool:
        """Whether the code is good still."""
        found = self.codes.get(code)
        if found is None or found.until < _now():
            return False
        request.user, request.scopes, request.subject = found.subject, list(found.scopes), found.subject
        return True

    def confirm_redirect_uri(self, client_id: str, code: str, redirect_uri: str, *_: Any, **__: Any) -> bool:
        """Whether the code is redeemed by where it was sent."""
        return code in self.codes and self.codes[code].redirect_uri == redirect_uri

    def get_code_challenge(self, code: str, request: Any) -> str | None:
        """What PKCE's verifier must hash to."""
        return self.codes[code].challenge if code in self.codes else None

    def get_code_challenge_method(self, code: str, request: Any) -> str:
        """How PKCE's verifier is hashed."""
        return self.codes[code].method

    def get_authorization_code_scopes(self, client_id: str, code: str, *_: Any, **__: Any) -> list[str]:
        """What was consented to."""
        return list(self.codes[code].scopes) if code in self.codes else []

    def get_authorization_code_nonce(self, client_id: str, code: str, *_: Any, **__: Any) -> str | None:
        """The nonce that came with the request."""
        return self.codes[code].nonce if code in self.codes else None

    def invalidate_authorization_code(self, client_id: str, code: str, *_: Any, **__: Any) -> None:
        """A code works once."""
        self.codes.pop(code, None)

    def save_bearer_token(self, token: dict[str, Any], request: Any, *_: Any, **__: Any) -> None:
        """Keep whose access token it is."""
        self.subjects[token["access_token"]] = (request.subject, _now() + ACCESS_SECONDS)

    def validate_bearer_token(self, token: str, scopes: list[str], request: Any) -> bool:
        """Whether the access token is good still."""
        subject, until = self.subjects.get(token or "", ("", 0.0))
        request.subject, request.scopes = subject, scopes
        return until >= _now()

    def finalize_id_token(self, id_token: dict[str, Any], token: Any, token_handler: Any, request: Any) -> str:
        """The ID token, signed: who it is, and no more; the rest is told by UserInfo."""
        person = known().person(request.subject)
        assert person is not None
        issued = int(_now())
        claims = id_token | {
            "iss": known().issuer,
            "sub": person.subject,
            "name": person.name,
            "iat": issued,
            "auth_time": issued,
            "exp": issued + known().token_seconds,
        }
        signed = jwt.JWT(header={"alg": ALGORITHM, "kid": self.key.key_id, "typ": "JWT"}, claims=claims)
        signed.make_signed_token(self.key)
        return str(signed.serialize())

    def get_userinfo_claims(self, request: Any) -> dict[str, Any] | None:
        """What the person consented to hand over."""
        person = known().person(request.subject)
        if person is None:
            return None
        return {
            "sub": person.subject,
            "name": person.name,
            "document_number": person.number,
            "legal_representative_of": [code for code, _name in person.companies],
        }

    def validate_user_match(self, *_: Any, **__: Any) -> bool:
        """Whoever signs in is who is meant."""
        return True

    def validate_silent_login(self, *_: Any) -> bool:
        """Nobody is let through without the page."""
        return False

    def validate_silent_authorization(self, *_: Any) -> bool:
        """Nobody is let through without the page."""
        return False


@cache
def grants() -> Grants:
    """What this process has handed out, and its key."""
    return Grants()


@cache
def server() -> Any:
    """The endpoints' logic."""
    made = Server(grants(), token_expires_in=ACCESS_SECONDS)
    made.openid_connect_auth.refresh_token = False
    return made


def discovery() -> dict[str, Any]:
    """The discovery document. Source: OpenID Connect Discovery 1.0 section 3."""
    issuer = known().issuer
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "userinfo_endpoint": f"{issuer}/userinfo",
        "jwks_uri": f"{issuer}/keys",
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "scopes_supported": sorted(SCOPES),
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "code_challenge_methods_supported": ["S256"],
        "claims_supported": ["sub", "name", "document_number", "legal_representative_of"],
        "authorization_response_iss_parameter_supported": True,
    }


def public_keys() -> dict[str, Any]:
    """The keys by which others check what this provider signed (RFC 7517)."""
    return {"keys": [json.loads(grants().key.export_public())]}


def _now() -> float:
    return clock.now().timestamp()
