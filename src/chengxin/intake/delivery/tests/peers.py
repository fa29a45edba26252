"""A consumer's system: a real web server on this machine that checks what comes and answers with signed receipts."""

import base64
import hashlib
import hmac
import json
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event as Gate
from threading import Thread
from typing import Any

from chengxin.intake.delivery.tests.factories import KEY


@dataclass
class Consumer:
    """What the system took, and how it behaves; it follows the guide for consumers, not the platform's code."""

    address: str = ""
    status: int = 204
    signs: bool = True
    secret: str = ""
    refuses: Callable[[dict[str, Any]], bool] = lambda event: False
    bodies: list[dict[str, Any]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    forged: int = 0
    gate: Gate | None = None
    certificates: list[Any] = field(default_factory=list)

    @property
    def events(self) -> list[dict[str, Any]]:
        """All events that it took, in the order in which they came."""
        return [event for body in self.bodies for event in body["data"]["events"]]

    def kinds(self) -> list[str]:
        return [event["kind"] for event in self.events]

    def answer(self, body: bytes, headers: Any) -> tuple[int, dict[str, str]]:
        """Status and headers of the answer to a delivery."""
        if self.gate is not None:
            self.gate.wait(10)
        if self.secret and not self._is_genuine(body, headers):
            self.forged += 1
            return 401, {}
        said = json.loads(body)
        if any(self.refuses(event) for event in said["data"]["events"]):
            return 422, {}
        if not 200 <= self.status < 300:
            return self.status, {}
        self.bodies.append(said)
        self.raw.append(body)
        self.headers.append(dict(headers))
        text = f"{headers['webhook-id']}.{headers['Delivery-Attempt']}.{hashlib.sha256(body).hexdigest()}"
        receipt = base64.b64encode(KEY.sign(text.encode())).decode()
        return self.status, {"Delivery-Receipt": receipt} if self.signs else {}

    def _is_genuine(self, body: bytes, headers: Any) -> bool:
        key = base64.b64decode(self.secret.split("_", 1)[1])
        signed = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
        wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        return f"v1,{wanted}" in headers["webhook-signature"].split()


@contextmanager
def running(context: ssl.SSLContext | None = None) -> Iterator[Consumer]:
    """A consumer's system that runs; with `context` it speaks TLS."""
    consumer = Consumer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if isinstance(self.connection, ssl.SSLSocket):
                consumer.certificates.append(self.connection.getpeercert())
            status, headers = consumer.answer(body, self.headers)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A connection that is refused is what some tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, daemon=True).start()
    scheme = "https" if context else "http"
    consumer.address = f"{scheme}://127.0.0.1:{server.server_port}/events"
    try:
        yield consumer
    finally:
        server.shutdown()
        server.server_close()
