"""Reading again what was answered about natural persons: each look stands in their access log, as the first did."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from chengxin.base.database.together import Together
from chengxin.base.errors import NotFound
from chengxin.registry.accounts.rules import Actor, Permission
from chengxin.regulation.measures import policy, queries, runs
from chengxin.regulation.measures.checking import basis_of
from chengxin.regulation.measures.models import FileRun
from chengxin.regulation.measures.queries import PERSON, ReceiptRow
from chengxin.rights.consent.bulk import asked_wishes, entries_from, finding_wishes, tell_many

PURPOSE = "receipt-read"  # of the entries in the access log
# Who asked sees the answer on a page or in a file of its own: that is the answer, whose entry the check kept.
ANSWERING = timedelta(minutes=10)
_ABOUT = f"SELECT DISTINCT about, policy FROM measures_receipt WHERE kind = '{PERSON}' AND {{which}}"
_LOOKS = f"""(
  SELECT gen_random_uuid() AS id, %(at)s::timestamptz AS at, %(actor)s::text AS actor,
    %(organisation_id)s::bigint AS organisation_id, %(organisation_code)s::text AS organisation_code, about,
    '{PURPOSE}' AS purpose, told.basis, sum(measures) AS records, %(door)s::text AS door, matter
  FROM measures_receipt JOIN unnest(%(policies)s::text[], %(bases)s::text[]) AS told (version, basis)
    ON told.version = measures_receipt.policy
  WHERE kind = '{PERSON}' AND {{which}} GROUP BY about, matter, told.basis
) AS looks"""
_OF_RECEIPT, _OF_LIST, _OF_RUN = "id = %(receipt)s", "id = ANY(%(receipts)s)", "run_id = %(run)s"


@transaction.atomic
def read_receipt(receipt_id: UUID, *, by: Actor, door: str, at: datetime) -> ReceiptRow:
    """A receipt for whoever may see it; a look at what was answered about a natural person is kept. Raises `NotFound`.

    Index: primary key.
    """
    row = queries.receipt_of(receipt_id, by=by)
    if row.kind == PERSON and not row.is_hidden and not _is_answering(row.actor, row.at, by=by, at=at):
        _keep(_OF_RECEIPT, {"receipt": receipt_id}, by=by, door=door, at=at)
    return row


@transaction.atomic
def read_list(receipt_id: UUID, *, by: Actor, door: str, at: datetime) -> tuple[ReceiptRow, ...]:
    """The receipts of a list that the actor's organisation pasted, by that of one of its codes; looks are kept too.

    Raises `NotFound`. Index: primary key, `receipt_asker`.
    """
    one = queries.receipt_of(receipt_id, by=by)
    if one.organisation_id != by.organisation_id or not by.may(Permission.CHECK_CREDIT):
        raise NotFound
    rows = runs.asked_with(one, by=by)
    persons = [row.id for row in rows if row.kind == PERSON]
    if persons and not _is_answering(one.actor, one.at, by=by, at=at):
        _keep(_OF_LIST, {"receipts": persons}, by=by, door=door, at=at)
    return rows


@transaction.atomic
def read_run(run: FileRun, *, by: Actor, door: str, at: datetime) -> Iterator[ReceiptRow]:
    """The receipts of a file check that is over, in the order of the file; looks are kept as by `read_receipt`.

    `run`: as `runs.run_of` gives it to this actor. Index: `receipt_run`.
    """
    if run.finished_at is None or not _is_answering(run.actor, run.finished_at, by=by, at=at):
        _keep(_OF_RUN, {"run": run.pk}, by=by, door=door, at=at)
    return runs.rows_of_run(run, by=by)


def _is_answering(actor: str, answered_at: datetime, *, by: Actor, at: datetime) -> bool:
    return actor == by.name and at - answered_at < ANSWERING


def _keep(which: str, values: Mapping[str, Any], *, by: Actor, door: str, at: datetime) -> None:
    with queries._own(by), connection.cursor() as cursor:
        cursor.execute(_ABOUT.format(which=which), values)
        found = cursor.fetchall()
        if not found:
            return
        policies = sorted({version for _, version in found})
        given = {
            **values,
            **{"at": at, "actor": by.name, "door": door, "policies": policies, "bases": list(map(_basis, policies))},
            **{"organisation_id": by.organisation_id, "organisation_code": by.organisation_code},
        }
        cursor.execute(entries_from(_LOOKS.format(which=which)), given)
    with finding_wishes():
        wishing = asked_wishes({about for about, _ in found}, among=Together())()
    tell_many(wishing, at=at)


def _basis(version: str) -> str:
    matter = policy.matter_named(version)
    return basis_of(matter) if matter else version
