"""Evidence of a case (证据材料): who has a part in it adds files while it is open, and sees those of all parties."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chengxin.base.attachments import queries as attachments
from chengxin.base.attachments import services as files
from chengxin.base.attachments.queries import AttachmentRow
from chengxin.base.attachments.services import OpenedAttachment, Upload
from chengxin.base.casework import queries, services
from chengxin.base.casework.errors import CaseIsClosed, NoFile
from chengxin.base.casework.rules import Handler
from chengxin.base.clock import local_date
from chengxin.base.languages import InBoth

PURPOSE = "evidence"
ADDED = _("{title}：补充了 {count} 份证据材料")


@dataclass(frozen=True, slots=True)
class _Title:
    """The notice's first line, in the language that is active when it is asked."""

    case: InBoth
    count: int

    def __str__(self) -> str:
        return str(ADDED).format(title=self.case.shortened(150), count=self.count)


def reference_of(case_id: int) -> str:
    """How the case's files are filed."""
    return f"case-{case_id}"


def evidence_of(case_id: int, *, actor: Handler, at: datetime) -> tuple[AttachmentRow, ...]:
    """The files of the case, first to last, for those who have a part in it. Raises `NotFound`."""
    queries.case(case_id, actor=actor, on=local_date(at))
    return attachments.attachments_of(reference_of(case_id))


@transaction.atomic
def add_evidence(case_id: int, *, uploads: Sequence[Upload], by: Handler, at: datetime) -> tuple[UUID, ...]:
    """Add files to an open case and tell the other parties; returns their ids. All files are kept, or none.

    Raises `NotFound`, `CaseIsClosed`, `NoFile`, `UploadsRefused`.
    """
    services.lock(case_id)
    row = queries.case(case_id, actor=by, on=local_date(at))
    if row.closed_at is not None:
        raise CaseIsClosed
    if not uploads:
        raise NoFile
    kept = keep_evidence(case_id, uploads=uploads, by=by, at=at)
    title: Any = _Title(queries.title_of_case(case_id), len(kept))
    for party in queries.parties_of(case_id).values():
        if not party.is_spoken_for_by(by):
            services.send_notice(party, title=title, by=services.PLATFORM, at=at, case_id=case_id)
    return kept


def keep_evidence(case_id: int, *, uploads: Sequence[Upload], by: Handler, at: datetime) -> tuple[UUID, ...]:
    """Keep the files that come with the opening of a case, in that transaction. Raises `UploadsRefused`."""
    return files.keep_all(reference_of(case_id), uploads=uploads, purpose=PURPOSE, by=by, at=at)


@transaction.atomic
def open_evidence(case_id: int, attachment_id: UUID, *, by: Handler, at: datetime) -> OpenedAttachment:
    """A file of the case with its content, for those who have a part in it; in the audit chain.

    Raises `NotFound`, `HeldBack`, `Blocked`.
    """
    queries.case(case_id, actor=by, on=local_date(at))
    return files.opened(attachment_id, reference=reference_of(case_id), by=by, at=at)
