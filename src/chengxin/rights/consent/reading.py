"""Every read of what is not public: checked, logged and made in one transaction."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from chengxin.base.audit import services as audit
from chengxin.base.casework import services as casework
from chengxin.base.casework.rules import Party
from chengxin.base.clock import local_date
from chengxin.base.database.context import acting
from chengxin.base.database.queueing import queue_behind
from chengxin.base.errors import NotFound
from chengxin.intake.exchange import services as exchange
from chengxin.intake.exchange.rules import Door
from chengxin.registry.accounts.rules import Actor, Permission, Scope, require
from chengxin.registry.records import queries as records
from chengxin.registry.records.queries import HeldRecord, RecordRow
from chengxin.registry.records.rules import HANDLING
from chengxin.registry.subjects import queries as subjects
from chengxin.registry.subjects.rules import about_person, about_subject
from chengxin.registry.subjects.services import person_hash
from chengxin.rights.consent import policy, queries, rules
from chengxin.rights.consent.errors import PurposeNotOpen
from chengxin.rights.consent.models import AccessEntry, Request
from chengxin.rights.consent.rules import Purpose

SCREEN, API, REPORT = "screen", "api", "report"
CITIZEN_CARD = "身份证"  # the document type under which natural persons are registered
LOOKED = _("有单位查看了您的信用信息")
LOOKED_BODY = _("谁、为什么、依据什么、看了哪些，都写在“谁看过我”里；认为不当的，可以在那里投诉。")


def reference_of(number: str, *, by: Actor, purpose: Purpose, on: date) -> str:
    """The reference of the subject with that credit code or citizen number, for asking it; empty where there is none.

    Raises `NotPermitted`.
    """
    require(by, Permission.ASK_FOR_CONSENT)
    cleaned = number.strip().upper()
    if subjects.by_code(cleaned, on=on) is not None:
        return about_subject(cleaned)
    hashed = person_hash(CITIZEN_CARD, cleaned)
    found = subjects.person_hashed(hashed, by=by.name, purpose=purpose.code, basis=purpose.basis)
    return about_person(found) if found is not None else ""


@transaction.atomic
def authorised_read(request_id: int, *, by: Actor, door: str, at: datetime) -> tuple[RecordRow, ...]:
    """What the subject of a request consented to show. Raises `NotPermitted`, `NotFound` and as `check_use`."""
    require(by, Permission.ASK_FOR_CONSENT)
    queue_behind(f"consent:{request_id}")  # a query waits for a withdrawal under way, and queries count one by one
    found = Request.objects.select_related("consent", "consent__revocation")
    request = found.filter(pk=request_id, organisation_id=by.organisation_id or 0, consent__isnull=False).first()
    if request is None:
        raise NotFound
    on, basis = local_date(at), f"consent {request.consent.pk}"
    with acting(actor=by.name, purpose=request.purpose, basis=basis, about=request.about):
        rules.check_use(queries.terms_of(request), on=on, used=queries.uses_of(request.consent.pk))
        rows = records.authorised_records_of(
            request.about, items=request.items, by=by, purpose=request.purpose, basis=basis, on=on
        )
    entry = _entry(request.about, rows, by=by, door=door, at=at, purpose=request.purpose, basis=basis)
    entry.consent_id = request.consent.pk
    exchange.receive([row.natural_key for row in rows], door=Door.QUERY, by=by, at=at)
    _keep(entry, by=by)
    return rows


@transaction.atomic
def statutory_read(
    about: str, *, purpose: str, items: Sequence[str], by: Actor, door: str, at: datetime
) -> tuple[RecordRow, ...]:
    """What a law opens to the actor's role without consent. Raises `PurposeNotOpen`."""
    on = local_date(at)
    found = policy.purpose_on(purpose, on=on)
    if found is None:
        raise PurposeNotOpen
    rules.check_statutory(found, roles=[r.value for r in by.roles], items=items)
    rows = records.authorised_records_of(about, items=items, by=by, purpose=purpose, basis=found.basis, on=on)
    entry = _entry(about, rows, by=by, door=door, at=at, purpose=purpose, basis=f"{found.version} {found.basis}")
    entry.sealed_until, entry.sealed_basis = rules.sealed_until(found, at=at), found.secret_basis
    exchange.receive([row.natural_key for row in rows], door=Door.QUERY, by=by, at=at)
    _keep(entry, by=by)
    return rows


