"""The installation's own time-stamping authority: a request of RFC 3161 in, a response out. It keeps nothing."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from chengxin.base.documents.keys import SigningKeys, timestamping_keys

# Ours alone, made from a random UUID as ITU-T X.667 provides: tests of RFC 3161 clients, and an installation's own use.
POLICY = "2.25.291937269561788150582970289107888048213"
CONTENT_TYPE, QUERY_TYPE = "application/timestamp-reply", "application/timestamp-query"
LARGEST_QUERY = 16_384
DIGESTS = {"sha256": 32, "sha384": 48, "sha512": 64}
ACCURACY = timedelta(seconds=1)


class _Refused(Exception):
    """Why a request gets no timestamp, as RFC 3161 section 2.4.2 calls it."""


def answer(query: bytes, *, at: datetime) -> bytes:
    """The response to a request for a timestamp at `at`: granted, or refused with the reason; any bytes get one.

    Source: RFC 3161 sections 2.4.1 and 2.4.2. Raises `SigningKeyUnusable`.
    """
    try:
        request = _read(query)
    except _Refused as refusal:
        reason = tsp.PKIStatusInfo({"status": "rejection", "fail_info": {str(refusal)}})
        return bytes(_Refusal({"status": reason}).dump())
    token = _token(request, timestamping_keys(at=at), at=at)
    return bytes(tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token}).dump())


def _read(query: bytes) -> Any:
    try:
        request = tsp.TimeStampReq.load(query, strict=True)
        version, imprint = request["version"].native, request["message_imprint"]
        algorithm, digest = imprint["hash_algorithm"]["algorithm"].native, imprint["hashed_message"].native
        policy, extensions = request["req_policy"].native, request["extensions"].native
        _ = request["nonce"].native, request["cert_req"].native
    except (ValueError, TypeError, KeyError) as error:
        raise _Refused("bad_data_format") from error
    if version != "v1":
        raise _Refused("bad_request")
    if algorithm not in DIGESTS:
        raise _Refused("bad_alg")
    if len(digest) != DIGESTS[algorithm]:
        raise _Refused("bad_data_format")
    if policy not in (None, POLICY):
        raise _Refused("unaccepted_policy")
    if extensions:
        raise _Refused("unaccepted_extensions")
    return request


class _Refusal(core.Sequence):  # type: ignore[misc]
    """A response without a token, which asn1crypto's own does not allow. Source: RFC 3161 section 2.4.2."""

    _fields = [("status", tsp.PKIStatusInfo)]


def _token(request: Any, keys: SigningKeys, *, at: datetime) -> Any:
    certificate = asn1_x509.Certificate.load(keys.chain[0].public_bytes(serialization.Encoding.DER))
    facts: dict[str, Any] = {
        "version": "v1",
        "policy": POLICY,
        "message_imprint": request["message_imprint"],
        "serial_number": secrets.randbits(159),  # RFC 3161 allows 160 bits; never the same twice
        "gen_time": at.astimezone(UTC).replace(microsecond=0),
        "accuracy": {"seconds": int(ACCURACY.total_seconds())},
    }
    if request["nonce"].native is not None:
        facts["nonce"] = request["nonce"]
    content = tsp.TSTInfo(facts).dump()
    attributes = _attributes(content, certificate, at)
    assert isinstance(keys.key, ec.EllipticCurvePrivateKey)
    signature = keys.key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256()))
    digest = algos.DigestAlgorithm({"algorithm": "sha256"})
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                "issuer_and_serial_number",
                cms.IssuerAndSerialNumber({"issuer": certificate.issuer, "serial_number": certificate.serial_number}),
            ),
            "digest_algorithm": digest,
            "signed_attrs": attributes,
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
            "signature": signature,
        }
    )
    signed = {
        "version": "v3",
        "digest_algorithms": [digest],
        "encap_content_info": {"content_type": "tst_info", "content": cms.ParsableOctetString(content)},
        "signer_infos": [signer],
    }
    if request["cert_req"].native:
        signed["certificates"] = [certificate]
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)})


def _attributes(content: bytes, certificate: Any, at: datetime) -> Any:
    """What the signature covers: RFC 3161 wants the signing certificate named (RFC 5816: by SHA-256)."""

    def sha256(data: bytes) -> bytes:
        digest = hashes.Hash(hashes.SHA256())
        digest.update(data)
        return digest.finalize()

    named = tsp.SigningCertificateV2({"certs": [tsp.ESSCertIDv2({"cert_hash": sha256(certificate.dump())})]})
    return cms.CMSAttributes(
        [
            cms.CMSAttribute({"type": "content_type", "values": ["tst_info"]}),
            cms.CMSAttribute(
                {"type": "signing_time", "values": [cms.Time("utc_time", at.astimezone(UTC).replace(microsecond=0))]}
            ),
            cms.CMSAttribute({"type": "message_digest", "values": [sha256(content)]}),
            cms.CMSAttribute({"type": "signing_certificate_v2", "values": [named]}),
        ]
    )
