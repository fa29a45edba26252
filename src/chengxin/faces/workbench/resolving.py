"""What the pages about rows without a code say: reasons of a score in words, lines of lists."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from chengxin.faces.workbench.pages import words
from chengxin.faces.workbench.shown import field_names, item_name, organisation_names
from chengxin.intake.resolution.comparing import LEVELS
from chengxin.intake.resolution.queries import CandidateRow, DecisionRow, RowDetail, WaitingRow
from chengxin.intake.resolution.rules import Act, State
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.catalogue.rules import FieldType

STATES: dict[str, Any] = {
    State.WAITING: _("待确认主体"),
    State.TIED: _("已关联"),
    State.RETURNED: _("已退回报送单位"),
}
TAGS = {State.WAITING: "tag-wait", State.TIED: "tag-good", State.RETURNED: "tag-bad"}
ACTS: dict[str, Any] = {Act.TIED: _("关联"), Act.RELEASED: _("解除关联"), Act.RETURNED: _("退回")}
COMPARISONS: dict[str, Any] = {
    "name": _("名称整体"),
    "brand": _("字号"),
    "trade": _("行业"),
    "region": _("行政区划"),
    "ending": _("组织形式"),
    "branch": _("分支机构"),
    "details": _("法定代表人和住所"),
    "code": _("其他代码"),
    "rarity": _("字号的独特程度"),
}
REASONS: dict[tuple[str, str], Any] = {
    ("name", "same"): _("完全相同（不计括号、繁简和数字写法）"),
    ("name", "parts"): _("各部分相同，写法不同"),
    ("name", "other"): _("不相同"),
    ("brand", "same"): _("相同"),
    ("brand", "slip"): _("只差一个同音字、重字或者颠倒，像打字错误"),
    ("brand", "one-character"): _("差一个字"),
    ("brand", "contained"): _("一个是另一个的开头"),
    ("brand", "other"): _("不同"),
    ("trade", "same"): _("相同"),
    ("trade", "shortened"): _("一个是另一个的简称"),
    ("trade", "missing"): _("有一方没有写"),
    ("trade", "other"): _("不同"),
    ("region", "same"): _("相同"),
    ("region", "missing"): _("有一方没有写到县区"),
    ("region", "other"): _("不同"),
    ("ending", "same"): _("相同"),
    ("ending", "missing"): _("有一方没有写明"),
    ("ending", "other"): _("不同"),
    ("branch", "same"): _("同为本部或者同一分支机构"),
    ("branch", "other"): _("一方是分支机构，或者是不同的分支机构"),
    ("details", "both"): _("两项都相同"),
    ("details", "one"): _("有一项相同，另一项没有写"),
    ("details", "missing"): _("没有可比的内容"),
    ("details", "divided"): _("一项相同，一项不同"),
    ("details", "other"): _("不同"),
    ("details", "neither"): _("两项都不同"),
    ("code", "same"): _("指向这个主体"),
    ("code", "missing"): _("没有写，或者登记中没有"),
    ("code", "other"): _("指向另一个主体"),
    ("rarity", "alone"): _("登记中只有这一家使用"),
    ("rarity", "few"): _("登记中有几家使用"),
    ("rarity", "some"): _("登记中有若干家使用"),
    ("rarity", "many"): _("登记中很多家使用"),
    ("rarity", "missing"): _("没有可比的内容"),
}
STRONG = 0.5  # bits from which on a reason speaks for or against


@dataclass(frozen=True, slots=True)
class Reason:
    """One comparison in words; `speaks`: for, against or little; `bits` its weight."""

    name: Any
    told: Any
    speaks: str
    bits: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A candidate as the page shows it."""

    row: CandidateRow
    percent: str
    reasons: tuple[Reason, ...]


def row_line(row: WaitingRow, organisations: dict[int, str]) -> dict[str, Any]:
    """A row without a code for a list."""
    return {
        "row": row,
        "item": item_name(row.item),
        "provider": organisations.get(row.provider_id, ""),
        "state": STATES[row.state],
        "tag": TAGS[State(row.state)],
        "percent": percent(row.best) if row.best else "",
    }


def percent(share: float) -> str:
    """A probability as people read it; never a plain 100 %."""
    return f"{min(share, 0.999) * 100:.1f}%"


def shown(candidate: CandidateRow) -> Shown:
    """A candidate with the reasons of its score, the strongest first; of a later comparison nothing was weighed."""
    ordered = sorted((c for c in LEVELS if c in candidate.levels), key=lambda c: -abs(candidate.bits[c]))
    reasons = tuple(
        Reason(COMPARISONS[c], REASONS[c, candidate.levels[c]], _speaks(candidate.bits[c]), f"{candidate.bits[c]:+.1f}")
        for c in ordered
    )
    return Shown(candidate, percent(candidate.probability), reasons)


def _speaks(bits: float) -> str:
    if abs(bits) < STRONG:
        return "little"
    return "for" if bits > 0 else "against"


def row_context(detail: RowDetail) -> dict[str, Any]:
    """All that the page of one row says."""
    item = catalogue.item(detail.row.item)
    names = field_names(detail.row.item)
    shown_fields = [f.code for f in item.fields if f.code in detail.values and f.type != FieldType.SEALED]
    values = [(names[code], detail.values[code]) for code in shown_fields]
    return {
        "line": row_line(detail.row, organisation_names()),
        "values": values,
        "item_words": words(item.name),
        "candidates": [shown(c) for c in detail.candidates],
        "decisions": [_decision(d) for d in detail.decisions],
        "is_open": detail.row.state != State.TIED,
        "is_tied": detail.row.state == State.TIED,
        "representative": detail.representative,
        "address": detail.address,
    }


def _decision(row: DecisionRow) -> dict[str, Any]:
    return {"row": row, "act": ACTS[row.act]}
