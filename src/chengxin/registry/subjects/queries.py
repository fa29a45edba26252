"""Reads of subjects: finding them by name or code, and what is known of one.

A subject that is neither in the base register nor has any public record today is not found by anyone: hidden and
missing give the same answer.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection

from chengxin.base.database.context import acting
from chengxin.base.errors import NotFound
from chengxin.base.sealing import rules as sealing
from chengxin.base.sealing.keys import sealing_key
from chengxin.registry.subjects import rules
from chengxin.registry.subjects.models import Person, Subject

CANDIDATES = 100  # how many names a search looks at before it ranks; bounds the work for parts that nearly all bear
CANDIDATES_OF_A_KIND = 2_000  # the same where only one kind is asked for, which may be a rare one
COMMON = 0.014  # share of names from which on a pair of characters tells too little to be looked up
GLANCE = 500  # pages of the first glance, for parts of common pairs alone: some 15,000 names
LEAST_CHARACTERS = 2
_CODE = re.compile(r"[0-9A-Z]{4,50}")

# Stands for "may be seen": in the register, or with something public today. Index: `record_subject`.
_VISIBLE = (
    "(s.registered OR EXISTS (SELECT 1 FROM records_record r WHERE r.subject_id = s.id AND r.known_until IS NULL"
    " AND r.audience = 'public' AND r.state IN ('in-force', 'disputed') AND r.public_period @> %(day)s::date))"
)


@dataclass(frozen=True, slots=True)
class SubjectRow:
    """A subject in a list; `former_name` where that is what matched."""

    id: int
    code: str
    name: str
    kind: str
    status: str
    division: str
    former_name: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of what was found; where very many were found, `total` is only a lower bound."""

    items: tuple[SubjectRow, ...]
    total: int
    total_is_exact: bool
    page: int
    size: int

    @property
    def has_next(self) -> bool:
        """Whether there is a further page."""
        return self.page * self.size < self.total


@dataclass(frozen=True, slots=True)
class FormerName:
    """A name that the subject bore until (not including) a day."""

    name: str
    until: date | None


@dataclass(frozen=True, slots=True)
class SubjectDetail:
    """One subject with its former names and further codes as (scheme, value)."""

    id: int
    code: str
    name: str
    kind: str
    status: str
    division: str
    registered: bool
    former_names: tuple[FormerName, ...]
    identifiers: tuple[tuple[str, str], ...]


_HOLDS_PAIRS = "pairs @@ %(pairs)s::tsquery"
_AT_A_GLANCE = f"ctid < '({GLANCE},0)'::tid"
_BY_NAME = f"""
WITH beginning AS MATERIALIZED (
  SELECT subject_id, name, comparable, until FROM subjects_subjectname
  WHERE comparable LIKE %(prefix)s ORDER BY comparable USING ~<~ LIMIT %(candidates)s
), holding AS MATERIALIZED (
  SELECT subject_id, name, comparable, until FROM subjects_subjectname
  WHERE (SELECT count(*) FROM beginning) < %(candidates)s AND {{holds}} AND comparable LIKE %(part)s
  LIMIT %(candidates)s
), best AS (
  SELECT DISTINCT ON (subject_id) subject_id, name, until,
    CASE WHEN comparable = %(whole)s THEN 0 WHEN comparable LIKE %(prefix)s THEN 1 ELSE 2 END AS rank,
    length(comparable) AS size
  FROM (SELECT * FROM beginning UNION ALL SELECT * FROM holding) hit ORDER BY subject_id, rank, until NULLS FIRST
)
SELECT s.id, s.code, s.name, s.kind, s.status, s.division, CASE WHEN b.until IS NULL THEN '' ELSE b.name END,
  count(*) OVER () AS total,
  greatest((SELECT count(*) FROM beginning), (SELECT count(*) FROM holding)) AS looked_at
FROM best b JOIN subjects_subject s ON s.id = b.subject_id
WHERE {_VISIBLE} AND (%(kind)s = '' OR s.kind = %(kind)s)
ORDER BY b.rank, b.size, s.name, s.id LIMIT %(size)s OFFSET %(start)s
"""

