"""The keys that sign the log's heads: each from a size on, and vouched for by the one before. Needs no database.

A key is changed in time (its certificate ends); heads that it signed stay as they are. So each head is checked by the
key of its size, and whoever trusts one key trusts those that follow as far as each was signed by the one before it.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
VOUCHED = b"chengxin transparency key 1\n"


def public_key(pem: bytes) -> PublicKey:
    """The key in a PEM file of a public key or a certificate. Raises `ValueError`."""
    is_certificate = b"BEGIN CERTIFICATE" in pem
    key: object = (
        x509.load_pem_x509_certificate(pem).public_key() if is_certificate else serialization.load_pem_public_key(pem)
    )
    if not isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
        raise ValueError("neither an elliptic curve nor an RSA key")
    return key


def pem_of(key: PublicKey) -> str:
    """The public key as PEM."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(serialization.Encoding.PEM, form).decode()


def fingerprint(key: PublicKey) -> str:
    """SHA-256 of the key (SubjectPublicKeyInfo, DER), in hex."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return hashlib.sha256(key.public_bytes(serialization.Encoding.DER, form)).hexdigest()


def sign(message: bytes, key: PrivateKey) -> bytes:
    """The key's signature over the message (ECDSA or RSA, SHA-256)."""
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(message, ec.ECDSA(hashes.SHA256()))
    return key.sign(message, padding.PKCS1v15(), hashes.SHA256())


def verifies(message: bytes, signature: bytes, key: PublicKey) -> bool:
    """Whether that is the key's signature over the message (ECDSA or RSA, SHA-256)."""
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
        else:
            key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


@dataclass(frozen=True)
class Signer:
    """A key of the log: `first` is the size of the first head that it signed.

    `vouched`: the signature by the key before it over what `told` gives; empty where there was none to be had.
    Raises `ValueError` where the key cannot be read.
    """

    first: int
    pem: str
    vouched: bytes = b""

    def __post_init__(self) -> None:
        assert self.key  # a ring with a key that cannot be read is none

    @cached_property
    def key(self) -> PublicKey:
        """The key itself. Raises `ValueError`."""
        return public_key(self.pem.encode())

    @property
    def told(self) -> bytes:
        """The bytes by which the key before it vouches for this one."""
        return VOUCHED + f"{self.first}\n{fingerprint(self.key)}\n".encode()

    def follows(self, before: "Signer") -> bool:
        """Whether the key before vouches for this one."""
        return bool(self.vouched) and verifies(self.told, self.vouched, before.key)


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the key: from the head of `first` leaves on, and whether the key before vouches for the new one."""

    first: int
    is_vouched: bool


@dataclass(frozen=True, slots=True)
class Ring:
    """The keys of a log, first to last, and the one of them that is trusted; None: all are, each for its own heads."""

    keys: tuple[Signer, ...]
    anchor: str | None = None

    def at(self, size: int) -> Signer | None:
        """The key of the head of `size` leaves; None where none is known."""
        return next((one for one in reversed(self.keys) if one.first <= size), None)

    def trusts(self, wanted: Signer) -> bool:
        """Whether that key is trusted: it is the one that is, or the keys between vouch for each other."""
        if self.anchor is None:
            return True
        is_reached, before = False, None
        for one in self.keys:
            is_own = fingerprint(one.key) == self.anchor
            is_reached = is_own or (is_reached and before is not None and one.follows(before))
            if one is wanted:
                return is_reached
            before = one
        return False

    def changes(self, size: int) -> tuple[Change, ...]:
        """The changes of the key up to the head of `size` leaves."""
        pairs = zip(self.keys, self.keys[1:], strict=False)
        return tuple(Change(one.first, one.follows(before)) for before, one in pairs if one.first <= size)


def as_json(keys: Sequence[Signer]) -> list[dict[str, Any]]:
    """The keys as files and the API give them."""
    return [{"first": k.first, "key": k.pem, "vouched": base64.b64encode(k.vouched).decode()} for k in keys]


def keys_of(raw: Mapping[str, Any]) -> tuple[Signer, ...]:
    """The keys in a file, which has one `key` for all heads where it is older than `keys`.

    Raises `KeyError`, `ValueError`, `TypeError`.
    """
    if "keys" not in raw:
        return (Signer(1, str(raw["key"])),)
    found = [Signer(int(k["first"]), str(k["key"]), base64.b64decode(k["vouched"], validate=True)) for k in raw["keys"]]
    return tuple(sorted(found, key=lambda k: k.first))


def ring_of(content: Mapping[str, Any], given: bytes) -> Ring:
    """The keys by which a file is checked: those in `given` (PEM of one, or JSON that names them), else its own.

    One key alone is trusted, and those for which it vouches in the file. Raises `KeyError`, `ValueError`, `TypeError`.
    """
    if not given.strip():
        return Ring(keys_of(content))
    if given.lstrip()[:1] == b"{":
        raw = json.loads(given)
        if "keys" in raw:
            return Ring(keys_of(raw))
        given = str(raw["key"]).encode()
    anchor = public_key(given)
    own, trusted = keys_of(content) if {"key", "keys"} & set(content) else (), fingerprint(anchor)
    if all(fingerprint(one.key) != trusted for one in own):
        return Ring((Signer(1, pem_of(anchor)),))
    return Ring(own, anchor=trusted)


def signers(size: int, candidates: Sequence[PublicKey], is_signed_by: Callable[[int, PublicKey], bool]) -> list[Signer]:
    """Which of the keys signed the heads up to that of `size` leaves, first to last; `is_signed_by` looks at one head.

    Each signed an unbroken run, so each run's beginning is found by halving. What no candidate signed is left out.
    """
    found: list[Signer] = []
    while size > 0:
        key = next((one for one in candidates if is_signed_by(size, one)), None)
        if key is None:
            break
        low, high = 1, size
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if is_signed_by(middle, key) else (middle + 1, high)
        found.append(Signer(low, pem_of(key)))
        size = low - 1
    return found[::-1]
