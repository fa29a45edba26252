"""Open data on the public site: what there is, its files and dictionary, what is to be removed, and statistics."""

import base64
import csv
import json
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from chengxin.base import clock
from chengxin.base.errors import NotFound
from chengxin.base.spreadsheets import CsvFile
from chengxin.faces.portal.context import city
from chengxin.faces.portal.templatetags.portal import last_day
from chengxin.faces.workbench.pages import say
from chengxin.intake.opendata import dcat, policy, queries, services
from chengxin.intake.opendata.errors import BeingRenewed
from chengxin.intake.opendata.queries import Dataset
from chengxin.intake.opendata.rules import MEDIA_TYPES, Format
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.catalogue.rules import Words

LONGEST, MOST_DIGITS, RENEWED_AFTER = 100, 18, 60
DICTIONARY = (
    "column", "name_zh", "name_en", "type", "digits", "decimals", "masked", "values", "meaning_zh", "meaning_en",
)  # fmt: skip
JSON_LD, TURTLE = "application/ld+json", "text/turtle"


@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    """All open resources by category, with a search by name."""
    q = " ".join(request.GET.get("q", "").split())[:LONGEST]
    found = [d for d in queries.datasets(at=clock.now()) if _matches(d, q)]
    groups = [
        {"code": c.code, "name": c.name, "datasets": [d for d in found if d.item.category == c.code]}
        for c in catalogue.categories()
    ]
    context = {"place": "disclosure", "q": q, "groups": [g for g in groups if g["datasets"]], "count": len(found)}
    return render(request, "portal/open_data.html", context)


def _matches(dataset: Dataset, q: str) -> bool:
    item = dataset.item
    said = " ".join((item.code, item.name.zh, item.name.en, item.behaviour.zh, item.behaviour.en)).lower()
    return q.lower() in said


@require_safe
def catalogue_file(request: HttpRequest, form: str) -> HttpResponse:
    """The whole catalogue as DCAT 3."""
    site = city()
    content = dcat.catalogue_of(
        queries.datasets(at=clock.now()),
        address=settings.PUBLIC_ADDRESS.rstrip("/"),
        name=Words(f"{site['site']['zh']} 开放数据", f"{site['site']['en']} open data"),
        publisher=Words(**site["office"]),
    )
    return _linked(content, form)


