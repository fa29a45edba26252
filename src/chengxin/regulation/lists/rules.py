"""Lists (名单): what permits one, who may stand on it, from when until when, and how one leaves it. Pure.

Nothing here takes a grade, a score or a count of records: a list is entered by a decision, and by nothing else.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from chengxin.base.calendar.rules import WorkingDays
from chengxin.base.identifiers.rules import birth_date
from chengxin.registry.records.rules import Cause, RecordState, months_after

ADULT_MONTHS = 18 * 12
SUBJECT_OF_ORGANISATION, SUBJECT_OF_PERSON = "organisation", "person"


class Side(StrEnum):
    """Whether a list restricts or rewards."""

    RESTRICT = "restrict"  # 失信惩戒
    REWARD = "reward"  # 守信激励


class Level(StrEnum):
    """Level of law of a basis (法律位阶)."""

    LAW = "law"  # 法律
    ADMINISTRATIVE_REGULATION = "administrative-regulation"  # 行政法规
    CENTRAL_DOCUMENT = "central-document"  # 党中央、国务院政策文件
    MINISTRY_RULE = "ministry-rule"  # 部门规章
    MINISTRY_DOCUMENT = "ministry-document"  # 部门规范性文件
    JUDICIAL_INTERPRETATION = "judicial-interpretation"  # 司法解释
    LOCAL_REGULATION = "local-regulation"  # 地方性法规
    CITY_DOCUMENT = "city-document"  # 市级规范性文件


# Source: 国办发〔2020〕49号: a list needs one of these, a list of one place alone a local regulation; what ministries
# or governments of regions and cities want does not suffice.
PERMITTING = frozenset({Level.LAW, Level.ADMINISTRATIVE_REGULATION, Level.CENTRAL_DOCUMENT, Level.LOCAL_REGULATION})


class Hearing(StrEnum):
    """Whether a hearing (听证) is held before the decision."""

    REQUIRED = "required"  # 应当听证
    ON_REQUEST = "on-request"  # 当事人要求的, 应当听证
    NONE = "none"  # 不适用听证


class Exit(StrEnum):
    """How a subject leaves a list (移出)."""

    TERM = "term"  # 期满
    REPAIR = "repair"  # 信用修复
    PERFORMANCE = "performance"  # 履行义务
    REVOCATION = "revocation"  # 列入决定或者其依据被撤销
    COURT = "court"  # 人民法院裁判、行政复议决定
    CORRECTION = "correction"  # 列入有误, 更正
    APPLICATION = "application"  # 依申请提前移出
    CONSENT = "consent"  # 本人撤回同意


class Happening(StrEnum):
    """What happens to an entry, as its line in the public log says."""

    ENTERED = "entered"  # 列入
    HIDDEN = "suspended"  # 暂停公示
    SHOWN = "resumed"  # 恢复公示
    EXITED = "exited"  # 移出
    RESTORED = "restored"  # 恢复列入
    AMENDED = "amended"  # 期限更正缩短


class ArrivalKind(StrEnum):
    """What happens to an entry that arrived as a record, as its line in the public log says."""

    ARRIVED = "arrived"  # 传来列入
    AMENDED = "arrival-amended"  # 传来的列入更正内容
    HIDDEN = "arrival-hidden"  # 传来的列入暂停公示
    SHOWN = "arrival-shown"  # 传来的列入恢复公示
    GONE = "arrival-gone"  # 传来的列入移出


class ArrivalPlace(StrEnum):
    """Where an entry is that arrived as a record, apart from its time."""

    ON = "on"
    HIDDEN = "hidden"
    GONE = "gone"


class Found(StrEnum):
    """Why an arrived entry changed, in kind, where neither a case nor a court tells it."""

    HAND_IN = "hand-in"  # 提供单位传来的内容变了
    MERGE = "merge"  # 主体合并或者恢复
    OWN = "own-decision"  # 本平台另行作出决定, 由该决定的条目记载
    COMPARISON = "comparison"  # 每日核对时补记


# What lines of before 2026-11-26, which do not say it, changed in the number of those shown.
USUAL_CHANGE = {Happening.ENTERED: 1, Happening.EXITED: -1, Happening.RESTORED: 1}


class Origin(StrEnum):
    """Whose entry it is."""

    CITY = "city"  # 本市
    REGION = "region"  # 自治区
    NATION = "nation"  # 国家


class Way(StrEnum):
    """How the prior notice was served (送达方式)."""

    PLATFORM = "platform"  # 平台电子送达
    IN_PERSON = "in-person"  # 直接送达
    POST = "post"  # 邮寄送达
    PUBLIC_NOTICE = "public-notice"  # 公告送达


# How an authority takes an entry off by its own motion, and how at the subject's wish.
OWN_MOTION = frozenset({Exit.REVOCATION, Exit.COURT, Exit.CORRECTION, Exit.PERFORMANCE})
WRONG = frozenset({Exit.REVOCATION, Exit.COURT, Exit.CORRECTION})  # what was wrong from the start, or fell
ASKED_FOR = frozenset({Exit.APPLICATION, Exit.PERFORMANCE, Exit.CORRECTION})
REFERENCE = "list:"


@dataclass(frozen=True, slots=True)
class Basis:
    """A law that a list rests on, and its level."""

    law: str
    article: str
    level: Level


@dataclass(frozen=True, slots=True)
class Arrival:
    """Records that are entries of a list: those of `item` whose fields have one of the values, and none of others."""

    item: str
    any_of: Mapping[str, tuple[str, ...]]
    none_of: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class ListTerms:
    """One list as dated policy has it on a day. Months: usual, least and most; `early_after` None: at any time.

    `authorities` are the codes of the organisations that may decide here; empty: entries only arrive.
    `needs_consent`: a list that honours natural persons, who stand on it by their own consent alone, while it holds.
    """

    code: str
    version: str
    name_zh: str
    name_en: str
    side: Side
    is_closed: bool
    authorities: frozenset[str]
    authority_zh: str
    authority_en: str
    basis: tuple[Basis, ...]
    criteria_zh: str
    criteria_en: str
    hearing: Hearing
    defence_working_days: int
    months: int
    least_months: int
    most_months: int
    exits: frozenset[Exit]
    early_after: int | None
    subjects: frozenset[str]
    is_public: bool
    are_persons_published: bool
    needs_consent: bool
    arrivals: tuple[Arrival, ...]
    is_verified: bool
    note: str


@dataclass(frozen=True, slots=True)
class Wording:
    """What a person consents to by being named on a list, in both languages, of one version."""

    version: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry is after what happened to it last: on its list, hidden for a cause, or off it by an exit."""

    hidden: str = ""  # records.rules.Cause
    exit: str = ""

    @property
    def is_standing(self) -> bool:
        """Whether it is answered and shown."""
        return not self.hidden and not self.exit


