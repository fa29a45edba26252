"""Whether a record names someone who is not its subject, e.g. as legal representative, and what they are shown."""

from datetime import date
from uuid import UUID

from chengxin.base.audit.services import Who
from chengxin.base.errors import NotFound
from chengxin.intake.collection import payloads
from chengxin.registry.accounts.rules import Actor
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.catalogue.rules import FieldType
from chengxin.registry.records import queries as records
from chengxin.registry.records.queries import HeldRecord
from chengxin.registry.records.rows import RecordRow
from chengxin.registry.records.rules import HANDLING, Audience
from chengxin.registry.subjects import queries as subjects
from chengxin.registry.subjects.rules import person_of
from chengxin.registry.subjects.services import person_hash

PURPOSE = "dispute"
CITIZEN_CARD = "身份证"  # the document type under which natural persons are registered


def names(natural_key: UUID, about: str, *, by: Who) -> bool:
    """Whether a sealed identifier in the record's content is that of the natural person `about`.

    Companies are named by their records alone. Raises `NotFound` where there is no such record.
    """
    person = person_of(about)
    if person is None:
        return False
    held = records.held_record(natural_key, purpose=PURPOSE, by=by)
    payload = records.held_payload(natural_key, purpose=PURPOSE, by=by)
    sealed = [
        f.code for f in catalogue.item(held.row.item).fields if f.type == FieldType.SEALED and payload.get(f.code)
    ]
    return any(_person_with(_number(payload, code, natural_key), by=by) == person for code in sealed)


def record_naming(natural_key: UUID, about: str, *, by: Who) -> HeldRecord:
    """The record that `about` may dispute because it is named there. Raises `NotFound`, also where it is not named."""
    if not names(natural_key, about, by=by):
        raise NotFound
    return records.held_record(natural_key, purpose=PURPOSE, by=by)


def disputed_by_named(natural_key: UUID, about: str, *, by: Actor) -> HeldRecord | None:
    """The disputed record, where `by` acts for `about` and the record is not about them; None in all other cases.

    Show of it what `is_public` lets everyone see; such a look leaves no entry in the log of the record's subject.
    """
    if about not in by.represents:
        return None
    held = records.held_record(natural_key, purpose=PURPOSE, by=by)
    return held if held.about != about else None


def is_public(row: RecordRow, *, on: date) -> bool:
    """Whether everyone sees the record on that day; of any other, someone who is named is shown its kind alone."""
    begun = row.public_from is not None and row.public_from <= on
    return row.audience == Audience.PUBLIC and begun and (row.public_until is None or on < row.public_until)


def _number(payload: dict[str, str], code: str, natural_key: UUID) -> str:
    return payloads.unsealed(payload[code], field=code, natural_key=natural_key.hex).strip().upper()


def _person_with(number: str, *, by: Who) -> int | None:
    hashed = person_hash(CITIZEN_CARD, number)
    return subjects.person_hashed(hashed, by=by.name, purpose=PURPOSE, basis=HANDLING)
