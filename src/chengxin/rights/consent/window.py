"""Consents on paper at a service window (服务窗口): one officer records the scanned form, another one checks it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chengxin.base.attachments import queries as kept
from chengxin.base.attachments import services as attachments
from chengxin.base.attachments.errors import HeldBack
from chengxin.base.attachments.rules import AttachmentState
from chengxin.base.attachments.services import OpenedAttachment, Upload
from chengxin.base.audit import services as audit
from chengxin.base.casework import services as casework
from chengxin.base.casework.rules import Party
from chengxin.base.clock import local_date
from chengxin.base.errors import NotFound, NotPermitted
from chengxin.registry.accounts.rules import Actor, Permission, require
from chengxin.registry.subjects import queries as subjects
from chengxin.registry.subjects.rules import about_person, about_subject
from chengxin.registry.subjects.services import person_hash
from chengxin.rights.consent import queries, reading, services
from chengxin.rights.consent.errors import (
    FormIncomplete,
    FormNumberTaken,
    FormPending,
    NotTheSubject,
    ReasonMissing,
    SecondOfficerNeeded,
)
from chengxin.rights.consent.models import Request, WindowCheck, WindowForm
from chengxin.rights.consent.rules import Method

PURPOSE, LONGEST = "form", 60
FORM, REQUEST = "window-form", "consent-request"  # what the access log says was read
RECORDED = _("您在服务窗口签署的授权书已经生效")
RECORDED_BODY = _("授权书由两位工作人员登记、复核。请在“授权”里查看内容；不是您签署的，请立即撤回并投诉。")


@transaction.atomic
def record_form(
    request_id: int, *, identity: str, number: str, signed_by: str, scan: Upload, by: Actor, at: datetime
) -> int:
    """Record the scan of a consent signed on paper; returns the form's id. It counts once another officer confirms it.

    `identity` is the credit code or citizen number on the document that was shown; it is compared, never kept.
    Raises `NotPermitted`, `NotFound`, `AlreadyAnswered`, `NotTheSubject`, `FormIncomplete`, `FormNumberTaken`,
    `FormPending`, and for the scan what `attachments.keep` raises.
    """
    officer = _require(by)
    with queries.at_window(by):
        request = services.waiting(request_id, about=None, at=at)
        if not request.about or request.about != _reference(identity, by=by, at=at):
            raise NotTheSubject
        if not number.strip() or not signed_by.strip() or len(number.strip()) > LONGEST:
            raise FormIncomplete
        if WindowForm.objects.filter(request=request, check_made__isnull=True).exists():
            raise FormPending
        if WindowForm.objects.filter(number=number.strip()).exists():
            raise FormNumberTaken
        reference = queries.form_reference(request_id)
        scan_id = attachments.keep(reference, file=scan.file, name=scan.name, purpose=PURPOSE, by=by, at=at)
        form = WindowForm.objects.create(
            request=request,
            number=number.strip(),
            signed_by=signed_by.strip(),
            scan_id=scan_id,
            recorded_by=by.name,
            recorded_by_id=officer,
            recorded_at=at,
        )
    audit.note("consent.form_recorded", str(form), by=by, at=at, request=request_id)
    return form.pk


@transaction.atomic
def confirm_form(form_id: int, *, by: Actor, at: datetime) -> int:
    """Confirm, as another officer than the one who recorded it, that the scan fits the request; the consent's id.

    Raises `NotPermitted`, `NotFound`, `SecondOfficerNeeded`, `AlreadyAnswered`, `HeldBack`.
    """
    _require(by)
    with queries.at_window(by):
        form, request = _form_to_check(form_id, by=by, at=at)
        scan = kept.attachment(form.scan_id, reference=queries.form_reference(request.pk))
        if scan.state is not AttachmentState.READY:  # what could not be opened was not compared
            raise HeldBack
        _check(form, by=by, at=at, is_confirmed=True)
        consent_id = services.enter(request, method=Method.WINDOW, signed_by=form.signed_by, by=by, at=at)
    casework.send_notice(Party(represented=request.about), title=RECORDED, body=RECORDED_BODY, by=by, at=at)
    audit.note("consent.form_confirmed", str(form), by=by, at=at, consent=consent_id)
    return consent_id


@transaction.atomic
def reject_form(form_id: int, *, reason: str, by: Actor, at: datetime) -> None:
    """Send a form back, with the reason; the request waits on, and another form may be recorded.

    Raises as `confirm_form`, and `ReasonMissing`.
    """
    _require(by)
    with queries.at_window(by):
        form, _request = _form_to_check(form_id, by=by, at=at)
        if not reason.strip():
            raise ReasonMissing
        _check(form, by=by, at=at, is_confirmed=False, reason=reason.strip()[:500])
    audit.note("consent.form_rejected", str(form), by=by, at=at)


@transaction.atomic
def scan_of(form_id: int, *, by: Actor, at: datetime) -> OpenedAttachment:
    """The scan of a form that waits for its check; the look stands in the access log.

    Raises `NotPermitted`, `NotFound`, and as `attachments.opened` while the scanner holds the file back.
    """
    _require(by)
    with queries.at_window(by):
        form = WindowForm.objects.select_related("request").filter(pk=form_id, check_made__isnull=True).first()
    if form is None:
        raise NotFound
    _looked(form.request.about, FORM, ["scan"], by=by, at=at)
    return attachments.opened(form.scan_id, reference=queries.form_reference(form.request_id), by=by, at=at)


@transaction.atomic
def request_at_window(request_id: int, *, by: Actor, at: datetime) -> queries.RequestRow:
    """The waiting request that someone at the window wants to sign; the look stands in the access log.

    Raises `NotPermitted`, `NotFound`.
    """
    row = queries.request_numbered(request_id, by=by, on=local_date(at))
    if row.about:
        _looked(row.about, REQUEST, ["purpose", "items"], by=by, at=at)
    return row


@transaction.atomic
def form_at_window(form_id: int, *, by: Actor, at: datetime) -> queries.FormRow:
    """The form that waits for its check, with its request; the look stands in the access log. Raises as above."""
    row = queries.form_to_check(form_id, by=by, on=local_date(at))
    _looked(row.request.about, FORM, ["number", "signed_by"], by=by, at=at)
    return row


def _require(by: Actor) -> int:
    """The officer's own id: two officers are two people, so that no system acts here."""
    require(by, Permission.RECORD_WINDOW_CONSENT)
    if by.user_id is None:
        raise NotPermitted
    return by.user_id


