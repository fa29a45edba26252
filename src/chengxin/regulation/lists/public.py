"""What everyone may see of lists: each list with its number in force, who stands on it now, and a register in numbers.

Natural persons are shown only where policy publishes them, by a masked name and number; elsewhere not even counted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any

from django.db import connection
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import ExtractYear, Least

from chengxin.base.clock import local_date
from chengxin.base.database.parts import all_found
from chengxin.base.errors import NotFound
from chengxin.base.policy import NoPolicy
from chengxin.base.transparency import queries as transparency
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.records.queries import PUBLIC_NOW_SQL
from chengxin.regulation.lists import arriving, policy, rules
from chengxin.regulation.lists.models import EntryEvent, ListEntry
from chengxin.regulation.lists.queries import SHOWN
from chengxin.regulation.lists.rules import ArrivalKind, Exit, Happening, ListTerms, origin_of


@dataclass(frozen=True, slots=True)
class ListRow:
    """A list as it is today, and how many stand on it publicly."""

    terms: ListTerms
    in_force: int


@dataclass(frozen=True, slots=True)
class PublicEntry:
    """Someone who stands on a list now. `until`: first day off it.

    Of a natural person `code` is empty, `name` and `masked_number` are masked, or empty where the decision was made
    when the list published no persons.
    """

    name: str
    code: str
    masked_number: str
    origin: str
    authority_name_zh: str
    authority_name_en: str
    decision_number: str
    decided_on: date
    begins: date
    until: date | None
    is_disputed: bool


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One page of a list, newest entries first."""

    items: tuple[PublicEntry, ...]
    total: int


@dataclass(frozen=True, slots=True)
class YearRow:
    """A year of a list in numbers: the city's own decisions to enter, and how entries ended."""

    year: int
    entered: int
    exits: tuple[tuple[Exit, int], ...]


@dataclass(frozen=True, slots=True)
class Fold:
    """What the public log says of entries, beside what the list shows of them at this moment.

    `by_log`: how many its lines leave on the list; `over`: how many of these are over, or have not begun, by time,
    which needs no line; `shown`: how many the list shows; `is_begun`: whether the log tells of such entries yet.
    """

    by_log: int
    over: int
    shown: int
    is_begun: bool = True

    @property
    def agrees(self) -> bool:
        """Whether the list shows those that the log leaves on it, and no others."""
        return self.by_log - self.over == self.shown


# Those of the city's own entries that stand, as queries.OWN has it.
STANDING = f"""
FROM lists_listentry e
JOIN LATERAL (
  SELECT v.is_standing, v.until FROM lists_entryevent v WHERE v.entry_id = e.id AND v.at <= %(at)s
  ORDER BY v.number DESC LIMIT 1
) latest ON latest.is_standing
LEFT JOIN records_record r ON r.natural_key = e.natural_key AND r.known_until IS NULL
WHERE e.in_force_from <= %(day)s AND e.in_force_until > %(day)s
  AND (latest.until IS NULL OR latest.until > %(day)s) AND (r.state IS NULL OR r.state IN {SHOWN})
  AND (e.about LIKE 'subject:%%' OR e.list_code = ANY(%(persons)s))
"""
ARRIVED = f"""
FROM records_record r
WHERE {PUBLIC_NOW_SQL} AND r.item = ANY(%(items)s) AND coalesce(r.valid_from, r.decided_on) <= %(day)s
  AND (r.valid_until IS NULL OR r.valid_until > %(day)s)
  AND NOT EXISTS (SELECT FROM lists_listentry own WHERE own.natural_key = r.natural_key)
"""
ENTRIES = """
SELECT name, code, masked, authority, zh, en, number, decided, begins, ends, disputed, count(*) OVER () FROM (
  SELECT e.subject_name AS name, CASE WHEN e.about LIKE 'subject:%%' THEN substr(e.about, 9) ELSE '' END AS code,
    e.masked_number AS masked, e.authority_code AS authority, e.authority_name_zh AS zh, e.authority_name_en AS en,
    e.decision_number AS number, e.decided_on AS decided, e.in_force_from AS begins,
    least(latest.until, e.in_force_until) AS ends,
    coalesce(r.state = 'disputed', false) AS disputed
  {own} AND e.list_code = %(list)s
  UNION ALL
  SELECT s.name, s.code, '', f.authority_code, f.name, coalesce(o.name_en, f.name), f.number, f.decided, f.begins,
    f.ends, f.state = 'disputed'
  FROM (SELECT r.subject_id, r.authority_code, coalesce({name}, '') AS name, coalesce({number}, '') AS number,
      r.decided_on AS decided, coalesce(r.valid_from, r.decided_on) AS begins,
      coalesce(r.valid_until, upper(r.public_period)) AS ends, r.state {arrived} AND ({condition})) f
  JOIN subjects_subject s ON s.id = f.subject_id
  LEFT JOIN accounts_organisation o ON o.code = f.authority_code
) found
WHERE %(q)s = '' OR strpos(lower(name), lower(%(q)s)) > 0 OR code = upper(%(q)s)
ORDER BY begins DESC, code, number LIMIT %(size)s OFFSET %(start)s
"""
NOBODY = "SELECT WHERE false"
# Of those that arrived: what stands apart from its time, and how much of that is shown now.
STANDING_ARRIVALS = f"""
SELECT count(*), (SELECT count(*) {ARRIVED} AND {{condition}}) FROM records_record r
WHERE r.known_until IS NULL AND r.audience = 'public' AND r.state IN {SHOWN} AND r.item = ANY(%(items)s)
  AND coalesce(r.valid_from, r.decided_on) IS NOT NULL AND {{condition}}
  AND NOT EXISTS (SELECT FROM lists_listentry own WHERE own.natural_key = r.natural_key)
"""
# An exit that was written after the last day changed nothing, and the log says so: the entry is over by time.
FOLDED = f"""
SELECT (SELECT count(*) FROM lists_listentry e JOIN LATERAL (
    SELECT v.is_standing, v.until FROM lists_entryevent v WHERE v.entry_id = e.id AND NOT (
      v.exit <> '' AND (v.at AT TIME ZONE 'Asia/Shanghai')::date >= least(v.until, e.in_force_until))
    ORDER BY v.number DESC LIMIT 1
  ) latest ON latest.is_standing
  WHERE e.list_code = %(list)s AND least(latest.until, e.in_force_until) <= %(day)s
    AND (e.about LIKE 'subject:%%' OR e.list_code = ANY(%(persons)s))),
  (SELECT count(*) {STANDING} AND e.list_code = %(list)s)
"""


