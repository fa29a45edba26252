"""Reads of records. What is public is said in one place, `PUBLIC_NOW`, and nowhere else."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, QuerySet

from chengxin.base.audit.services import Who
from chengxin.base.database.context import acting
from chengxin.base.errors import NotFound
from chengxin.base.sealing.rules import PREFIX
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Permission, Scope, require
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.catalogue.rules import Item
from chengxin.registry.records.models import PersonRecord, Record
from chengxin.registry.records.rows import Found, RecordRow, in_order, shown
from chengxin.registry.records.rules import HANDLING, Audience, RecordState, Severity
from chengxin.registry.subjects.merging import absorbed_into
from chengxin.registry.subjects.rules import about_person, about_subject, code_of, person_of

TITLE_LENGTH = 200
OWN_ACCESS = "own-access"
RIGHT_OF_ACCESS = "中华人民共和国个人信息保护法 第四十五条 (unverified)"
SHOWN_STATES = (RecordState.IN_FORCE.value, RecordState.DISPUTED.value)
# The same condition in SQL, for queries of lower cost than the mapper's; `{day}` is a parameter.
PUBLIC_NOW_SQL = (
    "r.known_until IS NULL AND r.audience = 'public' AND r.state IN ('in-force', 'disputed')"
    " AND r.public_period @> %(day)s::date"
)


def public_now(day: date) -> Q:
    """What everyone may see on `day` (a day of the city's time zone): red line 5 acts here, by the query itself."""
    return Q(
        known_until__isnull=True, audience=Audience.PUBLIC.value, state__in=SHOWN_STATES, public_period__contains=day
    )


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of a record as the platform knew it during `[known_from, known_until)`."""

    version: int
    known_from: datetime
    known_until: datetime | None
    state: str
    payload: Mapping[str, str]


def public_records_of(
    subject_id: int,
    *,
    on: date,
    item: str | None = None,
    category: str | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> tuple[RecordRow, ...]:
    """What is public about a subject on a day, by category and newest first. Index: `record_subject`."""
    found = _of_items(Record.objects.filter(public_now(on), subject_id=subject_id), item, category)
    return in_order(found).rows(offset=offset, limit=limit)


def public_records_with(natural_keys: Collection[UUID], *, on: date) -> tuple[RecordRow, ...]:
    """The records of organisations with these keys that are public on a day, newest first in each category.

    Index: `record_one_present_version`.
    """
    return in_order(Record.objects.filter(public_now(on), natural_key__in=natural_keys)).rows()


def public_counts_of(subject_id: int, *, on: date) -> dict[str, int]:
    """How many public records of each item a subject has on a day. Index: `record_subject`."""
    found = Record.objects.filter(public_now(on), subject_id=subject_id).values_list("item")
    return dict(found.annotate(n=Count("id")).order_by("item"))


def has_public_record(subject_id: int, *, on: date) -> bool:
    """Whether anything about the subject is public on that day. Index: `record_subject`."""
    return Record.objects.filter(public_now(on), subject_id=subject_id).exists()


def city_figures(*, on: date) -> dict[str, int]:
    """How many public records of each item the city has on a day; a whole-table count, for pages that cache it."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT r.item, count(*) FROM records_record r WHERE {PUBLIC_NOW_SQL} GROUP BY r.item", {"day": on}
        )
        return dict(cursor.fetchall())


def shared_records_of(subject_id: int, *, by: Actor, purpose: str, basis: str, on: date) -> tuple[RecordRow, ...]:
    """What a public body may read about a subject: public records, and what the catalogue shares with public bodies.

    Raises `NotPermitted`. The caller notes the read, with purpose and basis, in the audit chain (red line 4).
    Index: `record_subject`.
    """
    require(by, Permission.READ_SHARED_RECORDS)
    if not (purpose and basis):
        raise ValueError("a read of shared records states its purpose and basis")
    allowed = [i.code for i in catalogue.items() if is_shared_with(i, by)]
    shared = Q(known_until__isnull=True, audience=Audience.SHARED.value, state__in=SHOWN_STATES, item__in=allowed)
    found = Record.objects.filter(Q(public_now(on)) | shared, subject_id=subject_id)
    return in_order(found).rows()


