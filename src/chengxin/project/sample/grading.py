"""The models of sectors, suppliers and villages: in force by the demo's officials, one still waiting for approval."""

from datetime import datetime, timedelta

from chengxin.base.clock import local_date
from chengxin.evaluation.runs import scheduling
from chengxin.evaluation.runs import services as runs
from chengxin.evaluation.scorecards import queries, services
from chengxin.registry.accounts import queries as accounts

IN_FORCE = ("construction-1", "environment-1", "supplier-1", "village-1")  # beside those of `sample.evaluation`
WAITING = "transport-1"
PUT_FORWARD = 45  # days ago


def grade(*, at: datetime) -> None:
    """Trial, approval and publication long enough ago, then one run of what is in force."""
    operator, reviewer = accounts.demo_actor("operator", at=at), accounts.demo_actor("office-reviewer", at=at)
    if operator is None or reviewer is None:
        return
    begun = at - timedelta(days=PUT_FORWARD)
    for name in IN_FORCE:
        case_id = services.propose(name, by=operator, at=begun)
        runs.try_model(case_id, by=operator, at=begun)
        services.take(case_id, "approve", by=reviewer, at=begun, reason="试算结果合理，同意（演示）")
        day = services.earliest_day(queries.model_named(name), on=local_date(begun))
        services.publish(case_id, effective_from=day, by=operator, at=begun)
    waiting = services.propose(WAITING, by=operator, at=at)
    runs.try_model(waiting, by=operator, at=at)
    scheduling.run_now(tuple(name.rpartition("-")[0] for name in IN_FORCE), by=operator, at=at)
