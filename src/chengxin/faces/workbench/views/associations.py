"""An association's own letters and members."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from chengxin.base import clock
from chengxin.base.errors import ChengxinError
from chengxin.faces.portal import commitment_lines as lines
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.pages import page, sheet
from chengxin.faces.workbench.paging import number_of_page
from chengxin.registry.accounts.rules import Permission
from chengxin.regulation.commitments import letters_in_force, members
from chengxin.regulation.commitments.rules import Kind
from chengxin.regulation.commitments.services import associations

SIZE = 20


@require_http_methods(["GET", "POST"])
@open_to(Permission.RUN_ASSOCIATION)
def letter_list(request: SignedInRequest) -> HttpResponse:
    """All versions of the association's letters, and the form of a new one; `?from=` begins with a letter's text."""
    errors: list[PageError] = []
    status = 200
    if request.method == "POST":
        given = {name: str(text) for name, text in request.POST.items()}
        try:
            case_id = associations.submit_letter(given.get("code", ""), given=given, by=request.actor, at=clock.now())
        except ChengxinError as error:
            errors, status = [PageError("matter_zh", error.sentence, error.advice)], error.status
        else:
            messages.success(request, _("已提交市信用办审核；审核通过后会员才能签署。"))
            return redirect("workbench:case", case_id)
    context = {
        "letters": members.letters_of(request.actor),
        "models": [
            lines.letter_context(t)
            for t in letters_in_force.templates_on(clock.today())
            if t.kind is Kind.INDUSTRY and not t.authority
        ],
        "given": request.POST or _begun(request),
        "errors": errors,
    }
    return page(request, "association_letters", context, status=status)


def _begun(request: SignedInRequest) -> dict[str, str]:
    """The fields of the form, filled from a model or from the version that is to be replaced."""
    wanted = request.GET.get("from", "")
    own = {row.code for row in members.letters_of(request.actor)}
    found = next((t for t in letters_in_force.templates_on(clock.today()) if t.code == wanted), None)
    if found is None or (found.authority and wanted not in own):
        return {}
    first = found.obligations[0]
    return {
        "code": wanted if wanted in own else "",
        "matter_zh": found.matter.zh,
        "matter_en": found.matter.en,
        "text_zh": found.text.zh,
        "text_en": found.text.en,
        "breach_zh": found.breach.zh,
        "breach_en": found.breach.en,
        "obligation_zh": first.text.zh,
        "obligation_en": first.text.en,
        "due_days": str(first.due_days),
        "term_months": str(found.term_months),
        "rectification": "1" if found.has_rectification else "",
    }


@require_POST
@open_to(Permission.RUN_ASSOCIATION)
def withdraw_letter(request: SignedInRequest, letter_id: int) -> HttpResponse:
    """End a letter: from today on it cannot be signed."""
    associations.withdraw_letter(letter_id, by=request.actor, at=clock.now())
    messages.success(request, _("已停用；已经签署的承诺不受影响。"))
    return redirect("workbench:association-letters")


@require_http_methods(["GET", "POST"])
@open_to(Permission.RUN_ASSOCIATION)
def member_list(request: SignedInRequest) -> HttpResponse:
    """Members and invitations, and the form of an invitation."""
    errors: list[PageError] = []
    status = 200
    if request.method == "POST":
        try:
            associations.invite(request.POST.get("code", ""), by=request.actor, at=clock.now())
        except ChengxinError as error:
            errors, status = [PageError("code", error.sentence, error.advice)], error.status
        else:
            messages.success(request, _("已发出邀请，对方接受后成为会员。"))
            return redirect("workbench:association-members")
    rows, total = members.members_of(request.actor, on=clock.today(), page=number_of_page(request), size=SIZE)
    context = {"page": sheet(request, rows, total, SIZE), "errors": errors, "given": request.POST}
    return page(request, "association_members", context, status=status)


@require_POST
@open_to(Permission.RUN_ASSOCIATION)
def end_membership(request: SignedInRequest, membership_id: int) -> HttpResponse:
    """Take a member or an invitation off the list."""
    associations.end_membership(membership_id, by=request.actor, at=clock.now())
    messages.success(request, _("已移出名单；已经签署的承诺不受影响。"))
    return redirect("workbench:association-members")
