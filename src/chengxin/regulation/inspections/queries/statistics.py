"""How often visits find a problem: by stratum, and against the control group that was drawn with no look at grades."""

from dataclasses import dataclass

from django.db import connection

from chengxin.base.clock import CITY_TIME
from chengxin.regulation.inspections import rates
from chengxin.regulation.inspections.rates import Difference, Rate
from chengxin.regulation.inspections.rules import CONTROL


@dataclass(frozen=True, slots=True)
class Statistics:
    """Published visits: `by_stratum` (drawn by grade), all of them together, the control group, and the difference."""

    by_stratum: dict[str, Rate]
    graded: Rate
    control: Rate
    difference: Difference | None


def statistics(*, year: int | None = None, lead_id: int | None = None) -> Statistics:
    """Problems found per visit. A visit counts once, with a problem in any of its matters.

    One statement over the visits of the draws published in `year` (None: all), of one lead or all.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT part, count(*), count(*) FILTER (WHERE has_problem) FROM (
              SELECT v.id, v.part, bool_or(o.is_problem) AS has_problem
              FROM inspections_visit v JOIN inspections_outcome o ON o.visit_id = v.id
                JOIN inspections_draw d ON d.id = v.draw_id JOIN inspections_plan p ON p.id = d.plan_id
              WHERE (%(year)s::int IS NULL OR extract(year FROM d.published_at AT TIME ZONE %(zone)s) = %(year)s)
                AND (%(lead)s::bigint IS NULL OR p.lead_id = %(lead)s)
              GROUP BY v.id, v.part) visit
            GROUP BY part
            """,
            {"year": year, "lead": lead_id, "zone": str(CITY_TIME)},
        )
        found = {part: rates.rate(problems, visits) for part, visits, problems in cursor.fetchall()}
    control = found.pop(CONTROL, rates.rate(0, 0))
    graded = rates.pooled(list(found.values()))
    return Statistics(found, graded, control, rates.difference(graded, control))
