"""What a session keeps between steps: who has taken the first, the question put to a passkey, a recent proof."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.http import HttpRequest

from chengxin.base import clock
from chengxin.registry.accounts import passkeys
from chengxin.registry.accounts.rules import Method

PENDING, QUESTION, PROVED = "workbench_pending", "workbench_question", "workbench_proved"
PENDING_FOR = timedelta(minutes=5)  # between the first step of signing in and the second
PROVED_FOR = timedelta(minutes=10)  # for how long a proof opens the pages that change second factors


@dataclass(frozen=True, slots=True)
class Pending:
    """Someone whose first step was right, where they wanted to go, and how they took it."""

    user_id: int
    first: Method
    then: str


def remember(request: HttpRequest, pending: Pending) -> None:
    """Keep who took the first step, under a new session key."""
    request.session.cycle_key()
    kept = {"user": pending.user_id, "first": pending.first.value, "then": pending.then}
    request.session[PENDING] = kept | {"at": clock.now().timestamp()}


def pending_in(request: HttpRequest) -> Pending | None:
    """Who took the first step a short while ago."""
    kept = request.session.get(PENDING)
    if kept is None or not _is_recent(kept["at"], PENDING_FOR):
        request.session.pop(PENDING, None)
        return None
    return Pending(kept["user"], Method(kept["first"]), kept["then"])


def ask(request: HttpRequest, options: str) -> str:
    """Keep the challenge in the options of a passkey's question; returns the options."""
    request.session[QUESTION] = passkeys.challenge_in(options)
    return options


def asked(request: HttpRequest) -> str:
    """The challenge that was put last, once: an answer is taken one time."""
    return str(request.session.pop(QUESTION, ""))


def note_proof(request: HttpRequest) -> None:
    """Keep that the person gave their second factor just now."""
    request.session.pop(PENDING, None)
    request.session[PROVED] = clock.now().timestamp()


def is_proved(request: HttpRequest) -> bool:
    """Whether the person gave their second factor a short while ago."""
    return PROVED in request.session and _is_recent(request.session[PROVED], PROVED_FOR)


def _is_recent(stamp: float, within: timedelta) -> bool:
    return timedelta() <= clock.now() - datetime.fromtimestamp(stamp, tz=UTC) <= within
