"""Writes of consent: asking, granting, refusing, withdrawing; on paper too; and complaining about a read."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chengxin.base import tasks
from chengxin.base.audit import services as audit
from chengxin.base.casework import services as casework
from chengxin.base.casework.rules import Party
from chengxin.base.clock import local_date
from chengxin.base.database.context import acting
from chengxin.base.database.queueing import queue_behind
from chengxin.base.errors import NotFound, NotPermitted
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Permission, Scope, require
from chengxin.rights.consent import complaining, policy, receipts, rules
from chengxin.rights.consent import queries as seen
from chengxin.rights.consent.errors import (
    AlreadyAnswered,
    PurposeNotOpen,
    SignatureMissing,
    WordingChanged,
)
from chengxin.rights.consent.models import Consent, NoticeWish, Refusal, Request, Revocation
from chengxin.rights.consent.procedure import ACCESS_COMPLAINT
from chengxin.rights.consent.rules import Method, Standing

LETTERS = complaining.LETTERS  # step -> the letter that the applicant gets
ASKED = _("有单位请求您授权查询您的信用信息")
ASKED_BODY = _("请在“授权请求”里阅读：谁要查、为什么、查哪些、多久、几次。您可以同意，也可以不同意。")


@transaction.atomic
def ask(
    about: str,
    *,
    purpose: str,
    items: Sequence[str],
    valid_from: date,
    valid_until: date,
    queries: int,
    by: Actor,
    at: datetime,
) -> int:
    """Ask a subject for its consent to queries in `[valid_from, valid_until)`; returns the request's id.

    `about` is empty where nobody is known by the number that was given; the asker gets the same answer.
    Raises `NotPermitted`, `PurposeNotOpen`, `RequestTooWide`.
    """
    require(by, Permission.ASK_FOR_CONSENT)
    found = policy.purpose_on(purpose, on=local_date(at))
    if found is None or by.organisation_id is None:
        raise PurposeNotOpen
    rules.check_request(found, items=items, days=(valid_until - valid_from).days, queries=queries)
    with seen.as_asker(by):
        request = Request.objects.create(
            organisation_id=by.organisation_id,
            organisation_code=by.organisation_code,
            about=about,
            purpose=found.code,
            policy=found.version,
            items=sorted(set(items)),
            valid_from=valid_from,
            valid_until=valid_until,
            most_queries=queries,
            asked_by=by.name,
            asked_at=at,
        )
    if about:
        casework.send_notice(Party(represented=about), title=ASKED, body=ASKED_BODY, by=by, at=at)
    audit.note("consent.asked", str(request), by=by, at=at, purpose=found.version)
    return request.pk


@transaction.atomic
def grant(request_id: int, *, about: str, signed_by: str, wording_version: str, by: Actor, at: datetime) -> int:
    """Consent to a request on behalf of `about`, having read the wording; returns the consent's id.

    Raises `NotFound`, `AlreadyAnswered`, `SignatureMissing`, `WordingChanged`.
    """
    _require(about, by=by)
    with seen.as_subject(about, by=by):
        request = waiting(request_id, about=about, at=at)
        wording = policy.wording_on(local_date(at))
        if not wording_version or not signed_by.strip():
            raise SignatureMissing
        if wording_version != wording.version:
            raise WordingChanged
        return enter(request, method=Method.ONLINE, signed_by=signed_by, by=by, at=at)


@transaction.atomic
def consent_to_own_wish(
    about: str, *, purpose: str, signed_by: str, wording_version: str, by: Actor, at: datetime
) -> int:
    """Consent to what one asks for oneself, for as long as policy allows; returns the request's id.

    The request is the credit office's, which does what is asked for; the wish is the subject's alone.
    Raises `NotFound`, `PurposeNotOpen`, `SignatureMissing`, `WordingChanged`.
    """
    _require(about, by=by)
    on = local_date(at)
    found, office = policy.purpose_on(purpose, on=on), accounts.credit_office()
    if found is None or not found.own_wish:
        raise PurposeNotOpen
    with seen.as_subject(about, by=by):
        request = Request.objects.create(
            organisation_id=office.id,
            organisation_code=office.code,
            about=about,
            purpose=found.code,
            policy=found.version,
            items=sorted(found.items),
            valid_from=on,
            valid_until=on + timedelta(days=found.longest_days),
            most_queries=found.most_queries,
            asked_by=by.name,
            asked_at=at,
        )
    audit.note("consent.own_wish", str(request), by=by, at=at, purpose=found.version)
    grant(request.pk, about=about, signed_by=signed_by, wording_version=wording_version, by=by, at=at)
    return request.pk


@transaction.atomic
def refuse(request_id: int, *, about: str, by: Actor, at: datetime) -> None:
    """Answer a request with no. Raises `NotFound`, `AlreadyAnswered`."""
    _require(about, by=by)
    with seen.as_subject(about, by=by):
        request = waiting(request_id, about=about, at=at)
        Refusal.objects.create(
            request=request,
            organisation_id=request.organisation_id,
            about=about,
            refused_by=by.name,
            refused_at=at,
        )
    audit.note("consent.refused", str(request), by=by, at=at)


@transaction.atomic
def revoke(request_id: int, *, about: str, by: Actor, at: datetime) -> None:
    """Withdraw a consent; from this transaction's end on no query is answered. Raises `NotFound`, `AlreadyAnswered`."""
    _require(about, by=by)
    queue_behind(f"consent:{request_id}")
    with seen.as_subject(about, by=by):
        found = _found(request_id, about)
        if not hasattr(found, "consent"):
            raise NotFound
        if hasattr(found.consent, "revocation"):
            raise AlreadyAnswered
        Revocation.objects.create(
            consent=found.consent,
            organisation_id=found.organisation_id,
            about=about,
            revoked_by=by.name,
            revoked_at=at,
        )
    audit.note("consent.revoked", str(found.consent), by=by, at=at)
    purpose = policy.purpose_named(found.policy)
    if purpose is not None and purpose.own_wish:
        tasks.defer("persons.forget", about=about)  # what rests on it is deleted


