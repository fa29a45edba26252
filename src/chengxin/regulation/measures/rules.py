"""Which measures apply to a subject in a matter: restrictions and rewards by the same rule. Pure.

A measure is answered where the catalogue of measures, the checks catalogue and a ground (a list entry or a decision)
all hold at that moment, and in no other case. What cannot be expressed here: a computed grade. A ground is what an
authority decided about the subject by name.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import NamedTuple

from chengxin.registry.records.rules import months_after


class Effect(StrEnum):
    """Which way a measure goes (奖惩方向)."""

    RESTRICTION = "restriction"  # 失信惩戒
    REWARD = "reward"  # 守信激励


class Class(IntEnum):
    """The classes of the national basic list (措施类别)."""

    REWARD = 0  # 守信激励
    LESSENING = 1  # 减损权益或者增加义务
    HANDLING = 2  # 公共机关履职中的相关管理
    BY_OTHERS = 3  # 其他主体自主决定
    BY_LAW = 4  # 法律另有规定的其他措施


class Kind(StrEnum):
    """What a measure does (措施种类): 14 kinds of restriction, then kinds of reward."""

    MARKET_ENTRY = "market-entry"  # 限制市场或者行业准入
    POSTS = "posts"  # 限制任职
    HIGH_CONSUMPTION = "high-consumption"  # 限制消费
    EXIT_BAN = "exit-ban"  # 不准出境
    SCHOOLING = "schooling"  # 限制升学复学
    PUBLICATION = "publication"  # 共享公示
    CRITICISM = "criticism"  # 通报批评、公开谴责
    PUBLIC_PROJECTS = "public-projects"  # 限制财政性资金项目
    HONOURS = "honours"  # 限制评先评优
    PREFERENTIAL_POLICY = "preferential-policy"  # 限制优惠政策和便利
    KEY_SUPERVISION = "key-supervision"  # 重点监管
    MARKET_RATINGS = "market-ratings"  # 纳入市场化征信和评级
    CREDIT_GRANTING = "credit-granting"  # 从严审慎授信
    OTHER_BY_LAW = "other-by-law"  # 法律规定的其他措施
    GREEN_CHANNEL = "green-channel"  # 绿色通道
    REDUCED_DOCUMENTS = "reduced-documents"  # 容缺受理
    FEWER_INSPECTIONS = "fewer-inspections"  # 减少检查
    PRIORITY_PROJECTS = "priority-projects"  # 项目优先
    PROCUREMENT_SCORING = "procurement-scoring"  # 采购加分
    HONOURS_FIRST = "honours-first"  # 优先评先评优
    PAY_LATER = "pay-later"  # 先享后付
    FINANCING = "financing"  # 融资服务
    BENEFITS = "benefits"  # 公交、文化等惠民


class Target(StrEnum):
    """Whom a measure meets (适用对象)."""

    ORGANISATION = "organisation"  # 失信主体本身 (法人、非法人组织、个体工商户)
    LEGAL_REPRESENTATIVE = "legal-representative"  # 法定代表人、主要负责人
    PERSONS_LIABLE = "persons-liable"  # 直接责任人员
    NATURAL_PERSON = "natural-person"  # 自然人


PERSONS = frozenset({Target.LEGAL_REPRESENTATIVE, Target.PERSONS_LIABLE, Target.NATURAL_PERSON})


class Outcome(StrEnum):
    """What the asking department did with an answer (反馈结果)."""

    APPLIED = "applied"  # 已实施
    NOT_APPLIED = "not-applied"  # 未实施
    REWARDED = "rewarded"  # 已给予激励


@dataclass(frozen=True, slots=True)
class Basis:
    """A law and article on which a measure or a matter stands; not verified until a lawyer has confirmed it."""

    law: str
    article: str
    verified: bool


class LeastAmount(NamedTuple):
    """An amount from which a decision counts: the larger of `fields`, in the field's own unit, from `at_least` on."""

    fields: tuple[str, ...]
    at_least: Decimal


class ServedWithin(NamedTuple):
    """The time for serving a decision: so many working days; so many days where the calendar does not know the year."""

    working_days: int
    days: int


