"""What a resident's own records can open: asked for here, by the resident alone, after notice and with consent."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengxin.base import clock
from chengxin.base.errors import ChengxinError
from chengxin.evaluation.persons import policy, queries, services
from chengxin.evaluation.persons.errors import NoticeNotRead
from chengxin.evaluation.persons.queries import OfferRow
from chengxin.evaluation.scorecards import wording
from chengxin.faces.space.access import SpaceRequest, on_behalf
from chengxin.faces.space.pages import page
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.pages import say
from chengxin.registry.accounts.rules import Scope
from chengxin.registry.catalogue import queries as catalogue
from chengxin.rights.consent import policy as consent


@require_GET
@on_behalf(Scope.CONSENT)
def benefit_list(request: SpaceRequest, _mandate_id: int) -> HttpResponse:
    """The offers, and of those that were asked for what is open."""
    rows = queries.offers_to(request.mandate.about, by=request.actor, on=clock.today())
    return page(request, "benefits", {"lines": [_line(row) for row in rows]})


@require_http_methods(["GET", "POST"])
@on_behalf(Scope.CONSENT)
def benefit(request: SpaceRequest, mandate_id: int, offer_code: str) -> HttpResponse:
    """One offer: the notice and the consent to sign; once signed, what is open and every input."""
    now, about = clock.now(), request.mandate.about
    today, given = clock.local_date(now), request.POST
    queries.require_own(about, by=request.actor)
    errors: list[PageError] = []
    status = 200
    if request.method == "POST":
        try:
            services.ask(
                offer_code,
                about,
                notice_version=given.get("notice", "") if given.get("has_read") else "",
                wording_version=given.get("wording", "") if given.get("agrees") else "",
                signed_by=given.get("signed_by", ""),
                by=request.actor,
                at=now,
            )
        except ChengxinError as error:
            errors, status = [PageError(_place(error, given), error.sentence, error.advice)], error.status
        else:
            messages.success(request, _("已按您的申请查看。结果只有您能看到，随时可以撤回。"))
            return redirect("space:benefit", mandate_id, offer_code)
    offer = queries.offer(offer_code, on=today)
    row = next(r for r in queries.offers_to(about, by=request.actor, on=today) if r.offer == offer)
    notice, terms = policy.notice_on(today), consent.wording_on(today)
    context = {
        "line": _line(row),
        "notice": say(notice.zh, notice.en),
        "notice_version": notice.version,
        "wording": say(terms.zh, terms.en),
        "wording_version": terms.version,
        "given": given,
        "errors": errors,
    }
    return page(request, "benefit", context, status=status)


@require_POST
@on_behalf(Scope.CONSENT)
def look_again(request: SpaceRequest, mandate_id: int, offer_code: str) -> HttpResponse:
    """Compute what is open from the records of today."""
    services.look_again(offer_code, request.mandate.about, by=request.actor, at=clock.now())
    messages.success(request, _("已按今天的记录重新查看。"))
    return redirect("space:benefit", mandate_id, offer_code)


@require_POST
@on_behalf(Scope.CONSENT)
def withdraw(request: SpaceRequest, mandate_id: int, offer_code: str) -> HttpResponse:
    """Withdraw the consent; the result is deleted."""
    services.withdraw(offer_code, request.mandate.about, by=request.actor, at=clock.now())
    messages.success(request, _("已撤回，结果已经删除。"))
    return redirect("space:benefits", mandate_id)


def _place(error: ChengxinError, given: QueryDict) -> str:
    """The field that the error is about: the notice, the consent or the name."""
    if isinstance(error, NoticeNotRead):
        return "has_read"
    return "signed_by" if given.get("agrees") else "agrees"


def _line(row: OfferRow) -> dict[str, Any]:
    offer = row.offer
    names = catalogue.organisation_names()
    return {
        "row": row,
        "code": offer.code,
        "title": wording.say(offer.title),
        "purpose": wording.say(offer.purpose),
        "limits": wording.say(offer.limits),
        "items": [wording.say(catalogue.item(code).name) for code in offer.resources],
        "opened": sum(b.is_open for b in row.benefits),
        "benefits": [
            {
                "title": wording.say(b.benefit.title),
                "opens": wording.say(b.benefit.opens),
                "need": wording.say(b.benefit.need.text),
                "provider": wording.say(names[b.benefit.provider]),
                "is_open": b.is_open,
                "records": b.records,
            }
            for b in row.benefits
        ],
    }
