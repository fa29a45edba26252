"""How deliveries read records: by a reader that a higher floor provides, because it keeps the log of who read what."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from chengxin.intake.delivery.rules import Kind
from chengxin.registry.accounts.rules import Actor
from chengxin.registry.records.deliverable import Deliverable


@dataclass(frozen=True, slots=True)
class Terms:
    """On what a read for a subscription rests. `requests`: by subject, the request that it consented to."""

    subscription_id: int
    kind: Kind
    purpose: str
    basis: str
    items: tuple[str, ...]
    requests: Mapping[int, int]


class Reader(Protocol):
    """Reads for deliveries; every read of what is not public stands in the access log with the same commit."""

    def holders(self, request_ids: Collection[int], *, purpose: str, by: Actor, at: datetime) -> dict[int, int]:
        """The subject (as in `RecordEvent`) of each request that was consented to and stands now, by request id."""

    def read(self, terms: Terms, wanted: Mapping[UUID, int], *, by: Actor, at: datetime) -> dict[UUID, Deliverable]:
        """Those of the wanted records (key → subject) that the consumer is entitled to at that moment."""


def reader() -> Reader:
    """The reader that this installation names."""
    found: Reader = import_string(settings.DELIVERY_READER)
    return found
