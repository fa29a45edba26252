"""Timestamps on signatures: granted, refused, attested by tools that had no part in making them."""

import subprocess
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from hypothesis import given
from hypothesis import settings as profile
from hypothesis.strategies import binary

from chengxin.base import clock
from chengxin.base.documents import signing, tsa
from chengxin.base.documents.errors import TimestampUnavailable
from chengxin.base.documents.keys import signing_keys, timestamping_keys
from chengxin.base.documents.management.commands.tsa import server
from chengxin.base.documents.tests.factories import NOW, pdf
from chengxin.base.documents.tests.independent import (
    openssl_accepts_signature,
    openssl_accepts_timestamp,
    pem,
    ran,
    told_by_pdfsig,
)

STAMPED = signing.sign_pdf_with_time(pdf(), reason="虚构", at=NOW)
QUERY = {"Content-Type": tsa.QUERY_TYPE}


@pytest.fixture
def running_tsa() -> Iterator[str]:
    """The address of a time-stamping authority that is served over loopback."""
    with server(0) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_address[1]}/"
        listening.shutdown()


def test_a_timestamp_tells_when_and_is_trusted():
    check = signing.verify_pdf(STAMPED, at=NOW)

    assert check.holds
    assert (check.stamped_at, check.stamp_trusted) == (NOW, True)


def test_a_plain_signature_has_no_timestamp():
    check = signing.verify_pdf(signing.sign_pdf(pdf(), reason="虚构", at=NOW), at=NOW)

    assert (check.stamped_at, check.stamp_trusted) == (None, False)


def test_poppler_finds_signature_and_whole_document(tmp_path: Path):
    told = told_by_pdfsig(STAMPED, tmp_path)

    assert "Signature is Valid" in told
    assert "Total document signed" in told
    assert "ETSI.CAdES.detached" in told


def test_poppler_finds_a_changed_byte(tmp_path: Path):
    changed = bytearray(STAMPED)
    changed[200] ^= 1

    assert "Signature is Valid" not in told_by_pdfsig(bytes(changed), tmp_path)


def test_openssl_accepts_the_signature_and_the_timestamp_on_it(tmp_path: Path):
    now = clock.now()
    stamped = signing.sign_pdf_with_time(pdf(), reason="虚构", at=now)
    roots = pem(signing_keys(at=now).roots, tmp_path / "roots.pem")
    stamp_roots = pem(timestamping_keys(at=now).roots, tmp_path / "stamp-roots.pem")

    assert openssl_accepts_signature(stamped, roots, tmp_path).returncode == 0
    verdict = openssl_accepts_timestamp(stamped, stamp_roots, tmp_path)
    assert "Verification: OK" in verdict.stdout + verdict.stderr
    assert openssl_accepts_timestamp(stamped, roots, tmp_path).returncode != 0


def test_openssl_gets_a_timestamp_over_http_with_its_own_query(running_tsa: str, tmp_path: Path):
    file = tmp_path / "data"
    file.write_bytes("虚构".encode())
    ran("openssl", "ts", "-query", "-data", file, "-sha512", "-cert", "-out", tmp_path / "query")
    answer = requests.post(running_tsa, (tmp_path / "query").read_bytes(), headers=QUERY, timeout=10)
    (tmp_path / "reply").write_bytes(answer.content)
    roots = pem(timestamping_keys(at=clock.now()).roots, tmp_path / "roots.pem")

    verdict = ran(
        "openssl", "ts", "-verify", "-in", tmp_path / "reply", "-queryfile", tmp_path / "query", "-CAfile", roots
    )
    assert "Verification: OK" in verdict.stdout + verdict.stderr


def test_the_server_takes_queries_alone(running_tsa: str):
    assert requests.post(running_tsa, b"x", headers={"Content-Type": "text/plain"}, timeout=10).status_code == 415
    assert requests.post(running_tsa, b"x" * 20_000, headers=QUERY, timeout=10).status_code == 413


def test_the_authority_that_the_settings_name_is_asked_over_http(running_tsa: str, settings):
    settings.TSA_ADDRESS = running_tsa
    now = clock.now()

    check = signing.verify_pdf(signing.sign_pdf_with_time(pdf(), reason="虚构", at=now), at=now)

    assert check.holds
    assert check.stamped_at is not None
    assert abs(check.stamped_at - now) < timedelta(minutes=1)


def test_where_the_authority_is_silent_nothing_is_signed(settings):
    settings.TSA_ADDRESS = "http://127.0.0.1:9/"
    with pytest.raises(TimestampUnavailable):
        signing.sign_pdf_with_time(pdf(), reason="虚构", at=NOW)


def refused(query: bytes, folder: Path) -> str:
    reply = folder / "reply"
    reply.write_bytes(tsa.answer(query, at=NOW))
    return ran("openssl", "ts", "-reply", "-in", reply, "-text").stdout


@pytest.mark.parametrize(
    ("options", "reason"),
    [(["-md5"], "unrecognized or unsupported algorithm"), (["-sha256", "-tspolicy", "1.2.3.4"], "policy")],
)
def test_what_it_does_not_stamp_is_refused_with_the_reason(options: list[str], reason: str, tmp_path: Path):
    query = subprocess.run(
        ["openssl", "ts", "-query", "-data", __file__, *options], capture_output=True, check=True
    ).stdout

    told = refused(query, tmp_path)

    assert "Status: Rejected" in told
    assert reason in told


@given(junk=binary(max_size=200))
@profile(max_examples=60, deadline=None)
def test_any_bytes_get_an_answer(junk: bytes):
    assert tsa.answer(junk, at=NOW).startswith(b"\x30")
