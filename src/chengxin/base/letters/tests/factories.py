"""Letters to a fictional company, who reads them there, and the real peers that take messages over the loopback."""

import hashlib
import hmac
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from chengxin.base.casework.rules import Party
from chengxin.base.letters import contacts, services, sms
from chengxin.base.letters.models import Letter
from chengxin.base.letters.reaching import overseeing
from chengxin.base.letters.rules import Channel
from chengxin.registry.accounts.models import Mandate, User
from chengxin.registry.accounts.rules import Actor, Mandated, MandateKind, Role, Scope

NOON = datetime(2026, 9, 1, 4, tzinfo=UTC)  # a Tuesday, 12:00 in the city
ABOUT = "subject:91450100MAC000017C"
COMPANY = Party(represented=ABOUT)
VALUES = {
    "case": "12", "record": "行政处罚（虚构）", "authority": "南宁市市场监督管理局", "day": "2026-09-01",
    "reason": "罚款尚未缴清（虚构）", "until": "2029-09-01", "provider": "南宁市市场监督管理局",
}  # fmt: skip


def office() -> Actor:
    """Who writes."""
    return Actor("operator", None, "", frozenset({Role.CREDIT_OFFICE_OPERATOR}))


def reader(name: str = "liang", *, about: str = ABOUT, scopes: tuple[Scope, ...] = tuple(Scope)) -> Actor:
    """A person, new, whose mandate for `about` is in force."""
    user = User.objects.create(username=name, display_name_zh="梁某（虚构）", display_name_en="Liang (fictional)")
    mandate = Mandate.objects.create(
        user=user,
        about=about,
        kind=MandateKind.REPRESENTATIVE.value,
        scopes=" ".join(scopes),
        proof="test",
        valid_from=datetime(2026, 1, 1, tzinfo=UTC),
    )
    held = Mandated(mandate.pk, about, MandateKind.REPRESENTATIVE, frozenset(scopes))
    return Actor(name, None, "", frozenset({Role.COMPANY_REPRESENTATIVE}), user_id=user.pk, mandates=(held,))


def written(template: str = "repair/refused", *, to: Party = COMPANY, at: datetime = NOON) -> Letter:
    """A letter."""
    notice_id = services.write(template, to=to, values=VALUES, by=office(), at=at)
    (letter,) = letters(notice_id=notice_id)
    return letter


def letters(**wanted: object) -> list[Letter]:
    """The letters there are, first to last, as those see them who run the platform."""
    with overseeing():
        return list(Letter.objects.filter(**wanted).order_by("pk"))


def reached_at(by: Actor, channel: Channel, address: str) -> None:
    """Let the person have a proved address."""
    assert by.user_id is not None
    contacts.keep_checked(by.user_id, channel, address, proof="test", by=by, at=NOON)


@dataclass
class Mailbox:
    """What an SMTP server on the loopback took; `refuses`: what it answers to RCPT instead."""

    refuses: str = ""
    taken: list[Envelope] = field(default_factory=list)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.refuses:
            return self.refuses.format(address=address)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.taken.append(envelope)
        return "250 2.0.0 Ok: queued as 4F1A2"


@contextmanager
def smtp_server(settings: Any, refuses: str = "") -> Iterator[Mailbox]:
    """A real SMTP server, to which the platform sends."""
    box = Mailbox(refuses)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    settings.SMTP_HOST = settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    settings.EMAIL_BACKEND = "chengxin.base.letters.mail.SmtpBackend"
    settings.MAIL_FROM = "letters@credit.example.org"
    try:
        yield box
    finally:
        controller.stop()


KEY, SECRET = "chengxin", "a secret for tests"


@dataclass
class Gateway:
    """What an SMS gateway took, by reference; `state`: what it says of each; `status`: what it answers to a message."""

    status: int = 202
    state: str = "pending"
    taken: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: int = 0

    def report(self, *states: tuple[str, str], at: datetime, path: str, secret: str = SECRET) -> tuple[bytes, Any]:
        """Body and headers of a report of this gateway: of each message its state."""
        rows = [{"message_id": message, "state": state, "answer": "DELIVRD"} for message, state in states]
        body, moment = json.dumps({"reports": rows}).encode(), str(int(at.timestamp()))
        text = "\n".join(("POST", path, moment, hashlib.sha256(body).hexdigest()))
        signed = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
        return body, {"X-Key": KEY, "X-Moment": moment, "X-Signature": signed}


@contextmanager
def sms_gateway(settings: Any, status: int = 202) -> Iterator[Gateway]:
    """A real gateway that speaks the protocol and checks each signature."""
    kept = Gateway(status)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if not self.is_signed(body):
                return self.answer(401, {"error": "signature"})
            kept.asked += 1
            if kept.status != 202:
                return self.answer(kept.status, {"error": "no"})
            message = json.loads(body)
            kept.taken.setdefault(message["reference"], message)
            return self.answer(202, {"message_id": f"m-{message['reference']}", "answer": "accepted"})

        def do_GET(self) -> None:
            if not self.is_signed(b""):
                return self.answer(401, {"error": "signature"})
            return self.answer(200, {"state": kept.state, "answer": "DELIVRD" if kept.state == "delivered" else ""})

        def is_signed(self, body: bytes) -> bool:
            moment = self.headers["X-Moment"]
            right = sms.signature(SECRET, method=self.command, path=self.path, moment=moment, body=body)
            return self.headers["X-Key"] == KEY and self.headers["X-Signature"] == right

        def answer(self, status: int, content: dict[str, str]) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(content).encode())

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    settings.SMS_GATEWAY = f"http://127.0.0.1:{server.server_port}/v1"
    settings.SMS_KEY, settings.SMS_SECRET = KEY, SECRET
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()


def deferred(name: str) -> list[dict[str, Any]]:
    """The arguments of the tasks of that name that wait, first to last."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    return [job.args for job in ProcrastinateJob.objects.filter(task_name=name).order_by("id")]