@dataclass(frozen=True, slots=True)
class Following:
    """What follows for an entry when its record changes, and why, in kind."""

    happening: Happening
    reason: str
    place: Place


def follow(place: Place, change: RecordState, cause: str) -> Following | None:
    """What a record's change to `change` does to the entry that it tells of; None: nothing.

    A record that is hidden hides its entry, whatever hid it; one that was repaired or withdrawn ends it; one whose
    repair was withdrawn puts it back. Source: 《信用修复管理办法》 NDRC order 36 (2025); 国办发〔2020〕49号.
    """
    if change is RecordState.SUSPENDED and place.is_standing:
        why = cause or Cause.DISPUTE
        return Following(Happening.HIDDEN, why, Place(hidden=why))
    if change in {RecordState.REPAIRED, RecordState.WITHDRAWN} and not place.exit:
        exit = Exit.REPAIR if change is RecordState.REPAIRED else Exit(cause or Exit.CORRECTION)
        return Following(Happening.EXITED, exit, Place(exit=exit))
    if change in {RecordState.IN_FORCE, RecordState.DISPUTED} and place.hidden:
        return Following(Happening.SHOWN, place.hidden, Place())
    if change is RecordState.IN_FORCE and place.exit == Exit.REPAIR:
        return Following(Happening.RESTORED, Exit.REPAIR, Place())
    return None


def arrival_change(before: ArrivalPlace | None, after: ArrivalPlace | None) -> ArrivalKind | None:
    """What the log has to say of an arrived entry that it left at `before`, and that is at `after` with other words.

    `before` None: it says nothing of it yet; `after` None: no record makes it an entry. What was never on the list by
    the log is told when it first is. Source: ADR 0026.
    """
    now = after or ArrivalPlace.GONE
    if before is None:
        return ArrivalKind.ARRIVED if now is ArrivalPlace.ON else None
    if now is before:
        return None if now is ArrivalPlace.GONE else ArrivalKind.AMENDED
    return {
        ArrivalPlace.ON: ArrivalKind.SHOWN,
        ArrivalPlace.HIDDEN: ArrivalKind.HIDDEN,
        ArrivalPlace.GONE: ArrivalKind.GONE,
    }[now]


def reason_of(change: RecordState, cause: str) -> str:
    """Why a record that changed to `change` takes its entry off or hides it, in kind; nothing where it does neither.

    Source: as `follow`.
    """
    usual = {
        RecordState.SUSPENDED: Cause.DISPUTE.value,
        RecordState.REPAIRED: Exit.REPAIR.value,
        RecordState.WITHDRAWN: Exit.CORRECTION.value,
    }
    if change is RecordState.REPAIRED:
        return usual[change]
    return (cause or usual[change]) if change in usual else ""


def is_published(terms: ListTerms, *, about_person: bool) -> bool:
    """Whether an entry of this list stands on its public page. Source: the policy entry's own."""
    return terms.is_public and not terms.is_closed and (not about_person or terms.are_persons_published)


def reference_of(list_code: str, about: str) -> str:
    """What a case about an entry on a list is about."""
    return f"{REFERENCE}{list_code}:{about}"


def list_of(reference: str) -> str:
    """The list that such a reference names."""
    return reference.removeprefix(REFERENCE).split(":", 1)[0]


def is_permitted(basis: Collection[Basis]) -> bool:
    """Whether a list may exist on that basis. Source: 国办发〔2020〕49号 (laws, regulations, central documents)."""
    return any(b.level in PERMITTING for b in basis)


