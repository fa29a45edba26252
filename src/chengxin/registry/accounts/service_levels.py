"""How organisations keep their time limits, with their names and codes, for everyone to see."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.cache import cache

from chengxin.base.casework import performance
from chengxin.base.casework.performance import Quarter
from chengxin.base.casework.procedures import procedure
from chengxin.registry.accounts.queries import organisations

SECONDS = 600


@dataclass(frozen=True, slots=True)
class ServiceLevelRow:
    """One organisation, procedure and quarter; see `performance.ServiceLevel` for what is counted."""

    organisation_code: str
    organisation_zh: str
    organisation_en: str
    procedure: str
    procedure_name: str
    quarter: str
    handled: int
    on_time: int
    late: int
    open_overdue: int
    median_days: Decimal | None


def service_levels(quarter: Quarter, *, on: date) -> tuple[ServiceLevelRow, ...]:
    """How each organisation kept its limits in the quarter, most late ones first; kept for ten minutes."""
    key = f"accounts.service-levels.{quarter.code}.{on.isoformat()}"
    found: tuple[performance.ServiceLevel, ...] | None = cache.get(key)
    if found is None:
        found = performance.service_levels(quarter, on=on)
        cache.set(key, found, SECONDS)
    named = {o.id: o for o in organisations()}
    rows = [
        ServiceLevelRow(
            organisation_code=named[level.organisation_id].code,
            organisation_zh=named[level.organisation_id].name_zh,
            organisation_en=named[level.organisation_id].name_en,
            procedure=level.procedure,
            procedure_name=str(procedure(level.procedure).name),
            quarter=quarter.code,
            handled=level.handled,
            on_time=level.on_time,
            late=level.late,
            open_overdue=level.open_overdue,
            median_days=level.median_days,
        )
        for level in found
        if level.organisation_id in named
    ]
    return tuple(sorted(rows, key=lambda r: (-(r.late + r.open_overdue), -r.handled, r.organisation_code, r.procedure)))
