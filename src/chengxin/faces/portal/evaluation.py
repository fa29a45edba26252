"""The register of evaluation models, and a page for each that says it in plain words, for everyone."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from chengxin.base import clock
from chengxin.base.spreadsheets import CsvFile
from chengxin.evaluation.persons import offers
from chengxin.evaluation.persons import policy as notices
from chengxin.evaluation.persons import queries as persons
from chengxin.evaluation.persons.model import Offer
from chengxin.evaluation.scorecards import queries, wording
from chengxin.evaluation.scorecards.errors import UnknownModel
from chengxin.evaluation.scorecards.model import Model, canonical
from chengxin.evaluation.scorecards.policy import disputed_counts
from chengxin.evaluation.scorecards.queries import RegisterRow
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.catalogue.rules import LegalBasis, Words


@require_safe
def models(request: HttpRequest) -> HttpResponse:
    """All versions with where they stand and from when to when they were in force."""
    rows = [model_line(row) for row in queries.register(on=clock.today())]
    return render(request, "portal/evaluation_models.html", {"place": "disclosure", "rows": rows})


@require_safe
def models_csv(request: HttpRequest) -> HttpResponse:
    """The same as a table, for a spreadsheet."""
    file = CsvFile("evaluation-models.csv")
    file.row([_("模型"), _("模型版本"), _("评价对象"), _("状态"), _("生效日"), _("失效日"), _("批准单位"), _("摘要")])
    for row in queries.register(on=clock.today()):
        line = model_line(row)
        dates = [row.effective_from or "", row.effective_until or ""]
        file.row(
            [line["title"], row.model.name, line["kind"], line["state"], *dates, line["approver"], row.model.digest]
        )
    return file


@require_safe
def model(request: HttpRequest, name: str) -> HttpResponse:
    """What counts, over which time, for how many points; what the grade does not know."""
    row = _row(name)
    found = row.model
    context = {
        "place": "disclosure",
        "line": model_line(row),
        "population": wording.population(found),
        "grades": wording.grades(found),
        "dimensions": wording.dimensions(found),
        "vetoes": wording.vetoes(found),
        "unknown": wording.unknown(found),
        "counting": wording.counting(disputed_counts=disputed_counts(clock.today())),
    }
    return render(request, "portal/evaluation_model.html", context)


@require_safe
def model_json(request: HttpRequest, name: str) -> HttpResponse:
    """The model as its digest is computed of it, so that anyone can check both."""
    return HttpResponse(canonical(_row(name).model), content_type="application/json; charset=utf-8")


@require_safe
def benefits(request: HttpRequest) -> HttpResponse:
    """What natural persons may ask for, by which records of their own, after which notice; nothing about anyone."""
    today = clock.today()
    notice, lines = notices.notice_on(today), [offer_line(offer) for offer in persons.offers(on=today)]
    said = wording.say(Words(notice.zh, notice.en))
    return render(request, "portal/evaluation_benefits.html", {"place": "disclosure", "lines": lines, "notice": said})


def offer_line(offer: Offer) -> dict[str, Any]:
    """An offer to natural persons in words: what it opens, by which records, on which basis."""
    names = catalogue.organisation_names()
    return {
        "name": offer.name,
        "title": wording.say(offer.title),
        "purpose": wording.say(offer.purpose),
        "limits": wording.say(offer.limits),
        "basis": offer.legal_basis,
        "items": [wording.say(catalogue.item(code).name) for code in offer.resources],
        "benefits": [
            {
                "title": wording.say(one.title),
                "opens": wording.say(one.opens),
                "need": wording.say(one.need.text),
                "provider": wording.say(names[one.provider]),
            }
            for one in offer.benefits
        ],
    }


def unverified_lines() -> list[dict[str, Any]]:
    """The versions of models and offers whose content or legal basis no lawyer has confirmed, with which laws."""
    lines = [
        _unverified_line(m, reverse("portal:evaluation-model", args=[m.name]), [v.legal_basis for v in m.vetoes])
        for m in queries.models()
    ]
    lines += [_unverified_line(o, reverse("portal:evaluation-benefits"), []) for o in offers.files()]
    return [line for line in lines if line["laws"] or not line["verified"]]


def _unverified_line(one: Model | Offer, address: str, of_vetoes: list[LegalBasis]) -> dict[str, Any]:
    bases = [b for b in (*one.legal_basis, *of_vetoes) if not b.verified]
    return {
        "name": one.name,
        "title": wording.say(one.title),
        "address": address,
        "since": one.effective_from,
        "source": wording.say(one.source),
        "verified": one.verified,
        "laws": list(dict.fromkeys(f"{b.law} {b.article}" for b in bases)),
    }


def model_line(row: RegisterRow) -> dict[str, Any]:
    """A version as the register and the pages about models show it."""
    found = row.model
    approver = catalogue.organisation_names().get(found.approver)
    return {
        "row": row,
        "model": found,
        "title": wording.say(found.title),
        "purpose": wording.say(found.purpose),
        "limits": wording.say(found.limits),
        "source": wording.say(found.source),
        "kind": wording.kind_of(found),
        "state": wording.state_in_words(row.state),
        "is_in_force": row.state == "in-force",
        "approver": wording.say(approver) if approver else found.approver,
    }


def _row(name: str) -> RegisterRow:
    try:
        return queries.register_row(name, on=clock.today())
    except UnknownModel as error:
        raise Http404 from error
