import asyncio
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis.strategies import binary, integers

from chengxin.base.documents import keys, signing
from chengxin.base.documents.signing import NOTHING
from chengxin.base.documents.tests.factories import NOW, pdf

SIGNED = signing.sign_pdf(pdf(), reason="虚构", at=NOW)


def test_what_was_signed_holds_and_tells_who_and_when():
    check = signing.verify_pdf(SIGNED, at=NOW)

    assert check.holds
    assert check.signed_at == NOW
    assert "信用南宁" in check.signer


def test_the_signature_is_pades():
    assert b"/ETSI.CAdES.detached" in SIGNED


def test_signing_leaves_the_document_before_the_signature_as_it_was():
    assert SIGNED.startswith(pdf())


def test_signing_and_verifying_work_inside_a_running_event_loop():
    async def both():
        return signing.verify_pdf(signing.sign_pdf(pdf(), reason="虚构", at=NOW), at=NOW)

    assert asyncio.run(both()).holds


def test_a_document_without_signature_bears_none():
    assert signing.verify_pdf(pdf(), at=NOW) == NOTHING


@given(place=integers(0, len(pdf()) - 1))
@settings(max_examples=25, deadline=None)
def test_no_changed_byte_of_the_document_goes_unnoticed(place: int):
    changed = bytearray(SIGNED)
    changed[place] ^= 1

    assert not signing.verify_pdf(bytes(changed), at=NOW).holds


def test_what_was_added_behind_the_signature_is_not_covered():
    check = signing.verify_pdf(SIGNED + b"\n% more\n", at=NOW)

    assert not check.whole
    assert not check.holds


def test_a_foreign_signature_is_intact_but_not_trusted(tmp_path, settings):
    keys.make(tmp_path / "foreign", at=NOW)
    settings.SIGNING_FOLDER = str(tmp_path / "foreign")
    foreign = signing.sign_pdf(pdf(), reason="虚构", at=NOW)
    settings.SIGNING_FOLDER = ""

    check = signing.verify_pdf(foreign, at=NOW)

    assert (check.signed, check.intact, check.trusted) == (True, True, False)


def test_trust_ends_with_the_certificate():
    check = signing.verify_pdf(SIGNED, at=NOW + timedelta(days=366 * keys.CERTIFICATE_YEARS))

    assert (check.intact, check.trusted) == (True, False)


@given(junk=binary(max_size=400))
@settings(max_examples=60, deadline=None)
def test_any_bytes_get_an_answer(junk: bytes):
    assert not signing.verify_pdf(junk, at=NOW).holds
    assert not signing.verify_pdf(b"%PDF-1.7\n/ByteRange" + junk, at=NOW).holds


@given(length=integers(0, len(SIGNED) - 1), junk=binary(max_size=60))
@settings(max_examples=40, deadline=None)
def test_a_torn_document_gets_an_answer(length: int, junk: bytes):
    assert not signing.verify_pdf(SIGNED[:length] + junk, at=NOW).holds


@pytest.mark.parametrize(
    "hostile",
    [
        b"%PDF-1.7\n/ByteRange\n" + b"[" * 200_000,
        b"%PDF-1.7\n1 0 obj\n<</Prev 9>>\nendobj\nxref\n0 1\n0000000000 65535 f \ntrailer\n<</Root 1 0 R /Prev 38>>\n"
        b"startxref\n38\n%%EOF\n/ByteRange",
    ],
    ids=["deep nesting", "a cross reference to itself"],
)
def test_hostile_structures_get_an_answer(hostile: bytes):
    assert signing.verify_pdf(hostile, at=NOW) == NOTHING