def authorised_records_of(
    about: str, *, items: Iterable[str], by: Who, purpose: str, basis: str, on: date
) -> tuple[RecordRow, ...]:
    """What of `items` is in force about a subject, public or not; what was public and has ended is left out.

    The caller permits and logs the read. Index: `record_subject`, `personrecord_person`.
    """
    return authorised_found(about, items=items, by=by, purpose=purpose, basis=basis, on=on).rows()


def authorised_found(about: str, *, items: Iterable[str], by: Who, purpose: str, basis: str, on: date) -> Found:
    """The same, not yet made ready to be shown."""
    hidden = Q(known_until__isnull=True, state__in=SHOWN_STATES) & ~Q(audience=Audience.PUBLIC.value)
    wanted = (public_now(on) | hidden) & Q(item__in=list(items))
    if (code := code_of(about)) is not None:
        return in_order(Record.objects.filter(wanted, subject__code=code))
    with acting(actor=by.name, purpose=purpose, basis=basis, about=about):
        return in_order(PersonRecord.objects.filter(wanted, person=person_of(about)))


def is_shared_with(item: Item, by: Actor) -> bool:
    """Whether the catalogue shares an item with the actor's organisation or one above it."""
    if item.sharing == "authorised":
        return False
    if not item.shared_with or by.organisation_code in item.shared_with:
        return True
    # Shared with an organisation means shared with those below it as well.
    reached = [accounts.organisation_by_code(code) for code in item.shared_with]
    return any(o and by.organisation_id in accounts.reach_of(o.id) for o in reached)


@dataclass(frozen=True, slots=True)
class HeldRecord:
    """A record with whom it is about and who provided it; `about` as in `subjects.rules.about_subject`."""

    row: RecordRow
    about: str
    subject_name: str
    provider_id: int

    @property
    def title(self) -> str:
        """How a case about the record is called; it names no natural person."""
        return " ".join(filter(None, (self.subject_name, self.row.headline)))[:TITLE_LENGTH]


def own_records_of(about: str, *, by: Actor) -> tuple[RecordRow, ...]:
    """All that is held about a subject, for those who may see it on its behalf: public or not, ended or not.

    What was withdrawn is left out. Raises `NotFound` for anyone else. Index: `record_subject`, `personrecord_person`.
    """
    if not by.may_for(about, Scope.SEE):
        raise NotFound
    held = Q(known_until__isnull=True) & ~Q(state=RecordState.WITHDRAWN.value)
    if (code := code_of(about)) is not None:
        return in_order(Record.objects.filter(held, subject__code=code)).rows()
    with acting(actor=by.name, purpose=OWN_ACCESS, basis=RIGHT_OF_ACCESS):
        found = PersonRecord.objects.filter(held, person=person_of(about))
        return in_order(found).rows()


def held_record(natural_key: UUID, *, purpose: str, by: Who) -> HeldRecord:
    """The present version of a record, whatever its audience, for handling a matter about it.

    Raises `NotFound`. The caller permits and notes the read. Index: `record_one_present_version`,
    `personrecord_one_present_version`.
    """
    found = Record.objects.select_related("subject").filter(natural_key=natural_key, known_until__isnull=True).first()
    if found is not None:
        return HeldRecord(shown(found), about_subject(found.subject.code), found.subject.name, found.provider_id)
    with acting(actor=by.name, purpose=purpose, basis=HANDLING):
        personal = PersonRecord.objects.filter(natural_key=natural_key, known_until__isnull=True).first()
    if personal is None:
        raise NotFound
    return HeldRecord(shown(personal), about_person(personal.person_id), "", personal.provider_id)


def held_payload(natural_key: UUID, *, purpose: str, by: Who) -> dict[str, str]:
    """The present content of a record as it is kept, sealed values sealed, for correcting it. As `held_record`."""
    found = Record.objects.filter(natural_key=natural_key, known_until__isnull=True).values_list("payload", flat=True)
    if (payload := found.first()) is None:
        with acting(actor=by.name, purpose=purpose, basis=HANDLING):
            personal = PersonRecord.objects.filter(natural_key=natural_key, known_until__isnull=True)
            payload = personal.values_list("payload", flat=True).first()
    if payload is None:
        raise NotFound
    return dict(payload)


