"""The subject's commitments: what can be signed, reading and signing, what was signed, invitations of associations."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengxin.base import clock
from chengxin.base.errors import ChengxinError, NotFound
from chengxin.faces.portal import commitment_lines as lines
from chengxin.faces.portal.commitments import pdf_response
from chengxin.faces.space.access import SpaceRequest, on_behalf
from chengxin.faces.space.pages import page
from chengxin.faces.workbench import ceremonies
from chengxin.faces.workbench.callers import address_of
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.files import handed_out
from chengxin.registry.accounts import passkeys
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Scope
from chengxin.registry.subjects.rules import code_of
from chengxin.regulation.commitments import barring, decided, handling, letters_in_force, members, queries
from chengxin.regulation.commitments.confirming import Factor
from chengxin.regulation.commitments.errors import LetterUnread, ReferenceMissing, ReferenceUnknown, RunsAlready
from chengxin.regulation.commitments.rules import State, SubjectKind, Template
from chengxin.regulation.commitments.services import associations, reviewing, signing
from chengxin.regulation.commitments.services.signing import Given


@require_GET
@on_behalf(Scope.SEE)
def commitment_list(request: SpaceRequest, _mandate_id: int) -> HttpResponse:
    """What was signed, what can be signed, and who invites."""
    about, today, names = request.mandate.about, clock.today(), lines.authorities()
    rows = queries.commitments_of(about, by=request.actor)
    running = {row.template for row in rows if row.state == State.RUNNING.value and today < row.free_from}
    joined = members.memberships_of(about, on=today)
    context = {
        "lines": [lines.line(row, names) for row in rows],
        "letters": [
            {"letter": lines.letter_context(t), "runs": t.reference is None and t.code in running}
            for t in _open_letters(about, on=today)
        ],
        "memberships": [{"row": m, "association": names.get(m.association_id, "")} for m in joined],
        "may_sign": Scope.APPLY in request.mandate.scopes,
    }
    return page(request, "commitments", context)


def _open_letters(about: str, *, on: date) -> list[Template]:
    """The letters that this subject can sign: of its kind, and of the associations whose member it is."""
    kind = SubjectKind.ORGANISATION if code_of(about) else SubjectKind.PERSON
    own = {m.association_id for m in members.memberships_of(about, on=on) if m.accepted_at}
    codes = {o.code for o in accounts.organisations() if o.id in own}
    prefix = letters_in_force.ASSOCIATION_PREFIX
    return [
        t
        for t in letters_in_force.templates_on(on)
        if t.can_be_signed_on(on) and kind in t.subjects and (not t.version.startswith(prefix) or t.authority in codes)
    ]


@require_http_methods(["GET", "POST"])
@on_behalf(Scope.APPLY)
def sign(request: SpaceRequest, mandate_id: int, code: str) -> HttpResponse:
    """The whole letter to read, and to sign with the second factor."""
    now, about = clock.now(), request.mandate.about
    template = next((t for t in _open_letters(about, on=clock.local_date(now)) if t.code == code), None)
    if template is None:
        raise NotFound
    errors: list[PageError] = []
    status = 200
    bar = barring.bar_of(about, template, by=request.actor, at=now)
    if request.method == "POST":
        given = Given(
            version=request.POST.get("version", ""),
            digest=request.POST.get("digest", ""),
            was_read=bool(request.POST.get("read")),
            factor=Factor(
                code=request.POST.get("code", ""),
                answer=request.POST.get("answer", ""),
                challenge=ceremonies.asked(request),
            ),
            consents_to_showing=bool(request.POST.get("show")),
            reference=request.POST.get("reference", ""),
        )
        try:
            number = signing.sign(code, about=about, given=given, by=request.actor, address=address_of(request), at=now)
        except ChengxinError as error:
            errors = [PageError(_field_of(error, template), error.sentence, error.advice)]
            status = error.status
        else:
            messages.success(request, _("承诺书已经签署，有电子签名和时间戳。"))
            return redirect("space:commitment", mandate_id, number)
    asks = template.needs_second_factor and bool(accounts.passkeys_of(request.user.pk))
    context: dict[str, Any] = {
        "options": ceremonies.ask(request, passkeys.sign_in_options(request.user.pk)) if asks else "",
        "letter": lines.letter_context(template),
        "has_factor": accounts.has_second_factor(request.user.pk),
        "is_person": code_of(about) is None,
        "bar": bar,
        "shown_months": queries.months_shown(clock.local_date(now)),
        "given": request.POST,
        "errors": errors,
    }
    return page(request, "commitment_sign", context, status=status)


def _field_of(error: ChengxinError, template: Template) -> str:
    """The field to which what was refused leads."""
    if template.reference and error.code in {c.code for c in (ReferenceMissing, ReferenceUnknown, RunsAlready)}:
        return "reference"
    return "code" if template.needs_second_factor and error.code != LetterUnread.code else "read"


@require_GET
@on_behalf(Scope.SEE)
def commitment(request: SpaceRequest, _mandate_id: int, number: str) -> HttpResponse:
    """One of the subject's own: obligations, checks, decision, the signed letter."""
    return _shown(request, number)


