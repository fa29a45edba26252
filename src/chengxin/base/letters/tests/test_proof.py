"""The proof of delivery: what it tells, to whom, and that others can check it without this platform's code."""

import base64
import json
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from chengxin.base.casework import services as casework
from chengxin.base.documents import statements
from chengxin.base.documents.keys import signing_keys
from chengxin.base.errors import NotFound
from chengxin.base.letters import delivering, making, proof, services
from chengxin.base.letters.rules import Channel
from chengxin.base.letters.tests.factories import NOON, office, reached_at, reader, smtp_server, written

pytestmark = pytest.mark.django_db
AN_HOUR = timedelta(hours=1)
TODAY = NOON.date()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def told(settings):
    """A letter that was sent, read and fetched, and its reader."""
    by = reader()
    reached_at(by, Channel.EMAIL, "liang@company.example.org")
    letter = written()
    making.make_document(letter.pk, at=NOON)
    with smtp_server(settings):
        delivering.dispatch(letter.pk, at=NOON)
        delivering.deliver(letter.deliveries.get(channel="email").pk, attempts=0, at=NOON + AN_HOUR)
    casework.mark_read(letter.notice_id, by=by, at=NOON + 2 * AN_HOUR)
    services.download(letter.pk, by=by, at=NOON + 3 * AN_HOUR)
    return letter, by


def test_it_tells_first_to_last_what_happened_on_which_channel(told):
    letter, by = told

    found = proof.proof_of(letter.pk, actor=by, on=TODAY)

    assert [(line.what, line.channel, line.to) for line in found.lines] == [
        ("written", "", ""),
        ("made", "", ""),
        ("delivered", "inbox", ""),
        ("queued", "email", "l***@company.example.org"),
        ("sent", "email", "l***@company.example.org"),
        ("read", "inbox", "liang"),
        ("downloaded", "", "liang"),
    ]
    assert found.is_received


def test_a_letter_that_nobody_opened_is_not_received():
    by = reader()

    assert not proof.proof_of(written().pk, actor=by, on=TODAY).is_received


def test_nobody_else_gets_the_proof(told):
    with pytest.raises(NotFound):
        proof.proof_of(told[0].pk, actor=reader("other", about="subject:other"), on=TODAY)
    with pytest.raises(NotFound):
        proof.proof_of(told[0].pk, actor=office(), on=TODAY)


def test_the_statement_can_be_checked_with_nothing_but_the_certificate_in_it(told):
    letter, by = told
    stated = proof.statement(proof.proof_of(letter.pk, actor=by, on=TODAY), at=NOON + 4 * AN_HOUR)

    head, payload, signature = stated["jws"].split(".")
    header = json.loads(unpadded(head))
    certificate = x509.load_der_x509_certificate(base64.b64decode(header["x5c"][0]))
    raw = unpadded(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    certificate.public_key().verify(der, f"{head}.{payload}".encode(), ec.ECDSA(hashes.SHA256()))
    certificate.verify_directly_issued_by(signing_keys(at=NOON).roots[0])
    assert header["alg"] == "ES256"
    assert json.loads(unpadded(payload)) == stated["statement"]
    assert stated["statement"]["letter"]["number"] == letter.number
    assert stated["statement"]["letter"]["pdf_sha256"] == bytes(letter.document.sha256).hex()


def test_a_changed_statement_is_found_out(told):
    letter, by = told
    token = proof.statement(proof.proof_of(letter.pk, actor=by, on=TODAY), at=NOON)["jws"]
    head, payload, signature = token.split(".")
    changed = json.loads(unpadded(payload)) | {"issuer": "某局（虚构）"}
    forged = base64.urlsafe_b64encode(json.dumps(changed).encode()).decode().rstrip("=")

    assert statements.opened(token, at=NOON) is not None
    assert statements.opened(f"{head}.{forged}.{signature}", at=NOON) is None
    assert statements.opened("nonsense", at=NOON) is None


def unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
