"""States and audiences of records, how grave they are, and for how long they are public. Pure."""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from chengxin.registry.records.errors import StateNotOpen


class Audience(StrEnum):
    """Who may see a record (公开属性)."""

    PUBLIC = "public"  # 社会公开
    SHARED = "shared"  # 政务共享
    AUTHORISED = "authorised"  # 授权查询


class Severity(StrEnum):
    """失信严重程度. Source: NDRC order 36 (2025), three classes."""

    MINOR = "minor"  # 轻微
    GENERAL = "general"  # 一般
    SERIOUS = "serious"  # 严重


class RecordState(StrEnum):
    """Whether a record counts (记录状态)."""

    IN_FORCE = "in-force"  # 有效
    DISPUTED = "disputed"  # 异议处理中
    SUSPENDED = "suspended"  # 暂停公示和使用
    REPAIRED = "repaired"  # 已修复
    WITHDRAWN = "withdrawn"  # 已撤销


class EventKind(StrEnum):
    """What happened to a record (变更事件): it came, its content or its state changed, or its public period ended.

    The values of a change of state are those of the state that follows.
    """

    ADDED = "added"  # 新增
    CORRECTED = "corrected"  # 更正
    DISPUTED = "disputed"  # 标注异议
    RESTORED = "in-force"  # 恢复有效, 去掉标注
    SUSPENDED = "suspended"  # 暂停公示和使用
    REPAIRED = "repaired"  # 已修复
    WITHDRAWN = "withdrawn"  # 已撤销
    ENDED = "ended"  # 公示期满


class Cause(StrEnum):
    """Why a record was hidden or withdrawn, in kind: it names nobody, and may be told to everyone."""

    DISPUTE = "dispute"  # 异议处理中, 提供单位未按时答复
    REORGANISATION = "reorganisation"  # 重整期间
    REVOCATION = "revocation"  # 决定被撤销、变更或者确认违法
    COURT = "court"  # 人民法院判决, 行政复议决定


HANDLING = "the subject's own application"  # basis of reads and changes that a case of the subject's asks for
# From each state those that may follow it; what was withdrawn stays so.
FOLLOWS = {
    RecordState.IN_FORCE: {
        RecordState.DISPUTED,
        RecordState.SUSPENDED,
        RecordState.REPAIRED,
        RecordState.WITHDRAWN,
    },
    RecordState.DISPUTED: {
        RecordState.IN_FORCE,
        RecordState.SUSPENDED,
        RecordState.REPAIRED,
        RecordState.WITHDRAWN,
    },
    RecordState.SUSPENDED: {
        RecordState.IN_FORCE,
        RecordState.DISPUTED,
        RecordState.REPAIRED,
        RecordState.WITHDRAWN,
    },
    RecordState.REPAIRED: {RecordState.IN_FORCE, RecordState.WITHDRAWN},
    RecordState.WITHDRAWN: set[RecordState](),
}


def check_change(state: RecordState, to: RecordState) -> None:
    """Raise `StateNotOpen` unless a record in `state` may become `to`.

    Source: NDRC order 36 (2025) for repair and its withdrawal; a withdrawn record is never put back, its provider hands
    in a new one.
    """
    if to not in FOLLOWS[state]:
        raise StateNotOpen


def record_reference(natural_key: UUID | str) -> str:
    """What a case about a record is about."""
    return f"record:{natural_key}"


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount that makes a record graver: the larger of `fields`, in the field's own unit, from `at_least` on."""

    fields: tuple[str, ...]
    at_least: Decimal
    severity: Severity


