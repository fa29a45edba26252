"""Where cases stand and until when, for rooms that own the procedure; whoever shows a case asks `queries.case`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef

from chengxin.base.casework import rules
from chengxin.base.casework.models import Case


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands; `due_on` is the last day in time."""

    state: str
    due_on: date | None
    is_closed: bool

    def is_late(self, *, on: date) -> bool:
        """Whether its time is over while it is still open."""
        return not self.is_closed and rules.is_overdue(self.due_on, on=on)


def standings_of(case_ids: Iterable[int]) -> dict[int, Standing]:
    """Where these cases stand, and until when. Index: primary key."""
    rows = Case.objects.filter(pk__in=list(case_ids)).values_list("id", "state", "due_on", "closed_at")
    return {pk: Standing(state, due_on, closed_at is not None) for pk, state, due_on, closed_at in rows}


def standing_in(state: str, *, of: str = "case_id") -> Exists:
    """The condition that the case named in column `of` of a room's own table stands in `state`. Index: primary key."""
    return Exists(Case.objects.filter(pk=OuterRef(of), state=state))


def overdue(*, on: date, of: str = "case_id") -> Exists:
    """The condition that the case named in column `of` is open after its last day. Index: primary key."""
    return Exists(Case.objects.filter(pk=OuterRef(of), closed_at__isnull=True, due_on__lt=on))