def lists_now(*, at: datetime) -> tuple[ListRow, ...]:
    """Every list that exists today with its number in force; for pages that keep it a while.

    Index: `entry_list`, `record_listed`.
    """
    day = local_date(at)
    counts: dict[str, int] = {}
    known = policy.lists_on(day)
    for code, n in _fetch(f"SELECT e.list_code, count(*) {STANDING} GROUP BY 1", _values(at)):
        counts[code] = counts.get(code, 0) + n
    for code, n in arrived_counts(at=at).items():
        counts[code] = counts.get(code, 0) + n
    return tuple(ListRow(t, 0 if t.is_closed else counts.get(t.code, 0)) for t in known)


def arrived_counts(*, at: datetime) -> dict[str, int]:
    """How many stand publicly on each list by records that arrived; lists without any are left out.

    Index: `record_listed`.
    """
    arrivals, counts = arriving.arrivals_on(local_date(at)), dict[str, int]()
    if not arrivals.by_item:
        return counts
    values = {**_values(at), "items": list(arrivals.by_item)}
    values |= {f"f{n}": field for n, field in enumerate(arrivals.fields)}
    columns = "".join(f", r.payload ->> %(f{n})s" for n in range(len(arrivals.fields)))
    places = ", ".join(str(n + 1) for n in range(len(arrivals.fields) + 1))
    statement = f"SELECT r.item{columns}, count(*) {ARRIVED} GROUP BY {places}"
    for item, *given, n in _fetch(statement, values):
        for code in arrivals.lists_of(item, dict(zip(arrivals.fields, given, strict=True))):
            counts[code] = counts.get(code, 0) + n
    return counts


def the_list(code: str, *, at: datetime) -> ListTerms:
    """The list with that code as it is today. Raises `NotFound`."""
    try:
        return policy.list_on(code, local_date(at))
    except NoPolicy:
        raise NotFound from None


def entries_of(code: str, *, at: datetime, q: str = "", page: int = 1, size: int = 20) -> EntryPage:
    """Who stands on a list at `at` publicly, by a part of the name or the whole code. Raises `NotFound`.

    Nothing of a list that policy does not publish. Index: `entry_list`, `record_listed`.
    """
    rows = _fetch(*_asked(code, at=at, q=q, size=size, start=(page - 1) * size))
    return EntryPage(_told(rows), rows[0][-1] if rows else 0)


def all_entries_of(code: str, *, at: datetime, q: str = "") -> Iterator[PublicEntry]:
    """The same from the first to the last, all as they were at `at`, read in parts. Index, raises: as there."""
    statement, values = _asked(code, at=at, q=q, size=None, start=0)
    return chain.from_iterable(map(_told, all_found(statement, values)))


