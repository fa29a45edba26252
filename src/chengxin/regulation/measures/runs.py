"""Reads of what was asked in one go: files being checked, and lists that somebody pasted."""

from collections.abc import Iterator

from django.db.models import Count, Q

from chengxin.base.errors import NotFound
from chengxin.registry.accounts.rules import Actor, Permission, require
from chengxin.regulation.measures.models import FileRun, Receipt
from chengxin.regulation.measures.queries import ReceiptRow, _own, _with_feedback, of_row

MOST_PASTED = 1_000  # far more than policy lets a page ask about


def run_of(run_id: int, *, by: Actor) -> FileRun:
    """A file check of the actor's organisation. Raises `NotFound`. Index: primary key."""
    require(by, Permission.CHECK_CREDIT)
    found = FileRun.objects.filter(pk=run_id, organisation_id=by.organisation_id or 0).first()
    if found is None:
        raise NotFound
    return found


def runs_of(by: Actor) -> list[FileRun]:
    """The latest file checks of the actor's organisation. Index: `filerun_asker`."""
    require(by, Permission.CHECK_CREDIT)
    return list(FileRun.objects.filter(organisation_id=by.organisation_id or 0).order_by("-asked_at")[:20])


def rows_of_run(run: FileRun, *, by: Actor) -> Iterator[ReceiptRow]:
    """The receipts of a file check in the order of the file. For faces: `rereading.read_run`. Index: `receipt_run`."""
    with _own(by):
        rows = Receipt.objects.filter(run_id=run.pk).order_by("id")
        for row in rows.iterator(chunk_size=5000):
            yield of_row(row)


def unanswerable_in(run: FileRun, *, by: Actor) -> tuple[int, int]:
    """How many codes of a file check are no codes, and how many name nobody. Index: `receipt_run`."""
    with _own(by):
        found = Receipt.objects.filter(run_id=run.pk).aggregate(
            invalid=Count("id", filter=Q(is_valid=False)), unknown=Count("id", filter=Q(is_valid=True, about=""))
        )
    return found["invalid"], found["unknown"]


def asked_with(receipt: ReceiptRow, *, by: Actor) -> tuple[ReceiptRow, ...]:
    """The receipts of the codes that the actor's organisation asked about in one go with that one, in their order.

    For faces: `rereading.read_list`. Index: `receipt_asker`.
    """
    with _own(by):
        found = Receipt.objects.filter(organisation_id=by.organisation_id, at=receipt.at, matter=receipt.matter.code)
        rows = list(found.filter(actor=receipt.actor, door=receipt.door, run_id=None).order_by("id")[:MOST_PASTED])
    return tuple(_with_feedback(rows))