def _shown(
    request: SpaceRequest, number: str, errors: list[PageError] | None = None, *, status: int = 200
) -> HttpResponse:
    found = queries.own_statement(number, request.mandate.about, by=request.actor, on=clock.today())
    may_apply = Scope.APPLY in request.mandate.scopes
    context = {
        **lines.statement_context(found, with_checks=True),
        "may_apply": may_apply,
        "may_ask_review": may_apply and decided.reviewable_decision(found.row.id) is not None,
        "cases": queries.cases_about(found.row.id) if may_apply else (),
        "errors": errors or [],
        "given": request.POST,
    }
    return page(request, "commitment", context, status=status)


@require_POST
@on_behalf(Scope.APPLY)
def ask_review(request: SpaceRequest, mandate_id: int, number: str) -> HttpResponse:
    """Ask that another official looks again at a finding that entered no record."""
    reason, about = request.POST.get("reason", ""), request.mandate.about
    try:
        case_id = reviewing.ask(number, about=about, reason=reason, by=request.actor, at=clock.now())
    except NotFound:
        raise
    except ChengxinError as error:
        return _shown(request, number, [PageError("reason", error.sentence, error.advice)], status=error.status)
    messages.success(request, _("复核申请已经提交，由没有参与认定的工作人员办理。"))
    return redirect("space:case", mandate_id, case_id)


@require_GET
@on_behalf(Scope.SEE)
def letter_pdf(request: SpaceRequest, _mandate_id: int, number: str) -> HttpResponse:
    """The signed letter."""
    return pdf_response(queries.own_letter(number, request.mandate.about, by=request.actor), number)


@require_GET
@on_behalf(Scope.SEE)
def check_file(
    request: SpaceRequest, _mandate_id: int, number: str, check_id: int, attachment_id: UUID
) -> HttpResponse:
    """A file that came with a check of the subject's own commitment, to be saved."""
    about, now = request.mandate.about, clock.now()
    return handed_out(handling.own_check_file(number, check_id, attachment_id, about=about, by=request.actor, at=now))


@require_POST
@on_behalf(Scope.APPLY)
def show(request: SpaceRequest, mandate_id: int, number: str) -> HttpResponse:
    """Consent that a person's commitment is shown, or withdraw it."""
    shown = request.POST.get("shown") == "1"
    signing.show(number, about=request.mandate.about, shown=shown, by=request.actor, at=clock.now())
    messages.success(request, _("已经公开，姓名隐去。") if shown else _("已经停止公开。"))
    return redirect("space:commitment", mandate_id, number)


@require_POST
@on_behalf(Scope.APPLY)
def answer(request: SpaceRequest, mandate_id: int, membership_id: int) -> HttpResponse:
    """Accept or decline an association's invitation, or leave it."""
    given, about, now = request.POST.get("answer", ""), request.mandate.about, clock.now()
    if given == "leave":
        associations.end_membership(membership_id, by=request.actor, at=now, about=about)
    else:
        associations.answer_invitation(membership_id, about=about, accepted=given == "accept", by=request.actor, at=now)
    messages.success(request, _("已办理。"))
    return redirect("space:commitments", mandate_id)
