"""The other side of the bench: as many consumers as ports, in a process of its own; each checks, signs and remembers.

usage: consumers.py PORT[,PORT…] DUMP   One line on stdout when it listens; writes what came to DUMP when it is told to stop.
A port with a leading "-" is dead: it takes connections and never answers.
"""

import asyncio
import base64
import hashlib
import json
import signal
import sys
import time

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KEY = Ed25519PrivateKey.from_private_bytes(b"consumer key of the bench: 32 by")


class Consumer(asyncio.Protocol):
    """HTTP/1.1 with connections that are kept: just enough of it."""

    def __init__(self, taken: list, bodies: list) -> None:
        self.taken, self.bodies = taken, bodies
        self.got = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.got += data
        while True:
            head, found, rest = self.got.partition(b"\r\n\r\n")
            if not found:
                return
            headers = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:])
            headers = {name.lower(): value for name, value in headers.items()}
            length = int(headers[b"content-length"])
            if len(rest) < length:
                return
            body, self.got = rest[:length], rest[length:]
            self.answer(headers, body)

    def answer(self, headers: dict, body: bytes) -> None:
        now = time.time()
        digest = hashlib.sha256(body).hexdigest()
        text = b".".join([headers[b"webhook-id"], headers[b"delivery-attempt"], digest.encode()])
        receipt = base64.b64encode(KEY.sign(text))
        events = json.loads(body)["data"]["events"]
        self.taken.append((now, [(e["sequence"], e["record"], e["kind"], e["attempt"]) for e in events]))
        self.bodies.append(body)
        self.transport.write(b"HTTP/1.1 204 No Content\r\nDelivery-Receipt: " + receipt + b"\r\n\r\n")


class Dead(asyncio.Protocol):
    """Takes everything and says nothing."""


async def main() -> None:
    ports, dump = sys.argv[1].split(","), sys.argv[2]
    loop, taken, bodies = asyncio.get_running_loop(), {}, {}
    for port in ports:
        number = port.lstrip("-")
        taken[number], bodies[number] = [], []
        made = Dead if port.startswith("-") else lambda n=number: Consumer(taken[n], bodies[n])
        await loop.create_server(made, "127.0.0.1", int(number))
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    print("listening", flush=True)
    await ended.wait()
    with open(dump, "w", encoding="utf-8") as file:
        json.dump({"taken": taken, "bodies": {n: [b.decode() for b in found] for n, found in bodies.items()}}, file)


if __name__ == "__main__":
    asyncio.run(main())
