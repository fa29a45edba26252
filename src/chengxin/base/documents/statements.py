"""Statements in JSON that the platform signs, for machines and files. Source: JSON Web Signature, RFC 7515."""

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jwcrypto import jwk, jws

from chengxin.base.documents.keys import signing_keys


def signed(content: Mapping[str, Any], *, at: datetime) -> dict[str, Any]:
    """`content` to be read (`statement`), and the same signed (`jws`, compact form, certificate chain in `x5c`).

    Only what stands in `jws` counts. Raises `SigningKeyUnusable`.
    """
    keys = signing_keys(at=at)
    is_curve = isinstance(keys.key, ec.EllipticCurvePrivateKey)
    chain = [base64.b64encode(c.public_bytes(serialization.Encoding.DER)).decode() for c in keys.chain]
    protected = {"alg": "ES256" if is_curve else "RS256", "typ": "JOSE", "cty": "json", "x5c": chain}
    token = jws.JWS(json.dumps(content, ensure_ascii=False).encode())
    token.add_signature(jwk.JWK.from_pyca(keys.key), protected=json.dumps(protected))
    return {"statement": dict(content), "jws": token.serialize(compact=True)}


def opened(token: str, *, at: datetime) -> dict[str, Any] | None:
    """What the platform's own key signed as that compact JWS; None where it did not."""
    key = jwk.JWK.from_pyca(signing_keys(at=at).key.public_key())
    try:
        found = jws.JWS()
        found.deserialize(token, key)
        content: dict[str, Any] = json.loads(found.payload)
    except (jws.InvalidJWSObject, jws.InvalidJWSSignature, ValueError):
        return None
    return content
