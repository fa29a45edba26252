"""What can come of sending a message, whichever the channel; which channels this installation has."""

from dataclasses import dataclass

from django.conf import settings

from chengxin.base.letters.rules import Channel

LONGEST_ANSWER = 500


@dataclass(frozen=True, slots=True)
class Accepted:
    """The server took the message. `is_there`: it said at once that the message has arrived."""

    answer: str
    message_id: str = ""
    is_there: bool = False


class Refused(Exception):
    """The server refused the message for good; the text is its answer."""


class Unreachable(Exception):
    """The server was not reached, or refused for now; trying again can help. The text is its answer."""


def is_open(channel: Channel) -> bool:
    """Whether this installation sends on that channel: it has a server for it, or it is the demo, which keeps files."""
    server = settings.SMTP_HOST if channel is Channel.EMAIL else settings.SMS_GATEWAY
    return channel is Channel.INBOX or bool(server) or bool(settings.DEMO)


def open_channels() -> tuple[Channel, ...]:
    """The channels beside the inbox on which this installation sends."""
    return tuple(c for c in (Channel.EMAIL, Channel.SMS) if is_open(c))


def told(answer: str, *, address: str, masked: str) -> str:
    """A server's answer as it is kept: without the address, which some servers repeat, and on one line."""
    return " ".join(answer.replace(address, masked).split())[:LONGEST_ANSWER]
