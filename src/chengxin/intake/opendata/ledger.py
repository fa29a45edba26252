"""The ledger of what stands in the files: brought up to date set by set, and read for files and feeds.

What may be shown is always asked of the records themselves, by `PUBLIC_NOW_SQL`; the ledger says what was given out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from chengxin.intake.opendata.rules import FIRST, Column
from chengxin.registry.records.queries import PUBLIC_NOW_SQL

# A change that another transaction made earlier may become visible only after the release; none takes so long.
LATEST_COMMIT = "interval '10 minutes'"
SHOWN = f"""
FROM records_record r JOIN subjects_subject s ON s.id = r.subject_id
WHERE {PUBLIC_NOW_SQL} AND r.item = %(item)s AND s.kind <> ALL(%(left_out)s)
"""
# The lines that stand in the files although the record is public no more: replaced since the release, or at its end.
ENDED = f"""
SELECT o.id, o.key FROM records_record old
JOIN opendata_openrecord o ON o.natural_key = old.natural_key AND o.record_id = old.id AND NOT o.replaced
WHERE old.known_until >= %(made_at)s::timestamptz - {LATEST_COMMIT} AND o.item = %(item)s
UNION ALL
SELECT o.id, o.key FROM opendata_openrecord o JOIN records_record r ON r.id = o.record_id
WHERE %(day)s::date >= %(valid_until)s::date AND o.item = %(item)s AND NOT o.replaced AND NOT ({PUBLIC_NOW_SQL})
"""
MOVE = """
WITH moved AS (
  UPDATE opendata_openrecord o SET replaced = true
  WHERE o.item = %(item)s AND NOT o.replaced AND CASE
    WHEN o.record_id IS NULL THEN EXISTS (SELECT 1 FROM open_now n WHERE n.natural_key = o.natural_key)
    ELSE NOT EXISTS (SELECT 1 FROM open_now n WHERE n.id = o.record_id) END
  RETURNING o.natural_key, o.key
)
INSERT INTO open_moved (natural_key, key) SELECT natural_key, key FROM moved
"""
TAKE_OUT = """
INSERT INTO opendata_openrecord (item, natural_key, key)
SELECT %(item)s, m.natural_key, m.key FROM open_moved m
WHERE NOT EXISTS (SELECT 1 FROM open_now n WHERE n.natural_key = m.natural_key)
"""
PUT_IN = """
INSERT INTO opendata_openrecord (item, natural_key, key, record_id)
SELECT %(item)s, n.natural_key, coalesce(m.key, gen_random_uuid()), n.id
FROM open_now n LEFT JOIN open_moved m ON m.natural_key = n.natural_key
WHERE m.key IS NOT NULL OR NOT EXISTS (
  SELECT 1 FROM opendata_openrecord o WHERE o.natural_key = n.natural_key AND NOT o.replaced)
ORDER BY n.id
"""
STATE = """
SELECT coalesce(max(o.id), 0), count(o.record_id), min(upper(r.public_period))
FROM opendata_openrecord o LEFT JOIN records_record r ON r.id = o.record_id WHERE o.item = %(item)s AND NOT o.replaced
"""


@dataclass(frozen=True, slots=True)
class Moved:
    """What a release changes: lines put in, lines taken out, the last line, how many stand, the next end of one."""

    added: int
    removed: int
    cursor: int
    rows: int
    valid_until: date | None


def bring_up_to_date(item: str, *, left_out: tuple[str, ...], day: date) -> Moved:
    """Write into the ledger what of an item is public on that day, in the transaction that holds the item's lock."""
    given: dict[str, Any] = {"item": item, "day": day, "left_out": list(left_out)}
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS open_now, open_moved")
        cursor.execute("CREATE TEMP TABLE open_now (id bigint, natural_key uuid) ON COMMIT DROP")
        cursor.execute("CREATE TEMP TABLE open_moved (natural_key uuid, key uuid) ON COMMIT DROP")
        cursor.execute(f"INSERT INTO open_now (id, natural_key) SELECT r.id, r.natural_key {SHOWN}", given)
        cursor.execute("ANALYZE open_now")
        cursor.execute(MOVE, given)
        cursor.execute("ANALYZE open_moved")
        cursor.execute(TAKE_OUT, given)
        removed = cursor.rowcount
        cursor.execute(PUT_IN, given)
        added = cursor.rowcount
        cursor.execute(STATE, given)
        last, rows, valid_until = cursor.fetchone()
        return Moved(added, removed, last, rows, valid_until)


