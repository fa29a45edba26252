"""Reads of what went up: the rows that were returned, and what of them is right by now."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q

from chengxin.intake.exchange.models import ExchangePackage
from chengxin.intake.exchange.packages import WHOLE
from chengxin.intake.packages.models import UpwardRow
from chengxin.intake.packages.rules import Outcome, package_and_provider
from chengxin.registry.accounts.rules import Actor, Permission, require
from chengxin.registry.records import labels
from chengxin.registry.records.models import PersonRecord, Record


@dataclass(frozen=True, slots=True)
class Held:
    """Whose a record is, and its state."""

    provider_id: int
    state: str


@dataclass(frozen=True, slots=True)
class ReturnedRow:
    """A row that a platform above returned. `is_mended`: a later version of the record was accepted there."""

    number: int
    natural_key: UUID
    item: str
    subject: str
    document_number: str
    reason: str
    is_mended: bool


@dataclass(frozen=True, slots=True)
class Reported:
    """How many rows of an item were told upwards, and what was said of them."""

    item: str
    rows: int
    waiting: int
    accepted: int
    rejected: int


def is_returned_whole(package: ExchangePackage) -> bool:
    """Whether its receiver took nothing of a package, for a reason that concerns it as a whole."""
    return any(one["row"] == WHOLE and not one["accepted"] for one in package.results or ())


def held(natural_key: UUID, *, about_person: bool) -> Held | None:
    """The present version of a record; of a person's only within `acting`. Index: `record_one_present_version`."""
    table = PersonRecord if about_person else Record
    found = table._default_manager.filter(natural_key=natural_key, known_until=None).values_list("provider_id", "state")
    return next((Held(*row) for row in found), None)


def returned_rows(about: str) -> tuple[ReturnedRow, ...]:
    """The rows that a case is about; the caller has permitted. Index: `upward_row_in_package`, `upward_row_once`."""
    package_id, provider_id = package_and_provider(about)
    later = UpwardRow.objects.filter(
        receiver=OuterRef("receiver"),
        natural_key=OuterRef("natural_key"),
        version__gt=OuterRef("version"),
        outcome=Outcome.ACCEPTED,
    )
    found = UpwardRow.objects.filter(package_id=package_id, provider_id=provider_id, outcome=Outcome.REJECTED)
    rows = list(found.annotate(mended=Exists(later)).order_by("number"))
    named: Mapping[UUID, labels.Label] = labels.labels_of(row.natural_key for row in rows)
    return tuple(
        ReturnedRow(
            number=row.number,
            natural_key=row.natural_key,
            item=row.item,
            subject=label.subject_code if (label := named.get(row.natural_key)) else "",
            document_number=label.document_number if label else "",
            reason=row.reason,
            is_mended=row.mended,
        )
        for row in rows
    )


def reported(*, by: Actor) -> tuple[Reported, ...]:
    """What went up by item, all time. Raises `NotPermitted`. One pass over the rows."""
    require(by, Permission.RUN_EXCHANGE)
    counted = UpwardRow.objects.values("item").annotate(
        rows=Count("id"),
        waiting=Count("id", filter=Q(outcome=Outcome.WAITING)),
        accepted=Count("id", filter=Q(outcome=Outcome.ACCEPTED)),
        rejected=Count("id", filter=Q(outcome=Outcome.REJECTED)),
    )
    return tuple(Reported(**row) for row in counted.order_by("item"))
