"""Obligations that wait for an official's look: those that came due unchecked, and those that records speak against.

What was checked, or found met by records, asks for nothing before the end of the term.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet

from chengxin.registry.accounts.rules import Actor
from chengxin.regulation.commitments.models import Check, Due, Finding
from chengxin.regulation.commitments.rules import Result, State, last_day_in_time_before


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many obligations to an actor's organisations are late, and how many records speak against."""

    late: int
    contradicted: int


def waiting_with(actor: Actor, *, on: date) -> Waiting:
    """What the actor's own organisations have to look at. Index: `commitment_authority`, `commitment_due_on`."""
    ours = {"commitment__authority_id__in": list(actor.reaches)}
    return Waiting(late(on).filter(**ours).count(), contradicted().filter(**ours).count())


def to_look_at(on: date) -> "QuerySet[Due]":
    """All that waits for a look on that day, late or not.

    On its last day an obligation is still in time, and the authority may look; what records prove of an organisation
    the night after says.
    """
    by_night = Q(by_data=True, commitment__is_person=False)
    came_due = _running().filter(~by_night, due_on__lte=on, checks__isnull=True)
    found = Q(pk__in=came_due.values("pk")) | Q(pk__in=late(on).values("pk")) | Q(pk__in=contradicted().values("pk"))
    return Due.objects.filter(found)


def late(on: date) -> "QuerySet[Due]":
    """Obligations whose last day is over, unchecked. Index: `commitment_due_on`."""
    return _running().filter(due_on__lte=last_day_in_time_before(on), checks__isnull=True)


def contradicted() -> "QuerySet[Due]":
    """Obligations that records show not met, and at which no official looked since: by a check, or by a finding.

    Index: `commitment_data_check`.
    """
    told = Check.objects.filter(by_data=True, result=Result.NOT_MET.value)
    later = Check.objects.filter(due=OuterRef("due"), pk__gt=OuterRef("pk"))
    taken_up = Finding.objects.filter(commitment=OuterRef("due__commitment"), opened_at__gte=OuterRef("at"))
    named = taken_up.annotate(names_it=_Holds(F("obligations"), Func(OuterRef("due__code"), function="to_jsonb")))
    open_still = told.filter(~Exists(later), ~Exists(named.filter(names_it=True)))
    return _running().filter(pk__in=open_still.values("due"))


def _running() -> "QuerySet[Due]":
    return Due.objects.filter(commitment__state=State.RUNNING.value)


class _Holds(Func):
    """Whether a JSON array holds a text."""

    template, arg_joiner, output_field = "(%(expressions)s)", " @> ", BooleanField()
