"""A consumer's system: a real web server on this machine that takes deliveries and checks their signatures."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass
class ConsumerPeer:
    """What the system took, how it answers, and under which secret it checks; it follows the published standard."""

    address: str = ""
    secret: str = ""
    status: int = 204
    location: str = ""
    taken: list[dict[str, Any]] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    forged: int = 0

    def is_genuine(self, headers: Any, body: bytes) -> bool:
        key = base64.b64decode(self.secret.split("_", 1)[1])
        signed = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
        wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        given = [part.split(",", 1)[1] for part in headers["webhook-signature"].split() if part.startswith("v1,")]
        return any(hmac.compare_digest(wanted, one) for one in given)


@contextmanager
def consumer_peer() -> Iterator[ConsumerPeer]:
    """A running consumer's system."""
    peer = ConsumerPeer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            peer.seen.append(self.headers["webhook-id"])
            if not peer.is_genuine(self.headers, body):
                peer.forged += 1
                self.send_response(401)
            else:
                if 200 <= peer.status < 300:
                    peer.taken.append(json.loads(body))
                self.send_response(peer.status)
                if peer.location:
                    self.send_header("Location", peer.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    peer.address = f"http://127.0.0.1:{server.server_port}/changes"
    try:
        yield peer
    finally:
        server.shutdown()
        server.server_close()
