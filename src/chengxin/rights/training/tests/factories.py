"""Courses of repair training; every case is fictional."""

from datetime import UTC, datetime, timedelta

from chengxin.registry.accounts.rules import Actor, Role
from chengxin.rights.repair.tests.factories import COMPANY, representative
from chengxin.rights.training import services

NOON = datetime(2026, 9, 1, 4, tzinfo=UTC)
BEGINS, ENDS = NOON + timedelta(days=7), NOON + timedelta(days=7, hours=2)
OFFICE = Actor("operator", 1, "", frozenset({Role.CREDIT_OFFICE_OPERATOR}), user_id=901)
TEXTS = {
    "title_zh": "怎样申请信用修复（虚构）",
    "title_en": "How to apply for repair (fictional)",
    "organiser": "市信用办（虚构）",
    "place": "市民中心二楼（虚构）",
    "about": "",
}


def course(*, capacity: int = 2, begins_at: datetime = BEGINS, ends_at: datetime = ENDS, at: datetime = NOON) -> int:
    """The id of a course that was announced."""
    return services.announce_course(
        TEXTS, begins_at=begins_at, ends_at=ends_at, is_online=False, capacity=capacity, by=OFFICE, at=at
    )


def registered(course_id: int, *, about: str = COMPANY, at: datetime = NOON, participant: str = "梁某（虚构）") -> int:
    """The id of a registration on behalf of `about`."""
    return services.register(
        course_id,
        about=about,
        subject_name="南宁虚构商行",
        participant=participant,
        by=representative(about),
        at=at,
    )
