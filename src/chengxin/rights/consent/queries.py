"""Reads of requests, consents and the access log."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Prefetch, QuerySet

from chengxin.base.audit.services import Who
from chengxin.base.database.context import acting
from chengxin.base.database.parts import all_rows
from chengxin.base.errors import NotFound
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, MandateKind, Permission, Scope, require
from chengxin.rights.consent import policy, rules
from chengxin.rights.consent.models import AccessEntry, NoticeWish, Request, WindowForm
from chengxin.rights.consent.rules import Purpose, Standing, Terms

LOOKING, AUDITING = "own-access-log", "audit"
RIGHT_TO_KNOW = "中华人民共和国个人信息保护法 第四十四条、第四十五条 (unverified)"
AUDIT_BASIS = "中华人民共和国个人信息保护法 第五十四条 (unverified)"
ANSWERING, ASKING, WINDOW = "consent-answer", "consent-request", "window-consent"
CONSENTED = "中华人民共和国个人信息保护法 第十三条第一款第一项、第十四条 (unverified)"
ENDING, NO_MORE_OFFERED = "own-wish-ending", "中华人民共和国个人信息保护法 第四十七条第一款第二项 (unverified)"
DELEGATED, MANDATED = "delegate-look", "中华人民共和国民法典 第一百六十一条、第一百六十五条 (unverified)"
OWN_REPORT = "own-report"
MOST_SHOWN = 1_000  # of an access log, on a page; an export holds all
RELATED = ("consent", "consent__revocation", "refusal")


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request with where it stands; `consent_id` is None until it is granted, `form_number` empty without paper.

    `is_closed`: the platform, not the subject, withdrew it, because what it was given for ended.
    """

    id: int
    organisation_zh: str
    organisation_en: str
    about: str
    purpose: Purpose
    items: tuple[str, ...]
    valid_from: date
    valid_until: date
    most_queries: int
    asked_at: datetime
    standing: Standing
    consent_id: int | None
    method: str
    granted_at: datetime | None
    form_number: str
    is_closed: bool


@dataclass(frozen=True, slots=True)
class FormRow:
    """A consent on paper that waits for the second officer."""

    id: int
    request: RequestRow
    number: str
    signed_by: str
    recorded_by: str
    recorded_by_id: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class AccessRow:
    """A read as the subject sees it: never who else was concerned, nor the name of the clerk.

    `delegate` is the user name of the subject's own delegate who looked, told to the principal alone.
    """

    id: UUID
    at: datetime
    organisation_zh: str
    organisation_en: str
    purpose: str
    basis: str
    consent_id: int | None
    fields: Mapping[str, list[str]]
    records: int
    door: str
    delegate: str = ""


def as_subject(about: str, *, by: Actor) -> AbstractContextManager[None]:
    """A transaction that sees what is asked of a subject and what it answered."""
    return acting(actor=by.name, purpose=ANSWERING, basis=CONSENTED, about=about)


def as_asker(by: Actor, *, behind: str = "") -> AbstractContextManager[None]:
    """A transaction that sees what the actor's organisation asked for and what became of it (`behind`: `acting`)."""
    return acting(actor=by.name, purpose=ASKING, basis=CONSENTED, organisation=by.organisation_id or 0, behind=behind)


def at_window(by: Actor) -> AbstractContextManager[None]:
    """A transaction that sees requests and forms as the service window does. Raises `NotPermitted`."""
    require(by, Permission.RECORD_WINDOW_CONSENT)
    return acting(actor=by.name, purpose=WINDOW, basis=CONSENTED)


def requests_to(about: str, *, by: Actor, on: date) -> tuple[RequestRow, ...]:
    """What was asked of a subject, newest first, with all its consents. Raises `NotFound` for anyone else.

    Index: `consent_request_about`.
    """
    if not by.may_for(about, Scope.CONSENT):
        raise NotFound
    with as_subject(about, by=by):
        return _rows(Request.objects.filter(about=about), on=on)


def own_wishes(purpose: str, *, asked_before: datetime, by: Who, on: date) -> list[tuple[int, str]]:
    """The requests and those concerned whose consent to an own wish stands on a day; for the platform's tasks alone.

    Index: `consent_request_asker`.
    """
    office = accounts.credit_office().id
    rows = Request.objects.filter(organisation_id=office, purpose=purpose, asked_at__lt=asked_before)
    rows = rows.filter(valid_until__gt=on, consent__isnull=False, consent__revocation__isnull=True)
    with acting(actor=by.name, purpose=ENDING, basis=NO_MORE_OFFERED, organisation=office):
        return list(rows.order_by("id").values_list("id", "about"))


