"""States of a row without a code, and what may become of it. Pure."""

from enum import StrEnum

from chengxin.intake.resolution.errors import NotMergeable, NotReleasable, NotWaiting

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


class MergeState(StrEnum):
    """Where a proposal to make two entries of the register one is (主体合并)."""

    PROPOSED = "proposed"  # 待审核
    MERGED = "merged"  # 已合并
    REFUSED = "refused"  # 未采用
    UNDONE = "undone"  # 已撤销合并


def check_mergeable(*, same: bool, kinds: tuple[str, str], stands_elsewhere: bool, holds_others: bool) -> None:
    """Raise `NotMergeable` unless the first of two entries of the register can stand in the second.

    `stands_elsewhere`: one of them does already; `holds_others`: others stand in the first.
    Source: docs/rules/resolution.md; Civil Code (中华人民共和国民法典) art. 57 and 102: legal persons and others
    are different kinds of subject.
    """
    if same or kinds[0] != kinds[1] or stands_elsewhere or holds_others:
        raise NotMergeable


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
