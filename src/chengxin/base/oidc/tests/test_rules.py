"""What is believed of a provider, and what is refused."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

from chengxin.base.oidc import rules
from chengxin.base.oidc.errors import AttemptUnknown, ProviderDeclined, ProviderUnreachable, StatementInvalid
from chengxin.base.oidc.rules import Attempt, Client

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ISSUER = "https://id.example"
CLIENT = Client(ISSUER, "chengxin", "secret", "https://credit.example/back")
ATTEMPT = Attempt("a state", "a nonce", "a verifier", NOON)
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
KEYS = KeySet.import_key_set({"keys": [KEY.as_dict(private=False)]})
DOCUMENT = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorize",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/keys",
}


def token(key: Any = KEY, *, alg: str = "RS256", kid: str = "one", **changed: Any) -> str:
    now = int(NOON.timestamp())
    claims = {"iss": ISSUER, "aud": "chengxin", "sub": "someone", "iat": now, "exp": now + 300, "nonce": "a nonce"}
    claims = {name: value for name, value in (claims | changed).items() if value is not None}
    return jwt.encode({"alg": alg, "kid": kid}, claims, key, algorithms=[alg])


def claims(id_token: str, *, at: datetime = NOON) -> dict[str, Any]:
    return rules.claims_of(id_token, KEYS, client=CLIENT, attempt=ATTEMPT, access_token="", at=at)


def test_a_statement_of_the_provider_for_this_sign_in_is_believed():
    assert claims(token(name="韦某（虚构）"))["name"] == "韦某（虚构）"
    assert claims(token(aud=["chengxin"], azp="chengxin"))["sub"] == "someone"


@pytest.mark.parametrize(
    "changed",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "another client"},
        {"aud": ["another client", "chengxin"]},  # made for two, and no word for whom
        {"azp": "another client"},
        {"aud": None},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"exp": None},
        {"iat": None},
        {"exp": int(NOON.timestamp()) - 60},
        {"iat": int(NOON.timestamp()) + 61},
        {"iat": int(NOON.timestamp()) - 3600, "exp": int(NOON.timestamp()) + 3600},
        {"iat": float("nan")},
        {"exp": float("nan")},
        {"exp": "tomorrow"},
        {"at_hash": "of another access token"},
    ],
    ids=str,
)
def test_a_statement_for_another_by_another_or_out_of_date_is_refused(changed: dict[str, Any]):
    with pytest.raises(StatementInvalid):
        rules.claims_of(token(**changed), KEYS, client=CLIENT, attempt=ATTEMPT, access_token="given", at=NOON)


def test_a_statement_is_good_to_the_end_of_its_time_and_the_clocks_difference_and_no_longer():
    made = token()

    assert claims(made, at=NOON + timedelta(seconds=359))
    with pytest.raises(StatementInvalid):
        claims(made, at=NOON + timedelta(seconds=360))


def test_a_signature_of_another_key_is_refused_though_it_bears_the_same_name():
    with pytest.raises(StatementInvalid):
        claims(token(RSAKey.generate_key(2048, {"kid": "one"})))
    with pytest.raises(StatementInvalid):
        claims(token(ECKey.generate_key("P-256", {"kid": "one"}), alg="ES256"))
    with pytest.raises(StatementInvalid):
        claims(token(RSAKey.generate_key(2048, {"kid": "two"}), kid="two"))


def test_no_signature_and_one_by_the_public_key_as_a_shared_secret_are_refused():
    unsigned = token().split(".")
    header = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0"  # {"alg":"none","typ":"JWT"}
    shared = OctKey.import_key(KEY.as_pem(private=False).decode().replace("-----", "="), {"kid": "one"})

    for text in (f"{header}.{unsigned[1]}.", token(shared, alg="HS256"), "nothing", "", "a.b.c"):
        with pytest.raises(StatementInvalid):
            claims(text)


def test_a_changed_claim_breaks_the_signature():
    honest, forged = token().split("."), token(sub="someone else").split(".")

    with pytest.raises(StatementInvalid):
        claims(".".join((forged[0], forged[1], honest[2])))


@pytest.mark.parametrize(
    ("answer", "attempt", "at", "error"),
    [
        ({"code": "c", "state": "another state"}, ATTEMPT, NOON, AttemptUnknown),
        ({"code": "c"}, ATTEMPT, NOON, AttemptUnknown),
        ({"code": "c", "state": "a state"}, None, NOON, AttemptUnknown),
        ({"code": "c", "state": "a state", "iss": "https://evil.example"}, ATTEMPT, NOON, AttemptUnknown),
        ({"code": "c", "state": "a state"}, ATTEMPT, NOON + rules.ATTEMPT_FOR + SECOND, AttemptUnknown),
        ({"code": "c", "state": "a state"}, ATTEMPT, NOON - SECOND, AttemptUnknown),
        ({"error": "access_denied", "state": "a state"}, ATTEMPT, NOON, ProviderDeclined),
        ({"error": "server_error", "code": "c", "state": "a state"}, ATTEMPT, NOON, ProviderDeclined),
        ({"state": "a state"}, ATTEMPT, NOON, ProviderDeclined),
    ],
    ids=str,
)
def test_an_answer_to_no_attempt_of_this_browser_or_a_no_gives_no_code(
    answer: dict[str, str], attempt: Attempt | None, at: datetime, error: type[Exception]
):
    with pytest.raises(error):
        rules.code_of(answer, attempt, issuer=ISSUER, at=at)


def test_an_answer_to_this_attempt_gives_its_code_to_the_last_second():
    answer = {"code": "c", "state": "a state", "iss": ISSUER}
    assert rules.code_of(answer, ATTEMPT, issuer=ISSUER, at=NOON + rules.ATTEMPT_FOR) == "c"


@pytest.mark.parametrize(
    "changed",
    [
        {"issuer": "https://evil.example"},
        {"issuer": f"{ISSUER}/"},
        {"token_endpoint": "http://id.example/token"},
        {"jwks_uri": ""},
        {"userinfo_endpoint": "http://id.example/userinfo"},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
    ids=str,
)
def test_a_provider_that_is_another_or_speaks_in_the_open_is_not_used(changed: dict[str, str]):
    with pytest.raises(ProviderUnreachable):
        rules.provider_of(DOCUMENT | changed, issuer=ISSUER)


def test_how_the_secret_is_given_follows_the_provider():
    assert not rules.provider_of(DOCUMENT, issuer=ISSUER).secret_in_body
    only_post = DOCUMENT | {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert rules.provider_of(only_post, issuer=ISSUER).secret_in_body


@pytest.mark.parametrize("document", [None, [], "text", 7])
def test_what_is_no_document_is_no_provider(document: Any):
    with pytest.raises(ProviderUnreachable):
        rules.provider_of(document, issuer=ISSUER)


def test_further_claims_are_of_the_same_person_and_never_overrule_what_was_signed():
    signed = {"sub": "someone", "name": "signed"}

    assert rules.with_further(signed, {"sub": "someone", "name": "other", "more": 1}) == {**signed, "more": 1}
    for odd in ({"sub": "another"}, {}, [], None):
        with pytest.raises(StatementInvalid):
            rules.with_further(signed, odd)
