"""What of given records may leave to a consumer now: read by their keys at the moment of sending, many in one query."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from uuid import UUID

from django.db.models import F, Q
from django.db.models.functions import Upper

from chengxin.registry.accounts.rules import Actor
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.catalogue.rules import FieldType
from chengxin.registry.records.models import PersonRecord, Record
from chengxin.registry.records.queries import SHOWN_STATES, is_shared_with, public_now
from chengxin.registry.records.rules import Audience

PRESENT = Q(known_until__isnull=True, state__in=SHOWN_STATES)
HIDDEN = PRESENT & ~Q(audience=Audience.PUBLIC.value)
COLUMNS = ("natural_key", "item", "version", "state", "audience", "payload", "authority_code", "decided_on")


@dataclass(frozen=True, slots=True)
class Deliverable:
    """A record as it goes to a consumer. `subject`: the platform's number, negative for a natural person, of whom
    neither code nor name are told. `public_until` is the first day unseen; None: without end, or never public.
    """

    natural_key: UUID
    subject: int
    item: str
    version: int
    state: str
    audience: str
    subject_code: str
    subject_name: str
    document_number: str
    authority_code: str
    decided_on: date | None
    public_until: date | None
    fields: Mapping[str, str] = field(repr=False)

    @property
    def is_public(self) -> bool:
        """Whether everyone may see it; else the read is logged."""
        return self.audience == Audience.PUBLIC.value


def items_shared_with(by: Actor) -> frozenset[str]:
    """Items that the catalogue shares with the actor's organisation."""
    return frozenset(item.code for item in catalogue.items() if is_shared_with(item, by))


def public(keys: Collection[UUID], *, items: Collection[str], on: date) -> dict[UUID, Deliverable]:
    """Those that are public on that day, about organisations. Index: `record_one_present_version`."""
    return _organisations(public_now(on), keys, items)


def shared(
    keys: Collection[UUID], *, items: Collection[str], shared_items: Collection[str], on: date
) -> dict[UUID, Deliverable]:
    """Those that are public, or of `shared_items` and shared among public bodies. The caller logs the read.

    Index: `record_one_present_version`.
    """
    among = PRESENT & Q(audience=Audience.SHARED.value, item__in=list(shared_items))
    return _organisations(public_now(on) | among, keys, items)


def authorised(keys: Collection[UUID], *, items: Collection[str], on: date) -> dict[UUID, Deliverable]:
    """Those that are in force, public or not; what was public and has ended is left out. For reads by consent.

    The caller permits and logs the read, in a transaction that states its purpose: of natural persons nothing is seen
    without one. Index: `record_one_present_version`, `personrecord_one_present_version`.
    """
    found = _organisations(public_now(on) | HIDDEN, keys, items)
    people = PersonRecord.objects.filter(public_now(on) | HIDDEN, natural_key__in=list(keys), item__in=list(items))
    for person, until, *row in people.values_list("person_id", Upper("public_period"), *COLUMNS):
        found[row[0]] = _deliverable(-person, "", "", until, *row)
    return found


def _organisations(seen: Q, keys: Collection[UUID], items: Collection[str]) -> dict[UUID, Deliverable]:
    rows = Record.objects.filter(seen, natural_key__in=list(keys), item__in=list(items))
    rows = rows.annotate(code=F("subject__code"), name=F("subject__name"), until=Upper("public_period"))
    return {
        row[0]: _deliverable(subject, code, name, until, *row)
        for subject, code, name, until, *row in rows.values_list("subject_id", "code", "name", "until", *COLUMNS)
    }


def _deliverable(
    subject: int,
    subject_code: str,
    subject_name: str,
    until: date | None,
    natural_key: UUID,
    item: str,
    version: int,
    state: str,
    audience: str,
    payload: Mapping[str, str],
    authority_code: str,
    decided_on: date | None,
) -> Deliverable:
    number, told = _told(item)
    return Deliverable(
        natural_key=natural_key,
        subject=subject,
        item=item,
        version=version,
        state=state,
        audience=audience,
        subject_code=subject_code,
        subject_name=subject_name,
        document_number=payload.get(number, ""),
        authority_code=authority_code,
        decided_on=decided_on,
        public_until=until,
        fields={code: payload[code] for code in told if code in payload},
    )


@cache
def _told(item_code: str) -> tuple[str, tuple[str, ...]]:
    """Which field is the document number, and which fields may be shown: open ones, and never what is sealed."""
    item = catalogue.item(item_code)
    hidden = {item.parts.source_code, item.parts.subject_code, item.parts.subject_name}
    told = (f.code for f in item.fields if f.public and f.type != FieldType.SEALED and f.code not in hidden)
    return item.parts.document_number or "", tuple(told)


def present_keys(
    items: Collection[str], *, subjects: Iterable[int] | None, after: int, limit: int
) -> tuple[tuple[int, UUID, int, str, int], ...]:
    """Records of organisations that are shown in some way: (row id, natural key, subject, item, version), by id.

    For the beginning of a subscription, in parts of `limit` from after the row `after` on; `subjects` None: all.
    Index: primary key, `record_subject`.
    """
    found = Record.objects.filter(PRESENT, item__in=list(items), id__gt=after)
    if subjects is not None:
        found = found.filter(subject_id__in=[s for s in subjects if s > 0])
    rows = found.order_by("id")[:limit].values_list("id", "natural_key", "subject_id", "item", "version")
    return tuple(rows)
