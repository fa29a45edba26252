"""A small procedure that no law knows, and fictional people who walk through it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from chengxin.base.audit import queries as audit
from chengxin.base.casework import notices, services
from chengxin.base.casework.models import Notice
from chengxin.base.casework.rules import Party, Procedure, State, Step, TimeAllowed
from chengxin.base.database.context import acting
from chengxin.base.languages import InBoth

NAME = "chengxin.base.casework.tests.factories.LOAN_OF_A_BOOK"
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)  # a Monday, 12:00 in the city
OFFICE, LIBRARY, ELSEWHERE, READER = 501, 502, 503, 71


def allowed(days: int):
    """A time limit of so many working days, as a policy entry would give it."""
    return lambda _on: TimeAllowed(days, f"tests/{days}-days@2026-01-01")


LOAN_OF_A_BOOK = Procedure(
    code="loan-of-a-book",
    name="借书（测试）",
    parts=("reader", "office", "library"),
    states=(
        State("asked", "已申请", allowed(5)),
        State("checked", "已核实", allowed(3), on_silence="grant-by-silence"),
        State("lent", "已借出"),
        State("refused", "不予借出"),
    ),
    opening=Step("ask", "申请", frozenset(), "asked", "reader", notifies=("office",)),
    steps=(
        Step("check", "核实", frozenset({"asked"}), "checked", "office", frozenset({"operator", "reviewer"})),
        Step(
            "lend", "同意", frozenset({"checked"}), "lent", "office", frozenset({"operator", "reviewer"}),
            not_by_taker_of=frozenset({"check"}), notifies=("reader", "library"),
        ),
        Step(
            "refuse", "不同意", frozenset({"asked", "checked"}), "refused", "office", frozenset({"reviewer"}),
            needs_reason=True, notifies=("reader",),
        ),
        Step("grant-by-silence", "逾期视为同意", frozenset({"checked"}), "lent", "", notifies=("reader",)),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Someone:
    """Someone who acts."""

    name: str
    user_id: int | None
    organisation_id: int | None = None
    organisation_code: str = ""
    roles: frozenset[str] = frozenset()
    reaches: frozenset[int] = frozenset()
    represents: frozenset[str] = frozenset()


def officer(name: str, user_id: int, role: str = "operator", organisation_id: int = OFFICE) -> Someone:
    """A person with a role in an organisation."""
    return Someone(name, user_id, organisation_id, "", frozenset({role}), frozenset({organisation_id}))


READER_HERSELF = Someone("reader", READER)
OPERATOR = officer("operator", 11)
COLLEAGUE = officer("colleague", 12)
REVIEWER = officer("reviewer", 13, "reviewer")
STRANGER = officer("stranger", 14, "reviewer", ELSEWHERE)
LIBRARIAN = officer("librarian", 15, "reviewer", LIBRARY)


PARTIES: Mapping[str, Party] = {
    "reader": Party(user_id=READER),
    "office": Party(organisation_id=OFFICE),
    "library": Party(organisation_id=LIBRARY),
}


def opened(*, at: datetime = NOON, title: str | InBoth = "借《论语》") -> int:
    """A loan that was asked for."""
    return services.open_case("loan-of-a-book", about="book:1", title=title, parties=PARTIES, by=READER_HERSELF, at=at)


def checked(*, at: datetime = NOON) -> int:
    """A loan that the operator has checked."""
    case_id = opened(at=at)
    services.take_step(case_id, "check", by=OPERATOR, at=at)
    return case_id


def notices_to(*parties: Party) -> list[Notice]:
    """What these parties were sent, first to last, asked for as they ask."""
    keys = ",".join(party.key for party in parties)
    with acting(actor="tests", purpose=notices.OWN, basis=notices.RIGHT_TO_KNOW, about=keys):
        return list(Notice.objects.order_by("id"))


def told_to(represented: str) -> list[Notice]:
    """What one who is represented was sent, first to last."""
    return notices_to(Party(represented=represented))


def notices_sent() -> int:
    """How many notices were sent to anyone, as the audit chain says."""
    return audit.entries(action="casework.notice_sent").total
