"""Reads of lists: who stands on which at a moment.

An entry ends in the moment that its last day is over, by the query itself; so does one whose record was repaired,
withdrawn or suspended, or whose list the policy of that day does not know.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from chengxin.base.casework import queries as casework
from chengxin.base.clock import local_date
from chengxin.base.database.together import Texts, Together
from chengxin.base.database.together import day as day_of
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.records.rules import record_reference
from chengxin.registry.subjects import merging
from chengxin.registry.subjects.identities import ASKED_SUBJECTS, asked_codes
from chengxin.registry.subjects.rules import about_subject, code_of
from chengxin.regulation.lists import arriving, policy, rules
from chengxin.regulation.lists.arriving import Arrivals
from chengxin.regulation.lists.models import EntryEvent, ListEntry
from chengxin.regulation.lists.rules import Origin, origin_of

SHOWN = "('in-force', 'disputed')"  # states of a record that counts, as records.queries.SHOWN_STATES
DISPUTED = "disputed"
OWN_ENTRY = "list-entry:"
ARRIVED_AS = "record:"  # begins the reference of an entry that arrived as a record


@dataclass(frozen=True, slots=True)
class EntryInForce:
    """An entry that stands at the moment asked for, `[in_force_from, in_force_until)`; None: no end is known.

    `reference` names this city's own entry (`list-entry:ID`) or the record by which it arrived (`record:UUID`);
    `notice_served_on` is known of the city's own alone.
    """

    list_code: str
    about: str
    origin: str
    reference: str
    authority_name_zh: str
    authority_name_en: str
    decision_number: str
    decided_on: date
    notice_served_on: date | None
    in_force_from: date
    in_force_until: date | None
    state: str
    is_disputed: bool


OWN = f"""
SELECT e.list_code, asked.about, e.id, e.authority_name_zh, e.authority_name_en, e.decision_number, e.decided_on,
  e.notice_served_on, e.in_force_from, least(latest.until, e.in_force_until), coalesce(r.state, 'in-force')
FROM (
  SELECT about, about AS as_entered FROM unnest(string_to_array(%(asked)s::text, ',')) AS asked(about) UNION ALL
  SELECT 'subject:' || m.survivor_code, 'subject:' || m.absorbed_code FROM subjects_subjectmerge m
  WHERE m.undone_at IS NULL AND m.survivor_code = ANY(string_to_array(replace(%(asked)s::text, 'subject:', ''), ','))
) asked
JOIN lists_listentry e ON e.about = asked.as_entered
JOIN LATERAL (
  SELECT v.is_standing, v.until FROM lists_entryevent v WHERE v.entry_id = e.id AND v.at <= %(at)s::timestamptz
  ORDER BY v.number DESC LIMIT 1
) latest ON latest.is_standing
LEFT JOIN records_record r ON r.natural_key = e.natural_key AND r.known_until IS NULL
WHERE e.in_force_from <= %(day)s::date AND e.in_force_until > %(day)s::date
  AND (latest.until IS NULL OR latest.until > %(day)s::date)
  AND e.list_code = ANY(%(lists)s::text[])
  AND (r.state IS NULL OR r.state IN {SHOWN})
"""
ARRIVED = """
SELECT s.code, r.natural_key, r.item, r.authority_code, r.state, r.decided_on,
  coalesce(r.valid_from, r.decided_on), coalesce(r.valid_until, upper(r.public_period)), coalesce(o.name_en, ''),
  {fields}
