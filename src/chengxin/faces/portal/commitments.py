"""The public's pages of commitments: who promised what, and whether it was kept; the letters; checking one's paper."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from chengxin.base import clock
from chengxin.base.documents import queries as documents
from chengxin.base.documents import signing
from chengxin.base.errors import NotFound
from chengxin.base.spreadsheets import CsvStream
from chengxin.faces.portal import commitment_lines as lines
from chengxin.faces.portal.templatetags.portal import say
from chengxin.faces.workbench.paging import last_page, number_of_page
from chengxin.regulation.commitments import letters_in_force, queries, rules
from chengxin.regulation.commitments.queries import CommitmentRow, Filter
from chengxin.regulation.commitments.services.signing import KIND

SIZE, LONGEST = 20, 100
LARGEST_PDF = 10 * 1024 * 1024


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What is public today, newest first; search, filters and page stand in the address."""
    chosen, page = _chosen(request), number_of_page(request)
    found = queries.public_commitments(chosen, on=clock.today(), page=page, size=SIZE)
    last_page(request, found.total, SIZE)
    names = lines.authorities()
    context = {
        "place": "disclosure",
        "chosen": chosen,
        "is_filtered": any((chosen.text, chosen.kind, chosen.template, chosen.state)),
        "lines": [lines.line(row, names) for row in found.items],
        "found": found,
        "kinds": lines.kinds(),
        "states": lines.states(),
        "letters": _letters(),
        "query": urlencode(_query(chosen)),
        "pages": {
            "number": page,
            "previous": _address(chosen, page - 1) if page > 1 else "",
            "next": _address(chosen, page + 1) if page * SIZE < found.total else "",
        },
    }
    return render(request, "portal/commitments.html", context)


@require_safe
def index_csv(request: HttpRequest) -> HttpResponseBase:
    """The filtered list as a table, for a spreadsheet."""
    names = lines.authorities()

    def cells(row: CommitmentRow) -> list[Any]:
        told = lines.line(row, names)
        what = [row.number, told["name"], row.subject_code, told["kind"], told["matter"], told["authority"]]
        return [*what, told["signed_on"].isoformat(), row.ends_on.isoformat(), told["state"]]

    heads = [_("编号"), _("承诺人"), _("统一社会信用代码"), _("类型"), _("事项"), _("受理单位"), _("签署日期")]
    rows = queries.all_public_commitments(_chosen(request), on=clock.today())
    return CsvStream("commitments.csv", [*heads, _("有效期至"), _("履行状态")], map(cells, rows))


def _chosen(request: HttpRequest) -> Filter:
    def told(name: str) -> str:
        return " ".join(request.GET.get(name, "").replace("\x00", "").split())[:LONGEST]

    return Filter(
        text=told("q"),
        kind=told("kind") if told("kind") in set(rules.Kind) else "",
        template=told("letter"),
        state=told("state") if told("state") in set(rules.State) else "",
    )


def _query(chosen: Filter) -> dict[str, str]:
    given = {"q": chosen.text, "kind": chosen.kind, "letter": chosen.template, "state": chosen.state}
    return {name: value for name, value in given.items() if value}


def _address(chosen: Filter, page: int) -> str:
    query = _query(chosen) | ({"page": str(page)} if page > 1 else {})
    return f"{reverse('portal:commitments')}?{urlencode(query)}"


def _letters() -> list[dict[str, str]]:
    """The letters, for a filter: each once, by its present name."""
    named = {t.code: say(t.matter) for t in letters_in_force.templates_on(clock.today()) if t.authority}
    return [{"code": code, "name": name} for code, name in named.items()]


@require_safe
def statement(request: HttpRequest, number: str) -> HttpResponse:
    """One commitment; with the check code of the letter also one that is not published, without saying whose."""
    typed = rules.number_of(number)
    if typed is None:
        raise Http404
    if typed != number:
        return redirect("portal:commitment", typed)
    code = request.GET.get("code", "")[:LONGEST]
    try:
        found = queries.public_statement(number, on=clock.today())
    except NotFound as error:
        row = queries.attested(number, code=code) if code else None
        if row is None:
            raise Http404 from error
        context: dict[str, Any] = {"place": "disclosure", "line": lines.line(row, lines.authorities())}
        return render(request, "portal/commitment_attested.html", context)
    context = {"place": "disclosure", **lines.statement_context(found, with_checks=False)}
    return render(request, "portal/commitment.html", context)


@require_safe
def letter_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """The signed letter of an organisation whose commitment is public."""
    try:
        pdf = queries.public_letter(number, on=clock.today())
    except NotFound as error:
        raise Http404 from error
    return pdf_response(pdf, number)


def pdf_response(pdf: bytes, number: str) -> HttpResponse:
    """A letter to be saved."""
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{number}.pdf"', "Cache-Control": "no-store"},
    )


@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """All letters in force, by type; models for associations last."""
    today = clock.today()
    shelves = [
        {"name": lines.kind_name(kind.value), "letters": [lines.letter_context(t) for t in of_kind]}
        for kind in rules.Kind
        if (of_kind := [t for t in letters_in_force.templates_on(today) if t.kind is kind])
    ]
    return render(request, "portal/commitment_letters.html", {"place": "disclosure", "shelves": shelves})


@require_safe
def letter(request: HttpRequest, code: str) -> HttpResponse:
    """One letter with all its versions; `?version=` shows an older one."""
    versions = letters_in_force.versions_of(code)
    wanted = request.GET.get("version", "")
    shown = next((v for v in versions if v.version == wanted), versions[0] if versions else None)
    if shown is None:
        raise Http404
    today = clock.today()
    context = {
        "place": "disclosure",
        "letter": lines.letter_context(shown),
        "is_in_force": shown.can_be_signed_on(today),
        "versions": versions,
    }
    return render(request, "portal/commitment_letter.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def check(request: HttpRequest) -> HttpResponse:
    """Check a number, or the PDF of a letter."""
    context: dict[str, Any] = {"place": "verify", "largest": LARGEST_PDF // 1024 // 1024}
    if request.method == "POST":
        context |= _of_file(request)
    elif typed := request.GET.get("number", "").strip()[:LONGEST]:
        number, code = rules.number_of(typed), request.GET.get("code", "").strip()[:LONGEST]
        context |= {"number": typed, "code": code}
        if number and queries.exists(number):
            try:
                queries.public_statement(number, on=clock.today())
            except NotFound:
                if not (code and queries.attested(number, code=code)):
                    return render(request, "portal/commitment_check.html", {**context, "is_hidden": True})
            return redirect(f"{reverse('portal:commitment', args=[number])}?{urlencode({'code': code})}")
        context["is_unknown"] = True
    return render(request, "portal/commitment_check.html", context)


def _of_file(request: HttpRequest) -> dict[str, Any]:
    upload = request.FILES.get("file")
    if upload is None or isinstance(upload, list) or (upload.size or 0) > LARGEST_PDF:
        return {"is_unreadable": True}
    pdf = upload.read()
    seal = signing.verify_pdf(pdf, at=clock.now())
    found = documents.by_pdf(pdf)
    genuine = found is not None and found.kind == KIND and seal.intact and seal.whole
    return {"checked": True, "is_genuine": genuine, "seal": seal, "document": found if genuine else None}