def origin_of(authority_code: str, *, city_division: str) -> Origin:
    """Whose authority decided, by the division inside its credit code (characters 3 to 8).

    Source: GB 32100-2015 (division of registration), GB/T 2260 (first two digits: region, first four: city).
    """
    division = authority_code[2:8]
    if division[:4] == city_division[:4]:
        return Origin.CITY
    return Origin.REGION if division[:2] == city_division[:2] else Origin.NATION


def is_minor(number: str, *, on: date) -> bool:
    """Whether the citizen with that number is under 18 on that day; one whose age cannot be told counts as a minor.

    Source: 《民法典》第十七条; lists never hold minors (法释〔2017〕7号 for judgment defaulters; here for every list).
    """
    born = birth_date(number)
    return born is None or on < months_after(born, ADULT_MONTHS)


def may_last(months: int, terms: ListTerms) -> bool:
    """Whether a decision may list for so many months. Source: the policy entry's own."""
    return terms.least_months <= months <= terms.most_months


def ends_on(begins_on: date, months: int) -> date:
    """First day on which an entry of so many months is over. Source: 《民法典》第二百零二条."""
    return months_after(begins_on, months)


def end_of(decided: date, corrected: date | None) -> date:
    """First day off the list of an entry whose record may say an earlier end than was decided; never a later one.

    Source: 国办发〔2020〕49号 (for no day longer than was decided).
    """
    return decided if corrected is None else min(decided, corrected)


def own_exits(terms: ListTerms) -> frozenset[Exit]:
    """How the authority may take an entry off this list by its own motion: what fell or was wrong ends on any list.

    Source: the policy entry's own; 《行政处罚法》第七十五条, by analogy (an authority mends what it finds wrong).
    """
    return OWN_MOTION & terms.exits | WRONG


def is_heard(terms: ListTerms, steps: Collection[str]) -> bool:
    """Whether what must come before a decision was done: the notice served, the defence answered or its time over.

    `steps` are those that were taken. A hearing is held where the list asks for one or the subject did; what the
    subject stated is answered, hearing or not, and a hearing that nobody was called to is none.
    Source: 国办发〔2020〕49号 (notice, statement and defence before the decision; objections verified and
    answered); 《行政处罚法》第六十四条, by analogy; the policy entry's own for hearings.
    """
    asks_for_hearing = terms.hearing is Hearing.REQUIRED or "ask-hearing" in steps
    if "serve" not in steps or (asks_for_hearing and not {"call-hearing", "hold-hearing"} <= set(steps)):
        return False
    if may_answer(steps):
        return False
    return not {"answer", "defence-over", "hold-hearing"}.isdisjoint(steps)


def may_ask_hearing(terms: ListTerms, steps: Collection[str], *, until: date | None, on: date) -> bool:
    """Whether the subject may still ask for a hearing, having stated its case or not: one, within the notice's days.

    `steps` are those that were taken; `until` is the last of the days, None while the calendar does not know it.
    Source: 《行政处罚法》第六十三条、第六十四条 (within five days of the notice), by analogy; the policy entry's own.
    """
    if terms.hearing is Hearing.NONE or "serve" not in steps or not {"ask-hearing", "call-hearing"}.isdisjoint(steps):
        return False
    return until is None or on <= until


def may_call_hearing(terms: ListTerms, steps: Collection[str]) -> bool:
    """Whether a hearing may be called, or called for another time: one was asked for or is due, and none was held.

    `steps` are those that were taken. Source: 《行政处罚法》第六十三条 (at the party's wish), by analogy; the policy
    entry's own where one is due.
    """
    is_held = {"call-hearing", "hold-hearing"} <= set(steps)
    return not is_held and (terms.hearing is Hearing.REQUIRED or "ask-hearing" in steps)


def may_answer(steps: Collection[str]) -> bool:
    """Whether the subject stated its case and waits for an answer. Source: 国办发〔2020〕49号."""
    return "defend" in steps and "answer" not in steps


def is_called_in_time(called_on: date, held_on: date, *, notice: int, calendar: WorkingDays) -> bool:
    """Whether so many whole working days lie between the day of the call and that of the hearing.

    Raises `UnannouncedYear`. Source: 《行政处罚法》第六十四条第二项, by analogy (days in working days: 第八十五条).
    """
    return calendar.add(called_on, notice) < held_on


def counts_as_served_on(given_on: date, days: int) -> date:
    """The day on which a notice counts as served that was handed over, sent or published on `given_on`.

    `days` (calendar days) is what its way takes; the first day is not counted.
    Source: 《民事诉讼法》第九十五条 for public notice (service as there: 《行政处罚法》第六十一条), by analogy.
    """
    return given_on + timedelta(days=days)


def early_from(begins_on: date, terms: ListTerms) -> date | None:
    """First day on which the subject may apply for early removal; None: this list knows none.

    Source: the policy entry's own (国家市场监督管理总局令第44号: after one year, on application).
    """
    if Exit.APPLICATION not in terms.exits:
        return None
    return months_after(begins_on, terms.early_after or 0)
