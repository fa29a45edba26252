"""A small model, right in every point, and ways to bend it."""

from dataclasses import replace
from datetime import date
from typing import Any

from chengxin.evaluation.scorecards.model import (
    Bin,
    CutOff,
    Dimension,
    Indicator,
    Kind,
    Measure,
    Model,
    Population,
    Unknown,
    Veto,
)
from chengxin.registry.catalogue.rules import LegalBasis, Words

SAID = Words("说明", "Words")
BASIS = LegalBasis("示例法", "第一条", "example", False)
PENALTY, LIST, CONTRACT = "penalty-organisation", "serious-breach", "contract-performance"


def bins(*edges_and_points: int) -> tuple[Bin, ...]:
    """`bins(points, edge, points, edge, points)`: from the lowest values to the highest."""
    points, edges = edges_and_points[::2], edges_and_points[1::2]
    starts, belows = (None, *edges), (*edges, None)
    return tuple(Bin(s, b, p, SAID) for s, b, p in zip(starts, belows, points, strict=True))


def indicator(code: str = "penalties", **changes: Any) -> Indicator:
    made = Indicator(code, SAID, Measure.COUNT, PENALTY, bins(20, 1, 0, 3, -20), window_months=24)
    return replace(made, **changes)


def veto(**changes: Any) -> Veto:
    return replace(Veto("listed", SAID, LIST, "C", BASIS), **changes)


def model(*indicators: Indicator, **changes: Any) -> Model:
    """A model of these indicators (or one), with highest and lowest points and cut-offs that fit them."""
    held = Dimension("law", SAID, indicators or (indicator(),))
    lowest, highest = 100 + held.worst, 100 + held.best
    made = Model(
        code="example",
        version=1,
        title=SAID,
        purpose=SAID,
        limits=SAID,
        kind=Kind.ORGANISATION,
        population=Population(("legal-person",), ("active",), (), ()),
        legal_basis=(BASIS,),
        source=Words("示例", "example"),
        verified=False,
        effective_from=date(2026, 1, 1),
        approver="114501000075510245",
        base_points=100,
        lowest=lowest,
        highest=highest,
        dimensions=(held,),
        vetoes=(veto(),),
        cut_offs=(
            CutOff("A", highest, SAID),
            CutOff("B", lowest + 2, SAID),
            CutOff("C", lowest + 1, SAID),
            CutOff("D", lowest, SAID),
        ),
        unknown=Unknown((PENALTY, CONTRACT), 500),
    )
    return replace(made, **changes)
