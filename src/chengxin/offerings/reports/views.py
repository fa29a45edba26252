"""Pages: downloading a report, and verifying one."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from chengxin.base import clock
from chengxin.base.errors import ChengxinError, NotFound
from chengxin.offerings.reports import person_services, rules, services, verification
from chengxin.offerings.reports.verification import Outcome, Verification

LONGEST = 100


@require_safe
@never_cache
def download(request: HttpRequest, code: str) -> HttpResponse:
    """A newly issued report of the subject, in the page's language."""
    try:
        issued = services.issue(code, at=clock.now(), language=get_language() or "", by=None)
    except NotFound as error:
        raise Http404 from error
    except ChengxinError as error:
        return render(request, "reports/unavailable.html", {"error": error}, status=error.status)
    return HttpResponse(
        issued.pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{issued.number}.pdf"'},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def verify(request: HttpRequest) -> HttpResponse:
    """Check a number (also from the QR code's address) or an uploaded PDF."""
    context: dict[str, Any] = {"place": "verify", "largest": rules.LARGEST_PDF // 1024 // 1024}
    if request.method == "POST":
        context |= _of_file(request)
    else:
        number, code = (request.GET.get(name, "").strip()[:LONGEST] for name in ("number", "code"))
        context |= {"number": number, "code": code}
        if number:
            context["found"] = verification.verify_number(number, on=clock.today(), code=code)
            person_services.note_check(context["found"], at=clock.now())
    found: Verification | None = context.get("found")
    if found and not found.genuine:
        context["problem"] = _problem(found.outcome)
    return render(request, "reports/verify.html", context)


def _of_file(request: HttpRequest) -> dict[str, Any]:
    upload = request.FILES.get("file")
    if upload is None or isinstance(upload, list):
        return {"missing_file": True}
    if (upload.size or 0) > rules.LARGEST_PDF:
        return {"found": Verification(Outcome.TOO_LARGE)}
    found = verification.verify_pdf(upload.read(), at=clock.now())
    person_services.note_check(found, at=clock.now())
    return {"found": found}


def _problem(outcome: Outcome) -> dict[str, str]:
    """What came of it, and what to do, in the page's language."""
    title, advice = {
        Outcome.UNKNOWN: (
            _("没有出具过这份报告"),
            _("登记中没有这个编号。请核对编号；如果编号无误，这份报告不是本平台出具的，请不要采信。"),
        ),
        Outcome.WRONG_CODE: (
            _("编号与核验码不符"),
            _("编号存在，但是核验码不是这份报告的。请核对报告首页的核验码；如果无误，请不要采信。"),
        ),
        Outcome.NOT_A_NUMBER: (
            _("编号有误"),
            _("这不是报告编号，可能有一位输错了。编号形如 XY20261123-8HJ2-K7QM-5，印在报告首页和页眉。"),
        ),
        Outcome.NOT_A_PDF: (
            _("不是 PDF 文件"),
            _("请上传下载时得到的 PDF 原文件，不要上传照片、截图或者转换过格式的文件。"),
        ),
        Outcome.TOO_LARGE: (
            _("文件太大"),
            _("本平台的报告不超过 10 MB。请上传下载时得到的 PDF 原文件。"),
        ),
        Outcome.UNSIGNED: (
            _("文件没有电子签名"),
            _(
                "本平台出具的报告都有电子签名。打印后扫描、另存或者转换过的文件会失去签名；请用原文件，或者改用编号和核验码核验。"
            ),
        ),
        Outcome.ALTERED: (
            _("文件在签名之后被改动"),
            _("签名与文件内容不符，请不要采信。可以向持有人索取原文件，或者用编号和核验码核验。"),
        ),
        Outcome.FOREIGN: (
            _("签名不是本平台的"),
            _("文件有签名并且未被改动，但是签名人不是本平台。请不要当作本平台的报告采信。"),
        ),
    }[outcome]
    return {"title": title, "advice": advice}
