"""What the pages of evaluation runs draw and say: bars of grades by group, and sentences that state what to see."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chengxin.base.listing import listed
from chengxin.evaluation.runs.overview import Grouping, Line, Overview
from chengxin.evaluation.scorecards.model import Model
from chengxin.faces.workbench.pages import words

WIDTH, ROW, SHOWN = 640, 56, 20  # rows leave room for the larger letters of a phone
TITLES = {
    "sector": gettext_lazy("按行业"),
    "size": gettext_lazy("按规模（注册资本）"),
    "division": gettext_lazy("按县区"),
    "kind": gettext_lazy("按主体类别"),
}
PURPOSES = {"in-force": gettext_lazy("正式"), "trial": gettext_lazy("试算")}
ENGINES = {"duckdb": "DuckDB", "spark": "Spark"}


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of a line: whole units of the drawing, and its place among the grades for the colour."""

    x: int
    width: int
    tone: str
    title: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """One line of a chart with its place and bars."""

    name: str
    y: int
    bar_y: int
    bars: tuple[Bar, ...]
    line: Line


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines of stacked bars, each as wide as all subjects of its group."""

    code: str
    title: str
    finding: str
    height: int
    lines: tuple[Drawn, ...]
    left_out: int


def chart_of(grouping: Grouping, overview: Overview) -> Chart:
    """The chart of one kind of group; the largest groups are drawn, the table below it has all."""
    shown = grouping.lines[:SHOWN]
    drawn = tuple(_drawn(line, place, legend(overview)) for place, line in enumerate(shown))
    title = str(TITLES[grouping.code])
    return Chart(
        grouping.code, title, _finding(grouping, overview), ROW * len(shown), drawn, len(grouping.lines) - len(shown)
    )


def whole_chart(overview: Overview) -> Drawn:
    """The bar of the whole city."""
    return _drawn(overview.city, 0, legend(overview))


def legend(overview: Overview) -> list[dict[str, Any]]:
    """The grades with their titles and colours, and what has no grade."""
    found = [
        {"name": f"{c.grade} {words(c.title)}", "tone": f"grade-{min(n, 4)}"}
        for n, c in enumerate(overview.model.cut_offs, start=1)
    ]
    return [*found, {"name": _("信息不足，未评级"), "tone": "grade-none"}]


def _drawn(line: Line, place: int, tones: Sequence[dict[str, Any]]) -> Drawn:
    total, bars, edge, seen = max(line.subjects, 1), [], 0, 0
    for count, tone in zip(line.counts, tones, strict=True):
        seen += count
        until = WIDTH * seen // total
        if until > edge:
            bars.append(Bar(edge, until - edge, tone["tone"], f"{tone['name']} {count}"))
        edge = until
    return Drawn(words(line.name), ROW * place + 22, ROW * place + 31, tuple(bars), line)


def _finding(grouping: Grouping, overview: Overview) -> str:
    """What there is to see, as a sentence."""
    compared = [line for line in grouping.lines if line.relation is not None]
    if len(compared) < 2:
        return _("没有足够大的组可以比较")
    lowest = min(compared, key=lambda line: line.relation or 0)
    highest = max(compared, key=lambda line: line.relation or 0)
    grades = listed(overview.grades[: overview.watch.good_grades])
    return _("{grades} 级比例最高的是{highest}，最低的是{lowest}，后者是前者的 {relation}%").format(
        grades=grades,
        highest=words(highest.name),
        lowest=words(lowest.name),
        relation=(lowest.relation or 0) // 10,
    )


def per_cent(part: int, whole: int) -> str:
    """A share as the pages of trials and comparisons say it, without the sign."""
    return f"{100 * part / whole:.1f}" if whole else "0"


def rule_changes(before: Model, after: Model) -> list[str]:
    """What of a version beside its indicators moves grades, a sentence each: points to begin with, cut-offs, vetoes."""
    found = []
    if before.base_points != after.base_points:
        found.append(_("起始分 {before} → {after}").format(before=before.base_points, after=after.base_points))
    starts = {c.grade: c.start for c in before.cut_offs}
    lines = [(c.grade, starts.get(c.grade, "–"), c.start) for c in after.cut_offs if starts.get(c.grade) != c.start]
    for grade, old, new in lines:
        found.append(_("{grade} 级的最低分 {before} → {after}").format(grade=grade, before=old, after=new))
    if before.vetoes != after.vetoes:
        found.append(_("一票否决的规定不同"))
    if before.unknown != after.unknown:
        found.append(_("信息不足时不评级的规定不同"))
    return found


def stability(overview: Overview) -> str:
    """Whether the distribution moved since the last run, as a sentence."""
    if overview.psi is None:
        return _("这是第一个批次，没有可以比较的上一批次。")
    said = {
        0: _("分布稳定"),
        1: _("分布有变化，请留意"),
        2: _("分布明显移动，请先查明原因再使用"),
    }[(overview.psi >= overview.watch.psi_notice) + (overview.psi >= overview.watch.psi_alarm)]
    against = _("与批次 {number} 相比").format(number=overview.previous.pk if overview.previous else "")
    return f"{said} · PSI {overview.psi / 1000:.3f} · {against}"
