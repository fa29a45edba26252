"""Officials of the credit office, and a model brought into force by them."""

from datetime import UTC, date, datetime, timedelta

from chengxin.base.clock import local_date
from chengxin.evaluation.scorecards import queries, services
from chengxin.evaluation.scorecards.services import TrialFigures
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Role

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)  # a Monday, 12:00 in the city
TODAY = date(2026, 3, 2)


def official(role: Role, user_id: int, organisation: str | None = None) -> Actor:
    found = accounts.organisation_by_code(organisation) if organisation else accounts.credit_office()
    assert found is not None
    return Actor(
        f"{role.value}-{user_id}", found.id, found.code, frozenset({role}), accounts.reach_of(found.id), user_id
    )


def operator(user_id: int = 901) -> Actor:
    return official(Role.CREDIT_OFFICE_OPERATOR, user_id)


def reviewer(user_id: int = 902) -> Actor:
    return official(Role.CREDIT_OFFICE_REVIEWER, user_id)


def figures(name: str = "enterprise-1", **changed: object) -> TrialFigures:
    made = {"run_id": 7, "present_run_id": None, "subjects": 10, "up": 0, "down": 0, "unmatched": 0}
    return TrialFigures(model_digest=queries.model_named(name).digest, **(made | changed))


def approved(name: str = "enterprise-1", *, at: datetime = NOON) -> int:
    case_id = services.propose(name, by=operator(), at=at)
    services.record_trial(case_id, figures(name), by=operator(), at=at)
    services.take(case_id, "approve", by=reviewer(), at=at, reason="试算结果合理（虚构）")
    return case_id


def published(name: str = "enterprise-1", *, at: datetime = NOON) -> date:
    """The model in force; returns since which day."""
    case_id = approved(name, at=at)
    later = at + timedelta(hours=1)  # which may be the next day
    day = services.earliest_day(queries.model_named(name), on=local_date(later))
    services.publish(case_id, effective_from=day, by=operator(), at=later)
    return day
