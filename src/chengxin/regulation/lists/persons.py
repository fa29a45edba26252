"""What arrived from the platforms above about natural persons on lists: read for a stated purpose alone, never public.

Row-level security beneath shows nothing of it to who states no purpose. Whoever asks permits and logs the read; the
subject reads its own. A record tells nothing that a mask would have to hide: neither name nor number is read here.
"""

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from chengxin.base.audit.services import Who
from chengxin.base.clock import local_date
from chengxin.base.database.context import acting
from chengxin.base.database.together import Together
from chengxin.base.errors import NotFound
from chengxin.base.transparency import queries as transparency
from chengxin.registry.accounts.rules import Actor, Scope
from chengxin.registry.records.queries import OWN_ACCESS, RIGHT_OF_ACCESS
from chengxin.registry.subjects.rules import about_person, person_of
from chengxin.regulation.lists import arrivals_log, arriving
from chengxin.regulation.lists.queries import (
    ARRIVED_AS,
    BEFORE_FIELDS,
    EntryInForce,
    arrivals_told,
    entries_in_force,
    of_arrivals,
)

ARRIVED = """
SELECT asked.person, r.natural_key, r.item, r.authority_code, r.state, r.decided_on,
  coalesce(r.valid_from, r.decided_on), coalesce(r.valid_until, upper(r.public_period)), coalesce(o.name_en, ''),
  {fields}
FROM unnest(string_to_array(%(people)s::text, ',')::bigint[]) AS asked(person)
-- OFFSET 0 keeps the plan: person by person through its index, as it does of organisations.
CROSS JOIN LATERAL (SELECT r.* FROM records_personrecord r WHERE r.person_id = asked.person AND {holds} OFFSET 0) r
LEFT JOIN accounts_organisation o ON o.code = r.authority_code
WHERE NOT EXISTS (SELECT FROM lists_listentry own WHERE own.natural_key = r.natural_key)
"""


def arrived_about(
    abouts: Collection[str], *, at: datetime, by: Who, purpose: str, basis: str
) -> dict[str, tuple[EntryInForce, ...]]:
    """What arrived about these natural persons and stands at `at`; those without an entry are left out.

    One statement for all. Index: `personrecord_person`.
    """
    people = sorted(filter(None, map(person_of, set(abouts))))
    day = local_date(at)
    arrivals = arriving.arrivals_on(day, about=arriving.PERSON)
    if not people or not arrivals.by_item:
        return {}
    statement, values = of_arrivals(ARRIVED, arrivals, day=day)
    columns = BEFORE_FIELDS + 2 + len(arrivals.fields)
    with acting(actor=by.name, purpose=purpose, basis=basis):
        asked = {**values, "people": ",".join(map(str, people))}
        rows = Together().ask(statement, asked, columns=columns)()
    found: dict[str, list[EntryInForce]] = {}
    for entry in arrivals_told(rows, arrivals, name=lambda person: about_person(int(person))):
        found.setdefault(entry.about, []).append(entry)
    return {about: tuple(entries) for about, entries in found.items()}


def own_proofs(about: str, natural_key: UUID, *, by: Actor, at: datetime) -> tuple[dict[str, Any], ...]:
    """What the public log was bound to when this arrived entry of the subject's came or changed, oldest first.

    Those alone that tell of this subject, for those who may see it on its behalf. Raises `NotFound` for anyone else.
    Index: `log_part_reference`.
    """
    if not by.may_for(about, Scope.SEE):
        raise NotFound
    found = transparency.openings_of(arrivals_log.reference_of(natural_key), at=at)
    return tuple(one for one in found if json.loads(one["opening"]["statement"])["about"] == about)


def own_arrivals(about: str, *, by: Actor, at: datetime) -> tuple[EntryInForce, ...]:
    """What arrived about a subject and stands at `at`, for those who may see it on its behalf.

    Raises `NotFound` for anyone else. Indexes: as `queries.entries_in_force`; `personrecord_person`.
    """
    if not by.may_for(about, Scope.SEE):
        raise NotFound
    if person_of(about) is not None:
        return arrived_about([about], at=at, by=by, purpose=OWN_ACCESS, basis=RIGHT_OF_ACCESS).get(about, ())
    standing = entries_in_force([about], at=at).get(about, ())
    return tuple(e for e in standing if e.reference.startswith(ARRIVED_AS))
