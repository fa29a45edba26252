"""Writes of data quality: computing and closing a month, and what providers declare."""

from datetime import datetime

from django.db import transaction

from chengxin.base import tasks
from chengxin.base.audit import services as audit
from chengxin.base.clock import local_date
from chengxin.base.database.queueing import queue_behind
from chengxin.base.errors import NotPermitted
from chengxin.intake.quality import computing, policy, queries
from chengxin.intake.quality.errors import CountMissing, MonthAhead, MonthRuns, NotDoublePublicity
from chengxin.intake.quality.models import Computation, Declaration, Figure
from chengxin.intake.quality.rules import Kind, Month, month_of
from chengxin.registry.accounts.rules import Actor, Permission, require

BATCH = 5_000


@transaction.atomic
def compute(month: Month, *, by: audit.Who, at: datetime) -> int:
    """Compute a month's figures as they are now, beside those that count once it is closed; returns the id.

    The caller permits. Raises `MonthAhead`.
    """
    if month > month_of(local_date(at)):
        raise MonthAhead
    queue_behind(f"quality-month:{month.code}")
    kind = Kind.RECOMPUTED if queries.is_closed(month) else Kind.PROVISIONAL
    return _store(month, kind, by=by, at=at)


@transaction.atomic
def close(month: Month, *, by: audit.Who, at: datetime) -> int:
    """Compute a month's figures once and for all; a month that is closed already stays as it is. Returns the id.

    The caller permits. Raises `MonthRuns`.
    """
    if local_date(at) < month.until:
        raise MonthRuns
    queue_behind(f"quality-month:{month.code}")
    closed = queries.closing_of(month)
    if closed is not None:
        return closed
    made = _store(month, Kind.CLOSING, by=by, at=at)
    tasks.defer("quality.issue_report", month=month.code)
    return made


def _store(month: Month, kind: Kind, *, by: audit.Who, at: datetime) -> int:
    made = Computation.objects.create(month=month.first, kind=kind, at=at, by_name=by.name)
    Figure.objects.bulk_create(
        (
            Figure(
                computation=made,
                check_code=m.check,
                provider_id=m.provider_id,
                division=m.division,
                item=m.item,
                good=m.good,
                total=m.total,
            )
            for m in computing.measured(month, at=at)
        ),
        batch_size=BATCH,
    )
    audit.note("quality.computed", str(made), by=by, at=at, kind=kind.value)
    return made.pk


def recompute(month: Month, *, by: Actor, at: datetime) -> int:
    """Compute a month anew on request of the credit office. Raises `NotPermitted`, `MonthAhead`."""
    require(by, Permission.RUN_QUALITY)
    return compute(month, by=by, at=at)


def close_due(*, by: audit.Who, at: datetime) -> int | None:
    """Close last month if the day has come on which policy closes it; the id of what was closed, None for nothing."""
    today = local_date(at)
    last = month_of(today).before
    if today.day < policy.closes_on_day(today) or queries.is_closed(last):
        return None
    return close(last, by=by, at=at)


@transaction.atomic
def declare(month: Month, counts: dict[str, int | None], *, by: Actor, at: datetime) -> None:
    """Declare how many decisions the actor's organisation made in a month, by item of double publicity.

    The latest declaration counts; a closed month's figures stay. Raises `NotPermitted`, `MonthAhead`,
    `NotDoublePublicity`, `CountMissing`.
    """
    if by.organisation_id is None:
        raise NotPermitted
    require(by, Permission.SUBMIT_RECORDS, of=by.organisation_id)
    if month > month_of(local_date(at)):
        raise MonthAhead
    if not counts.keys() <= set(policy.double_publicity(month.first)):
        raise NotDoublePublicity
    given = {item: n for item, n in counts.items() if n is not None and n >= 0}
    if not counts or given.keys() != counts.keys():
        raise CountMissing
    for item, decisions in given.items():
        Declaration.objects.create(
            organisation_id=by.organisation_id,
            item=item,
            month=month.first,
            decisions=decisions,
            by_name=by.name,
            at=at,
        )
    audit.note("quality.declared", month.code, by=by, at=at, counts=given)
