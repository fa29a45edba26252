"""When an organisation's next hand-in of an item is expected, from the catalogue's update cycle."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from chengxin.base.clock import local_date
from chengxin.registry.catalogue.rules import Item

# Calendar days that a cycle may take at most; `on-change` has none (更新周期, item metadata after GB/T 39442).
DAYS = {"daily": 1, "weekly": 7, "monthly": 31, "quarterly": 92, "yearly": 366}


@dataclass(frozen=True, slots=True)
class Due:
    """An item that an organisation provides, and until when it is expected again."""

    item: Item
    last_at: datetime | None
    next_on: date | None
    is_late: bool


def due_of(item: Item, last_at: datetime | None, *, on: date) -> Due:
    """What is expected of `item` after its last hand-in at `last_at`, seen on the day `on`."""
    days = DAYS.get(item.update_cycle)
    if last_at is None or days is None:
        return Due(item, last_at, None, is_late=False)
    next_on = local_date(last_at) + timedelta(days=days)
    return Due(item, last_at, next_on, is_late=next_on < on)
