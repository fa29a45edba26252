"""Work orders about wrong codes on the case page: how far the order is, and the way to its lines."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from chengxin.base.casework.queries import CaseRow
from chengxin.base.clock import local_date
from chengxin.faces.workbench.matters.matter import Matter
from chengxin.faces.workbench.quality import order_line
from chengxin.faces.workbench.shown import organisation_names
from chengxin.intake.quality import order_queries
from chengxin.registry.accounts.rules import Actor


def order_context(case: CaseRow, actor: Actor, at: datetime) -> dict[str, Any]:
    """How far the order is; the case is called as the order is in the language of the page."""
    line = order_line(order_queries.order_of_case(case.id, actor=actor, on=local_date(at)), organisation_names())
    return {"line": line, "case": replace(case, title=line["title"])}


CODE_ORDER = Matter("workbench/_matter_code_order.html", order_context)
