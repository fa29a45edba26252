"""Whether a breach that was found bars its promisor from further commitments of the kind."""

from datetime import date

from chengxin.base.audit.services import Who
from chengxin.base.clock import local_date
from chengxin.registry.records import queries as records
from chengxin.registry.records.rules import RecordState
from chengxin.regulation.commitments import policy, rules
from chengxin.regulation.commitments.models import Commitment
from chengxin.regulation.commitments.rules import Kind, State

PURPOSE = "commitment-bar"
LIFTING = frozenset({RecordState.REPAIRED.value, RecordState.WITHDRAWN.value})


def barred_until(about: str, kind: Kind, *, by: Who, on: date) -> date | None:
    """The first day on which `about` may sign commitments of that kind again; None where nothing bars it on `on`.

    The policy of the day of each finding counts. Index: `commitment_about`.
    """
    broken = Commitment.objects.filter(about=about, kind=kind.value, state=State.NOT_PERFORMED.value)
    latest: date | None = None
    for natural_key, since in broken.order_by("state_since").values_list("natural_key", "state_since"):
        found_on = local_date(since)
        until = rules.barred_until(found_on, policy.months_barred(kind, found_on))
        if until is None or until <= on or (latest is not None and until <= latest):
            continue
        if natural_key is not None and records.held_record(natural_key, purpose=PURPOSE, by=by).row.state in LIFTING:
            continue
        latest = until
    return latest
