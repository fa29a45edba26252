"""Reads of single notices and of when they were read."""

from collections.abc import Iterable
from datetime import datetime

from chengxin.base.casework.models import Notice
from chengxin.base.casework.queries import NoticeRow, notice_row, to
from chengxin.base.casework.rules import Handler
from chengxin.base.errors import NotFound


def notice(notice_id: int, *, actor: Handler) -> NoticeRow:
    """One notice, for those to whom it was sent. Raises `NotFound`. Index: primary key."""
    found = Notice.objects.filter(to(actor), pk=notice_id).first()
    if found is None:
        raise NotFound
    return notice_row(found)


def readings(notice_ids: Iterable[int]) -> dict[int, tuple[datetime, str]]:
    """When these notices were read first, and by whom; those not read yet are not in it. Index: primary key."""
    rows = Notice.objects.filter(pk__in=list(notice_ids), read_at__isnull=False)
    return {pk: (at, by) for pk, at, by in rows.values_list("pk", "read_at", "read_by") if at is not None}
