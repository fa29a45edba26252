"""The receipt of a consent: machine-readable, signed with the platform's key. Source: ISO/IEC TS 27560:2023.

Its four parts and their names follow the specification as the public guide to it by the W3C community group on data
privacy vocabularies tells them: header, processing with its purposes, parties, event. What a query here needs beside
them keeps a name of its own: `description`, `valid_from`, `valid_until`, `most_queries`, `method`.
"""

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding

from chengxin.base.documents.keys import signing_keys
from chengxin.rights.consent.models import Request
from chengxin.rights.consent.policy import Wording
from chengxin.rights.consent.rules import Method, Purpose

SCHEMA = "ISO/IEC TS 27560:2023"
COUNTRY = "CN"
RIGHTS = ("access", "rectification", "erasure", "withdrawal", "complaint")


def receipt(
    request: Request, purpose: Purpose, wording: Wording, *, method: Method, controller: str, at: datetime
) -> dict[str, Any]:
    """The signed receipt: header, processing, parties and event, with the signature beside it.

    The subject is named by its reference and the event by its method, so that the receipt holds no one's number.
    """
    content: dict[str, Any] = {
        "schema_version": SCHEMA,
        "record_id": str(uuid4()),
        "receipt_id": str(uuid4()),
        "pii_principal_id": request.about,
        "processing": {
            "privacy_notice": wording.version,
            "language": "zh-Hans",
            "purposes": [
                {
                    "purpose": purpose.code,
                    "description": purpose.zh,
                    "lawful_basis": f"consent; {purpose.basis}",
                    "pii_information": [{"pii_type": item, "pii_optional": False} for item in request.items],
                    "pii_controllers": [controller],
                    "recipient_third_parties": [request.organisation_code],
                    "processing_method": "query",
                    "processing_locations": [COUNTRY],
                    "storage_locations": [COUNTRY],
                    "jurisdiction": COUNTRY,
                    "valid_from": request.valid_from.isoformat(),
                    "valid_until": request.valid_until.isoformat(),
                    "most_queries": request.most_queries,
                    "withdrawal_method": "my-space",
                    "privacy_rights": list(RIGHTS),
                }
            ],
        },
        "parties": [
            {"party_id": controller, "party_role": "pii-controller"},
            {"party_id": request.organisation_code, "party_role": "third-party-recipient"},
        ],
        "event": {
            "event_type": "explicit",
            "event_state": "given",
            "method": method.value,
            "event_time": at.isoformat(),
            "validity_duration": f"P{(request.valid_until - request.valid_from).days}D",
            "entity_id": request.about,
        },
    }
    return {**content, "signature": _signature(content, at=at)}


def is_genuine(signed: Mapping[str, Any], *, at: datetime) -> bool:
    """Whether the platform's key signed exactly this receipt."""
    content = {key: value for key, value in signed.items() if key != "signature"}
    key = signing_keys(at=at).key.public_key()
    try:
        signature = base64.b64decode(signed["signature"]["value"])
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, _bytes(content), ec.ECDSA(hashes.SHA256()))
        else:
            key.verify(signature, _bytes(content), padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, KeyError, ValueError):
        return False
    return True


def _signature(content: Mapping[str, Any], *, at: datetime) -> dict[str, str]:
    keys = signing_keys(at=at)
    if isinstance(keys.key, ec.EllipticCurvePrivateKey):
        name, value = "ECDSA-SHA256", keys.key.sign(_bytes(content), ec.ECDSA(hashes.SHA256()))
    else:
        name, value = "RSA-SHA256", keys.key.sign(_bytes(content), padding.PKCS1v15(), hashes.SHA256())
    certificate = keys.chain[0].public_bytes(serialization.Encoding.DER)
    return {"algorithm": name, "value": _text(value), "certificate": _text(certificate)}


def _bytes(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()
