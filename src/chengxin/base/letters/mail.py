"""Sends e-mail through Django's mail backend, and keeps what the SMTP server answered."""

import smtplib
from datetime import datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend

from chengxin.base.letters.policy import Message
from chengxin.base.letters.sending import Accepted, Refused, Unreachable

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

PERMANENT = range(500, 600)  # RFC 5321 4.2.1: 5yz replies are permanent, 4yz transient


class _Remembers(smtplib.SMTP):
    """Keeps the reply to the message's content, which holds the server's queue id."""

    last_answer = ""

    def data(self, msg: "ReadableBuffer | str") -> tuple[int, bytes]:
        """As inherited."""
        code, reply = super().data(msg)
        self.last_answer = f"{code} {reply.decode('utf-8', 'replace')}"
        return code, reply


class _RemembersOverTls(_Remembers, smtplib.SMTP_SSL):
    """The same where TLS comes first."""


class SmtpBackend(EmailBackend):
    """Django's SMTP backend, which also says what the server answered."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """The client that remembers."""
        return _RemembersOverTls if self.use_ssl else _Remembers


def send(to: str, message: Message, *, reference: str, at: datetime) -> Accepted:
    """Send `message` to the address. `reference` makes the Message-ID, so that a repeated one is known for the same.

    Raises `Refused`, `Unreachable`.
    """
    host = settings.MAIL_FROM.rpartition("@")[2].strip("> ") or "localhost"
    message_id = f"<{reference}@{host}>"
    mail = EmailMessage(
        message.subject,
        message.body,
        settings.MAIL_FROM,
        [to],
        headers={"Message-ID": message_id, "Date": format_datetime(at), "Auto-Submitted": "auto-generated"},
    )
    return Accepted(_sent(mail), message_id)


def _sent(mail: EmailMessage) -> str:
    backend: Any = get_connection()
    try:
        backend.open()
        backend.send_messages([mail])
        return str(
            getattr(backend.connection, "last_answer", "") if hasattr(backend, "connection") else "kept as a file"
        )
    except smtplib.SMTPRecipientsRefused as error:
        code, reply = next(iter(error.recipients.values()))
        raise _fault(code, reply) from error
    except smtplib.SMTPAuthenticationError as error:
        raise Unreachable(_words(error.smtp_code, error.smtp_error)) from error  # ours to mend, not the addressee's
    except smtplib.SMTPResponseException as error:
        raise _fault(error.smtp_code, error.smtp_error) from error
    except (smtplib.SMTPException, OSError) as error:
        raise Unreachable(f"{type(error).__name__}: {error}") from error
    finally:
        backend.close()


def _fault(code: int, reply: bytes | str) -> Exception:
    kind = Refused if code in PERMANENT else Unreachable
    return kind(_words(code, reply))


def _words(code: int, reply: bytes | str) -> str:
    return f"{code} {reply.decode('utf-8', 'replace') if isinstance(reply, bytes) else reply}"
