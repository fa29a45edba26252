"""Sealing personal identifiers, finding them by keyed hash, and masking. Pure: keys are given."""

import base64
import hashlib
import hmac
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PREFIX = "sealed:v1:"
NONCE_BYTES = 12


class SealBroken(ValueError):
    """The sealed text was changed, belongs elsewhere, or was sealed under another key."""


def derive(secret: str, *, purpose: str) -> bytes:
    """A 32-byte key for one purpose from an installation's secret (HMAC-SHA256 as in HKDF-Expand, RFC 5869)."""
    return hmac.new(secret.encode(), purpose.encode() + b"\x01", hashlib.sha256).digest()


def seal(text: str, *, key: bytes, context: str) -> str:
    """`text` sealed by AES-256-GCM as `sealed:v1:…`; only the same `key` and `context` open it."""
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, text.encode(), context.encode())
    return PREFIX + base64.urlsafe_b64encode(nonce + sealed).decode()


def seal_many(texts: Sequence[str | None], *, key: bytes, context: str) -> list[str | None]:
    """Each text sealed as by `seal`; None and empty texts become None."""
    return [seal(text, key=key, context=context) if text else None for text in texts]


def unseal(sealed: str, *, key: bytes, context: str) -> str:
    """The text that was sealed. Raises `SealBroken`."""
    if not sealed.startswith(PREFIX):
        raise SealBroken("not a sealed text")
    try:
        raw = base64.urlsafe_b64decode(sealed[len(PREFIX) :])
        return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], context.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise SealBroken("the seal does not hold") from error


def lookup_hash(text: str, *, key: bytes, context: str) -> bytes:
    """The 32-byte keyed hash by which a sealed text is found (HMAC-SHA256 over context and text)."""
    return hmac.new(key, context.encode() + b"\x00" + text.encode(), hashlib.sha256).digest()


def mask_number(number: str) -> str:
    """A document number with only the first two and last two characters shown, e.g. `45**************34`.

    Neither birth date nor division can be read; enough stays for owners to know their own.
    """
    if len(number) <= 4:
        return "*" * len(number)
    return number[:2] + "*" * (len(number) - 4) + number[-2:]


def mask_name(name: str) -> str:
    """A person's name with only the family name's first character shown, e.g. `韦*`."""
    return name[:1] + "*" * max(len(name) - 1, 1) if name else ""


def mask_phone(phone: str) -> str:
    """A telephone number with only the first three and last two digits shown."""
    return phone[:3] + "*" * max(len(phone) - 5, 0) + phone[-2:] if len(phone) > 5 else "*" * len(phone)


def seal_stable(text: str, *, key: bytes, context: str) -> str:
    """As `seal`, but the same text in the same context gives the same result, so that a repeated hand-in is recognised.

    The nonce is a keyed hash of context and text, as in synthetic-IV modes (RFC 5297, RFC 8452): it repeats only where
    both repeat. Use a context that belongs to one record.
    """
    nonce = lookup_hash(text, key=key, context=f"nonce\x00{context}")[:NONCE_BYTES]
    sealed = AESGCM(key).encrypt(nonce, text.encode(), context.encode())
    return PREFIX + base64.urlsafe_b64encode(nonce + sealed).decode()


def seal_bytes(content: bytes, *, key: bytes, context: str) -> bytes:
    """`content` sealed by AES-256-GCM, the nonce before it; only the same `key` and `context` open it."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, context.encode())


def unseal_bytes(sealed: bytes, *, key: bytes, context: str) -> bytes:
    """The content that was sealed. Raises `SealBroken`."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context.encode())
    except (InvalidTag, ValueError) as error:
        raise SealBroken("the seal does not hold") from error
