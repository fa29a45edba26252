"""Writes of the exchange hub (共享交换)."""

from datetime import datetime
from uuid import UUID

from chengxin.intake.exchange.models import Change


def announce(natural_key: UUID, *, change: str, at: datetime) -> None:
    """Keep a record's change of state for those who received the record. Safe to repeat."""
    Change.objects.bulk_create([Change(natural_key=natural_key, change=change, at=at)], ignore_conflicts=True)
