"""Commitments (信用承诺): what a letter says, what is due when, what records prove, where a commitment stands. Pure."""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from chengxin.base.identifiers.rules import CREDIT_CODE_ALPHABET
from chengxin.registry.catalogue.rules import Words
from chengxin.registry.records.rules import Needed, months_after

ALPHABET = CREDIT_CODE_ALPHABET
PREFIX = "CN"  # 承诺
DRAWN = CHECK_CODE_LENGTH = 8
ONE_DAY = timedelta(days=1)
_NUMBER = re.compile(rf"{PREFIX}(\d{{8}})([{ALPHABET}]{{{DRAWN}}})([{ALPHABET}])")
_REFERENCE = re.compile(r"(?=.*\d)[\w〔〕()\[\]【】《》/·.,、\-—]{2,60}")
_MISREAD = str.maketrans({"O": "0", "I": "1", "S": "5", "V": "U", "Z": "2"})


class Kind(StrEnum):
    """The six types (承诺类型). Source: 国办发〔2019〕35号, 国办发〔2020〕42号 and practice."""

    APPROVAL = "approval"  # 审批替代型
    PAPERS = "papers"  # 容缺受理型
    CERTIFICATE = "certificate"  # 证明事项型
    REPAIR = "repair"  # 信用修复型
    OWN_WILL = "own-will"  # 主动型
    INDUSTRY = "industry"  # 行业自律型


# How the catalogue's lists `commitment-kind` and `commitment-state` call them.
KINDS = {
    Kind.APPROVAL: "审批替代型",
    Kind.PAPERS: "容缺受理型",
    Kind.CERTIFICATE: "证明事项型",
    Kind.REPAIR: "信用修复型",
    Kind.OWN_WILL: "主动型",
    Kind.INDUSTRY: "行业自律型",
}
KIND_OF = {name: kind for kind, name in KINDS.items()}


class State(StrEnum):
    """Where a commitment stands (履行状态)."""

    RUNNING = "running"  # 履行中
    PERFORMED = "performed"  # 全部履行
    PARTLY = "partly"  # 部分履行
    NOT_PERFORMED = "not-performed"  # 未履行


STATES = {
    State.RUNNING: "履行中",
    State.PERFORMED: "全部履行",
    State.PARTLY: "部分履行",
    State.NOT_PERFORMED: "未履行",
}


STATE_OF = {name: state for state, name in STATES.items()}


class Cause(StrEnum):
    """What undid a finding of breach (认定撤销的原因), or, of `MENDED`, ended what it bars while it stands."""

    CORRECTED = "corrected"  # 该记录已更正
    WITHDRAWN = "withdrawn"  # 该记录已撤销
    REVIEWED = "reviewed"  # 经复核撤销
    MENDED = "mended"  # 已补正履行, 恢复适用告知承诺制


REVOKING = frozenset({Cause.CORRECTED, Cause.WITHDRAWN, Cause.REVIEWED})
BREACHES = frozenset({State.PARTLY, State.NOT_PERFORMED})


class Result(StrEnum):
    """What a check of one obligation found (核查结果)."""

    MET = "met"  # 已履行
    NOT_MET = "not-met"  # 未履行


class SubjectKind(StrEnum):
    """Who can sign a letter."""

    ORGANISATION = "organisation"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class DataCheck:
    """A check by records: one of `item` that holds all of `needed` must appear, or (`appears` False) be absent.

    `authorities`: by one of these alone, by credit code; none: by whomsoever. It counts what was promised, no more.
    """

    item: str
    appears: bool
    needed: tuple[Needed, ...] = ()
    authorities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Obligation:
    """Something promised (承诺义务), due a number of days after signing; `data` None: the department checks it."""

    code: str
    text: Words
    due_days: int
    data: DataCheck | None = None


@dataclass(frozen=True, slots=True)
class Consequence:
    """A task for the competent department that follows a finding of breach (违诺后续处理)."""

    task: str
    name: Words
    department: str


