"""Organisations that received records, and records that change; every case is fictional."""

from datetime import UTC, datetime
from uuid import UUID

from chengxin.intake.exchange import services
from chengxin.intake.exchange.rules import Door
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Role
from chengxin.registry.records import services as records
from chengxin.registry.records.tests.factories import organisation_record
from chengxin.registry.subjects.tests.factories import company

NOON = datetime(2026, 9, 1, 4, tzinfo=UTC)
MARKET_SUPERVISION, APPROVAL_BUREAU = "11450100007550013R", "1145010000755003XC"
ADMINISTRATOR = Actor("administrator", None, "", frozenset({Role.ADMINISTRATOR}), user_id=801)
OPERATOR = Actor("operator", None, "", frozenset({Role.CREDIT_OFFICE_OPERATOR}), user_id=802)


def officer(organisation: str = APPROVAL_BUREAU) -> Actor:
    """Someone of an organisation that reads records."""
    found = accounts.actor_of_organisation(organisation, roles=frozenset({Role.DEPARTMENT_OFFICER}), name="reader")
    assert found is not None
    return found


def received(*organisations: str, key: str = "1", at: datetime = NOON) -> UUID:
    """The natural key of a company's fine that these organisations received."""
    natural_key = organisation_record(company("南宁虚构商行") if key == "1" else 1, key)
    for organisation in organisations or (APPROVAL_BUREAU,):
        services.receive([natural_key], door=Door.SHARED, by=officer(organisation), at=at)
    return natural_key


def repaired(natural_key: UUID, *, at: datetime = NOON) -> None:
    """End the record by repair, and tell it as the worker does."""
    records.end_by_repair(natural_key, by=OPERATOR, at=at)
    services.announce(natural_key, change="repaired", at=at, told_at=at)