FROM asked_subject s
-- OFFSET 0 keeps the plan: subject by subject through its index, for one code and for a hundred thousand alike.
CROSS JOIN LATERAL (SELECT r.* FROM records_record r WHERE r.subject_id = s.id AND {holds} OFFSET 0) r
LEFT JOIN accounts_organisation o ON o.code = r.authority_code
WHERE NOT EXISTS (SELECT FROM lists_listentry own WHERE own.natural_key = r.natural_key)
"""
# `known_until IS NULL` in words that no partial index answers: what is left is the index by subject, with or without
# statistics (without them the planner went through all present records for each subject asked about).
HOLDS = f"""coalesce(r.known_until, 'infinity') = 'infinity' AND r.item = ANY(%(items)s::text[]) AND r.state IN {SHOWN}
  AND coalesce(r.valid_from, r.decided_on) <= %(day)s::date
  AND (coalesce(r.valid_until, upper(r.public_period)) IS NULL
    OR coalesce(r.valid_until, upper(r.public_period)) > %(day)s::date)"""
BEFORE_FIELDS = 9


def entries_in_force(abouts: Collection[str], *, at: datetime) -> dict[str, tuple[EntryInForce, ...]]:
    """What stands at `at` on any list about each of these references; those without an entry are left out.

    The city's own entries and those that arrived as records, two statements for all. Of a natural person only the
    city's own: what arrived about persons is asked for with a purpose (`persons.arrived_about`). Whoever asks about
    persons logs the read. A subject that stands for another one answers for the other's entries too.
    Indexes: `entry_about`, `subject_merged_code`, `entry_event_once`; unique code, `record_subject`.
    """
    return asked_entries(abouts, at=at, among=Together())()


def asked_entries(
    abouts: Collection[str], *, at: datetime, among: Together
) -> Callable[[], dict[str, tuple[EntryInForce, ...]]]:
    """Ask for the same; what is returned awaits it. Indexes as above."""
    day = local_date(at)
    wanted = sorted(set(abouts))
    own, arrived = _own(wanted, at=at, day=day, among=among), _arrived(wanted, day=day, among=among)

    def awaited() -> dict[str, tuple[EntryInForce, ...]]:
        found: dict[str, list[EntryInForce]] = {}
        for entry in (*own(), *arrived()):
            found.setdefault(entry.about, []).append(entry)
        return {a: tuple(sorted(rows, key=lambda e: (e.in_force_from, e.reference))) for a, rows in found.items()}

    return awaited


def one_subject(about: str) -> tuple[str, ...]:
    """The references of the one subject that this one names by standing merges, that of the survivor first."""
    code = code_of(about)
    return (about,) if code is None else tuple(map(about_subject, merging.codes_of_one(code)))


def entered_as(about: str) -> tuple[str, ...]:
    """By which references the subject may have been entered: its own, and those of the subjects that it stands for."""
    found = one_subject(about)
    return found if found[0] == about else (about,)


def stands(entry: ListEntry, *, at: datetime) -> bool:
    """Whether this entry of the city stands at that moment. Index: `entry_about`, `entry_event_once`."""
    found = entries_in_force([entry.about], at=at).get(entry.about, ())
    return any(e.reference == f"{OWN_ENTRY}{entry.pk}" for e in found)


def remains(entry: ListEntry, *, at: datetime) -> bool:
    """Whether neither its time nor an exit ended it: it stands, or is hidden. Index: `entry_event_once`."""
    last = last_of(entry)
    return not last.exit and rules.end_of(entry.in_force_until, last.until) > local_date(at)


def is_number_taken(authority_code: str, number: str) -> bool:
    """Whether this authority has entered or taken off someone by a decision of that number.

    Indexes: `entry_decision_once`, `entry_event_once`.
    """
    return EntryEvent.objects.filter(entry__authority_code=authority_code, decision_number=number).exists()


def last_of(entry: ListEntry) -> EntryEvent:
    """What happened to the entry last. Index: `entry_event_once`."""
    return EntryEvent.objects.filter(entry=entry).latest("number")


def heard_on(case_id: int) -> date:
    """The day on which the defence was answered, its time was over, or a hearing was held, the last of them.

    For the room's own service, after it has seen that one was. Index: `case_event_once`.
    """
    found = casework.taken_at(case_id, steps=("answer", "defence-over", "hold-hearing"))
    return local_date(max(found))


def _own(wanted: Sequence[str], *, at: datetime, day: date, among: Together) -> Callable[[], Iterator[EntryInForce]]:
    if not wanted:
        return lambda: iter(())
    known = [t.code for t in policy.lists_on(day) if not t.is_closed]
    rows = among.ask(OWN, {"asked": ",".join(wanted), "at": at, "day": day, "lists": known}, columns=11)
    return lambda: _own_told(rows())


def _own_told(rows: Sequence[Texts]) -> Iterator[EntryInForce]:
    for code, about, entry_id, zh, en, number, decided, served, begins, ends, state in rows:
        yield EntryInForce(
            list_code=code,
            about=about,
            origin=Origin.CITY.value,
            reference=f"{OWN_ENTRY}{entry_id}",
            authority_name_zh=zh,
            authority_name_en=en,
            decision_number=number,
            decided_on=date.fromisoformat(decided),
            notice_served_on=day_of(served),
            in_force_from=date.fromisoformat(begins),
            in_force_until=day_of(ends),
            state=state,
            is_disputed=state == DISPUTED,
        )


def _arrived(wanted: Sequence[str], *, day: date, among: Together) -> Callable[[], Iterator[EntryInForce]]:
    codes = [code for about in wanted if (code := code_of(about)) is not None]
    arrivals = arriving.arrivals_on(day)
    if not codes or not arrivals.by_item:
        return lambda: iter(())
    statement, values = of_arrivals(ARRIVED, arrivals, day=day)
    columns = BEFORE_FIELDS + 2 + len(arrivals.fields)
    rows = among.ask(statement, {**values, "codes": asked_codes(codes)}, columns=columns, given=ASKED_SUBJECTS)
    return lambda: arrivals_told(rows(), arrivals, name=about_subject)


def of_arrivals(statement: str, arrivals: Arrivals, *, day: date) -> tuple[str, dict[str, Any]]:
    """The statement with the columns that tell of an arrived entry, and their values."""
    text, values = _of_arrivals(statement, arrivals)
    return text, {**values, "day": day}


@lru_cache(maxsize=16)
def _of_arrivals(statement: str, arrivals: Arrivals) -> tuple[str, dict[str, Any]]:
    values: dict[str, Any] = {"items": list(arrivals.by_item)}
    columns = [_by_item(arrivals.numbers, "number", values), _by_item(arrivals.names, "name", values)]
    for place, field in enumerate(arrivals.fields):
        values[f"field{place}"] = field
        columns.append(f"r.payload ->> %(field{place})s::text")
    return statement.format(fields=", ".join(columns), holds=HOLDS), values


def _by_item(fields: Any, name: str, values: dict[str, Any]) -> str:
    """The field that plays a part, which differs from item to item."""
    cases = []
    for place, (item, field) in enumerate(fields.items()):
        values |= {f"{name}_item{place}": item, f"{name}{place}": field}
        cases.append(f"WHEN r.item = %({name}_item{place})s::text THEN r.payload ->> %({name}{place})s::text")
    return f"CASE {' '.join(cases)} ELSE '' END" if cases else "''"


def arrivals_told(rows: Sequence[Any], arrivals: Arrivals, *, name: Callable[[str], str]) -> Iterator[EntryInForce]:
    """The entries that the rows of such a statement tell of; `name` makes a reference of a row's first column."""
    division = accounts.city_division() if rows else ""
    for row in rows:
        code, key, item, authority, state, decided, begins, ends, english = row[:BEFORE_FIELDS]
        number, authority_name, *given = row[BEFORE_FIELDS:]
        for list_code in arrivals.lists_of(item, dict(zip(arrivals.fields, given, strict=True))):
            yield EntryInForce(
                list_code=list_code,
                about=name(code),
                origin=origin_of(authority, city_division=division).value,
                reference=record_reference(key),
                authority_name_zh=authority_name or "",
                authority_name_en=english or authority_name or "",
                decision_number=number or "",
                decided_on=date.fromisoformat(decided or begins),
                notice_served_on=None,
                in_force_from=date.fromisoformat(begins),
                in_force_until=day_of(ends),
                state=state,
                is_disputed=state == DISPUTED,
            )
