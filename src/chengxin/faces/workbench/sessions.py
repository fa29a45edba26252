"""The times of a session: when it began, when it was last used, and whether it is over."""

from datetime import UTC, datetime, timedelta

from django.contrib.auth import login, logout
from django.http import HttpRequest

from chengxin.base import clock
from chengxin.registry.accounts import policy, rules, services
from chengxin.registry.accounts.models import User
from chengxin.registry.accounts.rules import SessionEnd, SessionTimes

BEGUN, SEEN, KEPT = "workbench_begun", "workbench_seen", "workbench_kept"
SEEN_AGAIN_AFTER = timedelta(seconds=30)  # how exact the last sign of life is: one write of the session in this time
BACKEND = "django.contrib.auth.backends.ModelBackend"


def begin(request: HttpRequest, user: User) -> None:
    """Start a session for the person who signed in, under a new key."""
    login(request, user, backend=BACKEND)
    request.session[BEGUN] = request.session[SEEN] = clock.now().timestamp()


def end(request: HttpRequest, *, reason: str) -> None:
    """End the session, if someone is signed in, and note why."""
    if isinstance(request.user, User):
        services.sign_out(request.user.username, reason=reason, at=clock.now())
    logout(request)


def keep_only_this(request: HttpRequest, user: User) -> None:
    """End all other sessions of the person."""
    now = clock.now()
    services.end_other_sessions(user.pk, at=now)
    request.session.cycle_key()
    request.session[KEPT] = now.timestamp()


def ended(request: HttpRequest, user: User, *, staff: bool) -> SessionEnd | None:
    """End the session if it is over, and say why; else note that it is used."""
    now, session = clock.now(), request.session
    if BEGUN not in session:  # begun outside our sign-in: it counts from its first page
        session[BEGUN] = now.timestamp()
    times = SessionTimes(
        begun_at=_moment(session[BEGUN]),
        seen_at=_moment(session.get(SEEN, now.timestamp())),
        kept_at=_moment(session[KEPT]) if KEPT in session else None,
    )
    terms = policy.session_terms(clock.local_date(now), staff=staff)
    why = rules.session_end(times, terms, sessions_from=user.sessions_from, at=now)
    if why is not None:
        end(request, reason=why.value)
    elif SEEN not in session or now - times.seen_at > SEEN_AGAIN_AFTER:
        session[SEEN] = now.timestamp()
    return why


def _moment(stamp: float) -> datetime:
    return datetime.fromtimestamp(stamp, tz=UTC)
