"""How organisations keep their time limits, for machines; open to everyone."""

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Schema

from chengxin.base import clock
from chengxin.base.casework.performance import Quarter, quarter_of
from chengxin.registry.accounts.service_levels import service_levels

router = Router()


class ServiceLevelOut(Schema):
    organisation_code: str
    organisation_zh: str
    organisation_en: str
    procedure: str
    procedure_name: str
    handled: int
    on_time: int
    late: int
    open_overdue: int
    median_days: float | None


class ServiceLevelsOut(Schema):
    quarter: str
    first: date
    until: date
    as_of: date
    items: list[ServiceLevelOut]


@router.get("", response=ServiceLevelsOut, summary="How organisations keep their time limits")
def levels(
    request: HttpRequest,
    year: Annotated[
        int | None, Query(ge=2000, le=2200, description="With `quarter`; without both, this quarter")
    ] = None,
    quarter: Annotated[int | None, Query(ge=1, le=4, description="Without it, this quarter's number")] = None,
) -> object:
    """By organisation and procedure: steps with a time limit that were taken in the quarter, on time or late against

    the limit of the day on which they began; limits that ran out and still wait; median working days. No persons.
    """
    today = clock.today()
    current = quarter_of(today)
    asked = Quarter(year or current.year, quarter or current.number)
    return {
        "quarter": asked.code,
        "first": asked.first,
        "until": asked.until,
        "as_of": today,
        "items": service_levels(asked, on=today),
    }
