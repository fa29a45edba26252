"""A consumer's system, as far as the platform speaks with it: takes deliveries, checks them, signs receipts.

For the demo and for trying a subscription. It follows the guide for consumers (docs/guide/consumer.md) and uses nothing
of the platform's state.
"""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from threading import Lock
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chengxin.base.sealing import rules as sealing

SEED = "consumer of the demo"
KEPT = 200
LONGEST = 20_000_000


def key_of(seed: str) -> Ed25519PrivateKey:
    """The key of the receipts; the same seed gives the same key."""
    return Ed25519PrivateKey.from_private_bytes(sealing.derive(seed, purpose="consumer-system"))


def public_of(seed: str) -> str:
    """Its public part, as the platform registers it."""
    return base64.b64encode(key_of(seed).public_key().public_bytes_raw()).decode()


@dataclass
class Store:
    """What the consumer holds: what each record says, by its key, and the latest events."""

    key: Ed25519PrivateKey
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def take(self, body: bytes) -> None:
        """Apply a delivery's events in their order; one that came before changes nothing."""
        with self.lock:
            for event in json.loads(body)["data"]["events"]:
                if event["id"] in self.seen and not event["replay"]:
                    continue
                self.seen[event["id"]] = event["attempt"]
                if event["takedown"]:
                    self.records.pop(event["record"], None)
                else:
                    self.records[event["record"]] = event["content"]
                self.events = [*self.events[-KEPT:], event]

    def receipt(self, delivery: str, attempt: str, body: bytes) -> str:
        """The signature that says: taken over."""
        text = f"{delivery}.{attempt}.{hashlib.sha256(body).hexdigest()}"
        return base64.b64encode(self.key.sign(text.encode())).decode()


def handler_of(store: Store) -> type[BaseHTTPRequestHandler]:
    """The handler of the system's web server: POST takes a delivery, GET tells what is held."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            """Take a delivery and answer with its receipt."""
            body = self.rfile.read(min(LONGEST, int(self.headers.get("Content-Length") or 0)))
            try:
                store.take(body)
            except (ValueError, KeyError, TypeError):
                self._answer(400, b"")
                return
            receipt = store.receipt(self.headers["webhook-id"], self.headers["Delivery-Attempt"], body)
            self._answer(200, b"", receipt)

        def do_GET(self) -> None:
            """How many records are held, and the latest events."""
            with store.lock:
                told = {"records": len(store.records), "events": store.events[-20:]}
            self._answer(200, json.dumps(told, ensure_ascii=False, indent=1).encode())

        def _answer(self, status: int, body: bytes, receipt: str = "") -> None:
            self.send_response(status)
            if receipt:
                self.send_header("Delivery-Receipt", receipt)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing of each request."""

    return Handler
