"""Signs PDF documents (PAdES baseline B-B, with a timestamp B-T) and checks such signatures.

Source: ETSI EN 319 142-1; the timestamp of RFC 3161.
"""

import asyncio
import logging
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from chengxin.base import clock
from chengxin.base.documents import timestamps
from chengxin.base.documents.keys import SigningKeys, signing_keys

FIELD = "Signature"
SIGNATURE_BYTES = 2048  # room for signature and attributes beside the certificates; measured 700 with ECDSA P-256
for _library in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_library).setLevel(logging.CRITICAL)  # noqa: TID251 - hostile uploads would fill the log


@dataclass(frozen=True, slots=True)
class SealCheck:
    """What the signature of a PDF is worth. `whole`: it covers every byte of the file.

    `stamped_at` is the time that a time-stamping authority attests, `stamp_trusted` whether its root is trusted.
    """

    signed: bool = False
    intact: bool = False
    trusted: bool = False
    whole: bool = False
    signed_at: datetime | None = None
    signer: str = ""
    stamped_at: datetime | None = None
    stamp_trusted: bool = False

    @property
    def holds(self) -> bool:
        """Whether the file is, byte for byte, what a trusted key signed."""
        return self.signed and self.intact and self.trusted and self.whole


NOTHING = SealCheck()


class _Signer(signers.PdfSigner):  # type: ignore[misc]
    """Signs with the moment that it is told."""

    def __init__(self, *arguments: Any, at: datetime, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._at = at

    def init_signing_session(self, *arguments: Any, **named: Any) -> Any:
        """The session, dated by the caller instead of the machine."""
        session = super().init_signing_session(*arguments, **named)
        session.system_time = self._at
        return session


def sign_pdf(pdf: bytes, *, reason: str, at: datetime) -> bytes:
    """The PDF with a signature over all of it, dated `at`. Raises `SigningKeyUnusable`."""
    return _signed(pdf, None, reason=reason, at=at)


def sign_pdf_with_time(pdf: bytes, *, reason: str, at: datetime) -> bytes:
    """As `sign_pdf`, with a timestamp of the time-stamping authority on the signature (PAdES B-T).

    Raises `SigningKeyUnusable`, `TimestampUnavailable`.
    """
    with timestamps.refusals_told():
        return _signed(pdf, timestamps.authority(at=at), reason=reason, at=at)


def _signed(pdf: bytes, timestamper: Any, *, reason: str, at: datetime) -> bytes:
    meta = signers.PdfSignatureMetadata(
        field_name=FIELD, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES, reason=reason
    )
    keys = signing_keys(at=at)
    signer = _Signer(meta, signer=_signer(keys), timestamper=timestamper, at=at.astimezone(clock.CITY_TIME))
    writer = IncrementalPdfFileWriter(BytesIO(pdf), strict=False)
    stamp = timestamps.LARGEST_STAMP if timestamper is not None else 0
    output = _run(signer.async_sign_pdf(writer, bytes_reserved=_digits_reserved(keys) + 2 * stamp))
    signed: bytes = output.getvalue()
    return signed


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    """The result of pyHanko's coroutine; in a thread of its own where this one's event loop is at work already."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def _digits_reserved(keys: SigningKeys) -> int:
    # Told beforehand, pyHanko need not sign twice to learn the size; in hexadecimal digits, two to a byte.
    return 2 * (SIGNATURE_BYTES + sum(len(c.public_bytes(serialization.Encoding.DER)) for c in keys.chain))


@lru_cache(maxsize=4)
def _signer(keys: SigningKeys) -> Any:
    certificates = [_asn1(c) for c in keys.chain]
    key = keys.key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return signers.SimpleSigner(
        signing_cert=certificates[0],
        signing_key=asn1_keys.PrivateKeyInfo.load(key),
        cert_registry=SimpleCertificateStore.from_certs(certificates),
    )


def _asn1(certificate: Any) -> Any:
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def verify_pdf(pdf: bytes, *, at: datetime) -> SealCheck:
    """What the last signature of `pdf` is worth at the moment `at`; any bytes get an answer, no error."""
    if b"%PDF-" not in pdf[:1024] or b"/ByteRange" not in pdf:
        return NOTHING
    try:
        check: SealCheck = _run(_verified(pdf, at))
        return check
    except Exception:
        # The parser meets whatever people upload; what it cannot follow bears no signature that we could vouch for.
        return NOTHING


async def _verified(pdf: bytes, at: datetime) -> SealCheck:
    found = PdfFileReader(BytesIO(pdf), strict=False).embedded_regular_signatures
    if not found:
        return NOTHING
    roots = [_asn1(c) for c in signing_keys(at=at).roots]
    context = ValidationContext(trust_roots=roots, allow_fetching=False, moment=at, best_signature_time=at)
    stamp_roots = [_asn1(c) for c in timestamps.trusted_roots(at=at)]
    stamp_context = ValidationContext(trust_roots=stamp_roots, allow_fetching=False, moment=at, best_signature_time=at)
    status = await async_validate_pdf_signature(
        found[-1], signer_validation_context=context, ts_validation_context=stamp_context, skip_diff=True
    )
    stamp = status.timestamp_validity
    return SealCheck(
        signed=True,
        intact=bool(status.intact and status.valid),
        trusted=bool(status.trusted),
        whole=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        signed_at=status.signer_reported_dt,
        signer=_called(status.signing_cert),
        stamped_at=stamp.timestamp if stamp is not None and stamp.intact and stamp.valid else None,
        stamp_trusted=stamp is not None and bool(stamp.trusted),
    )


def _called(certificate: Any) -> str:
    return str(certificate.subject.native.get("common_name", certificate.subject.human_friendly))
