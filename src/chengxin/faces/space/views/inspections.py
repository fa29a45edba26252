"""Inspections of a subject as it sees them: what was found, and what proves that it was drawn by lot."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from chengxin.base import clock
from chengxin.base.casework import queries as casework
from chengxin.base.casework.procedures import procedure
from chengxin.faces.space.access import SpaceRequest, on_behalf
from chengxin.faces.space.pages import page
from chengxin.faces.workbench import inspection_visits as shown
from chengxin.faces.workbench.pages import cut
from chengxin.registry.accounts.rules import Scope
from chengxin.regulation.inspections.procedure import FOLLOW_UP
from chengxin.regulation.inspections.queries import visits

SIZE = 20


@require_GET
@on_behalf(Scope.SEE)
def own_inspections(request: SpaceRequest, _mandate_id: int) -> HttpResponse:
    """The visits whose results are public, newest first, each with the token and salt of its place in the draw."""
    today = clock.today()
    rows = visits.own_visits(request.mandate.about, by=request.actor)
    states = casework.states_of(o.follow_up_case for row in rows for o in row.outcomes if o.follow_up_case)
    words = {code: str(procedure(FOLLOW_UP.code).state(state).name) for code, state in states.items()}

    def line(row: visits.OwnVisit) -> dict[str, object]:
        outcomes = [
            {**shown.outcome_line(o, on=today), "follow_up": words.get(o.follow_up_case or 0)} for o in row.outcomes
        ]
        return {"row": row, "outcomes": outcomes}

    return page(request, "inspections", {"page": cut(request, rows, SIZE, line)})