def request_to(request_id: int, about: str, *, by: Actor, on: date) -> RequestRow:
    """One request to a subject. Raises `NotFound`. Index: primary key."""
    if not by.may_for(about, Scope.CONSENT):
        raise NotFound
    with as_subject(about, by=by):
        return _one(Request.objects.filter(pk=request_id, about=about), on=on)


def receipt_of(request_id: int, about: str, *, by: Actor) -> dict[str, Any]:
    """The signed receipt of a consent, for the subject. Raises `NotFound`. Index: primary key."""
    if not by.may_for(about, Scope.CONSENT):
        raise NotFound
    with as_subject(about, by=by):
        found = Request.objects.select_related("consent").filter(pk=request_id, about=about, consent__isnull=False)
        request = found.first()
    if request is None:
        raise NotFound
    return dict(request.consent.receipt)


def requests_of(by: Actor, *, on: date) -> tuple[RequestRow, ...]:
    """What the actor's organisation asked for, newest first. Raises `NotPermitted`. Index: `consent_request_asker`."""
    require(by, Permission.ASK_FOR_CONSENT)
    with as_asker(by):
        return _rows(Request.objects.filter(organisation_id=by.organisation_id or 0), on=on)


def request_of(request_id: int, *, by: Actor, on: date) -> RequestRow:
    """One request of the actor's organisation. Raises `NotPermitted`, `NotFound`. Index: primary key."""
    require(by, Permission.ASK_FOR_CONSENT)
    with as_asker(by):
        return _one(Request.objects.filter(pk=request_id, organisation_id=by.organisation_id or 0), on=on)


def forms_to_check(by: Actor, *, on: date) -> tuple[FormRow, ...]:
    """Consents on paper that no second officer has checked, oldest first. Raises `NotPermitted`.

    Index: `consent_windowform_request_id`.
    """
    with at_window(by):
        waiting = WindowForm.objects.filter(
            check_made__isnull=True, request__consent__isnull=True, request__refusal__isnull=True
        )
        return _forms(waiting.order_by("recorded_at", "id"), on=on)


def form_to_check(form_id: int, *, by: Actor, on: date) -> FormRow:
    """One consent on paper that waits for its check. Raises `NotPermitted`, `NotFound`. Index: primary key."""
    with at_window(by):
        forms = _forms(WindowForm.objects.filter(pk=form_id, check_made__isnull=True), on=on)
    if not forms:
        raise NotFound
    return forms[0]


def request_numbered(request_id: int, *, by: Actor, on: date) -> RequestRow:
    """A request that waits, for an officer at the window. Raises `NotPermitted`, `NotFound`. Index: primary key."""
    with at_window(by):
        row = _one(Request.objects.filter(pk=request_id), on=on)
    if row.standing is not Standing.WAITING:
        raise NotFound
    return row


def access_log_of(
    about: str, *, by: Actor, purpose: str = "", since: date | None = None, until: date | None = None
) -> tuple[AccessRow, ...]:
    """Who looked at a subject, newest first; the latest thousand. `[since, until)`.

    What is sealed is left out by the database itself. Raises `NotFound` for anyone else. Index: `access_about`.
    """
    found = _looks(about, by, purpose, since, until)
    with _as_looking(about, by):
        entries = list(found.order_by("-at", "-id")[:MOST_SHOWN])
    return _seen(entries, by=by)


def all_access_of(
    about: str, *, by: Actor, purpose: str = "", since: date | None = None, until: date | None = None
) -> Iterator[AccessRow]:
    """All of it, read in parts. As `access_log_of`."""
    return all_rows(
        _looks(about, by, purpose, since, until),
        "-at",
        "-id",
        told=lambda part: _seen(part, by=by),
        within=lambda: _as_looking(about, by),
    )


def _as_looking(about: str, by: Actor) -> AbstractContextManager[None]:
    return acting(actor=by.name, purpose=LOOKING, basis=RIGHT_TO_KNOW, about=about)


def _looks(about: str, by: Actor, purpose: str, since: date | None, until: date | None) -> QuerySet[AccessEntry]:
    if not by.may_for(about, Scope.SEE):
        raise NotFound
    found = AccessEntry.objects.filter(about=about)
    if purpose:
        found = found.filter(purpose=purpose)
    if since:
        found = found.filter(at__date__gte=since)
    return found.filter(at__date__lt=until) if until else found


def access_entry(entry_id: UUID, about: str, *, by: Actor) -> AccessRow:
    """One read of what concerns a subject. Raises `NotFound`, also for what is sealed. Index: primary key."""
    if not by.may_for(about, Scope.SEE):
        raise NotFound
    with acting(actor=by.name, purpose=LOOKING, basis=RIGHT_TO_KNOW, about=about):
        entries = list(AccessEntry.objects.filter(pk=entry_id, about=about))
    if not entries:
        raise NotFound
    return _seen(entries, by=by)[0]


