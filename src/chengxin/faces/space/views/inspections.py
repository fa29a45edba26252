"""Inspections of a subject as it sees them: what was found, and what proves that it was drawn by lot."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from chengxin.base import clock
from chengxin.faces.space.access import SpaceRequest, on_behalf
from chengxin.faces.space.pages import page
from chengxin.faces.workbench import inspection_visits as shown
from chengxin.faces.workbench.pages import cut
from chengxin.registry.accounts.rules import Scope
from chengxin.regulation.inspections.queries import visits

SIZE = 20


@require_GET
@on_behalf(Scope.SEE)
def own_inspections(request: SpaceRequest, _mandate_id: int) -> HttpResponse:
    """The visits whose results are public, newest first, each with the token and salt of its place in the draw."""
    today = clock.today()

    def line(row: visits.OwnVisit) -> dict[str, object]:
        return {"row": row, "outcomes": [shown.outcome_line(o, on=today) for o in row.outcomes]}

    rows = visits.own_visits(request.mandate.about, by=request.actor)
    return page(request, "inspections", {"page": cut(request, rows, SIZE, line)})
