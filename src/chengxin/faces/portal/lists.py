"""Lists on the public site: each with its basis, who stands on it now, and its register in numbers."""

from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from chengxin.base import clock
from chengxin.base.errors import NotFound
from chengxin.base.spreadsheets import CsvFile
from chengxin.base.transparency import queries as transparency
from chengxin.faces.portal.templatetags.portal import last_day
from chengxin.faces.workbench.pages import number_of_page, say, sheet, up_to_the_last_page
from chengxin.regulation.lists import public
from chengxin.regulation.lists.public import ListRow, PublicEntry
from chengxin.regulation.lists.rules import PERMITTING, SUBJECT_OF_PERSON, ListTerms, Origin, Side
from chengxin.regulation.lists.words import EXITS, HEARINGS, LEVELS, ORIGINS, SIDES

SIZE, MOST_IN_FILE, LONGEST = 20, 10_000, 100
COUNTED_SECONDS = 30


@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """All lists, those that reward before those that restrict, each with its basis and its number in force."""
    rows = _counted()
    groups = [
        {"name": SIDES[side], "side": side.value, "rows": [_shown(r) for r in rows if r.terms.side is side]}
        for side in (Side.REWARD, Side.RESTRICT)
    ]
    return render(
        request, "portal/lists.html", {"place": "disclosure", "groups": groups, "head": transparency.latest_head()}
    )


def _counted() -> tuple[ListRow, ...]:
    """The lists with their numbers, kept for half a minute of the same day."""
    now = clock.now()
    key = f"portal.lists.{clock.local_date(now).isoformat()}"
    found: tuple[ListRow, ...] | None = cache.get(key)
    if found is None:
        found = public.lists_now(at=now)
        cache.set(key, found, COUNTED_SECONDS)
    return found


@require_safe
@up_to_the_last_page
def one_list(request: HttpRequest, code: str) -> HttpResponse:
    """One list: what it rests on, how one gets on and off it, and who stands on it at this moment."""
    now, q = clock.now(), _asked(request)
    terms = _terms(code)
    found = public.entries_of(code, at=now, q=q, page=number_of_page(request), size=SIZE)
    is_shown = terms.is_public and not terms.is_closed
    context: dict[str, Any] = {
        "place": "disclosure",
        "fold": public.fold_of(code, at=now) if is_shown else None,
        "arrivals": public.arrivals_fold_of(code, at=now) if is_shown and terms.arrivals else None,
        "list": _shown(ListRow(terms, found.total)),
        "terms": terms,
        "q": q,
        "page": sheet(request, [_entry(e) for e in found.items], found.total, SIZE),
        "at": now,
        "register": [
            {"year": y.year, "entered": y.entered, "exits": [(EXITS[e], n) for e, n in y.exits]}
            for y in public.register_of(code, at=now)
        ],
    }
    return render(request, "portal/list.html", context)


@require_safe
def list_csv(request: HttpRequest, code: str) -> HttpResponse:
    """The same entries as a table, for a spreadsheet."""
    terms = _terms(code)
    found = public.entries_of(code, at=clock.now(), q=_asked(request), size=MOST_IN_FILE)
    numbers = _("统一社会信用代码或者证件号码（部分隐去）")
    file = CsvFile(f"{terms.code}.csv")
    file.row([_("名称"), numbers, _("来源"), _("认定单位"), _("文号"), _("列入日期"), _("至"), _("状态")])
    for entry in map(_entry, found.items):
        state = _("异议处理中") if entry["is_disputed"] else _("有效")
        row = (entry["name"], entry["code"] or entry["masked_number"], str(entry["origin"]), entry["authority"])
        file.row([*row, entry["number"], entry["begins"].isoformat(), last_day(entry["until"]), state])
    return file


def _asked(request: HttpRequest) -> str:
    return " ".join(request.GET.get("q", "").split())[:LONGEST]


def _terms(code: str) -> ListTerms:
    try:
        return public.the_list(code, at=clock.now())
    except NotFound as error:
        raise Http404 from error


def _shown(row: ListRow) -> dict[str, Any]:
    terms = row.terms
    return {
        "code": terms.code,
        "name": say(terms.name_zh, terms.name_en),
        "criteria": say(terms.criteria_zh, terms.criteria_en),
        "authority": say(terms.authority_zh, terms.authority_en),
        "side": SIDES[terms.side],
        "basis": [
            {"law": b.law, "article": b.article, "level": LEVELS[b.level], "permits": b.level in PERMITTING}
            for b in terms.basis
        ],
        "hearing": HEARINGS[terms.hearing],
        "audience": _audience(terms),
        "exits": [EXITS[e] for e in EXITS if e in terms.exits],
        "in_force": row.in_force,
        "is_closed": terms.is_closed,
        "is_verified": terms.is_verified,
    }


def _audience(terms: ListTerms) -> str:
    if not terms.is_public:
        return _("只供依法办事的部门查验，不公开")
    if SUBJECT_OF_PERSON not in terms.subjects:
        return _("所有人")
    if terms.are_persons_published:
        return _("所有人；自然人的姓名和证件号码部分隐去")
    return _("所有人看到组织；自然人不公开，只有本人和依法办事、说明用途的部门看到")


def _entry(entry: PublicEntry) -> dict[str, Any]:
    return {
        "name": entry.name or _("自然人（姓名不公开）"),
        "code": entry.code,
        "masked_number": entry.masked_number,
        "origin": ORIGINS[Origin(entry.origin)],
        "authority": say(entry.authority_name_zh, entry.authority_name_en),
        "number": entry.decision_number,
        "begins": entry.begins,
        "until": entry.until,
        "is_disputed": entry.is_disputed,
    }
