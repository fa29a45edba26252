"""Says a model in plain words, in the language that is active: what counts, over which time, for how many points."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from chengxin.evaluation.scorecards.model import Bin, Indicator, Measure, Model, Repaired, Veto, Where
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.catalogue.rules import Words

KINDS = {
    "organisation": _lazy("企业和其他组织"),
    "sole-trader": _lazy("个体工商户"),
    "supplier": _lazy("政府采购供应商"),
    "village": _lazy("行政村"),
    "farm-household": _lazy("农户"),
}
SUBJECTS = {
    "legal-person": _lazy("法人"),
    "other-organisation": _lazy("非法人组织"),
    "sole-trader": _lazy("个体工商户"),
    "active": _lazy("存续"),
    "revoked": _lazy("吊销"),
    "deregistered": _lazy("注销"),
}
SEVERITIES = {"minor": _lazy("轻微"), "general": _lazy("一般"), "serious": _lazy("严重")}
STATES = {
    "file": _lazy("草稿，尚未提交"),
    "drafted": _lazy("草案，等待试算"),
    "tried": _lazy("已试算，等待审批"),
    "approved": _lazy("已批准，等待发布"),
    "refused": _lazy("未获批准"),
    "withdrawn": _lazy("已撤回"),
    "coming": _lazy("已发布，尚未生效"),
    "in-force": _lazy("生效中"),
    "superseded": _lazy("已被新版本取代"),
}


@dataclass(frozen=True, slots=True)
class BinLine:
    """One range of values, what it means, and its points."""

    text: str
    points: int


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """An indicator as people read it."""

    code: str
    title: str
    how: str
    bins: tuple[BinLine, ...]
    best: int
    worst: int


@dataclass(frozen=True, slots=True)
class DimensionLine:
    """A dimension with its indicators, and the points it can give."""

    title: str
    best: int
    worst: int
    indicators: tuple[IndicatorLine, ...]


@dataclass(frozen=True, slots=True)
class VetoLine:
    """A veto as people read it, with its own legal basis."""

    title: str
    how: str
    grade: str
    law: str
    article: str
    verified: bool


@dataclass(frozen=True, slots=True)
class GradeLine:
    """A grade and the points from `start` to `end`, both counted."""

    grade: str
    title: str
    start: int
    end: int


def say(words: Words) -> str:
    """A text of the profile in the active language."""
    return words.en if (get_language() or "").startswith("en") else words.zh


def kind_of(model: Model) -> str:
    """Whom the model looks at."""
    return str(KINDS[model.kind.value])


def state_in_words(state: str) -> str:
    """Where a version stands."""
    return str(STATES[state])


def population(model: Model) -> list[str]:
    """Who belongs to the population, one sentence a condition."""
    who, lines = model.population, []
    if who.kinds:
        lines.append(_("类别：{kinds}").format(kinds=_joined(str(SUBJECTS[k]) for k in who.kinds)))
    if who.statuses:
        lines.append(_("登记状态：{states}").format(states=_joined(str(SUBJECTS[s]) for s in who.statuses)))
    if who.divisions:
        lines.append(_("区域：{divisions}").format(divisions=_joined(_value("division", d) for d in who.divisions)))
    held = [f"{_item(h.resource)}{_selected(h.resource, h.where)}" for h in who.holding]
    if held:
        lines.append(_("有下列任意一种记录：{records}").format(records=_("；").join(held)))
    return lines


def dimensions(model: Model) -> tuple[DimensionLine, ...]:
    """All dimensions with their indicators."""
    return tuple(
        DimensionLine(say(d.title), d.best, d.worst, tuple(indicator(i) for i in d.indicators))
        for d in model.dimensions
    )


def indicator(one: Indicator) -> IndicatorLine:
    """One indicator: how it is computed, and its table of points."""
    lines = [BinLine(say(b.text), b.points) for b in one.bins]
    if one.missing_points is not None:
        lines.append(BinLine(_("没有这方面的记录"), one.missing_points))
    return IndicatorLine(one.code, say(one.title), _how(one), tuple(lines), one.best, one.worst)


def reached(one: Indicator, place: int | None) -> str:
    """What the bin with that number means; None: the value is missing."""
    return _("没有这方面的记录") if place is None else say(one.bins[place].text)


def better_bins(one: Indicator, points: int) -> list[Bin]:
    """The bins that give more than `points`, the nearest first."""
    return sorted((b for b in one.bins if b.points > points), key=lambda b: b.points)


def vetoes(model: Model) -> tuple[VetoLine, ...]:
    """All vetoes."""
    return tuple(_veto(v) for v in model.vetoes)


def grades(model: Model) -> tuple[GradeLine, ...]:
    """All grades from the best down, with their points."""
    found, end = [], model.highest
    for one in model.cut_offs:
        found.append(GradeLine(one.grade, say(one.title), one.start, end))
        end = one.start - 1
    return tuple(found)


def grade_title(model: Model, grade: str | None) -> str:
    """What a grade is called; without one: too little is known."""
    return next((say(c.title) for c in model.cut_offs if c.grade == grade), _("信息不足，不评定等级"))


def counting(*, disputed_counts: bool) -> str:
    """Which records count at all, whatever the model; `disputed_counts` as the city's policy says."""
    parts = [
        _("只算评价日仍然有效的记录：已撤销、已暂停的不算；公示的，过了公示期的不算。"),
        _("有异议、还没有结论的照算。") if disputed_counts else _("有异议、还没有结论的不算。"),
    ]
    return _sentences(parts)