@require_safe
def dataset_file(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """One open resource as DCAT 3."""
    content = dcat.dataset_of(
        _dataset(code), address=settings.PUBLIC_ADDRESS.rstrip("/"), publisher=Words(**city()["office"])
    )
    return _linked(content, form)


def _linked(content: dict[str, Any], form: str) -> HttpResponse:
    if form == "ttl":
        return HttpResponse(dcat.turtle(content), content_type=f"{TURTLE}; charset=utf-8")
    if form != "jsonld":
        raise Http404
    return HttpResponse(json.dumps(content, ensure_ascii=False, indent=1), content_type=JSON_LD)


@require_safe
def dataset(request: HttpRequest, code: str) -> HttpResponse:
    """One open resource: files, licence, dictionary, how to stay up to date."""
    found = _dataset(code)
    lists = catalogue.code_lists()
    columns = [{"column": c, "values": lists[c.code_list].values if c.code_list else ()} for c in found.columns]
    context = {
        "place": "disclosure",
        "dataset": found,
        "item": found.item,
        "category": catalogue.category(found.item.category),
        "columns": columns,
        "publisher": Words(**city()["office"]),
        "address": settings.PUBLIC_ADDRESS.rstrip("/") + reverse("portal:open-dataset", args=[code]),
        "api": f"/api/v1/open-data/{code}/records",
        "media_types": MEDIA_TYPES,
    }
    return render(request, "portal/open_dataset.html", context)


def _dataset(code: str) -> Dataset:
    try:
        return queries.dataset(code, at=clock.now())
    except NotFound as error:
        raise Http404 from error


@require_safe
def download(request: HttpRequest, code: str, format: str) -> HttpResponseBase:
    """A file of the latest release, as long as each record in it is public; else a page that says when to come back."""
    now = clock.now()
    if format not in {f.value for f in Format}:
        raise Http404
    try:
        found = queries.file_of(code, Format(format), at=now)
    except BeingRenewed as error:
        services.ask_renewal()
        response = render(request, "portal/open_renewing.html", {"error": error, "code": code}, status=error.status)
        response["Retry-After"] = str(RENEWED_AFTER)
        return response
    except NotFound as error:
        raise Http404 from error
    tag = f'"{found.sha256}"'
    if request.headers.get("If-None-Match") == tag:
        response = HttpResponse(status=304)
    else:
        name = f"{code}-{clock.local_date(found.made_at).isoformat()}.{format}"
        response = FileResponse(  # type: ignore[assignment]
            default_storage.open(found.stored_as, "rb"),
            as_attachment=True,
            filename=name,
            content_type=MEDIA_TYPES[found.format],
        )
        digest = base64.b64encode(bytes.fromhex(found.sha256)).decode()
        response["Repr-Digest"] = f"sha-256=:{digest}:"  # RFC 9530
    response["ETag"] = tag
    response["Last-Modified"] = http_date(found.made_at.timestamp())
    return _unkept(response)


def _unkept(response: HttpResponseBase) -> HttpResponseBase:
    # Every use of a stored copy is asked for again, and no search engine keeps one: publication ends.
    response["Cache-Control"] = "no-cache"
    response["X-Robots-Tag"] = "noindex, noarchive"
    return response


@require_safe
def dictionary_csv(request: HttpRequest, code: str) -> HttpResponse:
    """The data dictionary as a table."""
    found = _dataset(code)
    lists = catalogue.code_lists()
    file = CsvFile(f"{code}-dictionary.csv")
    file.row(DICTIONARY)
    for c in found.columns:
        values = ";".join(lists[c.code_list].values) if c.code_list else ""
        size = (c.digits or None, c.decimals if c.digits else None)
        masked = "true" if c.masked else "false"
        file.row([c.code, c.name.zh, c.name.en, c.type.value, *size, masked, values, c.meaning.zh, c.meaning.en])
    return file


@require_safe
def removals_csv(request: HttpRequest, code: str) -> HttpResponseBase:
    """Keys of records that are public no more, as of this moment; no names."""
    _dataset(code)
    found = queries.all_removals(code, after=_after(request), at=clock.now())
    return _stream(_csv(found), f"{code}-removals.csv", "text/csv; charset=utf-8")


def _csv(rows: Iterator[tuple[int | None, Any]]) -> Iterator[str]:
    class Echo:
        def write(self, text: str) -> str:
            return text

    writer: Any = csv.writer(Echo())
    yield writer.writerow(["cursor", "key"])
    for cursor, key in rows:
        yield writer.writerow(["" if cursor is None else cursor, key])


@require_safe
def changes_jsonl(request: HttpRequest, code: str) -> HttpResponseBase:
    """What was added, corrected or removed after the cursor `after`, one JSON object a line."""
    _dataset(code)
    found = queries.all_changes(code, after=_after(request), at=clock.now())
    lines = (
        json.dumps(
            {"cursor": c.cursor, "key": str(c.key), "removed": c.record is None, "record": c.record},
            ensure_ascii=False,
        )
        + "\n"
        for c in found
    )
    return _stream(lines, f"{code}-changes.jsonl", MEDIA_TYPES[Format.JSON_LINES])


def _stream(lines: Iterator[str], name: str, content_type: str) -> HttpResponseBase:
    response = StreamingHttpResponse(lines, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return _unkept(response)


def _after(request: HttpRequest) -> int:
    given = request.GET.get("after", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) <= MOST_DIGITS else 0


@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """The protected statistics, how they are protected, and what of the year's budget is spent."""
    now = clock.now()
    today = clock.local_date(now)
    published = queries.published_statistics(on=today)
    context = {
        "place": "disclosure",
        "published": [
            {"statistic": p.statistic, "latest": _latest(p.releases), "older": p.releases[1:]} for p in published
        ],
        "year": today.year,
        "spent": sum(queries.spent_in(today.year)),
        "budget": policy.budget_on(today),
    }
    return render(request, "portal/open_statistics.html", context)


def _latest(releases: Any) -> dict[str, Any] | None:
    if not releases:
        return None
    release, cells = releases[0]
    return {"release": release, "rows": [{"name": _value(release.code, c.value), "cell": c} for c in cells]}


def _value(code: str, value: str) -> str:
    statistic = next(s for s in policy.statistics_on(clock.today()) if s.code == code)
    field = catalogue.item(statistic.item).field_of(statistic.field)
    meaning = catalogue.code_list(field.code_list or "").meanings.get(value)
    return say(meaning.zh, meaning.en) if meaning else value


@require_safe
def statistics_csv(request: HttpRequest) -> HttpResponse:
    """All published numbers as a table."""
    file = CsvFile("statistics.csv")
    file.row([_("统计"), _("期间"), _("取值"), _("数量"), "epsilon", _("门槛")])
    for one in queries.published_statistics(on=clock.today()):
        for release, cells in one.releases:
            name = say(one.statistic.name.zh, one.statistic.name.en)
            for cell in cells:
                shown = _("少于 {n}").format(n=release.threshold) if cell.count is None else cell.count
                period = f"{release.since} – {last_day(release.until)}"
                protection = (str(release.epsilon), release.threshold)
                file.row([name, period, _value(release.code, cell.value), shown, *protection])
    return file
