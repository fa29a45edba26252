"""Writes of subjects: resolving codes to subjects for whole batches, and what the base register says of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import polars as pl
from django.db import connection

from chengxin.base.database.copying import copy_frame, copy_text
from chengxin.base.sealing import keys
from chengxin.base.sealing import rules as sealing
from chengxin.registry.subjects import rules

RESOLVING_LOCK = 39444


KNOWN = {"code": pl.String, "subject_id": pl.Int64, "present": pl.String}


@dataclass(slots=True)
class Directory:
    """The subjects that one submission has met so far: a row for each credit code, with the subject's present name."""

    known: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=KNOWN))
    former: dict[int, frozenset[str]] = field(default_factory=dict)  # comparable former names, once asked for

    def _take(self, rows: Sequence[tuple[str, int, str]]) -> None:
        met = pl.DataFrame(rows, schema=KNOWN, orient="row").unique("code", keep="first", maintain_order=True)
        self.known = pl.concat([self.known, met])


def lock_register() -> None:
    """Let one transaction at a time add subjects, so that two hand-ins never make the same one twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [RESOLVING_LOCK])


def meet(directory: Directory, codes: pl.Series) -> None:
    """Add what the register knows of these codes, present and former, to the directory. Index: unique code."""
    new = _strangers(directory, codes)
    if new.is_empty():
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT code, id, name FROM subjects_subject WHERE code = ANY(string_to_array(%s, ','))",
            [",".join(new)],  # one text is read faster than an array of many
        )
        directory._take(cursor.fetchall())
        missing = _strangers(directory, new)
        if missing.is_empty():
            return
        cursor.execute(
            "SELECT i.value, s.id, s.name FROM subjects_identifier i JOIN subjects_subject s ON s.id = i.subject_id"
            " WHERE i.scheme = %s AND i.value = ANY(string_to_array(%s, ',')) ORDER BY i.valid_until DESC NULLS FIRST",
            [rules.Scheme.CREDIT_CODE.value, ",".join(missing)],
        )
        directory._take(cursor.fetchall())


def _strangers(directory: Directory, codes: pl.Series) -> pl.Series:
    distinct = codes.unique(maintain_order=True).to_frame("code")
    return distinct.join(directory.known, on="code", how="anti", maintain_order="left")["code"]


@dataclass(frozen=True, slots=True)
class OtherName:
    """A name given with a code whose subject is called `present`; `is_former` where it was called so before."""

    code: str
    name: str
    present: str
    is_former: bool


def named_otherwise(directory: Directory, pairs: pl.DataFrame) -> list[OtherName]:
    """Of the pairs of `code` and `name`, those whose subject has another name now, however it is written."""
    joined = pairs.join(directory.known, on="code", maintain_order="left").filter(pl.col("name") != pl.col("present"))
    odd = [
        (code, name, id, present)
        for code, name, id, present in joined.select("code", "name", "subject_id", "present").iter_rows()
        if rules.comparable_name(present) != rules.comparable_name(name)
    ]
    _meet_former_names(directory, {id for _, _, id, _ in odd})
    return [
        OtherName(code, name, present, rules.comparable_name(name) in directory.former[id])
        for code, name, id, present in odd
    ]


def _meet_former_names(directory: Directory, subject_ids: set[int]) -> None:
    """Add the former names of these subjects to the directory. Index: names by subject."""
    ids = [id for id in subject_ids if id not in directory.former]
    if not ids:
        return
    found: dict[int, set[str]] = {i: set() for i in ids}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT subject_id, comparable FROM subjects_subjectname WHERE subject_id = ANY(%s) AND until IS NOT NULL",
            [ids],
        )
        for id, comparable in cursor.fetchall():
            found[id].add(comparable)
    directory.former.update({i: frozenset(names) for i, names in found.items()})


def add_subjects(directory: Directory, pairs: pl.DataFrame, *, registered: bool, at: datetime) -> None:
    """Make subjects for codes of these pairs of `code` and `name` that the directory does not have, and add them to it.

    Of several names for one new code the first is taken. `lock_register` and `meet` first.
    """
    new = pairs.unique("code", keep="first", maintain_order=True).join(
        directory.known, on="code", how="anti", maintain_order="left"
    )
    if new.is_empty():
        return
    ids = _next_ids("subjects_subject", new.height)
    codes, names = new["code"], new["name"]
    copy_frame(
        "subjects_subject",
        pl.DataFrame(
            {
                "id": ids,
                "code": codes,
                "name": copy_text(names),
                "kind": [rules.kind_of_code(code).value for code in codes],
            }
        ).with_columns(
            status=pl.lit(rules.SubjectStatus.ACTIVE.value),
            registered=pl.lit(registered),
            division=pl.lit(""),
            created_at=pl.lit(at.isoformat()),
        ),
    )
    _add_names([(id, name, None) for id, name in zip(ids, names, strict=True)])
    made = pl.DataFrame({"code": codes, "subject_id": ids, "present": names}, schema=KNOWN)
    directory.known = pl.concat([directory.known, made])


def _next_ids(table: str, count: int) -> range:
    """A block of ids; the caller has locked the register, so that nobody else takes one in between."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(s, nextval(s) + %s) FROM pg_get_serial_sequence(%s, 'id') s", [count - 1, table])
        last: int = cursor.fetchone()[0]
    return range(last - count + 1, last + 1)


