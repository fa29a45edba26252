"""How well the points of a past run ranked what came after it; counted in the database by number of points."""

from datetime import date, datetime

from django.db import connection, transaction

from chengxin.base.audit import services as audit
from chengxin.evaluation.runs import policy, queries, rules
from chengxin.evaluation.runs.models import Foresight
from chengxin.registry.accounts.rules import Actor, Permission, require
from chengxin.registry.records.rules import months_after

_COUNTS = """
SELECT r.points, count(o.subject_id), count(*) - count(o.subject_id) FROM runs_result r
LEFT JOIN (
  SELECT DISTINCT subject_id FROM records_record WHERE known_until IS NULL AND item = %(item)s
    AND state NOT IN ('withdrawn', 'suspended') AND decided_on > %(after)s AND decided_on <= %(until)s
) o USING (subject_id)
WHERE r.run_id = %(run)s AND r.grade <> '' GROUP BY r.points
"""


@transaction.atomic
def foresee(run_id: int, *, by: Actor, at: datetime, today: date) -> Foresight:
    """Hold a run of a past day against the outcomes of the months after it, as policy names them.

    It looks at nothing later than `today`; a period that is not over yet says so by `until`. What the run saw was what
    the platform knows now of that day, which may be more than it knew then. Raises `NotFound`, `NotPermitted`.
    """
    require(by, Permission.RUN_EVALUATION)
    run = queries.run(run_id)
    watch = policy.watch(today)
    until = min(months_after(run.as_of, watch.outcome_months), today)
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"run": run.pk, "item": watch.outcome, "after": run.as_of, "until": until})
        found = rules.ranking([(points, bad, good) for points, bad, good in cursor.fetchall()])
    kept = Foresight.objects.create(
        run=run,
        outcome=watch.outcome,
        until=until,
        at=at,
        with_outcome=found.with_outcome,
        without=found.without,
        auc_per_mille=found.auc,
        ks_per_mille=found.ks,
    )
    audit.note("evaluation.foresight", str(kept.pk), by=by, at=at, run=run.pk)
    return kept
