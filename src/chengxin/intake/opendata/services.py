"""Making releases of open data and publishing statistics."""

from datetime import datetime

from django.db import connection, transaction

from chengxin.base import tasks
from chengxin.base.audit import services as audit
from chengxin.base.clock import local_date
from chengxin.intake.opendata import files, ledger, policy, queries, rules, statistics
from chengxin.intake.opendata.errors import BudgetSpent
from chengxin.intake.opendata.models import Release, ReleaseFile, StatisticRelease
from chengxin.intake.opendata.rules import Statistic

LOCK = 47100  # of the room; the second number is the item's hash


@transaction.atomic
def release(item_code: str, *, by: audit.Who, at: datetime) -> Release | None:
    """Make the files of an open resource anew (发布); None where someone else is making them. Raises `NotOpen`.

    The files of the release before are deleted with the commit. One transaction: nobody sees half a release.
    """
    item = queries.open_item(item_code)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, hashtext(%s))", [LOCK, item.code])
        if not cursor.fetchone()[0]:
            return None
    day = local_date(at)
    terms = policy.terms_on(day)
    moved = ledger.bring_up_to_date(item.code, left_out=terms.kinds_left_out, day=day)
    before = queries.latest(item.code)
    over = [] if before is None else list(before.files.values_list("stored_as", flat=True))
    made = Release.objects.create(
        item=item.code,
        made_at=at,
        valid_until=moved.valid_until,
        rows=moved.rows,
        added=moved.added,
        removed=moved.removed,
        cursor=moved.cursor,
        terms=terms.version,
    )
    columns = rules.columns_of(item, terms)
    written = files.write(item.code, columns, ledger.copied(item.code, columns), name=f"{item.code}-{made.pk}")
    ReleaseFile.objects.bulk_create(
        ReleaseFile(release=made, format=w.format.value, stored_as=w.stored_as, size=w.size, sha256=w.sha256)
        for w in written
    )
    transaction.on_commit(lambda: files.delete(over))
    audit.note("opendata.released", str(made), by=by, at=at, rows=moved.rows, added=moved.added, removed=moved.removed)
    return made


def renew(*, by: audit.Who, at: datetime) -> list[str]:
    """Make anew what is out of date: a record in it ended, or the day is another; the items' codes."""
    renewed = []
    for item in queries.open_items():
        latest = queries.latest(item.code)
        if latest is not None and local_date(latest.made_at) == local_date(at) and queries.is_current(latest, at=at):
            continue
        if release(item.code, by=by, at=at) is not None:
            renewed.append(item.code)
    return renewed


@transaction.atomic
def publish_statistic(statistic: Statistic, *, by: audit.Who, at: datetime) -> StatisticRelease | None:
    """Publish a statistic of its last whole period; None where that is done. Its noise is drawn once and for all.

    Raises `BudgetSpent`.
    """
    day = local_date(at)
    since, until = rules.period_before(day, months=statistic.months)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [LOCK])
    if StatisticRelease.objects.filter(code=statistic.code, since=since).exists():
        return None
    spent = queries.spent_in(day.year)
    if not rules.is_affordable(spent, statistic.epsilon, budget=policy.budget_on(day)):
        raise BudgetSpent
    noised = statistics.noised(statistics.counts(statistic, since=since, until=until), statistic)
    made = StatisticRelease.objects.create(
        code=statistic.code,
        since=since,
        until=until,
        made_at=at,
        policy=statistic.version,
        epsilon=statistic.epsilon,
        threshold=statistic.threshold,
        cells={cell.value: cell.count for cell in rules.told(noised, threshold=statistic.threshold)},
    )
    audit.note("opendata.statistic_published", str(made), by=by, at=at, epsilon=str(statistic.epsilon))
    return made


def ask_renewal() -> None:
    """Have what is out of date made anew soon, where it is not asked for already."""
    tasks.defer("opendata.renew_now", once="opendata.renew_now")
