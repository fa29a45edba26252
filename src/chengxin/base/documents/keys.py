"""The keys that documents are signed and stamped with: made once, or named by the environment."""

import os
import secrets
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import cache
from pathlib import Path

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.conf import settings

from chengxin.base.documents.errors import SigningKeyUnusable
from chengxin.base.policy import city_folder

KEY, CERTIFICATE, ROOTS = "key.pem", "certificate.pem", "roots.pem"
FORMER = "former-key.pem"  # the key before, so that it may vouch for the new one
AUTHORITY_YEARS, CERTIFICATE_YEARS = 30, 10
A_YEAR = timedelta(days=365)


class Use(Enum):
    """What an own key is made for: how its root and its certificate are called."""

    DOCUMENTS = ("文件签名根证书", "公共信用信息平台")
    TIME = ("时间戳根证书", "公共信用信息平台时间戳")


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """The signing key, its certificate chain (the signer's first) and the roots that are trusted."""

    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    chain: tuple[x509.Certificate, ...]
    roots: tuple[x509.Certificate, ...]

    @property
    def signer(self) -> str:
        """What the certificate calls the signer."""
        named = self.chain[0].subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return str(named[0].value) if named else self.chain[0].subject.rfc4514_string()


def signing_keys(*, at: datetime) -> SigningKeys:
    """The keys of this installation, made at `at` where there are none yet. Raises `SigningKeyUnusable`."""
    if settings.SIGNING_FOLDER:
        return _read(Path(settings.SIGNING_FOLDER))
    return _own("signing", Use.DOCUMENTS, at=at)


def keys_at_hand(*, at: datetime) -> tuple[ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, ...]:
    """The signing key and those that may have signed before it: `former-key.pem` beside it, the installation's own.

    Raises `SigningKeyUnusable`.
    """
    own = Path(settings.DATA_FOLDER) / "secrets" / "signing"
    folder = Path(settings.SIGNING_FOLDER) if settings.SIGNING_FOLDER else own
    return (
        signing_keys(at=at).key,
        *map(_read_key, (f for f in (folder / FORMER, own / KEY, own / FORMER) if f.exists())),
    )


def timestamping_keys(*, at: datetime) -> SigningKeys:
    """The keys of this installation's own time-stamping authority, made at `at` where there are none yet.

    Raises `SigningKeyUnusable`.
    """
    return _own("timestamping", Use.TIME, at=at)


def _own(name: str, use: Use, *, at: datetime) -> SigningKeys:
    folder = Path(settings.DATA_FOLDER) / "secrets" / name
    if not (folder / KEY).exists():
        make(folder, at=at, use=use)
    return _read(folder)


def _read_key(file: Path) -> ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey:
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise SigningKeyUnusable from error
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise SigningKeyUnusable
    return key


@cache
def _read(folder: Path) -> SigningKeys:
    try:
        key = _read_key(folder / KEY)
        chain = x509.load_pem_x509_certificates((folder / CERTIFICATE).read_bytes())
        roots = x509.load_pem_x509_certificates((folder / ROOTS).read_bytes())
    except (OSError, ValueError, TypeError) as error:
        raise SigningKeyUnusable from error
    if chain[0].public_key() != key.public_key():
        raise SigningKeyUnusable
    return SigningKeys(key, tuple(chain), tuple(roots))


def make(folder: Path, *, at: datetime, use: Use = Use.DOCUMENTS) -> None:
    """Make an authority and its key (ECDSA P-256) in `folder`; where two processes do so, the first one wins."""
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = folder.with_name(f"{folder.name}.{os.getpid()}.{secrets.token_hex(4)}")
    part.mkdir(mode=0o700)
    try:
        for name, content in _made(at, use).items():
            file = part / name
            file.touch(mode=0o600)
            file.write_bytes(content)
        os.rename(part, folder)  # atomic; refused where the other's folder stands already
    except OSError:
        shutil.rmtree(part, ignore_errors=True)
        if not (folder / KEY).exists():
            raise


def _made(at: datetime, use: Use) -> dict[str, bytes]:
    city = yaml.safe_load((city_folder() / "city.yaml").read_text(encoding="utf-8"))
    office, site = str(city["office"]["zh"])[:64], str(city["site"]["zh"])
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority_name = _name(f"{site} {use.value[0]}", office)
    root = (
        _certificate(authority_name, authority_name, authority_key, at, AUTHORITY_YEARS, of_authority=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    issuer_identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    builder = (
        _certificate(_name(f"{site}{use.value[1]}", office), authority_name, key, at, CERTIFICATE_YEARS)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(issuer_identifier, critical=False)
    )
    if use is Use.TIME:  # RFC 3161 2.3: this usage alone, and critical
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    certificate = builder.sign(authority_key, hashes.SHA256())
    return {
        KEY: _private(key),
        "authority-key.pem": _private(authority_key),
        CERTIFICATE: certificate.public_bytes(serialization.Encoding.PEM),
        ROOTS: root.public_bytes(serialization.Encoding.PEM),
    }


def _name(common: str, organisation: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    at: datetime,
    years: int,
    *,
    of_authority: bool = False,
) -> x509.CertificateBuilder:
    # Source of the usages: RFC 5280 4.2.1.3; PDF readers want contentCommitment on a document's signature.
    usage = x509.KeyUsage(
        digital_signature=not of_authority,
        content_commitment=not of_authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=of_authority,
        crl_sign=of_authority,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + A_YEAR * years)
        .add_extension(x509.BasicConstraints(ca=of_authority, path_length=0 if of_authority else None), critical=True)
        .add_extension(usage, critical=True)
    )


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
