"""By what others know a record of an organisation: its item, its subject's code, the number of its document."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.records.models import Record
from chengxin.registry.records.rules import RecordState


@dataclass(frozen=True, slots=True)
class Label:
    """How a consumer finds the record in its own store."""

    item: str
    subject_code: str
    document_number: str


def labels_of(natural_keys: Iterable[UUID]) -> dict[UUID, Label]:
    """Labels of the present versions of organisations' records; of natural persons nothing is read.

    Index: `record_one_present_version`.
    """
    keys = set(natural_keys)
    if not keys:
        return {}
    numbers = {i.code: i.parts.document_number or "" for i in catalogue.items()}
    found = Record.objects.filter(natural_key__in=keys, known_until__isnull=True)
    rows = found.values_list("natural_key", "item", "subject__code", "payload")
    return {key: Label(item, code, payload.get(numbers.get(item, ""), "")) for key, item, code, payload in rows}


def records_labelled(item: str, subject_code: str, document_number: str) -> tuple[UUID, ...]:
    """Natural keys of a subject's present records of that item under that document number; withdrawn ones left out.

    Index: `record_subject`.
    """
    number = next((i.parts.document_number for i in catalogue.items() if i.code == item), None)
    if not number or not document_number:
        return ()
    found = Record.objects.filter(subject__code=subject_code, item=item, known_until__isnull=True)
    found = found.filter(**{f"payload__{number}": document_number}).exclude(state=RecordState.WITHDRAWN.value)
    return tuple(found.order_by("id").values_list("natural_key", flat=True))
