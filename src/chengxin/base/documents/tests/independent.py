"""What tools that had no part in signing say of a signature: poppler's pdfsig, and openssl's cms and ts."""

import re
import subprocess
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.reader import PdfFileReader


def ran(*command: str | Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)


def pem(roots: tuple[x509.Certificate, ...], path: Path) -> Path:
    """The roots as a PEM file."""
    path.write_bytes(b"".join(root.public_bytes(serialization.Encoding.PEM) for root in roots))
    return path


def told_by_pdfsig(pdf: bytes, folder: Path) -> str:
    """What pdfsig prints about the file; certificates are openssl's matter, so it is told to leave them."""
    file = folder / "signed.pdf"
    file.write_bytes(pdf)
    return ran("pdfsig", "-nocert", file).stdout


def parts(pdf: bytes, folder: Path) -> tuple[Path, Path, Path | None]:
    """The signed bytes, the signature (CMS, DER) and the timestamp on it (DER; None without), as files.

    Cut out by the byte range that the file states; of the signature's own structure only the timestamp is taken.
    """
    found = re.search(rb"/ByteRange\s*\[\s*(\d+) (\d+) (\d+) (\d+)\s*\]", pdf)
    assert found is not None
    start, length, second, rest = map(int, found.groups())
    assert (start, second + rest) == (0, len(pdf))
    signed, signature = folder / "signed.bin", folder / "signature.der"
    signed.write_bytes(pdf[start : start + length] + pdf[second : second + rest])
    signature.write_bytes(bytes.fromhex(pdf[length + 1 : second - 1].decode()).rstrip(b"\x00"))
    with (folder / "signed.pdf").open("wb") as file:
        file.write(pdf)
    with (folder / "signed.pdf").open("rb") as file:
        embedded = PdfFileReader(file).embedded_regular_signatures[-1]
        signer = embedded.signer_info
        (folder / "value.bin").write_bytes(signer["signature"].native)
        unsigned = signer["unsigned_attrs"]
        tokens = [a["values"][0] for a in unsigned if a["type"].native == "signature_time_stamp_token"]
        if not tokens:
            return signed, signature, None
        token = folder / "token.der"
        token.write_bytes(tokens[0].dump())
    return signed, signature, token


def openssl_accepts_signature(pdf: bytes, roots: Path, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Openssl's check of the CMS signature over the file's own bytes."""
    signed, signature, _ = parts(pdf, folder)
    return ran(
        "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", signature, "-content", signed,
        "-CAfile", roots, "-purpose", "any", "-out", folder / "out.bin",
    )  # fmt: skip


def openssl_accepts_timestamp(pdf: bytes, roots: Path, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Openssl's check of the timestamp over the signature's value, as PAdES B-T asks for."""
    _, _, token = parts(pdf, folder)
    assert token is not None
    return ran(
        "openssl", "ts", "-verify", "-token_in", "-in", token, "-data", folder / "value.bin", "-CAfile", roots,
    )  # fmt: skip
