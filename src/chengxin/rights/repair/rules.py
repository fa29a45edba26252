"""Whether a record can be repaired, and from when. Pure.

Repair (信用修复) ends publication, sharing and use of a record before its public period ends by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from chengxin.registry.records.rules import RecordState, Severity, months_after


class Grounds(StrEnum):
    """How the earliest day of a repair is found (修复条件)."""

    MINIMUM_PERIOD = "minimum-period"  # 最短公示期届满
    CAUSE_REMOVED = "cause-removed"  # 列入事由消除
    MONTHS = "months"  # 列入满规定期限
    ELSEWHERE = "elsewhere"  # 由其他机关办理


class Answer(StrEnum):
    """What a subject is told about a record before it applies (能否修复)."""

    POSSIBLE = "possible"  # 现在可以申请
    NOT_YET = "not-yet"  # 到某日可以申请
    OPEN = "open"  # 已有申请在办理
    BARRED = "barred"  # 因提供虚假材料暂不能申请
    REPAIRED = "repaired"  # 已修复
    ENDED = "ended"  # 公示期已满, 无须申请
    ELSEWHERE = "elsewhere"  # 由其他机关办理
    NOT_NEEDED = "not-needed"  # 不是失信信息, 无须修复


@dataclass(frozen=True, slots=True)
class Terms:
    """What dated policy says of an item's repair. `minimum_months` by severity, for `MINIMUM_PERIOD`."""

    grounds: Grounds
    version: str
    months: int = 0
    minimum_months: Mapping[Severity, int] | None = None
    where_zh: str = ""
    where_en: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a record that may be repaired. `public_until`: first day unseen, None: without end or never."""

    severity: str
    decided_on: date | None
    state: str
    public_until: date | None
    has_open_application: bool = False
    barred_until: date | None = None


@dataclass(frozen=True, slots=True)
class Eligibility:
    """The answer, and the first day on which one can apply where that is known; `rule` names the policy entries."""

    answer: Answer
    possible_on: date | None
    minimum_months: int | None
    rule: str


def eligibility(facts: Facts, terms: Terms | None, *, on: date) -> Eligibility:
    """Whether this record can be repaired on that day; `terms` None: its item is not of those that are repaired.

    Source: 《信用修复管理办法》 NDRC order 36 (2025): the shortest public period counts from the day of the decision;
    when the longest one is over, publication ends without an application.
    """
    if terms is None:
        return Eligibility(Answer.NOT_NEEDED, None, None, "")
    minimum = _minimum(facts, terms)
    earliest = _earliest(facts, terms, minimum)

    def told(answer: Answer, possible_on: date | None = earliest) -> Eligibility:
        return Eligibility(answer, possible_on, minimum, terms.version)

    if facts.state == RecordState.REPAIRED:
        return told(Answer.REPAIRED, None)
    if terms.grounds is Grounds.ELSEWHERE:
        return told(Answer.ELSEWHERE, None)
    if facts.public_until is not None and facts.public_until <= on:
        return told(Answer.ENDED, None)
    if facts.has_open_application:
        return told(Answer.OPEN)
    possible_on = max(filter(None, (earliest, facts.barred_until)), default=None)
    if facts.barred_until is not None and on < facts.barred_until:
        return told(Answer.BARRED, possible_on)
    if possible_on is not None and on < possible_on:
        if facts.public_until is not None and facts.public_until <= possible_on:
            return told(Answer.NOT_YET, facts.public_until)  # ends by itself first
        return told(Answer.NOT_YET, possible_on)
    return told(Answer.POSSIBLE)


def _minimum(facts: Facts, terms: Terms) -> int | None:
    """Months that must pass after the decision; None where none are counted."""
    if terms.grounds is Grounds.MONTHS:
        return terms.months
    if terms.grounds is not Grounds.MINIMUM_PERIOD:
        return None
    grade = Severity(facts.severity) if facts.severity else Severity.GENERAL
    return (terms.minimum_months or {}).get(grade, 0)


def _earliest(facts: Facts, terms: Terms, minimum: int | None) -> date | None:
    if minimum is None or facts.decided_on is None:
        return None
    return months_after(facts.decided_on, minimum)


def plan_fits(ruled_on: date, plan_until: date, *, on: date, most_months: int) -> bool:
    """Whether a plan with that last day, approved on `ruled_on`, can be taken into the green channel on that day.

    Source: the policy entry `repair/reorganisation`, which says how many months a plan may run.
    """
    return ruled_on <= on <= plan_until <= months_after(ruled_on, most_months)


def barred_until(withdrawn_on: date, months: int) -> date:
    """First day on which a subject whose repair was withdrawn may apply by commitment again.

    Source: NDRC order 58 (2023), as the policy entry `repair/false-materials` says.
    """
    return months_after(withdrawn_on, months)
