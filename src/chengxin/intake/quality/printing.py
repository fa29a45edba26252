"""The report of a closed month as the Typst template prints it: texts only, in one language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import yaml
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from chengxin.base.clock import CITY_TIME
from chengxin.base.documents import typesetting
from chengxin.base.policy import city_folder
from chengxin.intake.quality import policy, queries
from chengxin.intake.quality.queries import Computed, FigureRow, Point, ProviderRow
from chengxin.intake.quality.rules import RULE, Level, Words
from chengxin.registry.accounts import queries as accounts

TEMPLATE = Path(__file__).parent / "typst" / "report.typ"
CHINESE, ENGLISH = "zh-hans", "en"
FAILING = 5
NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Content:
    """All that a month's report says, as data."""

    computed: Computed
    figures: tuple[FigureRow, ...]
    providers: tuple[ProviderRow, ...]
    failing: tuple[queries.FailedRule, ...]
    trend: tuple[Point, ...]
    trends: Mapping[int, tuple[Point, ...]]


def content_of(computed: Computed) -> Content:
    """The month's figures as the report tells them."""
    providers = tuple(r for r in queries.provider_rows(computed) if r.score is not None)
    return Content(
        computed=computed,
        figures=queries.figures(computed),
        providers=providers,
        failing=queries.failing_most(computed, most=FAILING),
        trend=queries.score_trend(None, computed.month),
        trends=queries.score_trends(computed.month),
    )


def pdf(content: Content, *, number: str, language: str, at: datetime) -> bytes:
    """The report as PDF, not yet signed. Raises `FontsMissing`."""
    with translation.override(language):
        return typesetting.typeset(TEMPLATE, printed(content, number=number, language=language, at=at), at=at)


def printed(content: Content, *, number: str, language: str, at: datetime) -> dict[str, Any]:
    """What the template prints, JSON-ready, in the language that is active."""
    say = _Saying(is_english=language == ENGLISH)
    month = content.computed.month
    names = {o.id: say.of(o.name_zh, o.name_en) for o in accounts.organisations()}
    address = f"{settings.PUBLIC_ADDRESS.rstrip('/')}/quality?month={month.code}"
    return {
        "language": "en" if language == ENGLISH else "zh",
        "site": say.words(_city()["site"]),
        "office": say.words(_city()["office"]),
        "title": _("信用信息数据质量月报"),
        "month": month.code,
        "number": number,
        "facts": [
            [_("月份"), month.code],
            [_("定稿时间"), f"{content.computed.at.astimezone(CITY_TIME):%Y-%m-%d %H:%M}"],
            [_("出具时间"), f"{at.astimezone(CITY_TIME):%Y-%m-%d %H:%M}"],
            [_("编号"), number],
            [_("各单位平均总分"), _told(queries.average_score(content.providers))],
            [_("收到异议"), str(sum(p.disputes_received for p in content.providers))],
            [_("办结异议"), str(sum(p.disputes_closed for p in content.providers))],
        ],
        "address": address,
        "address_told": _("每个数字后面的明细和工单见"),
        "demo": _("演示：企业、人员和记录均为虚构") if settings.DEMO else "",
        "checks": _checks(content, say),
        "providers": _providers(content, names),
        "failing": _failing(content, say),
        "trend": [[p.month.code, _told(p.average), float(p.average or 0)] for p in content.trend],
        "trend_title": _("平均总分走势"),
        "definitions": _definitions(content, say, names),
        "rules": [[say.words(r.name), say.words(r.definition)] for r in policy.rules(month.first)],
        "rules_title": _("校验规则"),
        "page": _("第 {page} 页，共 {pages} 页"),
        "note": _(
            "总分是各检查项结果按权重的平均，没有数据的检查项不计。成熟度：某一级和更低各级的检查项全部达标，"
            "才算达到这一级；没有数据的级别跳过。这里只统计单位，不涉及任何个人。"
        ),
    }


