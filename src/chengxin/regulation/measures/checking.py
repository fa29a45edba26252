"""Answering many codes at once: who is named, what stands for or against them, which measures follow; and keeping it.

Every door comes through here: a page, a file of 100,000 codes, the API's express lane. One statement answers a batch,
however long, and one keeps it; whoever calls sees to it that no answer leaves before its receipt is kept.
"""

import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from chengxin.base.clock import local_date
from chengxin.base.database.preparing import plan_once, prepared, sent
from chengxin.base.database.together import Asked, Together
from chengxin.base.listing import listed_in_chinese
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor
from chengxin.registry.subjects import identities
from chengxin.registry.subjects.rules import about_person, about_subject
from chengxin.registry.subjects.services import person_hash
from chengxin.regulation.lists import persons
from chengxin.regulation.lists.queries import EntryInForce, asked_entries
from chengxin.regulation.measures import policy, rules
from chengxin.regulation.measures.codes import OF_PERSONS, OF_SUBJECTS, Scheme, kept, scheme_of
from chengxin.regulation.measures.grounds import meets, of_entry, of_record
from chengxin.regulation.measures.rules import Applying, Ground, Identity, Matter, RecordTrigger, Target
from chengxin.rights.consent.bulk import asked_wishes, entries_from, finding_wishes, tell_many
from chengxin.rights.consent.reading import CITIZEN_CARD

PURPOSE = "credit-check"  # of the entries in the access log
NOTHING: Mapping[str, Sequence[EntryInForce]] = {}


# Asked and answered all day long, by the hundred thousand: a tuple is made in a quarter of a frozen dataclass's time.
class Asking(NamedTuple):
    """One code that someone asks about in a matter."""

    code: str
    matter: Matter
    by: Actor
    door: str
    run_id: int | None = None


