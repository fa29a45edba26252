"""Records as evaluations see them, for a subject that looks at its own; snapshots of all are `runs.layout`."""

from collections.abc import Iterable
from decimal import Decimal

from chengxin.evaluation.scorecards.rules import Fact
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.catalogue.rules import FieldType
from chengxin.registry.records.rows import RecordRow

NUMBERS = {FieldType.DECIMAL, FieldType.INTEGER}


def facts_of(rows: Iterable[RecordRow]) -> tuple[Fact, ...]:
    """What an evaluation would know of these records; those without a day are left out, as in a snapshot."""
    return tuple(_fact(row) for row in rows if row.decided_on is not None)


def _fact(row: RecordRow) -> Fact:
    assert row.decided_on is not None
    item = catalogue.item(row.item)
    amounts = {}
    for one in row.fields:
        field = item.field_of(one.code)
        if field.type in NUMBERS:
            amounts[one.code] = int(Decimal(one.raw) * 10 ** (field.decimals or 0))
    return Fact(
        id=row.id,
        resource=row.item,
        on=row.decided_on,
        values={one.code: one.raw for one in row.fields},
        amounts=amounts,
        severity=row.severity,
        state=row.state,
        until=row.public_until,
    )