@dataclass(frozen=True, slots=True)
class RecordTrigger:
    """A record of `item` that triggers a measure: `field` has one of `any_of`, or an amount is reached; so grave.

    Each of the fields of `also` has one of its values besides. It counts for `months` after its decision, 0: as long as
    it is public. `served_by`: the law by which such a decision is served on its party; `served_within`: the time for
    it, after which it is presumed; `served_on`: the field that says when it was done, empty where the item has none.
    Nothing of it for what grants something. `dated_by`: the field with the day of the decision, where that is not the
    item's own; `decided_from`: the first such day that counts, None: every one.
    """

    item: str
    field: str = ""
    any_of: frozenset[str] = frozenset()
    amounts: tuple[LeastAmount, ...] = ()
    severity: str = ""
    months: int = 0
    served_by: str = ""
    served_within: ServedWithin | None = None
    served_on: str = ""
    also: tuple[tuple[str, frozenset[str]], ...] = ()
    dated_by: str = ""
    decided_from: date | None = None

    @property
    def conditions(self) -> tuple[tuple[str, frozenset[str]], ...]:
        """The fields that decide, each with the values of which it has one."""
        return (*([(self.field, self.any_of)] if self.field else []), *self.also)


@dataclass(frozen=True, slots=True)
class Measure:
    """An entry of the catalogue of measures; in force `[effective_from, effective_until)`, None: without end.

    `list_months`: for how many months at most it lasts after an entry of that list took effect; else as long as that.
    """

    code: str
    version: str
    name_zh: str
    name_en: str
    klass: Class
    kind: Kind
    effect: Effect
    lists: frozenset[str]
    records: tuple[RecordTrigger, ...]
    targets: frozenset[Target]
    executors: tuple[str, ...]
    basis: tuple[Basis, ...]
    does_zh: str
    does_en: str
    starts_zh: str
    starts_en: str
    ends_zh: str
    ends_en: str
    exceptions_zh: str
    exceptions_en: str
    origin: str
    needs_discretion: bool
    needs_feedback: bool
    effective_from: datetime
    effective_until: datetime | None
    verified: bool
    list_months: tuple[tuple[str, int], ...] = ()

    @property
    def can_be_ordered(self) -> bool:
        """Whether a public body may apply it; what others do of their own will it may not."""
        return self.klass is not Class.BY_OTHERS


@dataclass(frozen=True, slots=True)
class Matter:
    """An entry of the checks catalogue: who may check, for which statutory purpose, which measures are answered."""

    code: str
    version: str
    name_zh: str
    name_en: str
    purpose_zh: str
    purpose_en: str
    basis: tuple[Basis, ...]
    subjects: frozenset[Target]
    departments: tuple[str, ...]
    measures: frozenset[str]
    verified: bool


class Ground(NamedTuple):
    """What an authority decided about a subject: a list entry, or a decision among the records.

    In force `[since, until)`, in the city's time; `served_at`: when notice of it was served, None: not at all;
    `is_service_presumed`: nobody said when, so it is when the time was over. `trigger` is a list's code, or None with
    the `RecordTrigger` that the record meets in `meets`.
    """

    about: str
    reference: str
    trigger: str | None
    meets: RecordTrigger | None
    authority_zh: str
    authority_en: str
    decision_number: str
    decided_on: str
    served_at: datetime | None
    since: datetime
    until: datetime | None
    origin: str = "city"
    disputed: bool = False
    is_service_presumed: bool = False

    @property
    def is_decided(self) -> bool:
        """Whether a decision with a day and a reference stands behind it."""
        return bool(self.reference and self.decided_on)


class Identity(NamedTuple):
    """Whom a code names. `about` is empty where the platform knows nobody by it; `name` is empty of natural persons."""

    asked: str
    is_valid: bool
    about: str = ""
    code: str = ""
    name: str = ""
    kind: str = ""
    status: str = ""

    @property
    def target(self) -> Target:
        """Whether the code is one of an organisation (or sole trader) or of a natural person."""
        return Target.NATURAL_PERSON if self.about.startswith("person:") else Target.ORGANISATION


class Applying(NamedTuple):
    """A measure that applies, on which ground, and until when: the first moment at which it does no longer."""

    measure: Measure
    ground: Ground
    until: datetime | None


def answer(
    identity: Identity, *, grounds: Iterable[Ground], measures: Iterable[Measure], matter: Matter, at: datetime
) -> tuple[Applying, ...]:
    """The measures that apply to that subject in that matter at that moment; restrictions first, then by code.

    Source: 国办发〔2020〕49号 part 3 (no measure outside the catalogue, none without a decision, notice and an end);
    广西壮族自治区社会信用条例 on incentives.
    """
    standing = [g for g in grounds if g.about and g.about == identity.about and is_in_force(g, at)]
    if not standing or identity.target not in matter.subjects:
        return ()
    found = [
        Applying(measure, ground, until)
        for measure in measures
        if may_be_answered(measure, matter, at=at) and meets(measure, identity)
        for ground in standing
        if is_triggered(measure, ground) and carries(ground, measure.effect, at=at)
        if (until := _until(measure, ground)) is None or at < until
    ]
    return tuple(sorted(found, key=lambda a: (a.measure.effect is Effect.REWARD, a.measure.code, a.ground.reference)))


