"""Random inspections on the public site: the plan, the list of matters, the register of draws, and checking a draw."""

import json
from collections import Counter
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from chengxin.base import clock
from chengxin.base.errors import NotFound
from chengxin.base.transparency import queries as transparency
from chengxin.faces.workbench import inspection_figures as figures
from chengxin.faces.workbench import inspections as lines
from chengxin.faces.workbench.pages import say, sheet
from chengxin.faces.workbench.paging import number_of_page
from chengxin.registry.accounts import queries as accounts
from chengxin.regulation.inspections import checking, policy
from chengxin.regulation.inspections.queries import draws, plans, registers
from chengxin.regulation.inspections.queries.statistics import statistics as read_statistics
from chengxin.regulation.inspections.words import FINDINGS

SIZE, LARGEST, KEPT_SECONDS = 20, 20_000_000, 60


@require_safe
def inspections(request: HttpRequest) -> HttpResponse:
    """What is inspected, by whom and how many, and every draw."""
    organisations, today = lines.names(), clock.today()
    codes = {o.code: o.id for o in accounts.organisations()}
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else today.year
    rows = draws.draws(page=number_of_page(request), size=SIZE)
    objects, inspectors = registers.object_counts(), registers.inspector_counts()
    context = {
        "place": "disclosure",
        "page": sheet(request, [lines.draw_line(r, organisations) for r in rows], draws.draws_count(), SIZE),
        "plans": [lines.plan_line(r, organisations) for r in plans.public_plans(year)],
        "year": year,
        "years": [one for one in plans.plan_years() if one != year],
        "matters": [
            {
                "name": say(m.zh, m.en),
                "department": organisations.get(codes.get(m.department, 0), ""),
                "basis": say(m.basis_zh, m.basis_en),
                "objects": objects.get(m.code, 0),
                "inspectors": inspectors.get(codes.get(m.department, 0), 0),
            }
            for m in policy.matters(today)
        ],
        "bands": [
            {"name": say(b.zh, b.en), "share": b.stratum.per_myriad / 100, "most": b.most_per_year}
            for b in policy.sampling(today).bands
        ],
    }
    return render(request, "portal/inspections.html", context)


@require_safe
def draw(request: HttpRequest, number: str) -> HttpResponse:
    """One draw: what was published before, who committed to what, and how many were drawn."""
    now = clock.now()
    row = _row(number)
    on = clock.local_date(row.published_at)
    rounds = [lines.round_line(r, lines.names_by_code(), at=now) for r in draws.rounds_of(row.id)]
    counted = Counter(draws.parts_of(row.id))
    context = {
        "place": "disclosure",
        "line": lines.draw_line(row, lines.names()),
        "strata": lines.rule_lines(row.statement, on),
        "rounds": rounds,
        "parts": [(name, counted[code]) for code, name in lines.strata(on).items() if counted[code]],
    }
    return render(request, "portal/inspection_draw.html", context)


@require_safe
def draw_file(request: HttpRequest, number: str) -> HttpResponse:
    """DRAW.json, with which anyone computes the draw anew."""
    row = _row(number)
    content = draws.draw_file(row.number, at=clock.now())
    response = HttpResponse(json.dumps(content, ensure_ascii=False, indent=1), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="DRAW-{row.number}.json"'
    return response


@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """How often visits find a problem, by stratum and against the control group."""
    context = figures.context_of(read_statistics(), on=clock.today())
    return render(request, "portal/inspection_statistics.html", {"place": "disclosure", **context})


@require_safe
def statistics_csv(request: HttpRequest) -> HttpResponse:
    """The same as a table, for a spreadsheet."""
    return figures.csv_of(read_statistics(), on=clock.today())


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Computes a draw anew: one of the site by its number, or one from a file."""
    given = request.POST if request.method == "POST" else request.GET
    number = given.get("number", given.get("draw", ""))[:30].strip()
    context: dict[str, Any] = {
        "place": "disclosure",
        "number": number,
        "code": request.POST.get("code", "")[:18].strip().upper(),
        "salt": request.POST.get("salt", "")[:64].strip().lower(),
    }
    if request.method == "POST":
        context |= _checked(request, number, context["code"], context["salt"])
    return render(request, "portal/inspection_verify.html", context, status=422 if context.get("is_bad") else 200)


def _checked(request: HttpRequest, number: str, code: str, salt: str) -> dict[str, Any]:
    now = clock.now()
    key = json.dumps(transparency.keys_file(at=now)).encode()
    file = request.FILES.get("file")
    content: str | bytes = ""
    if file is not None:
        content = file.read() if file.size is not None and file.size <= LARGEST else b""
        found = checking.check(content, key=key)
    else:
        found = _of_the_site(number, key, at=now)
        content = json.dumps(draws.draw_file(number, at=now)) if found.is_good and code else ""
    told = {"finding": FINDINGS[found.finding], "is_good": found.is_good, "is_bad": not found.is_good, "found": found}
    if found.is_good and code:
        told["mine"] = _mine(content, code, salt)
    return told


def _of_the_site(number: str, key: bytes, *, at: datetime) -> checking.Checked:
    """What a check of one of the site's own draws finds, kept for a minute: it takes seconds for very many objects."""
    name = f"portal.draw.{number.encode().hex()}"
    found: checking.Checked | None = cache.get(name)
    if found is None:
        try:
            found = checking.check(json.dumps(draws.draw_file(number, at=at)), key=key)
        except NotFound:
            found = checking.Checked(checking.Finding.UNREADABLE)
        cache.set(name, found, KEPT_SECONDS)
    return found


def _mine(content: str | bytes, code: str, salt: str) -> str:
    mine = checking.is_mine(content, code=code, salt=salt)
    if mine is None:
        return _("按这个代码和盐，总体里没有您的单位。")
    token, part = mine
    if not part:
        return _("您的单位在总体里，代号 {token}，没有被抽中。").format(token=token)
    return _("您的单位在总体里，代号 {token}，被抽中。").format(token=token)


def _row(number: str) -> draws.DrawRow:
    try:
        return draws.draw_numbered(number)
    except NotFound as error:
        raise Http404 from error
