"""The demo's identity provider: it speaks the protocol strictly, and runs in demo mode alone."""

import base64
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from chengxin.project.tests.peer import BACK, Peer, answer_at, running_provider

VERIFIER = "v" * 50
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
ASKED = {
    "response_type": "code",
    "client_id": "chengxin",
    "redirect_uri": BACK,
    "scope": "openid profile credit-subject",
    "state": "s",
    "nonce": "n",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


@pytest.fixture(scope="module")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    with running_provider(tmp_path_factory.mktemp("provider")) as running:
        yield running


def address(peer: Peer, **changed: str) -> str:
    asked = {name: value for name, value in (ASKED | changed).items() if value}
    return f"{peer.client.issuer}/authorize?{urlencode(asked)}"


def redeemed(peer: Peer, code: str, *, secret: str = "", verifier: str = VERIFIER, back: str = BACK) -> int:
    answer = requests.post(
        f"{peer.client.issuer}/token",
        data={"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier},
        auth=(peer.client.client_id, secret or peer.client.client_secret),
        timeout=5,
    )
    return answer.status_code


def test_a_code_is_redeemed_once_by_who_holds_secret_and_verifier(peer: Peer):
    code = answer_at(address(peer), "resident")["code"]

    assert redeemed(peer, code, secret="wrong") == 401
    assert redeemed(peer, code, verifier="w" * 50) == 400
    assert redeemed(peer, code, back="http://evil.example/back") == 400
    assert redeemed(peer, code) == 200
    assert redeemed(peer, code) == 400


@pytest.mark.parametrize(
    "changed",
    [
        {"redirect_uri": "http://evil.example/back"},
        {"client_id": "another"},
        {"code_challenge_method": "plain"},
    ],
)
def test_a_request_of_another_to_elsewhere_or_with_a_weak_challenge_goes_nowhere(peer: Peer, changed: dict[str, str]):
    answer = requests.get(address(peer, **changed), allow_redirects=False, timeout=5)

    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"code_challenge": ""}, "invalid_request"),
        ({"response_type": "token"}, "unauthorized_client"),
        ({"scope": "openid everything"}, "invalid_scope"),
        ({"prompt": "none"}, "login_required"),
    ],
)
def test_a_faulty_request_is_answered_as_the_protocol_wants(peer: Peer, changed: dict[str, str], error: str):
    answer = requests.get(address(peer, **changed), allow_redirects=False, timeout=5)

    place = urlsplit(answer.headers["Location"])
    assert answer.headers["Location"].startswith(BACK)
    assert parse_qs(place.query or place.fragment)["error"] == [error]


def test_who_refuses_comes_back_with_a_no(peer: Peer):
    answer = answer_at(address(peer), "resident", agree=False)

    assert answer == {"error": "access_denied", "state": "s", "iss": peer.client.issuer}


def test_nothing_is_told_without_an_access_token(peer: Peer):
    assert requests.get(f"{peer.client.issuer}/userinfo", timeout=5).status_code == 401


def test_the_pages_keep_their_own_policy(peer: Peer):
    headers = requests.get(address(peer), timeout=5).headers

    assert "script-src 'none'" in headers["Content-Security-Policy"]
    assert "form-action 'self' http://localhost:8000" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"


MODULES = sorted(
    f"chengxin.project.provider.{path.stem}"
    for path in (Path(__file__).parents[1] / "provider").glob("*.py")
    if path.stem != "__init__"
)


@pytest.mark.parametrize("module", MODULES)
def test_no_part_of_it_can_be_imported_outside_demo_mode(module: str):
    ran = subprocess.run(
        [sys.executable, "-c", f"import {module}"],
        env={**{k: v for k, v in os.environ.items() if k != "CHENGXIN_DEMO"}, "CHENGXIN_PREPARING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 1
    assert "demo mode alone" in ran.stderr
