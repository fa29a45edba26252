"""Trials that are asked for on a page and computed by a task: asked once, told how far, and why they failed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import structlog
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from chengxin.base import tasks
from chengxin.base.audit import services as audit
from chengxin.base.casework import services as casework
from chengxin.base.casework.rules import Party
from chengxin.base.errors import ChengxinError
from chengxin.evaluation.runs import queries, services
from chengxin.evaluation.runs.errors import TrialFailed, TrialInterrupted
from chengxin.evaluation.runs.models import TrialOrder
from chengxin.evaluation.runs.queries import TRIAL_LOCK
from chengxin.evaluation.runs.rules import OPEN_TRIALS, TrialStage, TrialState
from chengxin.evaluation.scorecards import services as governance
from chengxin.registry.accounts.keeping import actor_of, columns_of
from chengxin.registry.accounts.rules import Actor, Permission, require

log = structlog.get_logger(__name__)
TEXT = 600
OVER = ["state", "finished_at", "run_id", "fault", "said_zh", "said_en"]


@transaction.atomic
def ask(case_id: int, *, by: Actor, at: datetime) -> int:
    """Have the version of a case tried by a task; returns the id of the order. Asked twice gives the same one.

    An order whose process died is closed as failed, and a new one takes its place. Raises `NotPermitted`, `NotFound`,
    what `scorecards.services.check_trial` raises.
    """
    require(by, Permission.RUN_EVALUATION)
    model = governance.check_trial(case_id, by=by, at=at)
    standing = queries.trial_of_case(case_id)
    if standing is not None and standing.state in OPEN_TRIALS:
        return standing.id
    if standing is not None and standing.state is TrialState.INTERRUPTED:
        _close(TrialOrder.objects.get(pk=standing.id), TrialInterrupted(), at=at)
    order = TrialOrder.objects.create(
        case_id=case_id,
        model=model.name,
        state=TrialState.WAITING.value,
        **columns_of(by),
        asked_at=at,
    )
    audit.note("evaluation.trial_asked", str(order), by=by, at=at, case=case_id)
    tasks.defer("runs.try_model", order_id=order.pk)
    return order.pk


def compute(order_id: int, *, at: datetime) -> None:
    """Compute a trial that waits. Safe to repeat: one that another process has taken or that is over is left alone."""
    with _alone(order_id) as is_alone:
        order = _begun(order_id, at=at) if is_alone else None
        if order is None:
            return
        try:
            run = services.try_model(order.case_id, by=actor_of(order), at=at, report=_reporter(order))
        except ChengxinError as error:
            _close(order, error, at=at)
        except Exception:
            log.exception("trial failed", order=order_id)
            _close(order, TrialFailed(number=order_id), at=at)
        else:
            order.run_id = run.pk
            _close(order, None, at=at)


@contextmanager
def _alone(order_id: int) -> Iterator[bool]:
    """Whether nobody else computes it; the lock goes with the process, however that ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [TRIAL_LOCK, order_id])
        is_alone = bool(cursor.fetchone()[0])
    try:
        yield is_alone
    finally:
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [TRIAL_LOCK, order_id])


@transaction.atomic
def _begun(order_id: int, *, at: datetime) -> TrialOrder | None:
    """The order, begun; None for one that is over. One left running has died, and begins again."""
    open_ones = [s.value for s in OPEN_TRIALS]
    order = TrialOrder.objects.select_for_update().filter(pk=order_id, state__in=open_ones).first()
    if order is not None:
        order.state, order.began_at = TrialState.RUNNING.value, at
        order.save(update_fields=["state", "began_at"])
    return order


def _reporter(order: TrialOrder) -> Callable[[TrialStage], None]:
    """What says of an order which stage begins; it is seen at once on the page."""

    def report(stage: TrialStage) -> None:
        order.stage = stage.value
        order.save(update_fields=["stage"])

    return report


@transaction.atomic
def _close(order: TrialOrder, error: ChengxinError | None, *, at: datetime) -> None:
    """Write how it ended, and tell who asked."""
    order.state = (TrialState.FAILED if error else TrialState.DONE).value
    order.finished_at = at
    if error is not None:
        order.fault = error.code
        with override("zh-hans"):
            order.said_zh = f"{error.sentence}{error.advice}"[:TEXT]
        with override("en"):
            order.said_en = f"{error.sentence} {error.advice}"[:TEXT]
    order.save(update_fields=OVER)
    asker = actor_of(order)
    audit.note(f"evaluation.trial_{order.state}", str(order), by=asker, at=at, case=order.case_id, fault=order.fault)
    title = _("模型试算没有完成") if error else _("模型试算完成，可以看对比结果")
    to = Party(organisation_id=None if order.user_id else order.organisation_id, user_id=order.user_id)
    casework.send_notice(to, title=title, body=error.sentence if error else "", by=asker, at=at, case_id=order.case_id)