def form_reference(request_id: int) -> str:
    """How the scans of a request's forms are named among the attachments."""
    return f"consent-request:{request_id}"


def _forms(found: QuerySet[WindowForm], *, on: date) -> tuple[FormRow, ...]:
    forms = list(found)
    rows = {r.id: r for r in _rows(Request.objects.filter(pk__in=[f.request_id for f in forms]), on=on)}
    return tuple(
        FormRow(
            id=f.pk,
            request=rows[f.request_id],
            number=f.number,
            signed_by=f.signed_by,
            recorded_by=f.recorded_by,
            recorded_by_id=f.recorded_by_id,
            recorded_at=f.recorded_at,
        )
        for f in forms
        if rows[f.request_id].standing is Standing.WAITING
    )


def uses_of(consent_id: int, about: str) -> tuple[int, bool]:
    """How many queries a consent has carried, and whether its subject wants a notice of each.

    Within a transaction that names the subject. Indexes: `access_consent`, `consent_wish_about`.
    """
    with connection.cursor() as cursor:
        cursor.execute(USES, [consent_id, about])
        used, wanted = cursor.fetchone()
    return used, bool(wanted)


def is_notice_wanted(about: str) -> bool:
    """Whether a subject wants a notice of each read, in a transaction that names it. Index: `consent_wish_about`."""
    return bool(NoticeWish.objects.filter(about=about).order_by("-id").values_list("wanted", flat=True).first())


USES = (
    "SELECT (SELECT count(*) FROM consent_accessentry WHERE consent_id = %s),"
    " (SELECT wanted FROM consent_noticewish WHERE about = %s ORDER BY id DESC LIMIT 1)"
)


def wants_notices(about: str, *, by: Actor) -> bool:
    """Whether a subject wants a notice of each read. Raises `NotFound` for others. Index: `consent_wish_about`."""
    if not by.may_for(about, Scope.SEE):
        raise NotFound
    with as_subject(about, by=by):
        return is_notice_wanted(about)


def terms_of(request: Request) -> Terms:
    """What was asked for, and whether it was withdrawn; of a request that came with its consent."""
    consent = getattr(request, "consent", None)
    return Terms(
        request.valid_from, request.valid_until, request.most_queries, bool(getattr(consent, "revocation", None))
    )


def _one(found: QuerySet[Request], *, on: date) -> RequestRow:
    rows = _rows(found, on=on)
    if not rows:
        raise NotFound
    return rows[0]


def _rows(found: QuerySet[Request], *, on: date) -> tuple[RequestRow, ...]:
    names = {o.id: o for o in accounts.organisations()}
    confirmed = WindowForm.objects.filter(check_made__is_confirmed=True)
    forms = Prefetch("windowforms", queryset=confirmed, to_attr="confirmed")
    requests = found.select_related(*RELATED).prefetch_related(forms).order_by("-asked_at", "-id")
    return tuple(_row(r, names, on=on) for r in requests)


def _row(request: Request, names: Mapping[int, accounts.OrganisationRow], *, on: date) -> RequestRow:
    consent, forms = getattr(request, "consent", None), request.confirmed  # type: ignore[attr-defined]
    purpose, revocation = policy.purpose_named(request.policy), getattr(consent, "revocation", None)
    asker = names[request.organisation_id]
    return RequestRow(
        id=request.pk,
        organisation_zh=asker.name_zh,
        organisation_en=asker.name_en,
        about=request.about,
        purpose=purpose or Purpose(request.purpose, request.purpose, "", True, (), "", request.policy),
        items=tuple(request.items),
        valid_from=request.valid_from,
        valid_until=request.valid_until,
        most_queries=request.most_queries,
        asked_at=request.asked_at,
        standing=rules.standing(
            terms_of(request), is_answered=consent is not None, is_refused=hasattr(request, "refusal"), on=on
        ),
        consent_id=consent.pk if consent else None,
        method=consent.method if consent else "",
        granted_at=consent.granted_at if consent else None,
        form_number=forms[0].number if forms else "",
        is_closed=revocation is not None and revocation.by_platform,
    )


def _seen(entries: Iterable[AccessEntry], *, by: Actor) -> tuple[AccessRow, ...]:
    is_principal = any(m.kind is not MandateKind.DELEGATE for m in by.mandates)
    names = {o.code: o for o in accounts.organisations()}
    return tuple(
        AccessRow(
            id=e.pk,
            at=e.at,
            organisation_zh=names[e.organisation_code].name_zh if e.organisation_code in names else "",
            organisation_en=names[e.organisation_code].name_en if e.organisation_code in names else "",
            purpose=e.purpose,
            basis=e.basis,
            consent_id=e.consent_id,
            fields=e.fields,
            records=e.records,
            door=e.door,
            delegate=e.actor if is_principal and e.purpose == DELEGATED else "",
        )
        for e in entries
    )
