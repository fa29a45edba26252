"""Rows that a platform above returned, on the case page: which, why, and what of them is right by now."""

from datetime import datetime
from typing import Any

from chengxin.base.casework.queries import CaseRow
from chengxin.faces.workbench.matters.matter import Matter
from chengxin.faces.workbench.pages import words
from chengxin.intake.packages import queries
from chengxin.registry.accounts.rules import Actor
from chengxin.registry.catalogue import queries as catalogue

SHOWN = 200


def returned_context(case: CaseRow, _actor: Actor, _at: datetime) -> dict[str, Any]:
    """The rows, the first of many."""
    rows = queries.returned_rows(case.about)
    lines = [{"row": row, "item": words(catalogue.item(row.item).name)} for row in rows[:SHOWN]]
    return {"rows": lines, "total": len(rows), "mended": sum(row.is_mended for row in rows)}


RETURNED = Matter("workbench/_matter_returned.html", returned_context)
