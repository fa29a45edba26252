"""Consumers with subscriptions, and records that change; every case is fictional."""

import base64
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chengxin.intake.delivery import dispatching, services, webhooks
from chengxin.intake.delivery.rules import Road, Subjects
from chengxin.intake.delivery.services import Wish
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Role
from chengxin.registry.records import services as records
from chengxin.registry.records.tests.factories import key_of, versions
from chengxin.registry.subjects.tests.factories import company

NOON = datetime(2026, 9, 1, 4, tzinfo=UTC)
TODAY = date(2026, 9, 1)
APPROVAL_BUREAU, MARKET_SUPERVISION = "1145010000755003XC", "11450100007550013R"
REVIEWER = Actor("reviewer", None, "", frozenset({Role.CREDIT_OFFICE_REVIEWER}), user_id=803)
OPERATOR = Actor("operator", None, "", frozenset({Role.CREDIT_OFFICE_OPERATOR}), user_id=802)
KEY = Ed25519PrivateKey.from_private_bytes(b"consumer key of the tests: 32 by")
PUBLIC = base64.b64encode(KEY.public_key().public_bytes_raw()).decode()
WISH = Wish(
    basis="public-information",
    items=("penalty-organisation",),
    subjects=Subjects.ALL,
    road=Road.PULL,
    consumer_key=PUBLIC,
    reason="审批时核对（虚构）",
    months=12,
)


def officer(organisation: str = APPROVAL_BUREAU) -> Actor:
    """Someone of an organisation that subscribes."""
    found = accounts.actor_of_organisation(organisation, roles=frozenset({Role.DEPARTMENT_OFFICER}), name="reader")
    assert found is not None
    return replace(found, user_id=801)


def subscribed(by: Actor | None = None, *, at: datetime = NOON, **wish: object) -> int:
    """An approved subscription of which the lane is open."""
    made = services.request(replace(WISH, **wish), by=by or officer(), at=at)  # type: ignore[arg-type]
    services.decide(made, approve=True, reason="", by=REVIEWER, at=at)
    dispatching.route_all(at=lambda: at)
    return made


def pushed(address: str, *, at: datetime = NOON, **wish: object) -> int:
    """A subscription that is delivered to that address."""
    return subscribed(at=at, road=Road.WEBHOOK, address=address, **wish)


def subject(number: int = 1) -> int:
    """A company with records."""
    return company(f"南宁虚构第{number}商行", number)


def added(*keys: str, about: int, at: datetime = NOON, **kept: object) -> list[UUID]:
    """Records that come with one hand-in."""
    records.store(versions(about, *keys, **kept), superseded=[], at=at)  # type: ignore[arg-type]
    return [key_of(key) for key in keys]


def corrected(key: str, *, about: int, at: datetime = NOON, **kept: object) -> None:
    """The next version of a record's content."""
    present = records.present_versions([str(key_of(key))])[str(key_of(key))]
    content = '{"CF_WSH":"虚构1号","CF_NR":"更正后"}'
    given = versions(about, key, payload=content, version=present.version + 1, state=present.state, **kept)  # type: ignore[arg-type]
    records.store(given, superseded=[present.id], at=at)


def withdrawn(key: str, *, at: datetime = NOON) -> None:
    records.withdraw(key_of(key), by=OPERATOR, at=at)


def delivered(subscription_id: int, *, at: datetime = NOON) -> int:
    """Route and deliver as the dispatcher does, at that moment; how many deliveries left."""
    dispatching.route_all(at=lambda: at)
    with webhooks.session() as http:
        return dispatching.serve(subscription_id, http, at=lambda: at)
