"""Campaigns on the public site: what, why, by whom, how far; typical cases; never the targets."""

from collections.abc import Collection

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from chengxin.base import clock
from chengxin.base.errors import NotFound
from chengxin.faces.portal.context import in_english
from chengxin.faces.workbench.pages import Sheet, sheet
from chengxin.faces.workbench.paging import number_of_page
from chengxin.registry.accounts import queries as accounts
from chengxin.regulation.campaigns import policy, queries, telling
from chengxin.regulation.campaigns.procedure import RUNNING
from chengxin.regulation.campaigns.queries import Counts

SIZE = 20
COUNTED_SECONDS = 60
CASES = "cases"  # the page of cases in the address


@require_safe
def campaigns(request: HttpRequest) -> HttpResponse:
    """The campaigns that run or are over, and the typical cases."""
    found = queries.public_campaigns(page=number_of_page(request), size=SIZE)
    counts = _counted([row.id for row in found.rows])
    rows = [{"row": row, "counts": counts[row.id]} for row in found.rows]
    context = {
        "place": "disclosure",
        "today": clock.today(),
        "page": sheet(request, rows, found.total, SIZE),
        "cases": _cases(request),
    }
    return render(request, "portal/campaigns.html", context)


@require_safe
def campaign(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """One campaign with its progress in numbers."""
    today = clock.today()
    try:
        row = queries.public_campaign(campaign_id)
    except NotFound as error:
        raise Http404 from error
    english = in_english()
    names = {o.id: o.name_en if english else o.name_zh for o in accounts.organisations()}
    counts = _counted([campaign_id])[campaign_id]
    known = policy.outcomes_among(counts.outcomes, on=today if row.state == RUNNING else None)
    named = [(o.version, o.en if english else o.zh) for o in known]
    outcomes = [(name, counts.outcomes.get(version, 0)) for version, name in [*named, ("", _("未核查"))]]
    context = {
        "place": "disclosure",
        "row": row,
        "counts": counts,
        "today": today,
        "lead": names.get(row.lead_id, ""),
        "members": [names.get(m, "") for m in row.members],
        "outcomes": outcomes,
        "cases": _cases(request, campaign_id),
    }
    return render(request, "portal/campaign.html", context)


def _cases(request: HttpRequest, campaign_id: int | None = None) -> Sheet:
    page = number_of_page(request, CASES)
    found = telling.typical_cases(on=clock.today(), campaign_id=campaign_id, page=page, size=SIZE)
    return sheet(request, found.rows, found.total, SIZE, CASES)


def _counted(campaign_ids: Collection[int]) -> dict[int, Counts]:
    """How the targets of campaigns stand, kept for a minute."""
    keys = {f"portal.campaign.{each}": each for each in campaign_ids}
    found: dict[str, Counts] = cache.get_many(keys)
    if missing := [each for key, each in keys.items() if key not in found]:
        fresh = {f"portal.campaign.{each}": counts for each, counts in queries.counts_of(missing).items()}
        cache.set_many(fresh, COUNTED_SECONDS)
        found |= fresh
    return {keys[key]: counts for key, counts in found.items()}