def _add_names(names: Sequence[tuple[int, str, date | None]]) -> None:
    if not names:
        return
    ids, given, until = zip(*names, strict=True)
    comparable = list(map(rules.comparable_name, given))
    texts = {"name": given, "comparable": comparable, "pairs": map(_lexemes, comparable)}
    frame = pl.DataFrame(
        {
            "subject_id": ids,
            **{column: copy_text(pl.Series(values, dtype=pl.String)) for column, values in texts.items()},
            "until": pl.Series(until, dtype=pl.Date),
        }
    )
    copy_frame("subjects_subjectname", frame)


def _lexemes(comparable: str) -> str:
    """The pairs of a comparable name as PostgreSQL reads a tsvector."""
    if "'" in comparable or "\\" in comparable:
        pairs = [pair.replace("\\", "\\\\").replace("'", "''") for pair in rules.pairs_of(comparable)]
    else:
        pairs = rules.pairs_of(comparable)
    return "'" + "' '".join(pairs) + "'" if pairs else ""


def add_identifiers(found: Iterable[tuple[int, rules.Scheme, str]]) -> None:
    """Note further codes of subjects; a code that already names a subject stays with it."""
    rows = sorted({(id, scheme.value, value) for id, scheme, value in found})
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO subjects_identifier (subject_id, scheme, value)"
            " SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[])"
            " ON CONFLICT (scheme, value) WHERE valid_until IS NULL DO NOTHING",
            [list(column) for column in zip(*rows, strict=True)],
        )


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """What the base register says of a subject; empty texts say nothing."""

    subject_id: int
    name: str
    kind: str
    status: str
    division: str
    former_name: str


def take_register(entries: Sequence[RegisterEntry], *, on: date) -> None:
    """Bring subjects to what the base register says; a name that changed stays as a former name until `on`."""
    if not entries:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, name FROM subjects_subject WHERE id = ANY(%s)", [[e.subject_id for e in entries]])
        before = dict(cursor.fetchall())
        renamed = [e for e in entries if before[e.subject_id] != e.name]
        cursor.execute(
            "UPDATE subjects_subject s SET name = e.name, registered = true,"
            " kind = coalesce(nullif(e.kind, ''), s.kind), status = coalesce(nullif(e.status, ''), s.status),"
            " division = coalesce(nullif(e.division, ''), s.division)"
            " FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[])"
            " AS e(id, name, kind, status, division) WHERE s.id = e.id",
            [
                [e.subject_id for e in entries],
                [e.name for e in entries],
                [e.kind for e in entries],
                [e.status for e in entries],
                [e.division for e in entries],
            ],
        )
        cursor.execute(
            "UPDATE subjects_subjectname SET until = %s WHERE until IS NULL AND subject_id = ANY(%s)",
            [on, [e.subject_id for e in renamed]],
        )
    _add_names([(e.subject_id, e.name, None) for e in renamed])
    _add_former([(e.subject_id, e.former_name) for e in entries if e.former_name], on)


def _add_former(names: Sequence[tuple[int, str]], on: date) -> None:
    if not names:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT subject_id, comparable FROM subjects_subjectname WHERE subject_id = ANY(%s)",
            [[id for id, _ in names]],
        )
        known = set(cursor.fetchall())
    _add_names([(id, name, on) for id, name in names if (id, rules.comparable_name(name)) not in known])


def resolve_people(people: Sequence[tuple[str, str, str]], *, at: datetime) -> list[int]:
    """Ids of the natural persons with these (document type, number, name), made where nobody knew them.

    Names and numbers are sealed; the keyed hash of type and number finds a person. Runs inside
    `base.database.context.acting`.
    """
    hashes = [person_hash(kind, number) for kind, number, _ in people]
    with connection.cursor() as cursor:
        cursor.execute("SELECT number_hash, id FROM subjects_person WHERE number_hash = ANY(%s)", [hashes])
        ids = {bytes(hash): id for hash, id in cursor.fetchall()}
        new = {h: p for h, p in zip(hashes, people, strict=True) if h not in ids}
        if new:
            cursor.execute(
                "INSERT INTO subjects_person (document_type, number_hash, sealed_number, sealed_name, created_at)"
                " SELECT *, %s FROM unnest(%s::text[], %s::bytea[], %s::bytea[], %s::bytea[])"
                " RETURNING number_hash, id",
                [
                    at,
                    [p[0] for p in new.values()],
                    list(new),
                    [_sealed(p[1]) for p in new.values()],
                    [_sealed(p[2]) for p in new.values()],
                ],
            )
            ids.update({bytes(hash): id for hash, id in cursor.fetchall()})
    return [ids[h] for h in hashes]


def person_hash(document_type: str, number: str) -> bytes:
    """The keyed hash by which a natural person is found (32 bytes)."""
    return sealing.lookup_hash(f"{document_type}\x00{number}", key=keys.lookup_key(), context=rules.PERSON_CONTEXT)


def _sealed(text: str) -> bytes:
    return sealing.seal(text, key=keys.sealing_key(), context=rules.PERSON_CONTEXT).encode()