@dataclass(frozen=True, slots=True)
class Reference:
    """What a letter is given for (承诺所涉事项): how its number is called, such as 受理编号.

    `item`: the catalogue item one of whose records about the promisor bears the number; empty: none needs to.
    """

    name: Words
    item: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """A letter of commitment in one version (承诺书模板). `authority` is a credit code; empty: associations' model.

    `version` names the policy entry or the association's version; `text.zh` is authentic. `reference` None: it is
    given for no single matter, and runs once for each promisor.
    """

    code: str
    version: str
    kind: Kind
    item_code: str
    matter: Words
    text: Words
    authority: str
    basis: str
    verified: bool
    subjects: tuple[SubjectKind, ...]
    term_months: int
    obligations: tuple[Obligation, ...]
    breach: Words
    on_breach: tuple[Consequence, ...]
    has_rectification: bool
    needs_second_factor: bool
    shows_organisations: bool
    effective_from: date
    effective_until: date | None
    reference: Reference | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of the authentic text, hexadecimal: what a signature binds to."""
        return text_digest(self.text.zh)

    def obligation(self, code: str) -> Obligation:
        """The obligation with that code. Raises `KeyError`."""
        return {o.code: o for o in self.obligations}[code]

    def can_be_signed_on(self, day: date) -> bool:
        """Whether the version is in force that day, `[effective_from, effective_until)`, and has an authority.

        Source: the version's own dates.
        """
        begun = self.effective_from <= day
        return bool(self.authority) and begun and (self.effective_until is None or day < self.effective_until)


def text_digest(text: str) -> str:
    """SHA-256 of a text in UTF-8, hexadecimal. Source: GB/T 46277-2025 (what was signed must stay provable)."""
    return hashlib.sha256(text.encode()).hexdigest()


def due_on(signed_on: date, due_days: int) -> date:
    """The last day in time: calendar days after the day of signing, which is not counted.

    Source: Civil Code (民法典) art. 201; the number of days is the letter's.
    """
    return signed_on + timedelta(days=due_days)


def is_late(due_on: date, *, on: date) -> bool:
    """Whether the time of an obligation is over on that day: its last day is still in time.

    Source: Civil Code (民法典) art. 203.
    """
    return due_on < on


def last_day_in_time_before(on: date) -> date:
    """Obligations due until that day are late on the day `on`. Source: as `is_late`."""
    return on - ONE_DAY


def reminded_until(on: date, days_before: int) -> date:
    """Of obligations due until that day the promisor is reminded on `on`, at the earliest calendar days before.

    Source: the policy entry's own `source`.
    """
    return on + timedelta(days=days_before)


def asks_for_an_act(obligation: Obligation) -> bool:
    """Whether somebody has still to do something: nothing has to be done for what records must not show.

    Source: the letter's own obligation.
    """
    return obligation.data is None or obligation.data.appears


class Told(StrEnum):
    """Of what the promisor or the authority was told once by a notice (提醒)."""

    SOON = "soon"  # 将到期: the promisor
    LATE = "late"  # 到期未核查: the authority
    CONTRADICTED = "contradicted"  # 数据比对不符: the authority


def ends_on(signed_on: date, months: int) -> date:
    """The last day of the term. Source: Civil Code (民法典) art. 202; the number of months is the letter's."""
    return months_after(signed_on, months) - ONE_DAY


def fits(due_days: int, months: int) -> bool:
    """Whether an obligation is due within the term, whatever the day of signing.

    Source: this platform; no term of `months` months, its last day by `ends_on`, is shorter than what is held here.
    """
    return due_days < 365 * months // 12 - (3 if months % 12 else 0)


def shown_if_found_since(on: date, months: int) -> date:
    """The earliest day of a finding that is still shown on `on`, `months` after it no more.

    Source: policy/publicity.yaml, `commitment`.
    """
    day = months_after(on, -months)
    while months_after(day, months) <= on:
        day += ONE_DAY
    return day


def free_from(ends_on: date, days: int) -> date:
    """The first day on which the same can be promised again, though nobody found whether it was kept.

    Source: policy/commitment-procedure.yaml, `after-term`: what finding it may still take when the term is over.
    """
    return ends_on + ONE_DAY + timedelta(days=days)


def reference_of(typed: str) -> str | None:
    """The number of a matter in the one form in which it is kept; None where it is none.

    Source: this platform; document numbers hold letters, digits and brackets, and at least one digit.
    """
    text = "".join(unicodedata.normalize("NFKC", typed[:200]).split()).upper()
    return text if _REFERENCE.fullmatch(text) else None


