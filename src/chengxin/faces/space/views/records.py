"""All that is held about a subject, as it may see it itself: public or not, with source, basis, end and history."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from chengxin.base import clock
from chengxin.base.errors import NotFound
from chengxin.base.spreadsheets import CsvFile
from chengxin.faces.portal.templatetags.portal import last_day
from chengxin.faces.space.access import SpaceRequest, on_behalf
from chengxin.faces.space.pages import page
from chengxin.faces.space.parts.record_parts import parts_of
from chengxin.faces.space.shown import STANDINGS, Standing, standing
from chengxin.faces.workbench.pages import choices, cut, query_without, say, words
from chengxin.registry.accounts.rules import Scope
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.records import queries as records
from chengxin.registry.records.rows import RecordRow
from chengxin.rights.consent import reading

SIZE = 20


@require_GET
@on_behalf(Scope.SEE)
def record_list(request: SpaceRequest, _mandate_id: int) -> HttpResponse:
    """The list, filtered by what the address says."""
    held = _held(request)
    context = {
        "page": cut(request, _chosen(request, held), SIZE, _line),
        "is_filtered": bool(request.GET.get("category") or request.GET.get("standing")),
        "categories": [c for c in catalogue.categories() if any(r.category == c.code for r in held)],
        "standings": choices(STANDINGS),
        "query": query_without(request, "page"),
    }
    return page(request, "records", context)


@require_GET
@on_behalf(Scope.SEE)
def record_list_csv(request: SpaceRequest, _mandate_id: int) -> HttpResponse:
    """The filtered list as CSV, for a spreadsheet."""
    file = CsvFile("records.csv")
    file.row([_("类别"), _("内容"), _("来源"), _("日期"), _("谁能看到"), _("公示至")])
    for record in _chosen(request, _held(request)):
        line = _line(record)
        until = last_day(record.public_until) if line["standing"] == Standing.PUBLIC else ""
        cells = [line["item"], line["headline"], record.source_name, record.decided_on or "", line["told"], until]
        file.row(cells)
    return file


@require_GET
@on_behalf(Scope.SEE)
def record(request: SpaceRequest, _mandate_id: int, natural_key: UUID) -> HttpResponse:
    """One record, whole: what, from whom, on which basis, who sees it until when, and how it came to be so."""
    found = next((r for r in _held(request) if r.natural_key == natural_key), None)
    if found is None:
        raise NotFound
    context = {
        "record": found,
        "line": _line(found),
        "versions": records.own_versions_of(natural_key, request.mandate.about, by=request.actor),
        "parts": parts_of(request, found, clock.now()),
    }
    return page(request, "record", context)


def _held(request: SpaceRequest) -> tuple[RecordRow, ...]:
    door = reading.EXPORT if request.path.endswith(".csv") else reading.SCREEN
    return reading.own_read(request.mandate.about, by=request.actor, door=door, at=clock.now())


def _chosen(request: SpaceRequest, held: tuple[RecordRow, ...]) -> list[RecordRow]:
    category, wanted, today = request.GET.get("category", ""), request.GET.get("standing", ""), clock.today()
    return [
        r for r in held if (not category or r.category == category) and (not wanted or standing(r, on=today) == wanted)
    ]


def _line(record: RecordRow) -> dict[str, Any]:
    stands = standing(record, on=clock.today())
    return {
        "record": record,
        "item": words(record.item_name),
        "headline": say(record.headline, record.headline_en),
        "standing": stands,
        "told": STANDINGS[stands],
    }