@dataclass(frozen=True, slots=True)
class SeverityRule:
    """How grave a record is: `fixed`, or by the kinds that `field` holds and by amounts; the gravest decides."""

    fixed: Severity | None
    field: str
    kinds: Mapping[str, Severity]
    amounts: tuple[Amount, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds where `field` has one of `any_of`."""

    field: str
    any_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Needed:
    """What a record must hold: in `field` one of the values `any_of`, or (`mentions`) a text with one of the words."""

    field: str
    any_of: tuple[str, ...]
    mentions: bool = False


@dataclass(frozen=True, slots=True)
class Longer:
    """A public period ends no sooner than `months` after the day in `field`, where `when` holds."""

    field: str
    months: int
    when: Condition


@dataclass(frozen=True, slots=True)
class PublicityRule:
    """For how long a record is public. `periods` in months by severity, None: never; `kind` as in publicity.yaml."""

    kind: str
    otherwise: Audience
    version: str
    effective_from: date
    effective_until: date | None
    months: int | None
    periods: Mapping[Severity, int | None]
    only_when: Condition | None
    not_when: Condition | None
    minimum_months: Mapping[Severity, int] = field(default_factory=dict)  # shortest public periods, by severity
    ends_with_validity: bool = False  # of `months`: no longer than the record is valid
    no_sooner: Longer | None = None  # of `while-valid`: what was found at its end is shown for a while


@dataclass(frozen=True, slots=True)
class Publication:
    """What policy decided of one record: half-open period `[public_from, public_until)`; None: without end."""

    audience: Audience
    public_from: date | None
    public_until: date | None
    policy: str


GRAVITY = {Severity.MINOR: 0, Severity.GENERAL: 1, Severity.SERIOUS: 2}


def severity(rule: SeverityRule, values: Mapping[str, str], amounts: Mapping[str, Decimal]) -> Severity:
    """How grave a record with these values is; `其他-…` counts as `其他`, an unlisted kind as general.

    Source: the policy entry's own `source`.
    """
    if rule.fixed is not None:
        return rule.fixed
    kinds = [kind.split("-")[0] for kind in values.get(rule.field, "").split(";") if kind]
    found = [rule.kinds.get(kind, Severity.GENERAL) for kind in kinds] or [Severity.GENERAL]
    for amount in rule.amounts:
        if any(amounts.get(f, Decimal(0)) >= amount.at_least for f in amount.fields):
            found.append(amount.severity)
    return max(found, key=GRAVITY.__getitem__)


def months_after(day: date, months: int) -> date:
    """The same day of the month `months` later; the month's last day where there is no such day.

    Source: Civil Code (民法典) art. 202: a period in months ends on the corresponding day, else on the month's last.
    """
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _holds(condition: Condition, values: Mapping[str, str]) -> bool:
    return values.get(condition.field, "") in condition.any_of


def _no_sooner(rule: PublicityRule, ends: date, values: Mapping[str, str]) -> date:
    longer = rule.no_sooner
    if longer is None or not values.get(longer.field) or not _holds(longer.when, values):
        return ends
    return max(ends, months_after(date.fromisoformat(values[longer.field]), longer.months))


def publication(
    rule: PublicityRule,
    *,
    grade: Severity | None,
    decided_on: date | None,
    valid_from: date | None,
    valid_until: date | None,
    values: Mapping[str, str],
) -> Publication:
    """Audience and public period of one record; `valid_until` is the last day of validity, None: without end.

    Source: the policy entry's own `source`.
    """
    hidden = Publication(rule.otherwise, None, None, rule.version)
    begins = valid_from if rule.kind == "while-valid" and valid_from else decided_on
    if rule.kind == "never" or begins is None:
        return hidden
    if rule.only_when and not _holds(rule.only_when, values):
        return hidden
    if rule.not_when and _holds(rule.not_when, values):
        return hidden
    ends: date | None = None
    if rule.kind == "while-valid":
        ends = _no_sooner(rule, valid_until + timedelta(days=1), values) if valid_until else None
    elif rule.kind in {"months", "by-severity"}:
        months = rule.months if rule.kind == "months" else rule.periods.get(grade or Severity.GENERAL)
        if months is None:
            return hidden
        ends = months_after(begins, months)
        if rule.ends_with_validity and valid_until is not None:
            ends = min(ends, valid_until + timedelta(days=1))
    if ends is not None and ends <= begins:
        return hidden
    return Publication(Audience.PUBLIC, begins, ends, rule.version)
