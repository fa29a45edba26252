"""A fictional resident with a penalty, and a bank that asks for consent."""

from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.db.models import Model

from chengxin.base import clock
from chengxin.base.database.context import acting
from chengxin.intake.collection.tests import factories as files
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Mandated, MandateKind, Role, Scope
from chengxin.registry.accounts.services import DEMO_ORGANISATIONS, load_organisations
from chengxin.registry.records.models import PersonRecord
from chengxin.registry.subjects.rules import about_person
from chengxin.rights.consent import policy, services

NOON = datetime(2026, 9, 1, 4, tzinfo=UTC)
TODAY, UNTIL = date(2026, 9, 1), date(2026, 10, 1)
ITEM = "penalty-person"
NAME = "甲某某（虚构）"


def bank() -> Actor:
    """A clerk of the fictional bank."""
    return clerk(DEMO_ORGANISATIONS[0].code, Role.BANK_CLERK)


def agency() -> Actor:
    """A clerk of another organisation."""
    return clerk(DEMO_ORGANISATIONS[1].code, Role.AGENCY_CLERK)


def clerk(code: str, role: Role, user_id: int = 801) -> Actor:
    """Someone with that role in that organisation."""
    load_organisations(DEMO_ORGANISATIONS)
    found = accounts.organisation_by_code(code)
    assert found is not None
    return Actor(f"{role.value}-{user_id}", found.id, found.code, frozenset({role}), frozenset({found.id}), user_id)


def officer() -> Actor:
    """A clerk of a department."""
    return clerk(files.MARKET, Role.DEPARTMENT_OFFICER, 802)


def resident(about: str, *scopes: Scope) -> Actor:
    """Someone who acts for that natural person."""
    mandate = Mandated(1, about, MandateKind.SELF, frozenset(scopes or Scope))
    return Actor("zhou", None, "", frozenset({Role.RESIDENT}), user_id=803, mandates=(mandate,))


def penalised(folder: Path) -> str:
    """The reference of a resident about whom a penalty was handed in."""
    files.hand_in_rows(folder, files.person_penalty(1), item=files.PERSON_PENALTY)
    with acting(actor="test", purpose="test", basis="test"):
        return about_person(PersonRecord.objects.get().person_id)


def asked(about: str, *, queries: int = 2, until: date = UNTIL, by: Actor | None = None) -> int:
    """The bank's request to that resident."""
    return services.ask(
        about,
        purpose="loan",
        items=[ITEM],
        valid_from=TODAY,
        valid_until=until,
        queries=queries,
        by=by or bank(),
        at=NOON,
    )


def asked_today(about: str, *, queries: int = 2) -> int:
    """A request of the bank's that runs from today on."""
    now = clock.now()
    today = clock.local_date(now)
    return services.ask(
        about,
        purpose="loan",
        items=[ITEM],
        valid_from=today,
        valid_until=today + timedelta(days=30),
        queries=queries,
        by=bank(),
        at=now,
    )


def granted(about: str, *, queries: int = 2) -> int:
    """A request that the resident consented to."""
    request_id = asked(about, queries=queries)
    services.grant(
        request_id,
        about=about,
        signed_by=NAME,
        wording_version=policy.wording_on(TODAY).version,
        by=resident(about),
        at=NOON,
    )
    return request_id


def everything() -> AbstractContextManager[None]:
    """What the audit sees: every row, where row-level security hides it from a test that states no purpose."""
    return acting(actor="test", purpose="audit", basis="test")


def count(model: type[Model]) -> int:
    """How many rows of that model there are, whoever they concern."""
    with everything():
        return model._default_manager.count()