@transaction.atomic
def end_own_wish(request_id: int, *, about: str, by: audit.Who, at: datetime) -> bool:
    """End the consent to an own wish that is not offered any more; whether it still stood. Safe to repeat.

    It is kept as withdrawn, by the platform: who asked for nothing more is not held to have asked for what comes later.
    Source: PIPL art. 47(1)(2), deletion unasked where the service is no longer provided.
    """
    queue_behind(f"consent:{request_id}")
    with acting(actor=by.name, purpose=seen.ENDING, basis=seen.NO_MORE_OFFERED, about=about):
        found = _found(request_id, about)
        purpose = policy.purpose_named(found.policy)
        is_own_wish = purpose is not None and purpose.own_wish
        if not is_own_wish or not hasattr(found, "consent") or hasattr(found.consent, "revocation"):
            return False
        Revocation.objects.create(
            consent=found.consent,
            organisation_id=found.organisation_id,
            about=about,
            revoked_by=by.name,
            revoked_at=at,
            by_platform=True,
        )
    audit.note("consent.own_wish_ended", str(found.consent), by=by, at=at)
    return True


@transaction.atomic
def wish_notices(about: str, *, wanted: bool, by: Actor, at: datetime) -> None:
    """Say whether a notice of each read is wanted. Raises `NotFound`."""
    if not by.may_for(about, Scope.SEE):
        raise NotFound
    with seen.as_subject(about, by=by):
        NoticeWish.objects.create(about=about, wanted=wanted, at=at)
    audit.note("consent.notices_wished", about, by=by, at=at, wanted=wanted)


@transaction.atomic
def complain(entry_id: UUID, *, about: str, statement: str, by: Actor, at: datetime) -> int:
    """Complain to the credit office about a read; returns the case's id. Raises `NotFound`, `NotPermitted`."""
    entry = seen.access_entry(entry_id, about, by=by)
    if not by.may_for(about, Scope.APPLY):
        raise NotPermitted
    parties = {"applicant": Party(represented=about), "office": Party(organisation_id=accounts.credit_office().id)}
    title = f"{entry.organisation_zh} {local_date(entry.at).isoformat()}".strip()
    case_id = casework.open_case(
        ACCESS_COMPLAINT.code,
        about=f"access:{entry.id}",
        title=title,
        parties=parties,
        by=by,
        at=at,
        reason=statement,
    )
    complaining.write(case_id, ACCESS_COMPLAINT.opening.code, entry=title, by=by, at=at)
    return case_id


def waiting(request_id: int, *, about: str | None, at: datetime) -> Request:
    """The request, locked, that still waits for its answer, for one who was permitted; in a transaction that sees it.

    `about` None: whomever it was sent to. Raises `NotFound`, `AlreadyAnswered`.
    """
    queue_behind(f"consent:{request_id}")
    request = _found(request_id, about)
    answered = hasattr(request, "consent")
    stands = rules.standing(
        seen.terms_of(request), is_answered=answered, is_refused=hasattr(request, "refusal"), on=local_date(at)
    )
    if stands is not Standing.WAITING:
        raise AlreadyAnswered
    return request


def enter(request: Request, *, method: Method, signed_by: str, by: audit.Who, at: datetime) -> int:
    """Keep the consent to a request with its receipt, in the caller's transaction; returns its id."""
    purpose = policy.purpose_named(request.policy)
    if purpose is None:
        raise PurposeNotOpen
    wording = policy.wording_on(local_date(at))
    consent = Consent.objects.create(
        request=request,
        organisation_id=request.organisation_id,
        about=request.about,
        method=method.value,
        signed_by=signed_by.strip(),
        wording_version=wording.version,
        wording_sha256=hashlib.sha256(wording.zh.encode()).digest(),
        receipt=receipts.receipt(
            request, purpose, wording, method=method, controller=accounts.credit_office().code, at=at
        ),
        granted_at=at,
    )
    audit.note("consent.granted", str(consent), by=by, at=at, method=method.value, wording=wording.version)
    return consent.pk


def _require(about: str, *, by: Actor) -> None:
    if not about or not by.may_for(about, Scope.CONSENT):
        raise NotFound


def _found(request_id: int, about: str | None) -> Request:
    found = Request.objects.select_related("consent", "consent__revocation", "refusal").filter(pk=request_id)
    request = (found if about is None else found.filter(about=about)).first()
    if request is None:
        raise NotFound
    return request
