"""States of a row without a code, and what may become of it. Pure."""

from enum import StrEnum

from chengxin.intake.resolution.errors import NotReleasable, NotWaiting

ABOUT_ORGANISATIONS = frozenset({"legal-person", "other-organisation"})
PLATFORM_MATCH = "platform"


class State(StrEnum):
    """Where a row without a code is."""

    WAITING = "waiting"  # 待确认
    TIED = "tied"  # 已关联
    RETURNED = "returned"  # 已退回报送单位


class Act(StrEnum):
    """What was decided about a row."""

    TIED = "tied"  # 关联
    RELEASED = "released"  # 解除关联
    RETURNED = "returned"  # 退回


class WeightState(StrEnum):
    """Where a version of the weights is."""

    PROPOSED = "proposed"  # 待审核
    IN_FORCE = "in-force"  # 施行
    REFUSED = "refused"  # 未采用


def check_open(state: str) -> None:
    """Raise `NotWaiting` unless a row in that state can still be tied or returned.

    Source: docs/rules/resolution.md; a returned row can be tied after all, when the right subject turns up.
    """
    if state == State.TIED:
        raise NotWaiting


def check_releasable(state: str) -> None:
    """Raise `NotReleasable` unless a row in that state is tied. Source: as `check_open`."""
    if state != State.TIED:
        raise NotReleasable
