"""Evaluation in the demo city: a model in force with grades of two days, a past day held against what came after it."""

from datetime import datetime, timedelta

from chengxin.base.clock import local_date
from chengxin.evaluation.persons import approving, ending, offers
from chengxin.evaluation.runs import foreseeing, scheduling
from chengxin.evaluation.runs import services as runs
from chengxin.evaluation.runs.rules import Purpose
from chengxin.evaluation.scorecards import queries, services
from chengxin.registry.accounts import queries as organisations
from chengxin.registry.accounts.rules import Actor, Role

IN_FORCE, BEING_DECIDED, ENDING = "enterprise-1", "food-1", "farm-household-1"


def evaluate(*, at: datetime) -> None:
    """Bring the comprehensive model into force as officials do, and grade; another model waits for its
    approval. Offers to natural persons are approved, and the end of one is put forward.
    """
    operator, reviewer = _official(Role.CREDIT_OFFICE_OPERATOR), _official(Role.CREDIT_OFFICE_REVIEWER)
    model = queries.model_named(IN_FORCE)
    begun = at - timedelta(days=75)
    case_id = services.propose(IN_FORCE, by=operator, at=begun)
    runs.try_model(case_id, by=operator, at=begun)
    reason = "指标来源清楚，试算分布合理（虚构）"
    services.take(case_id, "approve", by=reviewer, at=begun + timedelta(days=1), reason=reason)
    published = begun + timedelta(days=2)
    day = services.earliest_day(model, on=local_date(published))
    services.publish(case_id, effective_from=day, by=operator, at=published)
    for then in (at - timedelta(days=30), at):
        scheduling.run_now((model.code,), by=operator, at=then)
    past = runs.take_snapshot([model], as_of=local_date(at) - timedelta(days=365), by=operator, at=at)
    trial = runs.evaluate(model, past, purpose=Purpose.TRIAL, by=operator, at=at)
    foreseeing.foresee(trial.pk, by=operator, at=at, today=local_date(at))
    for offer in offers.files():
        offered = approving.propose(offer.name, by=operator, at=begun)
        approving.take(offered, "approve", by=reviewer, at=begun + timedelta(days=1), reason="只开放便利（虚构）")
    ending.propose(ENDING, ends_on=local_date(at) + timedelta(days=60), reason="合作期满（虚构）", by=operator, at=at)
    waiting = services.propose(BEING_DECIDED, by=operator, at=at - timedelta(days=3))
    runs.try_model(waiting, by=operator, at=at - timedelta(days=2))


def _official(role: Role) -> Actor:
    office = organisations.credit_office()
    found = organisations.actor_of_organisation(office.code, roles=frozenset({role}), name=f"sample-{role.value}")
    assert found is not None
    return found
