"""How well the points of a past run ranked what came after it; counted in the database by number of points."""

from datetime import date, datetime

from django.db import connection, transaction

from chengxin.base.audit import services as audit
from chengxin.evaluation.runs import policy, queries, rules
from chengxin.evaluation.runs.models import Foresight, Run
from chengxin.evaluation.runs.rules import Purpose
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


def foresee_ripe(*, by: Actor, at: datetime, today: date) -> tuple[Foresight, ...]:
    """Hold each run in force whose months are over, and that was not held against all of them yet, against what came.

    A few dozen runs. Raises what `foresee` raises.
    """
    months = policy.watch(today).outcome_months
    runs = Run.objects.filter(purpose=Purpose.IN_FORCE.value, as_of__lte=months_after(today, -months)).order_by("pk")
    held = set(Foresight.objects.filter(run__in=runs).values_list("run_id", "until"))
    ripe = [run.pk for run in runs if (run.pk, months_after(run.as_of, months)) not in held]
    return tuple(foresee(pk, by=by, at=at, today=today) for pk in ripe)


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
