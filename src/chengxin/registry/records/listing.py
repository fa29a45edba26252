"""Records in the order in which they came, for rooms that keep an index of their own."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection
from django.db.models import Count

from chengxin.registry.records.models import Record


def fields_after(
    record_id: int, *, item: str, fields: Sequence[str], limit: int
) -> tuple[list[tuple[int, list[str]]], int]:
    """The next present records' subjects with these public fields of `item`, and the last id looked at.

    Index: primary key.
    """
    wanted = ", ".join("coalesce(payload ->> %s, '')" for _ in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH next AS MATERIALIZED (SELECT id, item, subject_id, known_until, payload FROM records_record"
            " WHERE id > %s ORDER BY id LIMIT %s)"
            f" SELECT id, item = %s AND known_until IS NULL, subject_id, {wanted} FROM next ORDER BY id",
            [record_id, limit, item, *fields],
        )
        rows = cursor.fetchall()
    return [(row[2], list(row[3:])) for row in rows if row[1]], rows[-1][0] if rows else record_id


def present_versions_of(natural_keys: Sequence[UUID]) -> dict[UUID, tuple[int, str, int]]:
    """Version, state and submission of the present versions. Index: `record_one_present_version`."""
    found = Record.objects.filter(natural_key__in=list(natural_keys), known_until=None)
    return {
        key: (version, state, submission)
        for key, version, state, submission in found.values_list("natural_key", "version", "state", "submission_id")
    }


def present_counts(subject_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """How many present records of each item these organisations have. Index: `record_subject`."""
    counted: dict[int, dict[str, int]] = {}
    found = Record.objects.filter(subject_id__in=list(subject_ids), known_until=None).values_list("subject_id", "item")
    for subject, item, number in found.annotate(n=Count("id")).order_by("subject_id", "item"):
        counted.setdefault(subject, {})[item] = number
    return counted
