"""How often visits find a problem: by stratum, and against the control group that was drawn with no look at grades."""

from dataclasses import dataclass

from django.db import connection

from chengxin.base.clock import CITY_TIME
from chengxin.regulation.inspections import rates
from chengxin.regulation.inspections.rates import Difference, Rate
from chengxin.regulation.inspections.rules import CONTROL


@dataclass(frozen=True, slots=True)
class Statistics:
    """Published visits: `by_stratum` (drawn by grade), all of them together, the control group, and the difference.

    The difference is that within each draw; `compared` is how many visits of either group it rests on.
    """

    by_stratum: dict[str, Rate]
    graded: Rate
    control: Rate
    difference: Difference | None
    compared: tuple[int, int]


def statistics(*, year: int | None = None, lead_id: int | None = None) -> Statistics:
    """Problems found per visit. A visit counts once, with a problem in any of its matters.

    One statement over the visits of the draws published in `year` (None: all), of one lead or all.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT draw_id, part, count(*), count(*) FILTER (WHERE has_problem) FROM (
              SELECT v.id, v.draw_id, v.part, bool_or(o.is_problem) AS has_problem
              FROM inspections_visit v JOIN inspections_outcome o ON o.visit_id = v.id
                JOIN inspections_draw d ON d.id = v.draw_id JOIN inspections_plan p ON p.id = d.plan_id
              WHERE (%(year)s::int IS NULL OR extract(year FROM d.published_at AT TIME ZONE %(zone)s) = %(year)s)
                AND (%(lead)s::bigint IS NULL OR p.lead_id = %(lead)s)
              GROUP BY v.id, v.draw_id, v.part) visit
            GROUP BY draw_id, part
            """,
            {"year": year, "lead": lead_id, "zone": str(CITY_TIME)},
        )
        rows = cursor.fetchall()
    by_part: dict[str, list[Rate]] = {}
    by_draw: dict[int, tuple[list[Rate], list[Rate]]] = {}
    for draw, part, visits, problems in rows:
        found = rates.rate(problems, visits)
        by_part.setdefault(part, []).append(found)
        by_draw.setdefault(draw, ([], []))[part == CONTROL].append(found)
    whole = {part: rates.pooled(found) for part, found in by_part.items()}
    control = whole.pop(CONTROL, rates.rate(0, 0))
    pairs = [(rates.pooled(drawn), rates.pooled(plain)) for drawn, plain in by_draw.values()]
    both = [(drawn.visits, plain.visits) for drawn, plain in pairs if drawn.visits and plain.visits]
    return Statistics(
        by_stratum=whole,
        graded=rates.pooled(list(whole.values())),
        control=control,
        difference=rates.difference_within(pairs),
        compared=(sum(drawn for drawn, _ in both), sum(plain for _, plain in both)),
    )
