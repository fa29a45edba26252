"""Asks a malware scanner that speaks the protocol of clamd: `INSTREAM`, over TCP or a local socket."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings

from chengxin.base.attachments.rules import Verdict

SECONDS = 30
CHUNK = 64 * 1024
LONGEST_REPLY = 4096


class ScannerUnreachable(Exception):
    """No verdict could be had: not connected, cut off, or an answer that is none."""


@dataclass(frozen=True, slots=True)
class Told:
    """The verdict, and what was found where something was."""

    verdict: Verdict
    found: str = ""


def verdict_on(content: bytes) -> Told:
    """What the scanner says about `content`; `UNSCANNED` where there is none. Raises `ScannerUnreachable`."""
    if not settings.SCANNER:
        return Told(Verdict.UNSCANNED)
    try:
        with _connected(settings.SCANNER) as line:
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), CHUNK):
                part = content[start : start + CHUNK]
                line.sendall(len(part).to_bytes(4, "big") + part)
            line.sendall(bytes(4))
            return _read(_reply(line))
    except (OSError, ValueError) as error:
        raise ScannerUnreachable(str(error)) from error


@contextmanager
def _connected(address: str) -> Iterator[socket.socket]:
    if address.startswith("unix:"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(SECONDS)
            line.connect(address.removeprefix("unix:"))
            yield line
        return
    host, _, port = address.rpartition(":")
    with socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS) as line:
        yield line


def _reply(line: socket.socket) -> str:
    reply = b""
    while not reply.endswith(b"\0") and len(reply) < LONGEST_REPLY:
        part = line.recv(LONGEST_REPLY)
        if not part:
            break
        reply += part
    return reply.rstrip(b"\0\n").decode("utf-8", "replace")


def _read(reply: str) -> Told:
    if reply == "stream: OK":
        return Told(Verdict.CLEAN)
    if reply.startswith("stream: ") and reply.endswith(" FOUND"):
        return Told(Verdict.INFECTED, reply.removeprefix("stream: ").removesuffix(" FOUND")[:200])
    raise ScannerUnreachable(reply)  # e.g. a size limit that is smaller than ours