@transaction.atomic
def shared_read(
    subject_id: int, code: str, *, by: Actor, purpose: str, basis: str, door: str, at: datetime
) -> tuple[RecordRow, ...]:
    """What public bodies share about a subject, logged and noted in the audit chain. Raises `NotPermitted`."""
    rows = records.shared_records_of(subject_id, by=by, purpose=purpose, basis=basis, on=local_date(at))
    exchange.receive([row.natural_key for row in rows], door=Door.SHARED, by=by, at=at)
    _keep(_entry(about_subject(code), rows, by=by, door=door, at=at, purpose=purpose, basis=basis), by=by)
    audit.note("records.shared_read", code, by=by, at=at, purpose=purpose, basis=basis, records=len(rows))
    return rows


@transaction.atomic
def past_read(
    subject_id: int, code: str, *, known_at: datetime, day: date, by: Actor, purpose: str, basis: str, at: datetime
) -> tuple[RecordRow, ...]:
    """What the platform knew at `known_at` that was public on `day`, logged and noted. Raises `NotPermitted`."""
    require(by, Permission.READ_HISTORY)
    rows = records.known_of(subject_id, at=known_at, on=day)
    _keep(_entry(about_subject(code), rows, by=by, door=SCREEN, at=at, purpose=purpose, basis=basis), by=by)
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
def handled_record(natural_key: UUID, *, purpose: str, by: Actor, door: str, at: datetime) -> HeldRecord:
    """The record that a case is about, for one who handles it; the caller permits.

    The subject's own look is not logged. Raises `NotFound`.
    """
    held = records.held_record(natural_key, purpose=purpose, by=by)
    if not any(by.may_for(held.about, scope) for scope in (Scope.SEE, Scope.APPLY)):
        _keep(_entry(held.about, [held.row], by=by, door=door, at=at, purpose=purpose, basis=HANDLING), by=by)
    return held


def _entry(
    about: str, rows: Sequence[RecordRow], *, by: Actor, door: str, at: datetime, purpose: str, basis: str
) -> AccessEntry:
    fields: dict[str, set[str]] = {}
    for row in rows:
        fields.setdefault(row.item, set()).update(f.code for f in row.fields)
    return AccessEntry(
        at=at,
        actor=by.name,
        organisation_id=by.organisation_id,
        organisation_code=by.organisation_code,
        about=about,
        purpose=purpose,
        basis=basis,
        fields={item: sorted(codes) for item, codes in sorted(fields.items())},
        records=len(rows),
        door=door,
    )


def _keep(entry: AccessEntry, *, by: Actor) -> None:
    given = {f.attname: f.get_db_prep_save(getattr(entry, f.attname), connection) for f in entry._meta.local_fields}
    with connection.cursor() as cursor:
        cursor.execute(KEEP, given)
        row = cursor.fetchone()
    if row is not None and row[0] and entry.sealed_until is None:
        casework.send_notice(Party(represented=entry.about), title=LOOKED, body=LOOKED_BODY, by=by, at=entry.at)


_COLUMNS = [f.attname for f in AccessEntry._meta.local_fields]
# The entry and whether its subject wants a notice, in one statement: a second one costs as much again (bench/access).
KEEP = (
    f"WITH kept AS (INSERT INTO consent_accessentry ({', '.join(_COLUMNS)})"
    f" VALUES ({', '.join(f'%({name})s' for name in _COLUMNS)}))"
    " SELECT wanted FROM consent_noticewish WHERE about = %(about)s ORDER BY id DESC LIMIT 1"
)
