"""What stands below a record on its subject's page: one part for each thing that can be done about it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from chengxin.faces.space.access import SpaceRequest
from chengxin.faces.space.parts import dispute, repair
from chengxin.registry.records.rows import RecordRow

# Template, and what it is given: one line a part, in the order of the page.
PARTS: tuple[tuple[str, Callable[[SpaceRequest, RecordRow, datetime], dict[str, Any]]], ...] = (
    (dispute.TEMPLATE, dispute.dispute_part),
    (repair.TEMPLATE, repair.repair_part),
)


def parts_of(request: SpaceRequest, record: RecordRow, at: datetime) -> list[dict[str, Any]]:
    """The parts of this record's page, each with its template and context."""
    return [{"template": template, "part": context(request, record, at)} for template, context in PARTS]