@dataclass(frozen=True, slots=True)
class _Saying:
    """Chooses between two texts."""

    is_english: bool

    def of(self, zh: str, en: str) -> str:
        return en if self.is_english and en else zh

    def words(self, words: Words) -> str:
        return self.of(words.zh, words.en)


def level_name(level: Level | None) -> str:
    """What a level of maturity is called."""
    if level is None:
        return _("未达必备级")
    return {Level.REQUIRED: _("必备级"), Level.EXPECTED: _("良好级"), Level.EXCELLENT: _("优秀级")}[level]


def _told(number: Decimal | None, unit: str = "") -> str:
    return NOTHING if number is None else f"{number}{unit}"


def _checks(content: Content, say: _Saying) -> dict[str, Any]:
    return {
        "title": _("全市"),
        "head": [_("质量指标"), _("成熟度"), _("结果"), _("目标"), _("达标"), _("未通过")],
        "rows": [
            [
                say.words(f.definition.name),
                level_name(f.definition.level),
                _told(f.rate, "%"),
                f"{f.definition.target:f}%",
                NOTHING if not f.total else _("达标") if f.reached else _("未达标"),
                f"{f.failed:,}",
            ]
            for f in content.figures
        ],
        "links": [rows_address(content, check=f.definition.code) for f in content.figures],
    }


def rows_address(content: Content, *, check: str = "", organisation: str = "") -> str:
    """Where the rows behind a number and their work orders stand, for those who may see them."""
    query = {"month": content.computed.month.code} | ({"organisation": organisation} if organisation else {})
    path = f"/checks/{quote(check)}" if check else ""
    return f"{settings.PUBLIC_ADDRESS.rstrip('/')}/workbench/quality{path}?{urlencode(query)}"


def _providers(content: Content, names: Mapping[int, str]) -> dict[str, Any]:
    codes = {o.id: o.code for o in accounts.organisations()}
    months = [p.month.code for p in content.trend]
    return {
        "title": _("各单位总分及走势"),
        "head": [_("单位"), *months, _("成熟度"), _("收到异议"), _("办结异议")],
        "rows": [
            [
                names.get(p.provider_id, ""),
                *(_told(one.rate) for one in content.trends.get(p.provider_id, ())),
                level_name(p.level),
                str(p.disputes_received),
                str(p.disputes_closed),
            ]
            for p in content.providers
        ],
        "links": [rows_address(content, organisation=codes.get(p.provider_id, "")) for p in content.providers] + [""],
        "average": [_("各单位平均"), *(_told(p.average) for p in content.trend), "", "", ""],
    }


def _failing(content: Content, say: _Saying) -> dict[str, Any]:
    known = {r.code: r for r in policy.rules(content.computed.month.first)}
    rows = [
        [say.words(known[f.rule].name) if f.rule in known else f.rule, f"{f.rows:,}", str(f.providers)]
        for f in content.failing
    ]
    return {
        "title": _("没有通过最多的五条校验规则"),
        "head": [_("规则"), _("未通过行数"), _("单位数")],
        "rows": rows,
        "links": [rows_address(content, check=f"{RULE}{f.rule}") for f in content.failing],
        "nothing": _("这个月没有未通过校验的行。"),
    }


def _definitions(content: Content, say: _Saying, names: Mapping[int, str]) -> dict[str, Any]:
    by_code = {o.code: names[o.id] for o in accounts.organisations()}
    return {
        "title": _("检查项的定义"),
        "rows": [
            [
                say.words(f.definition.name),
                say.words(f.definition.formula),
                " · ".join(
                    (
                        f"{_('目标')} {f.definition.target:f}%",
                        f"{_('权重')} {f.definition.weight}",
                        f"{_('指标负责单位')} {by_code.get(f.definition.owner, f.definition.owner)}",
                        f.definition.source,
                        f.definition.version,
                    )
                ),
            ]
            for f in content.figures
        ],
    }


@cache
def _city() -> dict[str, Words]:
    content = yaml.safe_load((city_folder() / "city.yaml").read_text(encoding="utf-8"))
    return {key: Words(content[key]["zh"], content[key]["en"]) for key in ("site", "office")}