_BY_CODE = f"""
WITH hit AS MATERIALIZED (
  (SELECT id FROM subjects_subject WHERE code LIKE %(prefix)s ORDER BY code USING ~<~ LIMIT %(candidates)s)
  UNION SELECT subject_id FROM subjects_identifier WHERE value = %(whole)s
)
SELECT s.id, s.code, s.name, s.kind, s.status, s.division, '', count(*) OVER (), (SELECT count(*) FROM hit)
FROM hit h JOIN subjects_subject s ON s.id = h.id
WHERE {_VISIBLE} AND (%(kind)s = '' OR s.kind = %(kind)s)
ORDER BY s.code LIMIT %(size)s OFFSET %(start)s
"""


def search(text: str, *, on: date, kind: str = "", page: int = 1, size: int = 20) -> SearchPage:
    """Subjects whose present or former name holds `text` (two characters suffice), or whose code begins with it.

    Whole names first, then names that begin with it, then shorter ones. Index: `subjectname_pairs` (GIN) and
    `subjectname_prefix`, or the codes' own; only so many names are looked at that an answer takes a few milliseconds.
    """
    whole = rules.comparable_name(text)
    if len(whole) < LEAST_CHARACTERS:
        return SearchPage((), 0, True, page, size)
    candidates = CANDIDATES_OF_A_KIND if kind else CANDIDATES
    values = {"day": on, "kind": kind, "size": size, "start": (page - 1) * size, "whole": whole}
    values["candidates"] = candidates
    rows: Sequence[Any] = ()
    if _CODE.fullmatch(whole):
        rows = _fetch(_BY_CODE, {**values, "prefix": f"{whole}%"})
    if not rows:
        rows = _by_name(whole, values)
    if not rows:
        return SearchPage((), 0, True, page, size)
    items = tuple(SubjectRow(*row[:7]) for row in rows)
    return SearchPage(items, rows[0][7], rows[0][8] < candidates, page, size)


def _by_name(whole: str, values: dict[str, Any]) -> Sequence[Any]:
    escaped = re.sub(r"([\\%_])", r"\\\1", whole)
    pairs, common = rules.bigrams(whole), _common_pairs(values["day"])
    telling = [pair for pair in pairs if pair not in common]
    values = {**values, "prefix": f"{escaped}%", "part": f"%{escaped}%", "pairs": _tsquery(telling or pairs)}
    if not telling:
        rows = _fetch(_BY_NAME.format(holds=_AT_A_GLANCE), values)
        if rows and rows[0][8] >= values["candidates"]:
            return rows
    return _fetch(_BY_NAME.format(holds=_HOLDS_PAIRS), values)


@lru_cache(maxsize=2)
def _common_pairs(on: date) -> frozenset[str]:
    """Pairs of characters that very many names hold, by the planner's statistics; asked once a day and process."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pair FROM pg_stats,"
            " unnest(most_common_elems::text::text[], most_common_elem_freqs) AS told(pair, share)"
            " WHERE tablename = 'subjects_subjectname' AND attname = 'pairs' AND schemaname = current_schema()"
            " AND share >= %s AND pair IS NOT NULL",
            [COMMON],
        )
        return frozenset(pair for (pair,) in cursor.fetchall())


def suggest(text: str, *, on: date, limit: int = 8) -> tuple[SubjectRow, ...]:
    """The first subjects that `search` would find, for answering while someone types."""
    return search(text, on=on, size=limit).items


def _fetch(statement: str, values: dict[str, Any]) -> Sequence[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: Sequence[Any] = cursor.fetchall()
        return rows


def _tsquery(pairs: Sequence[str]) -> str:
    quoted = (pair.replace("\\", "\\\\").replace("'", "''") for pair in pairs)
    return " & ".join(f"'{pair}'" for pair in quoted)


def by_code(code: str, *, on: date) -> SubjectDetail | None:
    """The subject with that code, present or former, if it may be seen.

    Indexes: unique code, `identifier_names_one_subject`.
    """
    found = _visible("s.code = %(code)s", code, on) or _visible(
        "s.id IN (SELECT subject_id FROM subjects_identifier WHERE value = %(code)s AND scheme ="
        " 'unified-social-credit-code')",
        code,
        on,
    )
    if found is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, until FROM subjects_subjectname WHERE subject_id = %s AND until IS NOT NULL"
            " ORDER BY until DESC, id DESC",
            [found[0]],
        )
        former = tuple(FormerName(*row) for row in cursor.fetchall())
        cursor.execute(
            "SELECT scheme, value FROM subjects_identifier WHERE subject_id = %s AND valid_until IS NULL ORDER BY id",
            [found[0]],
        )
        id, code, name, kind, status, division, registered = found
        others = tuple(cursor.fetchall())
        return SubjectDetail(id, code, name, kind, status, division, registered, former, others)


def _visible(condition: str, code: str, on: date) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.id, s.code, s.name, s.kind, s.status, s.division, s.registered FROM subjects_subject s"
            f" WHERE {condition} AND {_VISIBLE}",
            {"code": code, "day": on},
        )
        return cursor.fetchone()


@dataclass(frozen=True, slots=True)
class Brief:
    """What a list of very many subjects needs of each."""

    id: int
    code: str
    name: str
    division: str


def active_among(subject_ids: Sequence[int], *, divisions: Sequence[str] = ()) -> list[Brief]:
    """Those of these subjects that are active and, where divisions are given, stand in one. Index: primary key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, code, name, division FROM subjects_subject WHERE id = ANY(%s) AND status = 'active'"
            " AND (cardinality(%s::text[]) = 0 OR division = ANY(%s::text[])) ORDER BY id",
            [list(subject_ids), list(divisions), list(divisions)],
        )
        return [Brief(*row) for row in cursor.fetchall()]


