"""Notices: who reads them, and when they were read. Row-level security beneath shows a notice to nobody else.

PostgreSQL is told for each transaction to whom the notices that it may show were sent (`Party.key`), or which single
ones their proof of delivery is about.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language

from chengxin.base.audit.services import Who
from chengxin.base.casework.models import Notice
from chengxin.base.casework.queries import to
from chengxin.base.casework.rules import Handler, Party, keys_of
from chengxin.base.database.context import acting
from chengxin.base.errors import NotFound

OWN, SENDING, PROVING = "own-notices", "notice-sending", "notice-proof"
RIGHT_TO_KNOW = "中华人民共和国个人信息保护法 第四十四条、第四十五条 (unverified)"
DUTY = "中华人民共和国个人信息保护法 第十三条第一款第三项 (unverified)"


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice as it was sent, in the language that is active."""

    id: int
    case_id: int | None
    title: str
    body: str
    sent_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class NoticePage:
    """Notices, newest first. `unread` counts all pages."""

    items: tuple[NoticeRow, ...]
    total: int
    unread: int


def reading_own(actor: Handler) -> AbstractContextManager[None]:
    """A transaction that sees the notices to this person and to those whom they act for."""
    return acting(actor=actor.name, purpose=OWN, basis=RIGHT_TO_KNOW, about=",".join(keys_of(actor)))


def sending(to: Party, *, by: Who) -> AbstractContextManager[None]:
    """A transaction that writes a notice to one addressee, and sees that addressee's alone."""
    return acting(actor=by.name, purpose=SENDING, basis=DUTY, about=to.key)


def notices_of(actor: Handler, *, page: int = 1, size: int = 20, unread_only: bool = False) -> NoticePage:
    """The notices to this person and to the organisations they act for, newest first.

    Index: `notice_user`, `notice_organisation`, `notice_represented`.
    """
    mine = Notice.objects.filter(to(actor))
    unread = mine.filter(read_at__isnull=True)
    shown = unread if unread_only else mine
    start = (page - 1) * size
    with reading_own(actor):
        rows = tuple(map(notice_row, shown.order_by("-sent_at", "-id")[start : start + size]))
        return NoticePage(rows, shown.count(), unread.count())


def notice(notice_id: int, *, actor: Handler) -> NoticeRow:
    """One notice, for those to whom it was sent. Raises `NotFound`. Index: primary key."""
    with reading_own(actor):
        found = Notice.objects.filter(to(actor), pk=notice_id).first()
    if found is None:
        raise NotFound
    return notice_row(found)


def readings(notice_ids: Iterable[int], *, by: str) -> dict[int, tuple[datetime, str]]:
    """When these notices were read first, and by whom; those not read yet are not in it. Index: primary key.

    `by` draws up the proof of their delivery and answers for who sees it.
    """
    ids = list(notice_ids)
    if not ids:
        return {}
    with acting(actor=by, purpose=PROVING, basis=DUTY, about=",".join(f"notice:{each}" for each in ids)):
        rows = list(Notice.objects.filter(pk__in=ids, read_at__isnull=False).values_list("pk", "read_at", "read_by"))
    return {pk: (at, name) for pk, at, name in rows if at is not None}


def notice_row(row: Notice) -> NoticeRow:
    """The notice in the language that is active."""
    english = (get_language() or "").startswith("en")
    title, body = (row.title_en, row.body_en) if english else (row.title_zh, row.body_zh)
    return NoticeRow(row.pk, row.case_id, title, body, row.sent_at, row.read_at)
