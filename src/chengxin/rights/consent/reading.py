"""Every read of what is not public: checked, logged and made in one transaction."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _
from psycopg import Cursor
from psycopg.types.json import Json

from chengxin.base.audit import services as audit
from chengxin.base.casework import services as casework
from chengxin.base.casework.rules import Party
from chengxin.base.clock import local_date
from chengxin.base.database.context import ToldByRow, acting, go_on
from chengxin.base.database.pipelining import committing, pipelined
from chengxin.base.database.preparing import all_prepared
from chengxin.base.errors import NotFound, NotPermitted
from chengxin.intake.exchange import services as exchange
from chengxin.intake.exchange.rules import Door
from chengxin.registry.accounts.rules import Actor, MandateKind, Permission, Scope, require
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.records import queries as records
from chengxin.registry.records.queries import HeldRecord
from chengxin.registry.records.rows import Found, RecordRow
from chengxin.registry.records.rules import HANDLING
from chengxin.registry.subjects import queries as subjects
from chengxin.registry.subjects.rules import about_person, about_subject
from chengxin.registry.subjects.services import person_hash
from chengxin.rights.consent import policy, queries, rules
from chengxin.rights.consent.errors import PurposeNotOpen
from chengxin.rights.consent.models import AccessEntry, Request
from chengxin.rights.consent.rules import Purpose

SCREEN, API, REPORT, EXPORT = "screen", "api", "report", "export"
MATTER_LENGTH = 60
READ_FOR = ToldByRow(
    purpose="consent_request.purpose", basis="'consent ' || consent_consent.id", about="consent_request.about"
)
CITIZEN_CARD = "身份证"  # the document type under which natural persons are registered
LOOKED = _("有单位查看了您的信用信息")
LOOKED_BODY = _("谁、为什么、依据什么、看了哪些，都写在“谁看过我”里；认为不当的，可以在那里投诉。")


@dataclass(frozen=True, slots=True)
class Verifier:
    """The platform itself, where it compares a report with what it knows today."""

    name: str = "verification"
    organisation_code: str = ""


COMPARING, VERIFIER = "report-verification", Verifier()


@dataclass(frozen=True, slots=True)
class ConsentedRead:
    """On what an authorised read rests: about whom, which items, for what, by which consent."""

    about: str
    items: tuple[str, ...]
    purpose: str
    consent_id: int


def reference_of(number: str, *, by: Actor, purpose: Purpose, on: date) -> str:
    """The reference of the subject with that credit code or citizen number; empty where there is none.

    For those who may ask it for this purpose, or read without asking. Raises `NotPermitted`.
    """
    if purpose.by_consent:
        require(by, Permission.ASK_FOR_CONSENT)
    elif not {r.value for r in by.roles} & purpose.roles:
        raise NotPermitted
    cleaned = number.strip().upper()
    if (known := subjects.by_code(cleaned, on=on)) is not None:
        return about_subject(known.code)
    hashed = person_hash(CITIZEN_CARD, cleaned)
    found = subjects.person_hashed(hashed, by=by.name, purpose=purpose.code, basis=purpose.basis)
    return about_person(found) if found is not None else ""


def authorised_read(request_id: int, *, by: Actor, door: str, at: datetime) -> tuple[RecordRow, ...]:
    """What the subject of a request consented to show. Raises `NotPermitted`, `NotFound` and as `check_use`."""
    return authorised_rows(request_id, by=by, door=door, at=at)[1]


def authorised_rows(
    request_id: int, *, by: Actor, door: str, at: datetime
) -> tuple[ConsentedRead, tuple[RecordRow, ...]]:
    """The same, with what it rests on. Raises as above."""
    require(by, Permission.ASK_FOR_CONSENT)
    # A query waits for a withdrawal under way, and queries count one by one.
    with all_prepared(), pipelined() as sending, queries.as_asker(by, behind=f"consent:{request_id}"):
        asked = Request.objects.select_related("consent", "consent__revocation").annotate(told=READ_FOR)
        request = asked.filter(pk=request_id, organisation_id=by.organisation_id or 0, consent__isnull=False).first()
        if request is None:
            raise NotFound
        go_on(request.told)
        on, basis = local_date(at), f"consent {request.consent.pk}"
        used, notice = queries.uses_of(request.consent.pk, request.about)
        rules.check_use(queries.terms_of(request), on=on, used=used)
        found = records.authorised_found(
            request.about, items=request.items, by=by, purpose=request.purpose, basis=basis, on=on
        )
        entry = _entry(request.about, found, by=by, door=door, at=at, purpose=request.purpose, basis=basis)
        entry.consent_id = request.consent.pk
        exchange.receive(found.keys, door=Door.QUERY, by=by, at=at)
        _keep(entry)
        if notice:
            notify(entry, by=by)
        with committing(sending):
            rows = found.rows()
    return ConsentedRead(request.about, tuple(request.items), request.purpose, request.consent.pk), rows


@transaction.atomic
def statutory_read(
    about: str, *, purpose: str, items: Sequence[str], by: Actor, door: str, at: datetime, matter: str = ""
) -> tuple[RecordRow, ...]:
    """What a law opens to the actor's role without consent. Raises `PurposeNotOpen`, `MatterMissing`.

    `about` is empty where nobody is known by the number that was given: nothing is read then, and nothing kept.
    """
    on = local_date(at)
    found = policy.purpose_on(purpose, on=on)
    if found is None:
        raise PurposeNotOpen
    rules.check_statutory(found, roles=[r.value for r in by.roles], items=items, matter=matter)
    rows: tuple[RecordRow, ...] = ()
    if about:
        with acting(actor=by.name, purpose=purpose, basis=found.basis, about=about):
            rows = records.authorised_records_of(about, items=items, by=by, purpose=purpose, basis=found.basis, on=on)
            entry = _entry(
                about, rows, by=by, door=door, at=at, purpose=purpose, basis=f"{found.version} {found.basis}"
            )
            entry.matter = matter.strip()[:MATTER_LENGTH]
            entry.sealed_until, entry.sealed_basis = rules.sealed_until(found, at=at), found.secret_basis
            exchange.receive([row.natural_key for row in rows], door=Door.QUERY, by=by, at=at)
            _keep(entry)
            if entry.sealed_until is None and queries.is_notice_wanted(about):
                notify(entry, by=by)
    audit.note("records.statutory_read", found.version, by=by, at=at, matter=matter.strip()[:MATTER_LENGTH])
    return rows


@transaction.atomic
def own_read(about: str, *, by: Actor, door: str, at: datetime) -> tuple[RecordRow, ...]:
    """All that is held about a subject, for those who see it on its behalf; a delegate's look stands in the log.

    Raises `NotFound`.
    """
    rows = records.own_records_of(about, by=by)
    if is_delegate(about, by=by):
        _log(_entry(about, rows, by=by, door=door, at=at, purpose=queries.DELEGATED, basis=queries.MANDATED), by=by)
    return rows


@transaction.atomic
def own_report_read(about: str, *, by: Actor, at: datetime) -> tuple[RecordRow, ...]:
    """All that is held about a natural person, for the report on its own request; the issue stands in the log.

    Raises `NotFound`.
    """
    rows = records.own_records_of(about, by=by)
    purpose, basis = queries.OWN_REPORT, records.RIGHT_OF_ACCESS
    _log(_entry(about, rows, by=by, door=REPORT, at=at, purpose=purpose, basis=basis), by=by)
    return rows


@transaction.atomic
def own_wish_read(request_id: int, *, about: str, by: Actor, at: datetime) -> tuple[RecordRow, ...]:
    """The items of a consent that a subject gave for its own wish, read for it; the read stands in the log.

    Raises `NotFound`, and as `check_use` where the consent does not carry it.
    """
    row = queries.request_to(request_id, about, by=by, on=local_date(at))
    if not row.purpose.own_wish or row.consent_id is None:
        raise NotFound
    with queries.as_subject(about, by=by):
        used, _notice = queries.uses_of(row.consent_id, about)
    terms = rules.Terms(row.valid_from, row.valid_until, row.most_queries, row.standing is rules.Standing.REVOKED)
    rules.check_use(terms, on=local_date(at), used=used)
    rows = tuple(r for r in records.own_records_of(about, by=by) if r.item in row.items)
    basis = f"consent {row.consent_id}"
    entry = _entry(about, rows, by=by, door=SCREEN, at=at, purpose=row.purpose.code, basis=basis)
    entry.consent_id = row.consent_id
    _log(entry, by=by)
    return rows


def rows_to_compare(about: str, *, items: Sequence[str] | None, on: date) -> tuple[RecordRow, ...]:
    """What a report about a person would hold on that day (`items` None: all), to tell whether it changed since.

    For the verification of a report that someone holds, which tells one thing of it: changed or not. No entry is kept
    here; the caller counts the check, and the person sees each with its time.
    """
    every = [item.code for item in catalogue.items()] if items is None else items
    basis = records.RIGHT_OF_ACCESS
    return records.authorised_records_of(about, items=every, by=VERIFIER, purpose=COMPARING, basis=basis, on=on)


def log_look(
    about: str, fields: Mapping[str, Sequence[str]], *, by: Actor, purpose: str, basis: str, at: datetime
) -> None:
    """Keep that something else than records was seen about a subject: what kind of thing, and which of its fields."""
    entry = _entry(about, (), by=by, door=SCREEN, at=at, purpose=purpose, basis=basis)
    entry.fields = {what: sorted(codes) for what, codes in fields.items()}
    _log(entry, by=by)


def is_delegate(about: str, *, by: Actor) -> bool:
    """Whether this actor sees the subject's matters by delegation alone.

    The principal sees each such look: a delegate is chosen, but what they do with the choice should show.
    """
    kinds = {m.kind for m in by.mandates if m.about == about}
    return bool(kinds) and kinds == {MandateKind.DELEGATE}


@transaction.atomic
def shared_read(
    subject_id: int, code: str, *, by: Actor, purpose: str, basis: str, door: str, at: datetime
) -> tuple[RecordRow, ...]:
    """What public bodies share about a subject, logged and noted in the audit chain. Raises `NotPermitted`."""
    rows = records.shared_records_of(subject_id, by=by, purpose=purpose, basis=basis, on=local_date(at))
    exchange.receive([row.natural_key for row in rows], door=Door.SHARED, by=by, at=at)
    _log(_entry(about_subject(code), rows, by=by, door=door, at=at, purpose=purpose, basis=basis), by=by)
    audit.note("records.shared_read", code, by=by, at=at, purpose=purpose, basis=basis, records=len(rows))
    return rows


@transaction.atomic
def past_read(
    subject_id: int, code: str, *, known_at: datetime, day: date, by: Actor, purpose: str, basis: str, at: datetime
) -> tuple[RecordRow, ...]:
    """What the platform knew at `known_at` that was public on `day`, logged and noted. Raises `NotPermitted`."""
    require(by, Permission.READ_HISTORY)
    rows = records.known_of(subject_id, at=known_at, on=day)
    _log(_entry(about_subject(code), rows, by=by, door=SCREEN, at=at, purpose=purpose, basis=basis), by=by)
    audit.note(
        "records.history_read",
        code,
        by=by,
        at=at,
        purpose=purpose,
        basis=basis,
        records=len(rows),
        day=day.isoformat(),
    )
    return rows


@transaction.atomic
def counted_read(
    subject_id: int, code: str, versions: Collection[int], *, by: Actor, purpose: str, basis: str, at: datetime
) -> tuple[RecordRow, ...]:
    """The versions about a subject that an evaluation counted, public or not, logged and noted.

    Raises `NotPermitted`.
    """
    require(by, Permission.RUN_EVALUATION)
    rows = records.counted_versions(subject_id, versions, purpose=purpose, by=by)
    _log(_entry(about_subject(code), rows, by=by, door=SCREEN, at=at, purpose=purpose, basis=basis), by=by)
    audit.note("records.counted_read", code, by=by, at=at, purpose=purpose, basis=basis, records=len(rows))
    return rows


@transaction.atomic
def handled_record(natural_key: UUID, *, purpose: str, by: Actor, door: str, at: datetime) -> HeldRecord:
    """The record that a case is about, for one who handles it; the caller permits.

    The subject's own look is not logged, a delegate's is. Raises `NotFound`.
    """
    held = records.held_record(natural_key, purpose=purpose, by=by)
    if is_delegate(held.about, by=by):
        purpose, basis = queries.DELEGATED, queries.MANDATED
        _log(_entry(held.about, [held.row], by=by, door=door, at=at, purpose=purpose, basis=basis), by=by)
    elif not any(by.may_for(held.about, scope) for scope in (Scope.SEE, Scope.APPLY)):
        _log(_entry(held.about, [held.row], by=by, door=door, at=at, purpose=purpose, basis=HANDLING), by=by)
    return held


def _log(entry: AccessEntry, *, by: Actor) -> None:
    with acting(actor=by.name, purpose=entry.purpose, basis=entry.basis, about=entry.about):
        _keep(entry)
        if queries.is_notice_wanted(entry.about):
            notify(entry, by=by)


def _entry(
    about: str, found: Found | Sequence[RecordRow], *, by: Actor, door: str, at: datetime, purpose: str, basis: str
) -> AccessEntry:
    return AccessEntry(
        at=at,
        actor=by.name,
        organisation_id=by.organisation_id,
        organisation_code=by.organisation_code,
        about=about,
        purpose=purpose,
        basis=basis,
        fields=found.fields if isinstance(found, Found) else _fields_of(found),
        records=len(found),
        door=door,
    )


def _fields_of(rows: Sequence[RecordRow]) -> dict[str, list[str]]:
    fields: dict[str, set[str]] = {}
    for row in rows:
        fields.setdefault(row.item, set()).update(f.code for f in row.fields)
    return {item: sorted(codes) for item, codes in sorted(fields.items())}


def _keep(entry: AccessEntry) -> None:
    """Send the entry to the database; in a pipeline it goes along with the transaction's end."""
    given = [dump(getattr(entry, name)) for name, dump in DUMPED.items()]
    with Cursor(connection.connection) as cursor:
        cursor.execute(KEEP, given)


def notify(entry: AccessEntry, *, by: Actor) -> None:
    """Tell the subject of an entry that it was looked at."""
    casework.send_notice(Party(represented=entry.about), title=LOOKED, body=LOOKED_BODY, by=by, at=entry.at)


def _as_is(value: object) -> object:
    return value


DUMPED: dict[str, Callable[[Any], object]] = {
    f.attname: Json if f.get_internal_type() == "JSONField" else _as_is for f in AccessEntry._meta.local_fields
}
# Values bound by the server, not written into the statement: less work for each entry (bench/access).
KEEP = f"INSERT INTO consent_accessentry ({', '.join(DUMPED)}) VALUES ({', '.join(['%s'] * len(DUMPED))})"