def hand_in_of(natural_key: UUID) -> int | None:
    """The hand-in of an organisation's record as it is now; None of any other. Index: `record_one_present_version`."""
    found = Record.objects.filter(natural_key=natural_key, known_until__isnull=True)
    return found.values_list("submission_id", flat=True).first()


def some_subject_of(item: str, *, provider: str, on: date, named: str = "") -> str | None:
    """The organisation with the oldest public record of that item and provider graded general; None without any.

    `named`: what its name contains. For making the demo's people.
    """
    found = Record.objects.filter(public_now(on), item=item, provider__code=provider, severity=Severity.GENERAL.value)
    found = found.filter(subject__name__contains=named).order_by("decided_on", "id")
    code = found.values_list("subject__code", flat=True).first()
    return about_subject(code) if code else None


def some_person_of(item: str, *, by: str) -> str | None:
    """The first natural person with a record of that item; None without any. For making the demo's people."""
    with acting(actor=by, purpose="demo", basis="fictional people"):
        found = PersonRecord.objects.filter(item=item, known_until__isnull=True).order_by("id")
        person = found.values_list("person_id", flat=True).first()
    return about_person(person) if person else None


def versions_of(natural_key: UUID) -> tuple[VersionRow, ...]:
    """All versions of an organisation's record, oldest first; sealed fields left out.

    Index: `record_versions` for the past, `record_one_present_version` for the present.
    """
    past = Record.objects.filter(natural_key=natural_key, known_until__isnull=False).order_by("version")
    return _versions([*past, *Record.objects.filter(natural_key=natural_key, known_until__isnull=True)])


def own_versions_of(natural_key: UUID, about: str, *, by: Actor) -> tuple[VersionRow, ...]:
    """All versions of a record about `about`, oldest first, for those who may see it on its behalf.

    Raises `NotFound` for anyone else. Index: as `versions_of`; `personrecord_person`.
    """
    if not by.may_for(about, Scope.SEE):
        raise NotFound
    if code_of(about) is not None:
        return versions_of(natural_key)
    with acting(actor=by.name, purpose=OWN_ACCESS, basis=RIGHT_OF_ACCESS):
        found = PersonRecord.objects.filter(natural_key=natural_key, person=person_of(about)).order_by("version")
        return _versions(found)


def _versions(found: Iterable[Record | PersonRecord]) -> tuple[VersionRow, ...]:
    return tuple(VersionRow(r.version, r.known_from, r.known_until, r.state, _open_payload(r.payload)) for r in found)


def known_of(subject_id: int, *, at: datetime, on: date) -> tuple[RecordRow, ...]:
    """What the platform knew at the moment `at` that was to be public on the day `on`. Index: `record_subject`.

    Also of entries of the register that the subject stands for since.
    """
    others = [absorbed for absorbed, _code in absorbed_into([subject_id]).get(subject_id, ())]
    found = Record.objects.filter(
        Q(known_until__isnull=True) | Q(known_until__gt=at),
        subject_id__in=[subject_id, *others],
        known_from__lte=at,
        audience=Audience.PUBLIC.value,
        state__in=SHOWN_STATES,
        public_period__contains=on,
    )
    return in_order(found).rows()


def public_among(subject_id: int, versions: Collection[int], *, on: date) -> tuple[RecordRow, ...]:
    """Which of these versions about a subject everyone may see on a day. Index: primary key."""
    found = Record.objects.filter(public_now(on), pk__in=versions, subject_id=subject_id)
    return in_order(found).rows()


def counted_versions(subject_id: int, versions: Collection[int], *, purpose: str, by: Who) -> tuple[RecordRow, ...]:
    """These versions about a subject, public or not, superseded or not, for the purpose of telling what counted.

    The caller permits and logs the read. Index: primary key.
    """
    with acting(actor=by.name, purpose=purpose, basis=HANDLING):
        found = Record.objects.filter(pk__in=versions, subject_id=subject_id)
        return in_order(found).rows()


def _of_items(found: QuerySet[Record], item: str | None, category: str | None) -> QuerySet[Record]:
    if item:
        found = found.filter(item=item)
    if category:
        found = found.filter(item__in=[i.code for i in catalogue.items() if i.category == category])
    return found


def _open_payload(payload: Mapping[str, str]) -> dict[str, str]:
    return {k: v for k, v in payload.items() if not v.startswith(PREFIX)}
