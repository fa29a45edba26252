"""A case about leaving a list is closed by the platform when the entry ends another way: nothing is left to decide.

So nobody is told by a decision that they stay on a list that they are on no more.
"""

from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Least

from chengxin.base.casework import queries as cases
from chengxin.base.casework import services as casework
from chengxin.base.clock import local_date
from chengxin.base.database.queueing import queue_behind
from chengxin.base.languages import in_both
from chengxin.regulation.lists import writing
from chengxin.regulation.lists.models import EntryEvent, ListEntry, Removal
from chengxin.regulation.lists.procedure import LIST_REMOVAL, LIST_REVOCATION
from chengxin.regulation.lists.rules import Exit
from chengxin.regulation.lists.words import EXITS

MOOT = "moot"


def reference_of(entry: ListEntry) -> str:
    """What a case about an entry's exit is about."""
    return f"list-entry:{entry.pk}"


def open_case(entry: ListEntry) -> tuple[str, int] | None:
    """The open case about the entry's exit, if there is one: its procedure and id. Index: `case_about`."""
    reference = reference_of(entry)
    for procedure in (LIST_REMOVAL, LIST_REVOCATION):
        if reference in (found := cases.open_about(procedure.code, [reference])):
            return procedure.code, found[reference]
    return None


def close_about(entry: ListEntry, exit: Exit, *, at: datetime) -> bool:
    """Close the case about the exit of an entry that ended by `exit`, in the same transaction; whether one was open.

    Who applied gets a letter, the authority a notice.
    """
    found = open_case(entry)
    if found is None:
        return False
    procedure, case_id = found
    if casework.end_moot(case_id, at=at) and procedure == LIST_REMOVAL.code:
        reason = in_both(EXITS[exit])
        writing.write(MOOT, entry.proposal, case_id=case_id, reason=reason, by=casework.PLATFORM, at=at)
    return True


def close_ended(*, at: datetime) -> int:
    """Close what is open about entries that are over, by time as well; how many. Indexes: as above, unique case."""
    closed = 0
    for removal, exit in _over(local_date(at)):
        queue_behind(reference_of(removal.entry))
        closed += close_about(removal.entry, exit, at=at)
    return closed


def _over(day: date) -> Iterator[tuple[Removal, Exit]]:
    """The open cases whose entry is on its list no more, with how it left."""
    last = EntryEvent.objects.filter(entry=OuterRef("entry")).order_by("-number")
    known = Removal.objects.annotate(left=Subquery(last.values("exit")[:1]), until=Subquery(last.values("until")[:1]))
    over = known.annotate(ends=Least(F("entry__in_force_until"), "until")).filter(Q(ends__lte=day) | ~Q(left=""))
    found = {reference_of(r.entry): r for r in over.select_related("entry__proposal").order_by("pk")}
    for procedure in (LIST_REMOVAL, LIST_REVOCATION):
        for reference in sorted(cases.open_about(procedure.code, found)):
            yield found[reference], Exit(found[reference].left or Exit.TERM)
