"""Which records there are of a subject and how they stand, by their keys alone: for rooms that change many at once."""

from collections.abc import Collection
from uuid import UUID

from chengxin.base.errors import NotFound
from chengxin.registry.records.models import Record
from chengxin.registry.records.rules import RecordState


def in_force_of(code: str) -> list[tuple[UUID, str, str, dict[str, str]]]:
    """Key, item, publicity entry and content of an organisation's records in force, disputed ones left out.

    Index: `record_subject`.
    """
    found = Record.objects.filter(subject__code=code, known_until__isnull=True, state=RecordState.IN_FORCE.value)
    return list(found.order_by("id").values_list("natural_key", "item", "policy", "payload"))


def suspended_among(keys: Collection[UUID]) -> frozenset[UUID]:
    """Those of these records that are hidden for a time now. Index: `record_one_present_version`."""
    found = Record.objects.filter(
        natural_key__in=list(keys), known_until__isnull=True, state=RecordState.SUSPENDED.value
    )
    return frozenset(found.values_list("natural_key", flat=True))


def corrected_by(submission_id: int, *, item: str) -> list[UUID]:
    """The records of `item` of which that hand-in brought the present version, a further one.

    Index: `record_submission`.
    """
    found = Record.objects.filter(submission_id=submission_id, item=item, version__gt=1, known_until__isnull=True)
    return list(found.values_list("natural_key", flat=True))


def content_of(natural_key: UUID) -> tuple[str, dict[str, str]]:
    """State and content of an organisation's record as it is now. Raises `NotFound`. Index: present version."""
    found = Record.objects.filter(natural_key=natural_key, known_until__isnull=True).values_list("state", "payload")
    if (row := found.first()) is None:
        raise NotFound
    return row