def _reference(identity: str, *, by: Actor, at: datetime) -> str:
    cleaned = identity.strip().upper()
    if (known := subjects.by_code(cleaned, on=local_date(at))) is not None:
        return about_subject(known.code)
    hashed = person_hash(reading.CITIZEN_CARD, cleaned)
    found = subjects.person_hashed(hashed, by=by.name, purpose=queries.WINDOW, basis=queries.CONSENTED)
    return about_person(found) if found is not None else ""


def _form_to_check(form_id: int, *, by: Actor, at: datetime) -> tuple[WindowForm, Request]:
    form = WindowForm.objects.filter(pk=form_id).first()
    if form is None:
        raise NotFound
    request = services.waiting(form.request_id, about=None, at=at)
    if WindowCheck.objects.filter(form=form).exists():
        raise NotFound
    if form.recorded_by_id == by.user_id:
        raise SecondOfficerNeeded
    return form, request


def _check(form: WindowForm, *, by: Actor, at: datetime, is_confirmed: bool, reason: str = "") -> None:
    WindowCheck.objects.create(
        form=form,
        is_confirmed=is_confirmed,
        reason=reason,
        checked_by=by.name,
        checked_by_id=_require(by),
        checked_at=at,
    )


def _looked(about: str, what: str, fields: list[str], *, by: Actor, at: datetime) -> None:
    reading.log_look(about, {what: fields}, by=by, purpose=queries.WINDOW, basis=queries.CONSENTED, at=at)
