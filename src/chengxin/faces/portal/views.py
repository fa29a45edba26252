"""The public site: looking up, reading the catalogue, knowing one's rights."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_safe

from chengxin.base import clock, policy
from chengxin.base.errors import NotFound
from chengxin.base.spreadsheets import CsvFile
from chengxin.faces.portal.evaluation import unverified_lines
from chengxin.faces.portal.templatetags.portal import last_day, named, say
from chengxin.faces.workbench.paging import last_page, number_of_page
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.catalogue.rules import Category, Item, Words
from chengxin.registry.records import queries as records
from chengxin.registry.records.rows import RecordRow
from chengxin.registry.subjects import queries as subjects
from chengxin.rights.disputes import policy as disputes

PAGE_SIZE = 20
LONGEST = 100
FIGURES_SECONDS = 60
DISPUTE_STEPS = (
    ("accept", _lazy("决定是否受理")),
    ("check", _lazy("信用办自查")),
    ("answer", _lazy("提供单位答复")),
    ("confirm", _lazy("提供单位审核")),
    ("review", _lazy("信用办复核申诉")),
)
KINDS = ("legal-person", "other-organisation", "sole-trader")


@dataclass(frozen=True, slots=True)
class Group:
    """The public records of one catalogue heading."""

    code: str
    name: Words
    records: list[RecordRow]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The catalogue items of one heading."""

    category: Category
    items: list[Item]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """One search box, and three plain entries."""
    return render(request, "portal/home.html", {"figures": _figures()})


def _figures() -> dict[str, int]:
    """Counts of what is public; kept for a minute, and for no longer than the day they were counted on."""
    today = clock.today()
    key = f"portal.figures.{today.isoformat()}"
    found: dict[str, int] | None = cache.get(key)
    if found is None:
        counted = records.city_figures(on=today)
        found = {
            "subjects": subjects.count_registered(),
            "records": sum(counted.values()),
            "items": len(catalogue.items()),
        }
        cache.set(key, found, FIGURES_SECONDS)
    return found


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Results for a part of a name or a code; filters and page stand in the address."""
    q = " ".join(request.GET.get("q", "").split())[:LONGEST]
    kind = request.GET.get("kind", "") if request.GET.get("kind") in KINDS else ""
    page = number_of_page(request)
    found = subjects.search(q, on=clock.today(), kind=kind, page=page, size=PAGE_SIZE)
    last_page(request, found.total, PAGE_SIZE)
    if found.total == 1 and found.items[0].code == q.upper():
        return redirect("portal:subject", found.items[0].code)
    context = {
        "place": "search",
        "q": q,
        "kind": kind,
        "found": found,
        "too_short": bool(q) and len(q) < subjects.LEAST_CHARACTERS,
        "kinds": [_choice(q, "", _("全部")), *(_choice(q, k, named(k)) for k in KINDS)],
        "pages": {
            "number": page,
            "previous": _address(q, kind, page - 1) if page > 1 else "",
            "next": _address(q, kind, page + 1) if found.has_next else "",
        },
    }
    template = "components/results.html" if request.headers.get("HX-Request") else "portal/search.html"
    return render(request, template, context)


def _choice(q: str, kind: str, name: str) -> dict[str, str]:
    return {"code": kind, "name": name, "address": _address(q, kind, 1)}


def _address(q: str, kind: str, page: int) -> str:
    values = {"q": q, "kind": kind, "page": str(page) if page > 1 else ""}
    return f"{reverse('portal:search')}?{urlencode({k: v for k, v in values.items() if v})}"


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Options for the search box while someone types."""
    q = request.GET.get("q", "").strip()[:LONGEST]
    return render(request, "components/suggestions.html", {"rows": subjects.suggest(q, on=clock.today())})


def _subject(code: str) -> subjects.SubjectDetail:
    found = subjects.by_code(code.upper(), on=clock.today()) if len(code) <= LONGEST else None
    if found is None:
        raise Http404
    return found


