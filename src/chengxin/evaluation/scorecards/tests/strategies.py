"""Facts and models as hypothesis draws them; engines are tested with the same."""

from datetime import date, timedelta

from hypothesis import strategies as st

from chengxin.evaluation.scorecards.model import Measure, Repaired
from chengxin.evaluation.scorecards.rules import Fact
from chengxin.evaluation.scorecards.tests.factories import bins, indicator, model, veto

TODAY = date(2026, 6, 30)
RESOURCES = {
    "penalty-organisation": ("CF_CFLB", ("罚款", "警告", "罚款;警告"), "CF_NR_FK"),
    "contract-performance": ("PERFORMANCE", ("全部履行", "部分履行", "未履行"), "AMOUNT"),
    "inspection-result": ("RESULT", ("未发现问题", "发现问题责令改正"), None),
    "serious-breach": ("LIST", ("生态环境领域严重失信",), None),
}
STATES = ("in-force", "in-force", "in-force", "disputed", "suspended", "repaired", "withdrawn")


@st.composite
def facts(draw, most=12):
    """Some facts about one subject, with ids from 1."""
    made = []
    for number in range(draw(st.integers(0, most))):
        resource = draw(st.sampled_from(sorted(RESOURCES)))
        field, values, amount = RESOURCES[resource]
        on = TODAY - timedelta(days=draw(st.integers(-40, 1600)))
        made.append(
            Fact(
                id=number + 1,
                resource=resource,
                on=on,
                values={field: draw(st.sampled_from(values))} if draw(st.booleans()) else {},
                amounts={amount: draw(st.integers(0, 10**14))} if amount and draw(st.booleans()) else {},
                severity=draw(st.sampled_from(("", "minor", "general", "serious"))),
                state=draw(st.sampled_from(STATES)),
                until=draw(st.one_of(st.none(), st.just(TODAY + timedelta(days=draw(st.integers(-400, 400)))))),
            )
        )
    return made


@st.composite
def indicators(draw, code="one"):
    """An indicator of any measure, as the checks would let it pass."""
    measure = draw(st.sampled_from(list(Measure)))
    resource = draw(st.sampled_from(sorted(RESOURCES)))
    field, values, amount = RESOURCES[resource]
    if amount is None and measure is Measure.SUM:
        measure = Measure.COUNT
    of_sums = measure is Measure.SHARE and amount is not None and draw(st.booleans())
    chosen = {field: (draw(st.sampled_from(values)).split(";")[0],)}
    points = draw(st.lists(st.integers(-60, 60), min_size=3, max_size=3))
    edges = sorted(draw(st.sets(st.sampled_from((1, 2, 30, 500, 1000, 5000, 10**10)), min_size=2, max_size=2)))
    fading = measure in {Measure.COUNT, Measure.SUM} and draw(st.booleans())
    windowed = fading or measure is Measure.TREND or draw(st.booleans())
    return indicator(
        code,
        measure=measure,
        resource=resource,
        where=chosen if measure is Measure.SHARE or draw(st.booleans()) else {},
        of_where={field: tuple(v.split(";")[0] for v in values)} if measure is Measure.SHARE else {},
        severity=draw(st.sampled_from(((), ("serious",), ("general", "serious")))),
        field=amount if measure is Measure.SUM or of_sums else None,
        of_field=amount if of_sums else None,
        window_months=draw(st.sampled_from((1, 6, 12, 36))) if windowed else None,
        decay_half_life_months=draw(st.sampled_from((1, 7, 12))) if fading else None,
        repaired=draw(st.sampled_from(list(Repaired))),
        missing_points=min(points) if measure in {Measure.SHARE, Measure.RECENCY} else None,
        bins=bins(points[0], edges[0], points[1], edges[1], points[2]),
    )


@st.composite
def models(draw):
    """A model of one to four such indicators, with or without a veto."""
    held = [draw(indicators(f"indicator-{n}")) for n in range(draw(st.integers(1, 4)))]
    vetoes = (veto(window_months=draw(st.sampled_from((None, 12)))),) if draw(st.booleans()) else ()
    return model(*held, vetoes=vetoes)