def may_be_answered(measure: Measure, matter: Matter, *, at: datetime) -> bool:
    """Whether the catalogues let that matter answer with that measure at that moment.

    Source: 国务院常务会议 2020-11-25: what others decide of their own will no public body may order.
    """
    begun = measure.effective_from <= at
    return (
        measure.can_be_ordered
        and measure.code in matter.measures
        and begun
        and (measure.effective_until is None or at < measure.effective_until)
    )


def meets(measure: Measure, identity: Identity) -> bool:
    """Whether the measure meets such a subject; a person by an entry of the person's own, in whichever capacity.

    Source: the measure's own `targets`.
    """
    if identity.target is Target.ORGANISATION:
        return Target.ORGANISATION in measure.targets
    return bool(measure.targets & PERSONS)


def is_triggered(measure: Measure, ground: Ground) -> bool:
    """Whether the ground is one of those that the measure names. Source: the measure's own `triggers`."""
    if ground.trigger is not None:
        return ground.trigger in measure.lists
    return ground.meets is not None and ground.meets in measure.records


def is_such(trigger: RecordTrigger, values: Mapping[str, str], *, severity: str) -> bool:
    """Whether a record with these values is one that the trigger names; several codes in a field are parted by `;`.

    Source: the measure's own `triggers`.
    """
    if trigger.severity and trigger.severity != severity:
        return False
    if trigger.field and not trigger.any_of.isdisjoint(values.get(trigger.field, "").split(";")):
        return True
    for least in trigger.amounts:
        if any(Decimal(values[f]) >= least.at_least for f in least.fields if values.get(f)):
            return True
    return not (trigger.field or trigger.amounts)


def carries(ground: Ground, effect: Effect, *, at: datetime) -> bool:
    """Whether the ground carries a measure with that effect: decided; a restriction also served, and with an end.

    Source: 国办发〔2020〕49号 part 3: notice, reasons and a term before any restriction.
    """
    if not ground.is_decided:
        return False
    if effect is Effect.REWARD:
        return True
    return ground.served_at is not None and ground.served_at <= at and ground.until is not None


def is_in_force(ground: Ground, at: datetime) -> bool:
    """Whether the ground stands at that moment, `[since, until)`. Source: the list entry or decision itself."""
    return ground.since <= at and (ground.until is None or at < ground.until)


def _until(measure: Measure, ground: Ground) -> datetime | None:
    ends = (
        ground.until,
        measure.effective_until,
        *(_after(ground.since, n) for c, n in measure.list_months if c == ground.trigger),
    )
    return min((end for end in ends if end is not None), default=None)


def _after(since: datetime, months: int) -> datetime:
    day = months_after(since.date(), months)
    return since.replace(year=day.year, month=day.month, day=day.day)


def may_ask(matter: Matter, organisations: Collection[str]) -> bool:
    """Whether one of these organisations (one's own and those above it) is among those that the matter names.

    Source: the checks catalogue's own `departments`.
    """
    return not set(organisations).isdisjoint(matter.departments)


def may_apply(measure: Measure, organisations: Collection[str]) -> bool:
    """Whether one of these organisations (one's own and those above it) is among those that execute the measure.

    Source: the measure's own `executors`; 国办发〔2020〕49号 part 3: no measure beyond what the catalogue says.
    """
    return not set(organisations).isdisjoint(measure.executors)


def as_asked_by(matter: Matter, organisations: Collection[str], measures: Iterable[Measure]) -> Matter:
    """The matter with those of these measures alone that one of these organisations may apply: only they are answered.

    Source: as of `may_apply`.
    """
    known = {m.code for m in measures if may_apply(m, organisations)}
    return replace(matter, measures=matter.measures & known)


def may_report(measure: Measure, outcome: Outcome, organisations: Collection[str]) -> bool:
    """Whether one of these organisations may report that outcome: who may not apply a measure can only have left it.

    Source: as of `may_apply`.
    """
    return outcome is Outcome.NOT_APPLIED or may_apply(measure, organisations)


def feedback_fits(measure: Measure, outcome: Outcome) -> bool:
    """Whether that outcome can be reported of that measure: a reward is given, a restriction applied, or neither.

    Source: the effect of the measure.
    """
    done = Outcome.REWARDED if measure.effect is Effect.REWARD else Outcome.APPLIED
    return outcome in {done, Outcome.NOT_APPLIED}


def needs_reason(measure: Measure, outcome: Outcome) -> bool:
    """Whether a reason must be recorded: where nothing was done, and where a discretion was exercised.

    Source: the measure's own `discretion`.
    """
    return outcome is Outcome.NOT_APPLIED or measure.needs_discretion
