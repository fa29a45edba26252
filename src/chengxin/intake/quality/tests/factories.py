"""Hand-ins and actors for the tests of data quality; all fictional (虚构)."""

from datetime import datetime
from pathlib import Path

from chengxin.base.clock import CITY_TIME
from chengxin.intake.collection.services import SubmissionResult
from chengxin.intake.collection.tests.factories import APPROVAL, MARKET, REGISTER, company, hand_in_rows, registration
from chengxin.intake.quality import orders
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Role


def moment(month: int, day: int, hour: int = 10) -> datetime:
    """A moment of 2026 in the city."""
    return datetime(2026, month, day, hour, tzinfo=CITY_TIME)


REGISTERED_AT, HANDED_IN_AT = moment(5, 2), moment(5, 12)


def office(role: Role = Role.CREDIT_OFFICE_OPERATOR) -> Actor:
    """Someone of the credit office."""
    actor = accounts.actor_of_organisation(accounts.credit_office().code, roles=frozenset({role}), name=role.value)
    assert actor is not None
    return actor


def provider_id(code: str = MARKET) -> int:
    """The id of the organisation with that code."""
    found = accounts.organisation_by_code(code)
    assert found is not None
    return found.id


def registered(folder: Path, *numbers: int, at: datetime = REGISTERED_AT, **changed: str) -> SubmissionResult:
    """Companies in the base register."""
    rows = [registration(n, **changed) for n in numbers]
    return hand_in_rows(folder, *rows, item=REGISTER, by=APPROVAL, at=at)


def handed_in(folder: Path, *rows: dict[str, str], by: str = MARKET, at: datetime = HANDED_IN_AT) -> int | None:
    """Hand in penalties and look at them as the task does; the id of the work order that came of it."""
    return orders.examine(hand_in_rows(folder, *rows, by=by, at=at).submission, at=at)


def mistyped(number: int) -> str:
    """The company's code with its last figure before the check wrong."""
    code = company(number)
    return code[:16] + ("1" if code[16] != "1" else "2") + code[17]