class Answered(NamedTuple):
    """What was asked, whom it names, and what applies; `receipt` is the id of the receipt and of the log's entry.

    `is_told`: the subject wants a notice of each read.
    """

    receipt: UUID
    asking: Asking
    identity: Identity
    applying: tuple[Applying, ...]
    is_told: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands about subjects, by their references: grounds, and who of them wants a notice of each read."""

    grounds: dict[str, list[Ground]]
    wishing: set[str]


def answered(asked: Sequence[Asking], *, at: datetime, first: int = 0) -> list[Answered]:
    """The answers at that moment, in the order of what was asked, the first of them in place `first`; nothing is kept.

    In the caller's transaction. Indexes: unique code, unique hash, those of `lists.queries.entries_in_force`,
    `record_subject`, `consent_wish_about`.
    """
    with finding_wishes():
        plan_once()
        people = _people(asked)
        arrived = _arrived_about(people, asked, at=at) if people else {}
        return awaited(asked, people=people, arrived=arrived, at=at, first=first, among=Together())()


def awaited(
    asked: Sequence[Asking],
    *,
    at: datetime,
    among: Together,
    people: Mapping[str, int] | None = None,
    arrived: Mapping[str, Sequence[EntryInForce]] = NOTHING,
    first: int = 0,
    asked_of: Asked = prepared,
) -> Callable[[], list[Answered]]:
    """Ask among other questions for the answers, as `answered` gives them; what is returned awaits them.

    `people`: the ids of the natural persons whose numbers were asked about; `arrived`: the entries that arrived about
    them, which are read for the matter's purpose and not among what is asked here; `asked_of`: where to ask about codes
    that name nobody now. The connection must have been told what `finding_wishes` tells.
    """
    on = local_date(at)
    known = _asked_known(asked, people or {}, at=at, among=among, asked_of=asked_of)

    def told() -> list[Answered]:
        identities_found, standing = known()
        for about, entries in arrived.items():
            standing.grounds.setdefault(about, []).extend(map(of_entry, entries))
        receipts = new_receipts(at, len(asked), first=first)
        return [
            Answered(
                receipt,
                asking,
                identity,
                rules.answer(
                    identity,
                    grounds=standing.grounds[identity.about],
                    measures=policy.answered_in(asking.matter.code, on),
                    matter=asking.matter,
                    at=at,
                )
                if identity.about in standing.grounds
                else (),
                identity.about in standing.wishing,
            )
            for receipt, asking, identity in zip(receipts, asked, identities_found, strict=True)
        ]

    return told


def make_ready() -> None:
    """Ask the mapper what a process asks it once and keeps, so that `awaited` needs only its own ways to ask.

    For an event loop, which the mapper may not hold up. Raises `NotFound` before the city's profile is loaded.
    """
    accounts.city_division()


def new_receipts(at: datetime, count: int, *, first: int = 0) -> list[UUID]:
    """The numbers of so many receipts: UUIDs of version 7; those of one moment follow their places from `first` on.

    Places are below 2^26. Source: RFC 9562 sections 5.7 and 6.2 (a counter after the time, then 48 random bits).
    """
    begin, chance = int(at.timestamp() * 1000) << 80 | 7 << 76 | 2 << 62, os.urandom(6 * count)
    return [
        UUID(int=begin | place >> 14 << 64 | (place & 0x3FFF) << 48 | int.from_bytes(chance[6 * n : 6 * n + 6], "big"))
        for n, place in enumerate(range(first, first + count))
    ]


def _asked_known(
    asked: Sequence[Asking], people: Mapping[str, int], *, at: datetime, among: Together, asked_of: Asked
) -> Callable[[], tuple[list[Identity], Standing]]:
    on = local_date(at)
    valid = {a.code: scheme_of(a.code) for a in asked}
    credit = [c for c, scheme in valid.items() if scheme in OF_SUBJECTS]
    triggers = policy.triggers_in(frozenset(a.matter.code for a in asked), on)
    # What stands is asked for by the codes as they came, before it is known whom they name: one statement for all.
    named = identities.asked_identities(credit, on=on, among=among)
    standing_of = _asked(credit, people.values(), triggers=triggers, at=at, among=among)

    def known() -> tuple[list[Identity], Standing]:
        found, standing = named(), standing_of()
        missing = [c for c in credit if c not in found]
        former = identities.former_identities(missing, on=on, among=Together(asked_of)) if missing else {}
        if former:
            codes = {row.code for row in former.values()} - set(found)
            further = _asked(codes, (), triggers=triggers, at=at, among=Together(asked_of))()
            standing = Standing(standing.grounds | further.grounds, standing.wishing | further.wishing)
            found |= former
        return [_identity(a.code, valid[a.code], found.get(a.code), people.get(a.code)) for a in asked], standing

    return known


def _identity(code: str, scheme: Scheme, row: identities.IdentityRow | None, person: int | None) -> Identity:
    if row is not None:
        return Identity(code, True, about_subject(row.code), row.code, row.name, row.kind, row.status)
    if scheme in OF_PERSONS and person is not None:
        return Identity(kept(code, scheme), True, about_person(person), kind="natural-person")
    return Identity(kept(code, scheme), bool(scheme))


def _people(asked: Sequence[Asking]) -> dict[str, int]:
    # Whom a matter is not about is not looked up: no number is compared, and nothing of the person is known.
    met = [a for a in asked if Target.NATURAL_PERSON in a.matter.subjects]
    numbers = {a.code for a in met if scheme_of(a.code) in OF_PERSONS}
    if not numbers:
        return {}
    hashes = {person_hash(CITIZEN_CARD, number): number for number in numbers}
    first = asked[0]
    found = identities.persons_hashed(list(hashes), by=first.by.name, purpose=PURPOSE, basis=basis_of(first.matter))
    return {hashes[hash]: id for hash, id in found.items()}


def _arrived_about(
    people: Mapping[str, int], asked: Sequence[Asking], *, at: datetime
) -> dict[str, tuple[EntryInForce, ...]]:
    first = asked[0]
    abouts = list(map(about_person, people.values()))
    return persons.arrived_about(abouts, at=at, by=first.by, purpose=PURPOSE, basis=basis_of(first.matter))


def _asked(
    codes: Collection[str],
    people: Iterable[int],
    *,
    triggers: Collection[RecordTrigger],
    at: datetime,
    among: Together,
) -> Callable[[], Standing]:
    """Ask what stands about the subjects with these codes and about these people; what is returned awaits it."""
    abouts = [*map(about_subject, codes), *map(about_person, people)]
    entered = asked_entries(abouts, at=at, among=among)
    on = local_date(at)
    decided = policy.decisions_on(on).asked(list(codes), items={t.item for t in triggers}, on=on, among=among)
    wishing = asked_wishes(abouts, among=among)

    def awaited() -> Standing:
        found = {about: [of_entry(entry) for entry in entries] for about, entries in entered().items()}
        for row in decided():
            about = about_subject(row.code)
            found.setdefault(about, []).extend(of_record(about, row, t) for t in triggers if meets(row, t))
        return Standing(found, wishing())

    return awaited


def basis_of(matter: Matter) -> str:
    """The statutory purpose of a matter as the access log keeps it."""
    laws = listed_in_chinese(f"{b.law}{b.article}" for b in matter.basis)
    return f"{matter.name_zh}：{laws} ({matter.version})"[:300]


_COLUMNS = {
    "id": "uuid", "at": "timestamptz", "actor": "text", "organisation_id": "bigint", "organisation_code": "text",
    "matter": "text", "policy": "text", "door": "text", "run_id": "bigint", "asked": "text", "is_valid": "boolean",
    "about": "text", "name": "text", "kind": "text", "status": "text", "answer": "jsonb", "measures": "smallint",
}  # fmt: skip
_GIVEN = {**_COLUMNS, "basis": "text"}
# Both in one statement: no answer is kept without its entry in the access log, whichever way it came. One text for all
# rows: an array for each column costs several times as much to write and to read (bench/check).
KEEP = f"""
WITH given AS MATERIALIZED (
  SELECT * FROM json_to_recordset(%(rows)s::json) AS g({", ".join(" ".join(c) for c in _GIVEN.items())})
), kept AS (
  INSERT INTO measures_receipt ({", ".join(_COLUMNS)}) SELECT {", ".join(_COLUMNS)} FROM given
)
{entries_from(f"(SELECT *, '{PURPOSE}' AS purpose, measures AS records FROM given WHERE about <> '') AS known")}
"""


def keep(found: Sequence[Answered], *, at: datetime) -> list[dict[str, Any]]:
    """Keep a receipt for each answer and, of each subject that is known, an entry in the access log; the rows kept.

    Tells the subjects who want to know. In the caller's transaction.
    """
    rows = rows_of(found, at=at)
    if rows:
        sent(KEEP, {"rows": as_text(rows)})
    tell_many({one.identity.about for one in found if one.is_told and one.identity.about}, at=at)
    return rows


def as_text(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as `KEEP` takes them."""
    return orjson.dumps(rows).decode()


