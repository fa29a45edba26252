"""Counting natural persons' records, and the noise that keeps any one of them from being found in the numbers."""

from collections.abc import Mapping
from datetime import date

from django.db import connection

from chengxin.base.database.context import acting
from chengxin.intake.opendata.rules import Statistic, noise_scale
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.records.queries import SHOWN_STATES

READER, PURPOSE = "open-statistics", "open-statistics"
# Of one person at most so many records, chosen by their keys, which are hashes; several kinds: the first one counts.
COUNT = """
SELECT value, count(*) FROM (
  SELECT split_part(split_part(r.payload->>%(field)s, ';', 1), '-', 1) AS value,
         row_number() OVER (PARTITION BY r.person_id ORDER BY r.natural_key) AS place
  FROM records_personrecord r
  WHERE r.known_until IS NULL AND r.item = %(item)s AND r.state = ANY(%(states)s)
    AND r.decided_on >= %(since)s AND r.decided_on < %(until)s
) AS one WHERE place <= %(most)s GROUP BY value
"""


def counts(statistic: Statistic, *, since: date, until: date) -> dict[str, int]:
    """How many records were decided in `[since, until)`, by each value of the closed list, zeros as well.

    Which values there are is known beforehand, so a value's mere presence tells nothing. No row leaves the database.
    """
    with (
        acting(actor=READER, purpose=PURPOSE, basis=statistic.basis),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            COUNT,
            {
                "field": statistic.field,
                "item": statistic.item,
                "states": list(SHOWN_STATES),
                "since": since,
                "until": until,
                "most": statistic.most_records,
            },
        )
        found = dict(cursor.fetchall())
    return {value: found.get(value, 0) for value in values_of(statistic)}


def values_of(statistic: Statistic) -> tuple[str, ...]:
    """The values that are counted: those of the field's closed list."""
    field = catalogue.item(statistic.item).field_of(statistic.field)
    return catalogue.code_list(field.code_list or "").values


def noised(counts: Mapping[str, int], statistic: Statistic) -> dict[str, int]:
    """The counts with discrete Laplace noise of OpenDP; none below zero.

    OpenDP itself says what the measurement costs; it is checked against the policy's epsilon. Raises `ValueError`.
    """
    import opendp.prelude as dp  # a large library that only this task needs

    dp.enable_features("contrib")
    scale = noise_scale(most_records=statistic.most_records, epsilon=statistic.epsilon)
    measurement = dp.m.make_laplace(dp.vector_domain(dp.atom_domain(T=dp.i64)), dp.l1_distance(T=dp.i64), scale=scale)
    cost = measurement.map(statistic.most_records)  # type: ignore[no-untyped-call]
    if cost > float(statistic.epsilon) * (1 + 1e-9):
        raise ValueError(f"{statistic.code} would cost {cost}")
    values = list(counts)
    return dict(zip(values, (max(0, n) for n in measurement([counts[v] for v in values])), strict=True))
