"""Tokens of the embedded check: a department's system asks for one, and its own page shows the check with it."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core import signing

from chengxin.base.audit import services as audit
from chengxin.base.clock import local_date
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Role
from chengxin.regulation.measures import policy, services
from chengxin.regulation.measures.codes import readable
from chengxin.regulation.measures.errors import OriginNotRegistered, TokenExpired, TokenNotGood

SALT = "chengxin.measures.widget"
LONGEST_CLERK = 60


@dataclass(frozen=True, slots=True)
class Token:
    """A token with the address to embed and for how many minutes it is good."""

    token: str
    address: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Visit:
    """What a good token says: who checks, in which matter, embedded by which origins; which client asked for it.

    `client` is empty where the platform itself made it, for its demo. Whether the client still lives, the face asks.
    """

    actor: Actor
    matter: str
    origins: tuple[str, ...]
    client: str


def origins_of(organisation_code: str) -> tuple[str, ...]:
    """The origins that may embed the check for this organisation, as the operator registered them."""
    return tuple(settings.WIDGET_ORIGINS.get(organisation_code, ()))


def token_for(matter: str, *, clerk: str, client: str, by: Actor, at: datetime) -> Token:
    """A token for a clerk of the actor's organisation; `clerk` is the name in that system, never a personal identifier.

    `client`: the API client that asks; the token lives no longer than it does.
    Raises `NotPermitted`, `NoSuchMatter`, `MatterNotYours`, `OriginNotRegistered`, `TextNotReadable`.
    """
    services.permitted(matter, by=by, at=at)
    if not origins_of(by.organisation_code):
        raise OriginNotRegistered
    minutes = policy.limit("widget", "minutes", local_date(at))
    told = {
        "o": by.organisation_code,
        "m": matter,
        "c": readable(clerk).strip()[:LONGEST_CLERK],
        "k": client,
        "e": int(at.timestamp()) + 60 * minutes,
    }
    token = signing.dumps(told, salt=SALT, compress=True)
    audit.note("measures.widget_opened", matter, by=by, at=at, clerk=told["c"])
    return Token(token, f"{settings.PUBLIC_ADDRESS}/widget/check?token={token}", minutes)


def visit(token: str, *, at: datetime) -> Visit:
    """What the token stands for at that moment. Raises `TokenNotGood`, `TokenExpired`."""
    try:
        told = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise TokenNotGood from error
    if at.timestamp() >= told["e"]:
        raise TokenExpired(origins=list(origins_of(told["o"])))
    actor = accounts.actor_of_organisation(
        told["o"], roles=frozenset({Role.DEPARTMENT_OFFICER}), name=f"widget:{told['c']}"
    )
    if actor is None or not origins_of(told["o"]) or "k" not in told:
        raise TokenNotGood
    return Visit(actor, told["m"], origins_of(told["o"]), told["k"])
