"""Months, checks and what their figures mean: shares, scores, levels of maturity; codes that were mistyped. Pure."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from chengxin.base.calendar.errors import UnannouncedYear
from chengxin.base.calendar.rules import WorkingDays
from chengxin.base.identifiers.rules import (
    CREDIT_CODE_ALPHABET,
    CREDIT_CODE_VALUES,
    CREDIT_CODE_WEIGHTS,
    is_credit_code,
)
from chengxin.registry.subjects.rules import bigrams, comparable_name

ONE_DAY = timedelta(days=1)
HUNDRED = Decimal(100)
RULE = "rule:"  # a figure of a row rule of collection, e.g. `rule:check-digit`
DISPUTES = "disputes"


class Check(StrEnum):
    """A check that figures are kept of (质量检查项); its name, formula and target stand in policy."""

    REPORTING = "reporting"  # 上报率
    COMPLIANCE = "compliance"  # 合规率
    TIMELINESS = "timeliness"  # 及时率
    ACCEPTANCE = "acceptance"  # 其他目录项入库合格率
    CODES = "codes"  # 代码正确率, of which 重错码率 is the rest
    UNIQUE = "unique-subjects"  # 一主体一代码
    CONFLICTS = "conflicts"  # 部门间一致率
    COMPLETENESS = "completeness"  # 完整率
    FRESHNESS = "freshness"  # 更新及时率
    AGRICULTURE = "agriculture"  # 新型农业经营主体覆盖率


class Level(StrEnum):
    """To which level of maturity a check belongs (成熟度)."""

    REQUIRED = "required"  # 必备级
    EXPECTED = "expected"  # 良好级
    EXCELLENT = "excellent"  # 优秀级


class Kind(StrEnum):
    """Why figures were computed (计算性质)."""

    PROVISIONAL = "provisional"  # of a month that runs, or is not closed yet
    CLOSING = "closing"  # the figures that count
    RECOMPUTED = "recomputed"  # computed again after closing; they stand beside those that count


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month of the city's time zone, `[first, until)`."""

    year: int
    number: int

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def until(self) -> date:
        """The first day after it."""
        return self.after.first

    @property
    def after(self) -> "Month":
        """The next month."""
        return month_of(self.first + timedelta(days=31))

    @property
    def before(self) -> "Month":
        """The month before."""
        return month_of(self.first - ONE_DAY)

    @property
    def code(self) -> str:
        """As addresses write it, e.g. `2026-09`."""
        return f"{self.year:04d}-{self.number:02d}"

    def moments(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """Its first moment and the first moment after it, in the time zone `zone`."""
        return datetime.combine(self.first, time.min, zone), datetime.combine(self.until, time.min, zone)


def month_of(day: date) -> Month:
    """The month in which the day lies."""
    return Month(day.year, day.month)


def month_written(text: str) -> Month | None:
    """The month that `2026-09` names; None for anything else."""
    year, dash, number = text.partition("-")
    if len(text) != 7 or not dash or not (year + number).isascii() or not (year + number).isdigit():
        return None
    return Month(int(year), int(number)) if 2000 <= int(year) <= 2200 and 1 <= int(number) <= 12 else None


def months_until(month: Month, *, count: int) -> tuple[Month, ...]:
    """That month and those before it, oldest first, `count` in all."""
    found = [month]
    while len(found) < count:
        found.append(found[-1].before)
    return tuple(reversed(found))


@dataclass(frozen=True, slots=True)
class Words:
    """A text in Chinese and English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Definition:
    """What a check means (指标定义) on a day. `target` in per cent; `owner`: an organisation's code."""

    code: str
    place: int
    name: Words
    formula: Words
    rows: Words
    level: Level
    target: Decimal
    weight: int
    owner: str
    source: str
    verified: bool
    version: str


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure of a month: of `total` rows (or subjects, items) of a provider, `good` passed the check.

    `division` is the provider's, or the subjects' where a check is about the register itself; `item` "" for all.
    """

    check: str
    provider_id: int
    division: str
    item: str
    good: int
    total: int


def share(good: int, total: int) -> Decimal | None:
    """The passed part in per cent with two decimals, never rounded up to a full hundred; None of nothing.

    Source: the policy entry of the check.
    """
    if total <= 0:
        return None
    exact = HUNDRED * good / total
    told = exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return Decimal("99.99") if told == HUNDRED and good < total else told


def meets(good: int, total: int, target: Decimal) -> bool:
    """Whether the exact share reaches the target. Source: the policy entry of the check."""
    return HUNDRED * good >= target * total


def score(figures: Mapping[str, tuple[int, int]], definitions: Iterable[Definition]) -> Decimal | None:
    """The mean of the shares of (good, total) by check, weighted as policy says, 0 to 100 with one decimal.

    Checks of which nothing was seen do not count; None where there is none. Source: policy entries of the checks.
    """
    seen = [(d.weight, figures[d.code]) for d in definitions if figures.get(d.code, (0, 0))[1] > 0]
    weights = sum(weight for weight, _ in seen)
    if not weights:
        return None
    points = sum((weight * HUNDRED * good / total for weight, (good, total) in seen), Decimal(0))
    return (points / weights).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def maturity(figures: Mapping[str, tuple[int, int]], definitions: Sequence[Definition]) -> Level | None:
    """The highest level whose checks, and those of all levels below, reach their targets; None below the first.

    A check of which nothing was seen stands in no one's way, and helps no one to its level: one of whose checks none
    was seen is passed over. Source: policy entries of the checks.
    """
    reached = None
    for level in Level:
        seen = [(d, figures[d.code]) for d in definitions if d.level == level and figures.get(d.code, (0, 0))[1] > 0]
        if not all(meets(good, total, d.target) for d, (good, total) in seen):
            break
        if seen:
            reached = level
    return reached


@dataclass(frozen=True, slots=True)
class InTime:
    """Which decisions a day's hand-ins are in time for: pairs (day handed in, day decided), and days not judged."""

    pairs: tuple[tuple[date, date], ...]
    unjudged: frozenset[date]


def in_time(month: Month, *, allowed: Mapping[date, int], calendar: WorkingDays) -> InTime:
    """For each day of the month, on which days was decided what is handed in in time on it.

    `allowed` maps each day of decision that is asked for to its working days. The day of the decision is not counted:
    Civil Code (民法典) art. 201. Days on which a year without a holiday notice would have to be counted are not judged.
    Source of the number of days: policy `quality/double-publicity`.
    """
    pairs, unjudged = [], set()
    last_day: dict[date, date | None] = {}
    for decided, days in allowed.items():
        try:
            last_day[decided] = calendar.add(decided, days)
        except UnannouncedYear:
            last_day[decided] = None
    for offset in range((month.until - month.first).days):
        day = month.first + timedelta(days=offset)
        fitting = [d for d in allowed if d <= day]
        if any(last_day[d] is None for d in fitting):
            unjudged.add(day)
            continue
        pairs += [(day, d) for d in fitting if (last := last_day[d]) is not None and day <= last]
    return InTime(tuple(pairs), frozenset(unjudged))


def written_code(text: str) -> str:
    """A code as codes are compared: half-width, upper case, without spaces and apostrophes."""
    return unicodedata.normalize("NFKC", text).strip().strip("'").replace(" ", "").upper()


class Edit(StrEnum):
    """How a proposed code differs from the one that was handed in (差异)."""

    SUBSTITUTION = "substitution"  # 一位填错
    TRANSPOSITION = "transposition"  # 相邻两位颠倒
    SAME_NAME = "same-name"  # the register's code of the subject that bears the name
    SAME_CODE = "same-code"  # the code is right, and the register has another name


def neighbours(code: str) -> dict[str, Edit]:
    """The valid codes within one substitution or one transposition of neighbours of `code`, about 18 of them.

    The check equation has exactly one solution for each place whose character may be wrong, because 31 is prime and no
    weight is zero; so none of the 540 others has to be looked up. Source: GB 32100-2015.
    """
    if len(code) != len(CREDIT_CODE_WEIGHTS) + 1:
        return {}
    foreign = [place for place, character in enumerate(code) if character not in CREDIT_CODE_VALUES]
    if len(foreign) > 1:
        return {}
    found: dict[str, Edit] = {}
    for place in foreign or range(len(code)):
        solved = code[:place] + _solution(code, place) + code[place + 1 :]
        if solved != code and is_credit_code(solved):
            found[solved] = Edit.SUBSTITUTION
    for place in range(len(code) - 1):
        swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        if not foreign and swapped != code and is_credit_code(swapped):
            found[swapped] = Edit.TRANSPOSITION
    return found


_WEIGHTS = (*CREDIT_CODE_WEIGHTS, 1)  # the check character itself: Σ value × weight ≡ 0 (mod 31)


def _solution(code: str, place: int) -> str:
    """The only character at `place` with which the code passes its check."""
    rest = sum(CREDIT_CODE_VALUES[c] * w for i, (c, w) in enumerate(zip(code, _WEIGHTS, strict=True)) if i != place)
    return CREDIT_CODE_ALPHABET[-rest * pow(_WEIGHTS[place], -1, 31) % 31]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A registered code with its subject's names; `names` comparable, the present one first."""

    code: str
    name: str
    names: tuple[str, ...]
    edit: Edit


@dataclass(frozen=True, slots=True)
class Proposal:
    """A correction that is proposed: `likeness` of the names from 0 to 1, two decimals."""

    code: str
    name: str
    edit: Edit
    likeness: Decimal


def ranked(name: str, candidates: Iterable[Candidate], *, least: Decimal, most: int) -> tuple[Proposal, ...]:
    """The candidates whose subject's name matches, most alike first; of equal ones the smaller edit, then the code.

    One proposal a code; none below the likeness `least`, at most `most`. Source: policy `quality/proposals`.
    """
    best: dict[str, Proposal] = {}
    order = list(Edit)
    for one in candidates:
        alike = max((likeness(name, other) for other in one.names), default=Decimal(0))
        proposal = Proposal(one.code, one.name, one.edit, alike)
        if one.edit != Edit.SAME_CODE and alike < least:
            continue
        before = best.get(one.code)
        if before is None or order.index(one.edit) < order.index(before.edit):
            best[one.code] = proposal
    in_order = sorted(best.values(), key=lambda p: (-p.likeness, order.index(p.edit), p.code))
    return tuple(in_order[:most])


def likeness(name: str, other: str) -> Decimal:
    """How alike two names are, by their pairs of characters (Dice), 0 to 1; 1 where they compare equal.

    Source: as the search compares names (docs/adr/0007-search-by-pairs-of-characters.md).
    """
    if comparable_name(name) == comparable_name(other):
        return Decimal(1)
    mine, theirs = set(bigrams(name)), set(bigrams(other))
    if not mine or not theirs:
        return Decimal(0)
    return (Decimal(2 * len(mine & theirs)) / (len(mine) + len(theirs))).quantize(Decimal("0.01"))
