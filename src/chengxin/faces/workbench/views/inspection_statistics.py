"""What grading brings to inspections, on the workbench: one's own department, or the city."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from chengxin.base import clock
from chengxin.faces.workbench import inspection_figures as figures
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.pages import page, query_without
from chengxin.registry.accounts.rules import Permission
from chengxin.regulation.inspections.queries.statistics import statistics as read


@require_GET
@open_to(Permission.MANAGE_CASES)
def statistics(request: SignedInRequest) -> HttpResponse:
    """Problems found per visit by stratum against the control group; `?own=1` for one's own department."""
    now = clock.now()
    is_own = request.GET.get("own") == "1" and request.actor.may(Permission.INSPECT)
    year = request.GET.get("year", "")
    chosen = int(year) if year.isdecimal() and len(year) == 4 else None
    found = read(year=chosen, lead_id=request.actor.organisation_id if is_own else None)
    context = {
        **figures.context_of(found, on=clock.local_date(now)),
        "is_own": is_own,
        "may_own": request.actor.may(Permission.INSPECT),
        "year": chosen,
        "years": range(clock.local_date(now).year, clock.local_date(now).year - 5, -1),
    }
    if request.GET.get("format") == "csv":
        return figures.csv_of(found, on=clock.local_date(now))
    return page(request, "inspection_statistics", {**context, "csv_query": query_without(request, "format")})
