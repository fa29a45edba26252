"""What stands on lists and arrived as records, for the lists' authorities and the credit office, with its proofs.

Organisations alone: what arrived about natural persons is public nowhere, and its proofs are theirs (`persons`).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from chengxin.base.clock import local_date
from chengxin.base.errors import NotFound, NotPermitted
from chengxin.base.transparency import queries as transparency
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor
from chengxin.regulation.lists import arrivals_log, arriving, policy
from chengxin.regulation.lists.public import ARRIVED
from chengxin.regulation.lists.rules import ListTerms


@dataclass(frozen=True, slots=True)
class ArrivedRow:
    """An organisation that stands on a list by a record that arrived. `until`: first day off it, None if unknown."""

    key: UUID
    name: str
    code: str
    authority_name_zh: str
    authority_name_en: str
    decision_number: str
    begins: date
    until: date | None
    is_disputed: bool


@dataclass(frozen=True, slots=True)
class ArrivedPage:
    """One page of them, newest first."""

    items: tuple[ArrivedRow, ...]
    total: int


ROWS = f"""
SELECT f.key, s.name, s.code, f.authority, coalesce(o.name_en, f.authority), f.number, f.begins, f.ends,
  f.state = 'disputed', count(*) OVER ()
FROM (SELECT r.natural_key AS key, r.subject_id, r.authority_code, coalesce({{name}}, '') AS authority,
    coalesce({{number}}, '') AS number, coalesce(r.valid_from, r.decided_on) AS begins,
    coalesce(r.valid_until, upper(r.public_period)) AS ends, r.state
  {ARRIVED} AND ({{condition}}) AND (%(key)s::uuid IS NULL OR r.natural_key = %(key)s::uuid)) f
JOIN subjects_subject s ON s.id = f.subject_id
LEFT JOIN accounts_organisation o ON o.code = f.authority_code
WHERE %(q)s = '' OR strpos(lower(s.name), lower(%(q)s)) > 0 OR s.code = upper(%(q)s)
ORDER BY f.begins DESC, s.code, f.key LIMIT %(size)s OFFSET %(start)s
"""


def lists_seen_by(actor: Actor, *, at: datetime) -> tuple[ListTerms, ...]:
    """The lists on which entries about organisations arrive, of those that this official may look at here.

    An authority sees its own lists, the credit office all.
    """
    day = local_date(at)
    sees_all = actor.organisation_code == accounts.credit_office().code
    arriving_on = {code for rows in arriving.arrivals_on(day).by_item.values() for code, _ in rows}
    return tuple(
        t
        for t in policy.lists_on(day)
        if t.code in arriving_on and (sees_all or actor.organisation_code in t.authorities)
    )


def arrived_on(code: str, *, by: Actor, at: datetime, q: str = "", page: int = 1, size: int = 20) -> ArrivedPage:
    """What arrived and stands publicly on a list at `at`, by a part of the name or the whole code.

    Raises `NotFound` for an unknown list, `NotPermitted` for another authority's. Index: `record_listed`.
    """
    _permit(code, by=by, at=at)
    rows = _rows(code, at=at, q=q, size=size, start=(page - 1) * size)
    return ArrivedPage(tuple(ArrivedRow(*row[:-1]) for row in rows), rows[0][-1] if rows else 0)


def proofs_on(code: str, key: UUID, *, by: Actor, at: datetime) -> tuple[ArrivedRow, tuple[dict[str, Any], ...]]:
    """The entry, and what the public log was bound to when it came to this list or changed on it, oldest first.

    Raises as above, and `NotFound` where it does not stand on the list now. Index: `log_part_reference`.
    """
    _permit(code, by=by, at=at)
    rows = _rows(code, at=at, key=key)
    if not rows:
        raise NotFound
    found = transparency.openings_of(arrivals_log.reference_of(key), at=at)
    return ArrivedRow(*rows[0][:-1]), tuple(one for one in found if json.loads(one["leaf"])["topic"] == code)


def _permit(code: str, *, by: Actor, at: datetime) -> None:
    if all(t.code != code for t in policy.lists_on(local_date(at))):
        raise NotFound
    if all(t.code != code for t in lists_seen_by(by, at=at)):
        raise NotPermitted


def _rows(
    code: str, *, at: datetime, q: str = "", key: UUID | None = None, size: int = 1, start: int = 0
) -> Sequence[tuple[Any, ...]]:
    day = local_date(at)
    arrivals = arriving.arrivals_on(day, codes=[code])
    values: dict[str, Any] = {
        "day": day, "items": list(arrivals.by_item), "q": q.replace("\x00", "").strip(), "key": key, "size": size,
        "start": start,
    }  # fmt: skip
    statement = ROWS.format(
        name=arriving.by_item(arrivals.names, "name", values),
        number=arriving.by_item(arrivals.numbers, "number", values),
        condition=arriving.conditions(arrivals, values).get(code, "false"),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: Sequence[tuple[Any, ...]] = cursor.fetchall()
        return found