def matter_with(matter: Words, name: Words, reference: str) -> Words:
    """How a matter is called together with the number that it was promised for. Source: this platform."""
    return Words(
        f"{matter.zh}（{name.zh}：{reference}）", f"{matter.en} ({name.en[:1].lower()}{name.en[1:]} {reference})"
    )


def proven(check: DataCheck, *, found: bool, told_by: date, on: date) -> Result | None:
    """What records prove on a day; None: nothing yet. `found`: such a record is dated from signing until the due day.

    A record proves at once, that there is none only after `told_by`, the last day on which one of the due day may
    still be handed in. Source: the letter's own obligation, the item's update; nothing is decided by it.
    """
    if found:
        return Result.MET if check.appears else Result.NOT_MET
    if on <= told_by:
        return None
    return Result.NOT_MET if check.appears else Result.MET


FOUND: dict[str, State] = {  # step that decides -> where the commitment stands then
    "confirm-fulfilled": State.PERFORMED,
    "find-partly": State.PARTLY,
    "find-breached": State.NOT_PERFORMED,
}


def state_after(step: str, state: State) -> State:
    """Where a commitment stands after a step of a case about it: only a decision moves it, and only while it runs.

    Source: 国办发〔2020〕49号 (notice, statement and defence before what is adverse); the steps are the procedure's.
    """
    return FOUND.get(step, state) if state is State.RUNNING else state


_ADVERSE_FIRST = (State.NOT_PERFORMED, State.PARTLY, State.RUNNING, State.PERFORMED)


def undoes(recorded: State, *, found: State) -> bool:
    """Whether a record that says `recorded` now undoes the finding that it told of: where it says less of a breach.

    A record that says more finds nothing: that takes notice and defence. Source: 国办发〔2020〕49号.
    """
    return found in BREACHES and _ADVERSE_FIRST.index(recorded) > _ADVERSE_FIRST.index(found)


def is_shown(template: Template, *, is_person: bool, consents: bool) -> bool:
    """Whether the commitment is published: an organisation's as the letter says, a person's only with consent.

    Source: 个人信息保护法 art. 13, 25; 国办发〔2019〕35号.
    """
    return consents if is_person else template.shows_organisations


def commitment_number(day: date, drawn: str) -> str:
    """The number of a commitment signed on `day`, e.g. `CN20261125-8HJ2-K7QM-5`; `drawn`: 8 characters of `ALPHABET`.

    Source: this platform; a check character after ISO/IEC 7064's idea finds each wrong character.
    """
    body = f"{day:%Y%m%d}{drawn}"
    return f"{PREFIX}{day:%Y%m%d}-{drawn[:4]}-{drawn[4:]}-{_check(body)}"


def number_of(typed: str) -> str | None:
    """The number that someone typed, in its own form; None where it is none. Source: as `commitment_number`."""
    text = "".join(c for c in unicodedata.normalize("NFKC", typed[:100]).upper() if c.isalnum())
    found = _NUMBER.fullmatch(PREFIX + text.removeprefix(PREFIX).translate(_MISREAD))
    if found is None or _check(found[1] + found[2]) != found[3]:
        return None
    return f"{PREFIX}{found[1]}-{found[2][:4]}-{found[2][4:]}-{found[3]}"


def _check(body: str) -> str:
    # Weights 1 to 16 modulo the prime 31: every wrong character and every swap of two is found, as with ISBN-10.
    return ALPHABET[sum(place * ALPHABET.index(c) for place, c in enumerate(body, start=1)) % len(ALPHABET)]


def open_obligations(obligations: Sequence[Obligation], met: Sequence[str]) -> tuple[Obligation, ...]:
    """The obligations that no check has found met yet, in the letter's order. Source: the letter's own."""
    return tuple(o for o in obligations if o.code not in met)


def same_code(typed: str, code: str) -> bool:
    """Whether the check code that someone typed is the letter's; compared in constant time. Source: this platform."""
    plain = "".join(c for c in unicodedata.normalize("NFKC", typed[:100]).upper() if c.isalnum())
    return hmac.compare_digest(plain.translate(_MISREAD).encode(), code.encode())
