"""The reader for deliveries: what a consumer is entitled to at that moment, each read of what is not public logged."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chengxin.base.clock import local_date
from chengxin.base.database.context import acting
from chengxin.base.database.queueing import queue_behind
from chengxin.base.database.together import Together
from chengxin.base.errors import ChengxinError
from chengxin.intake.delivery.reading import Terms
from chengxin.intake.delivery.rules import Kind
from chengxin.registry.accounts.rules import Actor
from chengxin.registry.records import deliverable
from chengxin.registry.records.deliverable import Deliverable
from chengxin.registry.subjects import queries as subjects
from chengxin.registry.subjects.rules import about_subject, code_of, person_of
from chengxin.rights.consent import bulk, queries, reading, rules
from chengxin.rights.consent.models import AccessEntry, Request

DOOR = "delivery"
PURPOSE = "subscription"  # of reads on a legal basis; by consent it is what the subject consented to


@dataclass(frozen=True, slots=True)
class ConsentReader:
    """Implements `intake.delivery.reading.Reader`."""

    def holders(self, request_ids: Collection[int], *, purpose: str, by: Actor, at: datetime) -> dict[int, int]:
        """The subject of each request of the actor's organisation that was consented to and stands now, by its id."""
        granted = [r for r in _granted(request_ids, by=by) if r.purpose == purpose and _stands(r, on=local_date(at))]
        known = subjects.ids_of([code for r in granted if (code := code_of(r.about))])
        return {r.pk: number for r in granted if (number := _number(r.about, known)) is not None}

    def read(self, terms: Terms, wanted: Mapping[UUID, int], *, by: Actor, at: datetime) -> dict[UUID, Deliverable]:
        """Those of the wanted records (key → subject) that the consumer is entitled to at that moment."""
        on = local_date(at)
        if terms.kind == Kind.CONSENT:
            return _by_consent(terms, wanted, by=by, at=at)
        if terms.kind == Kind.PUBLIC:
            return deliverable.public(wanted, items=terms.items, on=on)
        shared_items = deliverable.items_shared_with(by)
        found = deliverable.shared(wanted, items=terms.items, shared_items=shared_items, on=on)
        _keep_shared([one for one in found.values() if not one.is_public], terms, by=by, at=at)
        return found


READER = ConsentReader()


def _granted(request_ids: Collection[int], *, by: Actor) -> list[Request]:
    """Requests of the actor's organisation that were consented to, by id. Index: primary key."""
    with queries.as_asker(by):
        found = Request.objects.filter(
            pk__in=list(request_ids), organisation_id=by.organisation_id or 0, consent__isnull=False
        )
        return list(found.select_related("consent", "consent__revocation").order_by("pk"))


def _stands(request: Request, *, on: date) -> bool:
    terms = queries.terms_of(request)
    return not terms.is_revoked and terms.valid_from <= on < terms.valid_until


def _number(about: str, known: Mapping[str, int]) -> int | None:
    if (code := code_of(about)) is not None:
        return known.get(code)
    person = person_of(about)
    return None if person is None else -person


def _by_consent(terms: Terms, wanted: Mapping[UUID, int], *, by: Actor, at: datetime) -> dict[UUID, Deliverable]:
    """A delivery of a subject's records is one query of those that the subject consented to; without one it is none.

    One subject after the other: row-level security shows a transaction the uses of one consent at a time.
    """
    found: dict[UUID, Deliverable] = {}
    for request_id in sorted(terms.requests.values()):
        queue_behind(f"consent:{request_id}")  # a delivery waits for a withdrawal under way, as a query does
    for request in _granted(terms.requests.values(), by=by):
        keys = [key for key, subject in wanted.items() if terms.requests.get(subject) == request.pk]
        if keys and request.purpose == terms.purpose:
            found |= _of_one(request, keys, terms, by=by, at=at)
    return found


def _of_one(
    request: Request, keys: Sequence[UUID], terms: Terms, *, by: Actor, at: datetime
) -> dict[UUID, Deliverable]:
    on, basis = local_date(at), f"consent {request.consent.pk}"
    with acting(actor=by.name, purpose=request.purpose, basis=basis, about=request.about):
        used, notice = queries.uses_of(request.consent.pk, request.about)
        try:
            rules.check_use(queries.terms_of(request), on=on, used=used)
        except ChengxinError:
            return {}
        items = set(terms.items) & set(request.items)
        rows = deliverable.authorised(keys, items=items, on=on)
        if not rows:
            return {}
        entry = _entry(request.about, list(rows.values()), by=by, at=at, purpose=request.purpose, basis=basis)
        entry.consent_id = request.consent.pk
        AccessEntry.objects.bulk_create([entry])
        if notice:
            reading.notify(entry, by=by)
    return rows


def _keep_shared(rows: Sequence[Deliverable], terms: Terms, *, by: Actor, at: datetime) -> None:
    """One entry of the access log for each subject, all in one statement; who wants to know of reads is told.

    Index: `consent_wish_about`.
    """
    of: dict[str, list[Deliverable]] = {}
    for row in rows:
        of.setdefault(about_subject(row.subject_code), []).append(row)
    if not of:
        return
    entries = [_entry(about, told, by=by, at=at, purpose=PURPOSE, basis=terms.basis) for about, told in of.items()]
    AccessEntry.objects.bulk_create(entries)
    with bulk.finding_wishes():
        wishing = bulk.asked_wishes(list(of), among=Together())()
    for entry in entries:
        if entry.about in wishing:
            reading.notify(entry, by=by)


def _entry(
    about: str, rows: Sequence[Deliverable], *, by: Actor, at: datetime, purpose: str, basis: str
) -> AccessEntry:
    fields: dict[str, set[str]] = {}
    for row in rows:
        fields.setdefault(row.item, set()).update(row.fields)
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
        door=DOOR,
    )