def unknown(model: Model) -> str:
    """When there is no grade."""
    needed = -(-model.unknown.below_per_mille * len(model.unknown.of) // 1000)
    items = _joined(_item(code) for code in model.unknown.of)
    return ngettext(
        "以下信息中，至少要有 {n} 类记录才评定等级：{items}。",
        "以下信息中，至少要有 {n} 类记录才评定等级：{items}。",
        needed,
    ).format(n=needed, items=items)


def _veto(veto: Veto) -> VetoLine:
    records = f"{_item(veto.resource)}{_selected(veto.resource, veto.where, veto.severity)}"
    parts = [
        _("{window}有：{records}。").format(window=_window(veto.window_months), records=records),
        *_on_repaired(veto.repaired, veto.resource),
    ]
    law = veto.legal_basis
    return VetoLine(say(veto.title), _sentences(parts), veto.highest_grade, law.law, law.article, law.verified)


def _how(one: Indicator) -> str:
    given: dict[str, Any] = {
        "window": _window(one.window_months),
        "months": one.window_months,
        "records": f"{_item(one.resource)}{_selected(one.resource, one.where, one.severity)}",
        "of": f"{_item(one.resource)}{_selected(one.resource, one.of_where)}",
        "those": _("，").join(_conditions(one.resource, one.where, one.severity)),
        "field": _field(one.resource, one.field),
        "of_field": _field(one.resource, one.of_field),
    }
    parts = [_sentence(one).format(**given)]
    if one.decay_half_life_months is not None:
        parts.append(
            _("越久远的影响越小：每过 {n} 个月，影响减半（计算时按千分数）。").format(n=one.decay_half_life_months)
        )
    return _sentences([*parts, *_on_repaired(one.repaired, one.resource)])


def _on_repaired(repaired: Repaired, resource: str) -> list[str]:
    if repaired is Repaired.COUNT:
        return [_("已修复的也算。")]
    return [_("已修复的不算。")] if _item_nature(resource) == "negative" else []


def _sentences(parts: Iterable[str]) -> str:
    return (" " if (get_language() or "").startswith("en") else "").join(parts)


def _sentence(one: Indicator) -> str:
    if one.measure is Measure.SHARE and one.field is not None:
        if one.field == one.of_field and not one.where:
            return _("{window}的{of}：{field}。")
        if one.field == one.of_field:
            return _("{window}的{of}，按{field}算，其中{those}的占多大比例。")
        return _("{window}的{of}：{field}占{of_field}的比例。")
    return {
        Measure.COUNT: _("{window}的{records}，数有几条。"),
        Measure.SUM: _("{window}的{records}，把{field}加在一起。"),
        Measure.SHARE: _("{window}的{of}，其中{those}的占多大比例（按条数）。"),
        Measure.RECENCY: _("{window}的{records}，从最近一条到评价日过了多少天。"),
        Measure.TREND: _("最近 {months} 个月的{records}，比之前 {months} 个月多几条。"),
        Measure.EXISTENCE: _("{window}有没有{records}。"),
    }[one.measure]


def _window(months: int | None) -> str:
    if months is None:
        return _("评价日之前（不限时间）")
    return ngettext("最近 {n} 个月", "最近 {n} 个月", months).format(n=months)


def _selected(resource: str, where: Where, severity: tuple[str, ...] = ()) -> str:
    """The conditions in brackets; empty where there are none."""
    parts = _conditions(resource, where, severity)
    return _("（{conditions}）").format(conditions=_("，").join(parts)) if parts else ""


def _conditions(resource: str, where: Where, severity: tuple[str, ...] = ()) -> list[str]:
    item = catalogue.item(resource)
    parts = []
    for code, values in where.items():
        field = item.field_of(code)
        said = _joined(_value(field.code_list or "", one) for one in values)
        parts.append(_("{field}为{values}").format(field=say(field.name), values=said))
    if severity:
        parts.append(_("失信程度为{values}").format(values=_joined(str(SEVERITIES[s]) for s in severity)))
    return parts


def _value(code_list: str, value: str) -> str:
    lists: Mapping[str, Any] = catalogue.code_lists()
    if code_list in lists:
        meaning = lists[code_list].meanings.get(value)
        return say(meaning) if meaning else value
    name = catalogue.organisation_names().get(value)  # a credit code names an authority
    return say(name) if name else value


def _item(code: str) -> str:
    return _("“{name}”").format(name=say(catalogue.item(code).name))


def _item_nature(code: str) -> str:
    return catalogue.item(code).nature


def _field(resource: str, code: str | None) -> str:
    return say(catalogue.item(resource).field_of(code).name) if code else ""


def _joined(parts: Any) -> str:
    return _("、").join(parts)
