"""Whether the catalogues answer an authority with a measure: for rooms that hold to it where they decide themselves.

Nothing is asked that a credit check would not answer, and nothing is kept: who asks tells the subject what it does.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from chengxin.base.clock import local_date
from chengxin.registry.accounts.rules import Actor
from chengxin.regulation.measures import checking, policy, queries, rules
from chengxin.regulation.measures.checking import Asking
from chengxin.regulation.measures.rules import Applying, Ground, Measure

DOOR = "own"


def measure_on(code: str, *, at: datetime) -> Measure | None:
    """The measure as the catalogue holds it at that moment; None where it does not."""
    return next((m for m in policy.measures_on(local_date(at)) if m.code == code), None)


@transaction.atomic
def applying_to(code: str, *, measure: str, authority: str, by: Actor, at: datetime) -> Applying | None:
    """The ground on which that authority is answered with the measure about the organisation with that credit code.

    Of several grounds the one that lasts longest; None where no matter in which the authority may check is answered so.
    Indexes: as `checking.answered`.
    """
    line = queries.lineage_of(authority)
    matters = [m for m in policy.matters_on(local_date(at)) if measure in m.measures and rules.may_ask(m, line)]
    found = checking.answered([Asking(code, matter, by, DOOR) for matter in matters], at=at) if matters else []
    return _longest(a for one in found for a in one.applying if a.measure.code == measure)


def by_grounds(measure: Measure, grounds: Iterable[Ground], *, at: datetime) -> Applying | None:
    """The ground of these that carries the measure at that moment, the one that lasts longest; None without any."""
    return _longest(
        Applying(measure, ground, ground.until)
        for ground in grounds
        if rules.is_in_force(ground, at)
        and rules.is_triggered(measure, ground)
        and rules.carries(ground, measure.effect, at=at)
    )


def _longest(found: Iterable[Applying]) -> Applying | None:
    return max(found, key=lambda a: (a.until is None, a.until or a.ground.since), default=None)
