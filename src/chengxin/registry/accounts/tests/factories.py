"""Fictional organisations and people."""

from datetime import UTC, date, datetime

from chengxin.registry.accounts import services
from chengxin.registry.accounts.models import Appointment, Organisation, User
from chengxin.registry.accounts.rules import Actor, Role
from chengxin.registry.accounts.services import OrganisationEntry, SystemActor

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
PASSWORD = "correct horse battery"
MARKET_SUPERVISION = "11450100007550013R"
APPROVAL_BUREAU = "1145010000755003XC"


def actor(*roles: Role, organisation_id: int = 1, reaches: frozenset[int] | None = None) -> Actor:
    """Someone with these roles in organisation 1, without the database."""
    return Actor(
        name="someone",
        organisation_id=organisation_id,
        organisation_code=MARKET_SUPERVISION,
        roles=frozenset(roles),
        reaches=reaches if reaches is not None else frozenset({organisation_id}),
    )


def entry(code: str, parent: str = "", **changed: str) -> OrganisationEntry:
    """A row of organisations.csv; fictional."""
    given = {
        "code": code,
        "code_is_generated": "true",
        "name_zh": f"虚构单位{code}",
        "name_en": f"Fictional office {code}",
        "kind": "department",
        "division": "450100",
        "parent": parent,
    }
    return OrganisationEntry(**given | changed)


def noon(day: date) -> datetime:
    """Twelve o'clock in the city on that day."""
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def user(username: str = "wei", *, password: str | None = PASSWORD, is_demo: bool = False) -> User:
    """A fictional person who can sign in."""
    return services.create_user(
        username, name_zh="韦某（虚构）", name_en="Wei (fictional)", password=password, is_demo=is_demo,
        by=SystemActor(), at=NOON,
    )  # fmt: skip


def appointed(
    person: User,
    role: Role,
    *,
    organisation: str = MARKET_SUPERVISION,
    since: date = date(2020, 1, 1),
    until: date | None = None,
) -> Appointment:
    """The person in a role, `[since, until)`."""
    return Appointment.objects.create(
        user=person,
        organisation=Organisation.objects.get(code=organisation),
        role=role.value,
        valid_from=since,
        valid_until=until,
    )
