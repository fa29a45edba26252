"""Figures of data quality for machines; open to everyone. Counts of rows alone, of departments and never of persons."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from chengxin.base.errors import NotFound
from chengxin.intake.quality import policy, queries
from chengxin.intake.quality.queries import FigureRow
from chengxin.intake.quality.rules import month_written
from chengxin.registry.accounts import queries as accounts

router = Router()
FAILING = 5


class WordsOut(Schema):
    zh: str
    en: str


class DefinitionOut(Schema):
    code: str
    name: WordsOut
    formula: WordsOut
    level: str
    target: float
    weight: int
    owner: str
    source: str
    verified: bool
    version: str


class RuleOut(Schema):
    code: str
    name: WordsOut
    definition: WordsOut


class DefinitionsOut(Schema):
    month: str
    checks: list[DefinitionOut]
    rules: list[RuleOut]


class MonthOut(Schema):
    month: str
    kind: str
    computed_at: datetime


class MonthsOut(Schema):
    items: list[MonthOut]


class FigureOut(Schema):
    check: str
    good: int
    total: int
    rate: float | None
    target: float
    reached: bool


class ProviderOut(Schema):
    organisation_code: str
    organisation_zh: str
    organisation_en: str
    score: float | None
    level: str | None
    disputes_received: int
    disputes_closed: int
    figures: list[FigureOut]


class FailedRuleOut(Schema):
    rule: str
    rows: int
    organisations: int


class MonthFiguresOut(Schema):
    month: str
    kind: str
    computed_at: datetime
    average_score: float | None
    city: list[FigureOut]
    failing_most: list[FailedRuleOut]
    items: list[ProviderOut]


@router.get("", response=MonthsOut, summary="Months with figures of data quality")
def months(request: HttpRequest) -> dict[str, Any]:
    """Newest first. `kind`: closing (final, never changed) or provisional."""
    found = [queries.computed(month) for month in queries.months_computed()]
    return {"items": [{"month": c.month.code, "kind": c.kind, "computed_at": c.at} for c in found]}


@router.get("/{month}", response=MonthFiguresOut, summary="Data quality of a month")
def figures(request: HttpRequest, month: str) -> dict[str, Any]:
    """By department: of `total` rows, `good` passed each check; total score, level of maturity, disputes.

    `month` as 2026-09. What each check means: `/quality/{month}/definitions`.
    """
    found = _computed(month)
    rows = queries.provider_rows(found)
    named = {o.id: o for o in accounts.organisations()}
    return {
        "month": found.month.code,
        "kind": found.kind,
        "computed_at": found.at,
        "average_score": queries.average_score(rows),
        "city": _figures(queries.figures(found)),
        "failing_most": [
            {"rule": f.rule, "rows": f.rows, "organisations": f.providers}
            for f in queries.failing_most(found, most=FAILING)
        ],
        "items": [
            {
                "organisation_code": named[r.provider_id].code,
                "organisation_zh": named[r.provider_id].name_zh,
                "organisation_en": named[r.provider_id].name_en,
                "score": r.score,
                "level": r.level,
                "disputes_received": r.disputes_received,
                "disputes_closed": r.disputes_closed,
                "figures": _figures(r.figures),
            }
            for r in rows
        ],
    }


@router.get("/{month}/definitions", response=DefinitionsOut, summary="What the checks of a month mean")
def definitions(request: HttpRequest, month: str) -> dict[str, Any]:
    """Every check with formula, target in per cent, owner and source, and every rule of validation."""
    found = _computed(month)
    checks = queries.definitions_of(found.month)
    return {"month": found.month.code, "checks": checks, "rules": policy.rules(found.month.first)}


def _figures(rows: tuple[FigureRow, ...]) -> list[dict[str, Any]]:
    return [
        {
            "check": r.definition.code,
            "good": r.good,
            "total": r.total,
            "rate": r.rate,
            "target": r.definition.target,
            "reached": r.reached,
        }
        for r in rows
        if r.total
    ]


def _computed(text: str) -> queries.Computed:
    month = month_written(text)
    if month is None:
        raise NotFound
    return queries.computed(month)
