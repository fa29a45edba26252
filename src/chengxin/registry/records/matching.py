"""Reads that tie matters of other rooms to records of organisations: by key, by document number, by subject and day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef

from chengxin.registry.catalogue.rules import Item
from chengxin.registry.records.models import Record
from chengxin.registry.records.queries import public_now
from chengxin.registry.records.rules import Needed


@dataclass(frozen=True, slots=True)
class Wanted:
    """A record that is looked for: about the subject with that credit code, dated in `[since, until]`."""

    id: int
    code: str
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Match:
    """The record that was found: its key and the day on which it was decided."""

    natural_key: UUID
    decided_on: date


def public_by_key(outer: str, *, on: date) -> Exists:
    """The condition on rows of another table, whose column `outer` names a record, that it is public on that day.

    Index: `record_one_present_version`.
    """
    return Exists(Record.objects.filter(public_now(on), natural_key=OuterRef(outer)))


def key_of_document(code: str, item: Item, document_number: str) -> UUID | None:
    """The natural key of the subject's record of `item` with that document number. Index: `record_subject`."""
    found = Record.objects.filter(
        subject__code=code,
        item=item.code,
        known_until__isnull=True,
        **{f"payload__{item.parts.document_number}": document_number},
    )
    return found.values_list("natural_key", flat=True).first()


def in_other_states(keys: Iterable[UUID]) -> Mapping[UUID, str]:
    """The state of those of these records that are not simply in force. Index: `record_one_present_version`."""
    found = Record.objects.filter(natural_key__in=list(keys), known_until__isnull=True).exclude(state="in-force")
    return dict(found.values_list("natural_key", "state"))


def first_of_each(
    wanted: Sequence[Wanted], *, item: str, needed: Sequence[Needed] = (), authorities: Sequence[str] = ()
) -> dict[int, Match]:
    """The earliest record of `item` for each of `wanted`, by its id, that holds all of `needed`.

    `authorities`: decided by one of these, by credit code; none: by whomsoever. One query for all, `len(wanted)` rows
    at most. What was repaired, withdrawn or suspended proves nothing. Several values of one field stand side by side
    with ";". Index: unique code, `record_subject`.
    """
    conditions = "".join(f" AND {_condition(one, place)}" for place, one in enumerate(needed))
    values = {f"field_{place}": one.field for place, one in enumerate(needed)}
    words = {f"any_{place}": list(one.any_of) for place, one in enumerate(needed)}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (w.id) w.id, r.natural_key, r.decided_on"
            " FROM unnest(%(ids)s::bigint[], %(codes)s::text[], %(since)s::date[], %(until)s::date[])"
            "   AS w(id, code, since, until)"
            " JOIN subjects_subject s ON s.code = w.code"
            " JOIN records_record r ON r.subject_id = s.id AND r.item = %(item)s AND r.known_until IS NULL"
            "   AND r.state IN ('in-force', 'disputed') AND r.decided_on BETWEEN w.since AND w.until"
            f" WHERE (%(authorities)s::text[] = '{{}}' OR r.authority_code = ANY(%(authorities)s::text[])){conditions}"
            " ORDER BY w.id, r.decided_on, r.id",
            {
                "ids": [w.id for w in wanted],
                "codes": [w.code for w in wanted],
                "since": [w.since for w in wanted],
                "until": [w.until for w in wanted],
                "item": item,
                "authorities": list(authorities),
                **values,
                **words,
            },
        )
        return {id: Match(key, day) for id, key, day in cursor.fetchall()}


def _condition(one: Needed, place: int) -> str:
    """The condition in SQL; what it compares with goes by name, never as text."""
    told = f"r.payload ->> %(field_{place})s"
    if one.mentions:
        return f"EXISTS (SELECT FROM unnest(%(any_{place})s::text[]) AS word WHERE strpos({told}, word) > 0)"
    return f"string_to_array({told}, ';') && %(any_{place})s::text[]"