@require_safe
def subject(request: HttpRequest, code: str) -> HttpResponse:
    """What is public about a subject, by catalogue heading."""
    found = _subject(code)
    if found.code != code:
        return redirect("portal:subject", found.code)
    today = clock.today()
    groups: dict[str, Group] = {}
    for record in records.public_records_of(found.id, on=today):
        name = catalogue.category(record.category).name
        groups.setdefault(record.category, Group(record.category, name, [])).records.append(record)
    context = {"place": "search", "subject": found, "groups": list(groups.values()), "today": today}
    return render(request, "portal/subject.html", context)


@require_safe
def subject_csv(request: HttpRequest, code: str) -> HttpResponse:
    """The same as a table, for a spreadsheet."""
    found = _subject(code)
    file = CsvFile(f"{found.code}.csv")
    file.row([_("类别"), _("摘要"), _("文号"), _("日期"), _("来源"), _("公示至"), _("状态")])
    for record in records.public_records_of(found.id, on=clock.today()):
        decided = record.decided_on.isoformat() if record.decided_on else ""
        state = _("异议处理中") if record.state == "disputed" else _("有效")
        cells = (say(record.item_name), record.headline, record.document_number, decided, record.source_name)
        file.row([*cells, last_day(record.public_until), state])
    return file


@require_safe
def catalogue_index(request: HttpRequest) -> HttpResponse:
    """The whole collection catalogue."""
    shelves = [
        Shelf(category, [i for i in catalogue.items() if i.category == category.code])
        for category in catalogue.categories()
    ]
    context = {"place": "catalogue", "groups": [s for s in shelves if s.items]}
    return render(request, "portal/catalogue.html", context)


@require_safe
def catalogue_item(request: HttpRequest, code: str) -> HttpResponse:
    """One item of the catalogue, complete to the field."""
    try:
        item = catalogue.item(code)
    except NotFound as error:
        raise Http404 from error
    lists = catalogue.code_lists()
    context: dict[str, Any] = {
        "place": "catalogue",
        "item": item,
        "category": catalogue.category(item.category),
        "providers": [_organisation(c) for c in item.providers],
        "fields": [{"field": f, "values": lists[f.code_list].values if f.code_list else ()} for f in item.fields],
        "policy": [e for e in policy.entries("publicity") if e.code == item.publicity_rule],
    }
    return render(request, "portal/catalogue_item.html", context)


def _organisation(code: str) -> str:
    found = accounts.organisation_by_code(code)
    return say(Words(found.name_zh, found.name_en)) if found else code


@require_safe
def rights(request: HttpRequest) -> HttpResponse:
    """How to contest a record, how to repair, who may see what."""
    today = clock.today()
    context = {
        "place": "rights",
        "grounds": [say(g) for g in disputes.grounds(on=today)],
        "limits": [{"name": name, "days": disputes.limit(step, today).working_days} for step, name in DISPUTE_STEPS],
        "silence_suspends": disputes.silence_suspends(today),
        "limits_verified": policy.entry_on(disputes.KIND, "limits", today).verified,
    }
    return render(request, "portal/rights.html", context)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What the site does for everyone to use it."""
    return render(request, "portal/accessibility.html")


@require_safe
def unverified(request: HttpRequest) -> HttpResponse:
    """Policy entries, evaluation models and offers that no lawyer has confirmed yet."""
    kinds = sorted(path.stem for path in (policy.city_folder() / "policy").glob("*.yaml"))
    rows = [e for kind in kinds for e in policy.entries(kind) if not e.verified]
    return render(request, "portal/unverified.html", {"rows": rows, "models": unverified_lines()})


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """All components in their states."""
    return render(request, "portal/styleguide.html")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines may read the site's own pages, not the subjects': copies elsewhere outlive publication."""
    kept_out = ("/subjects/", "/search", "/open-data/*.")
    lines = ("User-agent: *", *(f"Disallow: {place}" for place in kept_out))
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")
