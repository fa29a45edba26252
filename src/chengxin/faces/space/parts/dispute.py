"""Whether a record can be disputed, and the disputes there were, on the record's page."""

from datetime import datetime
from typing import Any

from chengxin.faces.space.access import SpaceRequest
from chengxin.registry.accounts.rules import Scope
from chengxin.registry.records.rows import RecordRow
from chengxin.rights.disputes import queries, rules

TEMPLATE = "space/_record_dispute.html"


def dispute_part(request: SpaceRequest, record: RecordRow, _at: datetime) -> dict[str, Any]:
    """What the page tells about disputes of this record."""
    may_apply = Scope.APPLY in request.mandate.scopes
    mine = queries.disputes_about(request.mandate.about, by=request.actor) if may_apply else ()
    open_case = queries.open_dispute_about(record.natural_key)
    return {
        "record": record,
        "mandate": request.mandate,
        "is_open": open_case is not None,
        "may_dispute": may_apply and open_case is None and rules.is_disputable(record.state),
        "disputes": [d for d in mine if d.natural_key == record.natural_key],
    }
