"""Names and codes of organisations in the order in which they came, for rooms that keep an index of their own."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import F

from chengxin.registry.subjects.models import Identifier, Subject, SubjectName


@dataclass(frozen=True, slots=True)
class Identity:
    """An organisation or sole trader by its id."""

    id: int
    code: str
    name: str
    kind: str
    status: str
    division: str


def names_after(name_id: int, *, kinds: Collection[str], limit: int) -> tuple[list[tuple[int, int, str]], int]:
    """The next names (id, subject, name) of subjects of these kinds, and the last id looked at. Index: primary key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH next AS MATERIALIZED (SELECT id, subject_id, name FROM subjects_subjectname WHERE id > %s"
            " ORDER BY id LIMIT %s)"
            " SELECT n.id, n.subject_id, n.name, s.kind = ANY(%s) FROM next n"
            " JOIN subjects_subject s ON s.id = n.subject_id ORDER BY n.id",
            [name_id, limit, list(kinds)],
        )
        rows = cursor.fetchall()
    return [(id, subject, name) for id, subject, name, fits in rows if fits], rows[-1][0] if rows else name_id


def named_by_codes(codes: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """The subjects that these further codes (scheme, value) name now. Index: `identifier_names_one_subject`."""
    if not codes:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.scheme, i.value, i.subject_id FROM unnest(%s::text[], %s::text[]) AS asked(scheme, value)"
            " JOIN subjects_identifier i ON i.scheme = asked.scheme AND i.value = asked.value"
            " WHERE i.valid_until IS NULL",
            [[scheme for scheme, _ in codes], [value for _, value in codes]],
        )
        return {(scheme, value): subject for scheme, value, subject in cursor.fetchall()}


def identities(subject_ids: Collection[int]) -> dict[int, Identity]:
    """Who these subjects are. Index: primary key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, code, name, kind, status, division FROM subjects_subject WHERE id = ANY(%s)",
            [list(subject_ids)],
        )
        return {row[0]: Identity(*row) for row in cursor.fetchall()}


def identity_coded(code: str) -> Identity | None:
    """Who bears that credit code now. Index: unique code."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, code, name, kind, status, division FROM subjects_subject WHERE code = %s",
            [code],
        )
        row = cursor.fetchone()
    return Identity(*row) if row else None


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the register with all that tells it from another: `names` present first, `codes` (scheme, value)."""

    id: int
    code: str
    name: str
    kind: str
    status: str
    division: str
    registered: bool
    created_at: datetime
    names: tuple[str, ...]
    codes: tuple[tuple[str, str], ...]


def entries(subject_ids: Collection[int]) -> dict[int, Entry]:
    """These entries of the register. Three statements. Index: primary key, subject of names, `identifier_subject`."""
    names: dict[int, list[str]] = defaultdict(list)
    for subject, name in (
        SubjectName.objects.filter(subject_id__in=subject_ids)
        .order_by(F("until").desc(nulls_first=True), "id")
        .values_list("subject_id", "name")
    ):
        names[subject].append(name)
    codes: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for subject, scheme, value in (
        Identifier.objects.filter(subject_id__in=subject_ids)
        .order_by("id")
        .values_list("subject_id", "scheme", "value")
    ):
        codes[subject].append((scheme, value))
    return {
        s.pk: Entry(
            s.pk, s.code, s.name, s.kind, s.status, s.division, s.registered, s.created_at, tuple(names[s.pk]),
            tuple(codes[s.pk]),
        )
        for s in Subject.objects.filter(pk__in=subject_ids)
    }  # fmt: skip
