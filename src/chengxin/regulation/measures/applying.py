"""Whether the catalogues answer an authority with a measure: for rooms that hold to it where they decide themselves.

Nothing is asked that a credit check would not answer, and nothing is kept: who asks tells the subject what it does.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from chengxin.base.clock import local_date
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor
from chengxin.regulation.measures import checking, policy, rules
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
    line = _lineage_of(authority)
    known, on = measure_on(measure, at=at), local_date(at)
    if known is None or not rules.may_apply(known, line):
        return None
    matters = [m for m in policy.matters_on(on) if measure in m.measures and rules.may_ask(m, line)]
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


def _lineage_of(code: str) -> tuple[str, ...]:
    """The codes of the organisation with that code and of those above it."""
    codes, row = [], accounts.organisation_by_code(code)
    while row is not None:
        codes.append(row.code)
        row = accounts.organisation_by_id(row.parent_id) if row.parent_id else None
    return tuple(codes)


def _longest(found: Iterable[Applying]) -> Applying | None:
    return max(found, key=lambda a: (a.until is None, a.until or a.ground.since), default=None)