def count_registered() -> int:
    """How many subjects the base register holds; an estimate from the planner's statistics for very many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = 'subjects_subject'::regclass")
        estimate = int(cursor.fetchone()[0])
        if estimate > 100_000:
            return estimate
        cursor.execute("SELECT count(*) FROM subjects_subject WHERE registered")
        return int(cursor.fetchone()[0])


def person_hashed(number_hash: bytes, *, by: str, purpose: str, basis: str) -> int | None:
    """The id of the natural person with that keyed hash (`services.person_hash`). Index: unique hash."""
    with acting(actor=by, purpose=purpose, basis=basis):
        return Person.objects.filter(number_hash=number_hash).values_list("pk", flat=True).first()


@dataclass(frozen=True, slots=True)
class MaskedPerson:
    """A natural person as papers name them: the family name's first character, and four characters of the number."""

    name: str
    number: str
    document_type: str


def masked_person(person_id: int) -> MaskedPerson:
    """A natural person, masked, in a transaction that states why. Raises `NotFound`. Index: primary key."""
    found = Person.objects.filter(pk=person_id).first()
    if found is None:
        raise NotFound
    return MaskedPerson(
        sealing.mask_name(_opened(found.sealed_name)),
        sealing.mask_number(_opened(found.sealed_number)),
        found.document_type,
    )


def _opened(sealed: bytes | memoryview) -> str:
    return sealing.unseal(bytes(sealed).decode(), key=sealing_key(), context=rules.PERSON_CONTEXT)


def names_of(subject_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Name and code of each of those subjects. Index: primary key."""
    found = Subject.objects.filter(pk__in=subject_ids).values_list("id", "name", "code")
    return {subject: (name, code) for subject, name, code in found}


def names_ever_of(codes: Collection[str]) -> list[str]:
    """All names that the organisations with these credit codes bear or bore. Index: unique code, the names' subject."""
    found = Subject.objects.filter(code__in=codes).values_list("name", "names__name")
    return list(dict.fromkeys(name for pair in found.iterator() for name in pair if name))


def codes_of(subject_ids: Collection[int]) -> dict[int, str]:
    """The credit codes of these organisations, by id. Index: primary key."""
    found = Subject.objects.filter(pk__in=list(subject_ids)) if subject_ids else Subject.objects.none()
    return dict(found.values_list("pk", "code"))


def ids_of(codes: Collection[str]) -> dict[str, int]:
    """The ids of the organisations with these credit codes; unknown codes are not in it. Index: unique code."""
    return dict(Subject.objects.filter(code__in=list(codes)).values_list("code", "pk"))


def names_by_code(codes: Collection[str], *, on: date) -> dict[str, str]:
    """The names of the subjects with these codes, present or former, that may be seen. One query.

    Where a code is one's present and another's former one, the one whose present code it is counts.

    Indexes: unique code, `identifier_names_one_subject`.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.value, s.name, 0 FROM subjects_identifier i JOIN subjects_subject s ON s.id = i.subject_id"
            " WHERE i.value = ANY(%(codes)s::text[]) AND i.scheme = 'unified-social-credit-code'"
            f" AND {_VISIBLE} UNION ALL"
            " SELECT s.code, s.name, 1 FROM subjects_subject s"
            f" WHERE s.code = ANY(%(codes)s::text[]) AND {_VISIBLE} ORDER BY 3",
            {"codes": list(codes), "day": on},
        )
        return {code: name for code, name, _ in cursor.fetchall()}
