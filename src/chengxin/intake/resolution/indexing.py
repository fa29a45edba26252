"""Keeps the index of registered names up to the register: what came since the last time, in portions, set-based."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import polars as pl
from django.db import connection, transaction

from chengxin.base.clock import local_date
from chengxin.base.database.copying import copy_frame, copy_text
from chengxin.intake.resolution import policy
from chengxin.intake.resolution.blocking import Details, keys_of
from chengxin.intake.resolution.models import Reach
from chengxin.intake.resolution.names import Form, Vocabulary, address_key, form_of, plain_name
from chengxin.intake.resolution.rules import ABOUT_ORGANISATIONS
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.records import listing as records
from chengxin.registry.subjects import listing as subjects

PORTION = 50_000
LOCK = 21063
FORM = {
    "id": pl.Int64, "subject_id": pl.Int64, "name": pl.String, "plain": pl.String, "region": pl.String,
    "brand": pl.String, "trade": pl.String, "ending": pl.String, "branch": pl.String,
}  # fmt: skip


@transaction.atomic
def catch_up(*, at: datetime) -> int:
    """Take what the register gained since the last time into the index; how many names. Safe to repeat."""
    words = policy.vocabulary(on=local_date(at))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    reach, _ = Reach.objects.get_or_create(pk=1)
    changed = _take_details(reach)
    taken = 0
    while True:
        names, last = subjects.names_after(reach.name_id, kinds=ABOUT_ORGANISATIONS, limit=PORTION)
        if last == reach.name_id:
            break
        reach.name_id = last
        if names:
            _add_forms(names, words)
            changed.difference_update(subject for _, subject, _ in names)
            _file({subject for _, subject, _ in names})
        taken += len(names)
    ids = sorted(changed)
    for start in range(0, len(ids), PORTION):
        _file(ids[start : start + PORTION])
    reach.save(update_fields=["name_id", "record_id"])
    return taken


def take_over(absorbed_id: int, survivor_id: int) -> None:
    """Have what was filed under one organisation found under another, in the caller's transaction, caught up before."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE resolution_form SET subject_id = %s WHERE subject_id = %s", [survivor_id, absorbed_id])
    _file_anew([absorbed_id, survivor_id])


def give_back(absorbed_id: int, survivor_id: int) -> None:
    """Undo `take_over`: each is found under the names that the register has of it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE resolution_form f SET subject_id = n.subject_id FROM subjects_subjectname n"
            " WHERE n.id = f.id AND n.subject_id = %s AND f.subject_id = %s",
            [absorbed_id, survivor_id],
        )
    _file_anew([absorbed_id, survivor_id])


def _file_anew(subject_ids: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM resolution_key WHERE subject_id = ANY(%s)", [list(subject_ids)])
    _file(subject_ids)


def _take_details(reach: Reach) -> set[int]:
    """Representatives and addresses of the base register; the subjects whose details changed."""
    changed: set[int] = set()
    ends = []
    for item in catalogue.items():
        told = (item.parts.legal_representative, item.parts.address)
        if item.updates_subject is None or not all(told):
            continue
        fields = [field for field in told if field]
        read = reach.record_id
        while True:
            rows, last = records.fields_after(read, item=item.code, fields=fields, limit=PORTION)
            if last == read:
                break
            read = last
            newest = {subject: (plain_name(head)[:200], address_key(where)[:200]) for subject, (head, where) in rows}
            _add_details(newest)
            changed |= set(newest)
        ends.append(read)
    reach.record_id = min(ends, default=reach.record_id)  # what came meanwhile is read again by all
    return changed


def _add_details(details: dict[int, tuple[str, str]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO resolution_detail (subject_id, representative, address)"
            " SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[]) ON CONFLICT (subject_id)"
            " DO UPDATE SET representative = excluded.representative, address = excluded.address",
            [list(details), [d[0] for d in details.values()], [d[1] for d in details.values()]],
        )


def _add_forms(names: Sequence[tuple[int, int, str]], words: Vocabulary) -> None:
    rows = [(id, subject, name, *_parts(form_of(name, words))) for id, subject, name in names]
    frame = pl.DataFrame(rows, schema=FORM, orient="row")
    texts = [column for column, kind in FORM.items() if kind == pl.String]
    copy_frame("resolution_form", frame.with_columns(copy_text(frame[c]) for c in texts))


def _parts(form: Form) -> tuple[str, ...]:
    return form.plain[:200], form.region, form.brand[:200], form.trade[:200], form.ending, form.branch[:200]


def _file(subject_ids: Iterable[int]) -> None:
    """File these organisations under the keys of all their names with their present details; older keys stay."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT f.subject_id, f.plain, f.region, f.brand, f.trade, f.ending, f.branch,"
            " coalesce(d.representative, ''), coalesce(d.address, '')"
            " FROM resolution_form f LEFT JOIN resolution_detail d ON d.subject_id = f.subject_id"
            " WHERE f.subject_id = ANY(%s)",
            [list(subject_ids)],
        )
        filed = [(key, row[0]) for row in cursor.fetchall() for key in keys_of(Form(*row[1:7]), Details(*row[7:]))]
        if not filed:
            return
        cursor.execute("CREATE TEMP TABLE resolution_filing (key bigint, subject_id bigint) ON COMMIT DROP")
        schema = {"key": pl.Int64, "subject_id": pl.Int64}
        copy_frame("resolution_filing", pl.DataFrame(filed, schema=schema, orient="row"))
        cursor.execute(
            "INSERT INTO resolution_key (key, subject_id) SELECT DISTINCT key, subject_id FROM resolution_filing"
            " ORDER BY 1, 2 ON CONFLICT DO NOTHING"
        )
        cursor.execute("DROP TABLE resolution_filing")