def rows_of(found: Sequence[Answered], *, at: datetime) -> list[dict[str, Any]]:
    """What `keep` keeps of each answer."""
    moment = at.isoformat()
    bases = {a.version: basis_of(a) for a in {id(one.asking.matter): one.asking.matter for one in found}.values()}
    return [_row(one, moment, bases[one.asking.matter.version]) for one in found]


def _row(one: Answered, moment: str, basis: str) -> dict[str, Any]:
    asking, identity = one.asking, one.identity
    return {
        "id": str(one.receipt),
        "at": moment,
        "actor": asking.by.name,
        "organisation_id": asking.by.organisation_id,
        "organisation_code": asking.by.organisation_code,
        "matter": asking.matter.code,
        "policy": asking.matter.version,
        "door": asking.door,
        "run_id": asking.run_id,
        "asked": identity.asked,
        "is_valid": identity.is_valid,
        "about": identity.about,
        "name": identity.name,
        "kind": identity.kind,
        "status": identity.status,
        "answer": [told(a) for a in one.applying],
        "measures": len(one.applying),
        "basis": basis,
    }


def told(one: Applying) -> dict[str, Any]:
    """A measure that applies, as a receipt keeps it: what is dated policy stays there, named by its version."""
    ground = one.ground
    return {
        "measure": one.measure.version,
        "reference": ground.reference,
        "list": ground.trigger or "",
        "item": ground.meets.item if ground.meets else "",
        "authority_zh": ground.authority_zh,
        "authority_en": ground.authority_en,
        "decision": ground.decision_number,
        "decided_on": ground.decided_on,
        "origin": ground.origin,
        "disputed": ground.disputed,
        "until": one.until.isoformat() if one.until else "",
        "presumed": ground.is_service_presumed,
    }
