"""What reads tell of the obligations of a commitment: checks and last days."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chengxin.base.attachments.queries import AttachmentRow
from chengxin.registry.catalogue.rules import Words


@dataclass(frozen=True, slots=True)
class CheckRow:
    """What one check found; of one by records `item` and the day of the record, None where there is none."""

    id: int
    result: str
    by_data: bool
    evidence: str
    item: str
    found_on: date | None
    files: tuple[AttachmentRow, ...]
    record_key: UUID | None
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DueRow:
    """An obligation with its last day and what checks found, newest first."""

    id: int
    code: str
    text: Words
    due_on: date
    by_data: bool
    is_late: bool
    checks: tuple[CheckRow, ...]

    @property
    def result(self) -> str:
        """What the latest check found; empty where none was made."""
        return self.checks[0].result if self.checks else ""
