"""Campaigns on the public site: what, why, by whom, how far; typical cases; never the targets."""

from collections import Counter

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from chengxin.base import clock
from chengxin.base.errors import NotFound
from chengxin.faces.portal.context import in_english
from chengxin.registry.accounts import queries as accounts
from chengxin.regulation.campaigns import policy, queries, telling


@require_safe
def campaigns(request: HttpRequest) -> HttpResponse:
    """The campaigns that run or are over, and all typical cases."""
    today = clock.today()
    context = {
        "place": "disclosure",
        "today": today,
        "campaigns": queries.public_campaigns(),
        "cases": telling.typical_cases(on=today),
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
    counted: Counter[str] = Counter()
    for progress in queries.progress_of(campaign_id, on=today):
        counted.update(progress.outcomes)
    known = [(o.code, o.en if english else o.zh) for o in policy.outcomes(today).values()]
    outcomes = [(name, counted[code]) for code, name in [*known, ("", _("未核查"))]]
    context = {
        "place": "disclosure",
        "row": row,
        "today": today,
        "lead": names.get(row.lead_id, ""),
        "members": [names.get(m, "") for m in row.members],
        "outcomes": outcomes,
        "cases": telling.typical_cases(on=today, campaign_id=campaign_id),
    }
    return render(request, "portal/campaign.html", context)
