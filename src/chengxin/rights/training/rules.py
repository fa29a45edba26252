"""Training of repair (公益性修复培训): free of charge, open to everyone, and no condition of any repair. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chengxin.rights.training.errors import CourseFull, CourseIncomplete, CourseNotOpen, NotBegun

PREFIX = "PX"  # 培训
DRAWN = 8
CHECK_CODE_LENGTH = 8
LONGEST = {"title_zh": 100, "title_en": 200, "organiser": 100, "place": 300, "about": 2000}
MOST_PLACES = 5000


class CourseState(StrEnum):
    """What can be done with a course now."""

    OPEN = "open"  # 可以报名
    FULL = "full"  # 名额已满
    BEGUN = "begun"  # 已开始
    ENDED = "ended"  # 已结束
    CANCELLED = "cancelled"  # 已取消


@dataclass(frozen=True, slots=True)
class CourseFacts:
    """What decides whether a course can be joined; it takes place in `[begins_at, ends_at)`."""

    begins_at: datetime
    ends_at: datetime
    capacity: int
    registered: int
    is_cancelled: bool


def state(facts: CourseFacts, *, at: datetime) -> CourseState:
    """What can be done with the course at that moment.

    Source: the plan's task 9 (公益性修复培训); the training is a service, its terms are the credit office's own.
    """
    if facts.is_cancelled:
        return CourseState.CANCELLED
    if at >= facts.ends_at:
        return CourseState.ENDED
    if at >= facts.begins_at:
        return CourseState.BEGUN
    return CourseState.FULL if facts.registered >= facts.capacity else CourseState.OPEN


def check_registration(facts: CourseFacts, *, at: datetime) -> None:
    """Raise `CourseFull` or `CourseNotOpen` unless someone may register for the course.

    Source: as `state`.
    """
    found = state(facts, at=at)
    if found is CourseState.FULL:
        raise CourseFull
    if found is not CourseState.OPEN:
        raise CourseNotOpen


def check_attendance(facts: CourseFacts, *, at: datetime) -> None:
    """Raise `NotBegun` unless attendance can be noted: a course that was cancelled or has not begun has none.

    Source: as `state`.
    """
    if facts.is_cancelled or at < facts.begins_at:
        raise NotBegun


def course_period(
    texts: Mapping[str, str], *, begins_at: datetime | None, ends_at: datetime | None, capacity: int, at: datetime
) -> tuple[datetime, datetime]:
    """When a course with these texts and times takes place. Raises `CourseIncomplete` unless it can be announced.

    Source: as `state`.
    """
    needed = [name for name in ("title_zh", "title_en", "organiser", "place") if not texts.get(name, "").strip()]
    too_long = [name for name, longest in LONGEST.items() if len(texts.get(name, "")) > longest]
    if needed or too_long or begins_at is None or ends_at is None or not at < begins_at < ends_at:
        raise CourseIncomplete
    if not 0 < capacity <= MOST_PLACES:
        raise CourseIncomplete
    return begins_at, ends_at


def certificate_number(at: datetime, drawn: str) -> str:
    """The number of a certificate, e.g. `PX20261123-8HJ2K7QM`. `drawn`: `DRAWN` characters.

    Source: as `state`; the alphabet is that of GB 32100, without characters that are mistaken for others.
    """
    return f"{PREFIX}{at:%Y%m%d}-{drawn}"