def _asked(code: str, *, at: datetime, q: str, size: int | None, start: int) -> tuple[str, dict[str, Any]]:
    terms = the_list(code, at=at)
    if terms.is_closed or not terms.is_public:
        return NOBODY, {}
    arrivals = arriving.arrivals_on(local_date(at), codes=[code])
    values = {
        **_values(at), "list": code, "items": list(arrivals.by_item), "q": q.replace("\x00", ""), "size": size,
        "start": start,
    }  # fmt: skip
    statement = ENTRIES.format(
        own=STANDING,
        arrived=ARRIVED,
        condition=arriving.conditions(arrivals, values).get(code, "false"),
        name=arriving.by_item(arrivals.names, "name", values),
        number=arriving.by_item(arrivals.numbers, "number", values),
    )
    return statement, values


def _told(rows: Sequence[Any]) -> tuple[PublicEntry, ...]:
    division = accounts.credit_office().division
    return tuple(
        PublicEntry(
            name=name, code=subject, masked_number=masked, origin=origin_of(authority, city_division=division).value,
            authority_name_zh=zh, authority_name_en=en, decision_number=number, decided_on=decided or begins,
            begins=begins, until=ends, is_disputed=disputed,
        )
        for name, subject, masked, authority, zh, en, number, decided, begins, ends, disputed, _ in rows
    )  # fmt: skip


def register_of(code: str, *, at: datetime) -> tuple[YearRow, ...]:
    """The city's own decisions about a list in numbers, newest year first: nobody is named, on it or off it.

    Entries that ended by time are counted in the year of their end; natural persons where policy publishes them alone.
    Index: `entry_list`, `entry_event_once`.
    """
    day = local_date(at)
    shown = Q(about__startswith="subject:") | Q(list_code__in=_published(day))
    own = ListEntry.objects.filter(shown, list_code=code)
    entered = dict(own.annotate(year=ExtractYear("decided_on")).values_list("year").annotate(n=Count("id")))
    ended = EntryEvent.objects.filter(entry__in=own, at__lte=at).exclude(exit="")
    exits: dict[int, dict[Exit, int]] = {}
    for year, exit, n in ended.annotate(year=ExtractYear("at")).values_list("year", "exit").annotate(n=Count("id")):
        exits.setdefault(year, {})[Exit(exit)] = n
    last = EntryEvent.objects.filter(entry=OuterRef("pk")).order_by("-number")
    known = own.annotate(left=Subquery(last.values("exit")[:1]), until=Subquery(last.values("until")[:1]))
    over = known.annotate(ends=Least("in_force_until", "until")).filter(ends__lte=day, left="")
    for year, n in over.annotate(year=ExtractYear(F("ends"))).values_list("year").annotate(n=Count("id")):
        exits.setdefault(year, {})[Exit.TERM] = n
    years = sorted({*entered, *exits}, reverse=True)
    return tuple(
        YearRow(y, entered.get(y, 0), tuple((e, exits[y][e]) for e in Exit if e in exits.get(y, {}))) for y in years
    )


def fold_of(code: str, *, at: datetime) -> Fold:
    """What the public log says of a list's own entries and what the list shows of them.

    Index: `log_leaf_topic`, `entry_list`, `entry_event_once`.
    """
    by_log = 0
    for kind, change, n in transparency.changes_of(code):
        if kind in set(Happening):
            by_log += n * (rules.USUAL_CHANGE[Happening(kind)] if change is None else change)
    (over, shown), *_ = _fetch(FOLDED, {**_values(at), "list": code})
    return Fold(by_log, over, shown)


def arrivals_fold_of(code: str, *, at: datetime) -> Fold:
    """The same of the entries that arrived from the platforms above.

    One pass over the present records of the list's items. Index: `log_leaf_topic`, `record_listed`.
    """
    changes = [(n * (change or 0)) for kind, change, n in transparency.changes_of(code) if kind in set(ArrivalKind)]
    arrivals = arriving.arrivals_on(local_date(at), codes=[code])
    values = {**_values(at), "items": list(arrivals.by_item)}
    condition = arriving.conditions(arrivals, values).get(code, "false")
    (standing, shown), *_ = _fetch(STANDING_ARRIVALS.format(condition=condition), values)
    return Fold(sum(changes), standing - shown, shown, is_begun=bool(changes) or not standing)


def _values(at: datetime) -> dict[str, Any]:
    day = local_date(at)
    return {"at": at, "day": day, "persons": _published(day)}


def _published(day: date) -> list[str]:
    """The lists that show natural persons, masked."""
    return [t.code for t in policy.lists_on(day) if t.are_persons_published]


def _fetch(statement: str, values: dict[str, Any]) -> Sequence[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: Sequence[Any] = cursor.fetchall()
        return rows