def has_ended(item: str, *, made_at: datetime, valid_until: date | None, day: date) -> bool:
    """Whether a record in the files of that release is public no more, or no more in that version.

    Index: `record_superseded`, `opendata_one_line`; on and after the day of an end, `opendata_feed`.
    """
    if valid_until is not None and day >= valid_until:
        return True
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT EXISTS ({ENDED})", {"item": item, "made_at": made_at, "valid_until": valid_until, "day": day}
        )
        return bool(cursor.fetchone()[0])


def ended(item: str, *, made_at: datetime, valid_until: date | None, day: date) -> list[UUID]:
    """Keys of what stands in the files of that release and is not to be shown any more. Index: as `has_ended`."""
    with connection.cursor() as cursor:
        cursor.execute(ENDED, {"item": item, "made_at": made_at, "valid_until": valid_until, "day": day})
        return [key for _, key in cursor.fetchall()]


def taken_out(item: str, *, after: int, limit: int) -> list[tuple[int, UUID]]:
    """Cursor and key of what a release after `after` took out and none put back. Index: `opendata_removed`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o.id, o.key FROM opendata_openrecord o WHERE o.item = %s AND NOT o.replaced"
            " AND o.record_id IS NULL AND o.id > %s ORDER BY o.id LIMIT %s",
            [item, after, limit],
        )
        return list(cursor.fetchall())


def lines(
    item: str, columns: tuple[Column, ...], *, after: int, left_out: tuple[str, ...], day: date, limit: int
) -> list[tuple[Any, ...]]:
    """Lines after a cursor: its number, whether it is to be shown on that day, then the values of `columns`.

    Of a record that is public no more only the key is told. Index: `opendata_feed`.
    """
    names = [f"r.payload->>%(f{n})s" for n, c in enumerate(columns) if c.source]
    given = {f"f{n}": c.source for n, c in enumerate(columns) if c.source}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT o.id, s.id IS NOT NULL, o.key, s.code, s.name, r.state, lower(r.public_period),
                   upper(r.public_period){"".join(f", {name}" for name in names)}
            FROM opendata_openrecord o
            LEFT JOIN (records_record r JOIN subjects_subject s ON s.id = r.subject_id AND s.kind <> ALL(%(left_out)s))
              ON r.id = o.record_id AND {PUBLIC_NOW_SQL}
            WHERE o.item = %(item)s AND NOT o.replaced AND o.id > %(after)s ORDER BY o.id LIMIT %(limit)s
            """,
            given | {"item": item, "after": after, "day": day, "left_out": list(left_out), "limit": limit},
        )
        return list(cursor.fetchall())


def copied(item: str, columns: tuple[Column, ...]) -> Iterator[memoryview | bytes]:
    """What stands in the ledger of an item as one CSV, by COPY, block by block. Index: `opendata_feed`."""
    heads = ["o.key", "s.code", "s.name", "r.state", "lower(r.public_period)", "upper(r.public_period)"]
    fields = [c for c in columns if c.source]
    names = [f"{one} AS {two.code}" for one, two in zip(heads, FIRST, strict=True)]
    names += [f'r.payload->>%(f{n})s AS "{c.code}"' for n, c in enumerate(fields)]
    given: dict[str, Any] = {f"f{n}": c.source for n, c in enumerate(fields)}
    statement = f"""
        COPY (SELECT {", ".join(names)} FROM opendata_openrecord o
              JOIN records_record r ON r.id = o.record_id JOIN subjects_subject s ON s.id = r.subject_id
              WHERE o.item = %(item)s AND NOT o.replaced ORDER BY o.id) TO STDOUT (FORMAT csv, HEADER)
        """
    with connection.cursor() as cursor, cursor.copy(statement, given | {"item": item}) as copy:
        yield from copy
