"""The comprehensive model written by hand, as a person would for this one model: its figures, and its SQL.

`graded` gives points and grade; `explained` also the points and value of each indicator and, as the platform keeps it,
one sorted list of record versions with a mark for each indicator that they count for. DuckDB, Spark and PostgreSQL read
the same text but for a division and a list.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MODEL = "enterprise-1"
PROBLEMS = ("发现问题责令改正", "发现问题待后续处理", "不配合检查情节严重")
ENDED = ("全部履行", "部分履行", "未履行")
COVERED = (
    "licence-organisation", "penalty-organisation", "inspection-result", "tax-grade", "contract-performance", "commitment",
    "honour",
)  # fmt: skip
MARK = 1 << 24
PROBLEM = 1 << 13  # the mark of the indicator that counts from the latest problem found


@dataclass(frozen=True)
class Scale:
    """An indicator: its counted name (or part and whole of a share), and points and edges in turn from the lowest values up."""

    name: str
    steps: tuple[int, ...]
    whole: str = ""
    missing: int = 0
    most: int = 0  # the value of what exists or not is at most one


SCALES = (
    Scale("penalties", (60, 1, 30, 700, 0, 1500, -40, 3000, -60)),
    Scale("serious", (40, 1, -30, 2, -50)),
    Scale("fines", (20, 1, 0, 10_000_000, -20, 100_000_000, -40)),
    Scale("debt", (40, 1, -80), most=1),
    Scale("kept", (-30, 6000, 0, 9000, 30, 10000, 50), whole="ended", missing=20),
    Scale("promised", (-40, 8000, 10, 10000, 40), whole="over_", missing=15),
    Scale("signed", (0, 1, 20)),
    Scale("tax_a", (0, 1, 60), most=1),
    Scale("tax_d", (20, 1, -50), most=1),
    Scale("honours", (0, 1, 20, 2, 40)),
    Scale("arrears", (30, 1, -20, 10_000_000, -50)),
    Scale("clean", (-30, 5000, 0, 8000, 30), whole="visits", missing=10),
    Scale("abnormal", (20, 1, -30)),
    Scale("since_problem", (-10, 180, 0, 540, 10), missing=10),
    Scale("trend", (20, 1, -10, 3, -30)),
)


@dataclass(frozen=True)
class Counting:
    """Which records count: of a resource, of the last months (0: ever), of these severities, with one of these values."""

    resource: str
    months: int = 0
    severities: tuple[int, ...] = ()
    field: str = ""
    values: tuple[str, ...] = ()


# One for each indicator, and at last the veto.
COUNTED = (
    Counting("penalty-organisation", 24, severities=(2, 3)),
    Counting("penalty-organisation", 36, severities=(3,)),
    Counting("penalty-organisation", 36),
    Counting("judgment-defaulter", 0, field="PERFORMANCE", values=("未履行", "部分履行")),
    Counting("contract-performance", 60, field="PERFORMANCE", values=ENDED),
    Counting("commitment", 36, field="PERFORMANCE", values=ENDED),
    Counting("commitment", 36),
    Counting("tax-grade", 24, field="GRADE", values=("A",)),
    Counting("tax-grade", 24, field="GRADE", values=("D",)),
    Counting("honour", 60),
    Counting("arrears", 24),
    Counting("inspection-result", 36),
    Counting("abnormal-operation", 36),
    Counting("inspection-result", 36, field="RESULT", values=PROBLEMS),
    Counting("inspection-result", 24, field="RESULT", values=PROBLEMS),
    Counting("serious-breach"),
)


@dataclass(frozen=True)
class Names:
    """Numbers and columns of the snapshot, so that what is written by hand reads like the model."""

    n: Callable[[str], int]
    slot: Callable[[str, str, tuple[str, ...]], tuple[str, int]]
    a: Callable[[str, str], str]
    since: Callable[[int], int]
    as_of: int
    weights: list[tuple[int, int]]

    def f(self, resource: str, field: str, *values: str) -> str:
        """The field of such a record holds one of the values."""
        column, bits = self.slot(resource, field, values)
        return f"({column} & {bits}) <> 0"


@dataclass(frozen=True)
class Dialect:
    """How a dialect writes a share per myriad, and a sorted list."""

    share: str
    listed: str


DUCKDB = Dialect("({0} * 10000 // {1})", "array_sort(array_agg({0}))")
SPARK = Dialect("({0} * 10000 DIV {1})", "array_sort(array_agg({0}))")
POSTGRESQL = Dialect("({0} * 10000 / {1})", "array_agg({0} ORDER BY {0})")


def opened(folder: Path) -> tuple[Any, Names]:
    """A snapshot and its names."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chengxin.project.settings")
    import django

    django.setup()
    from chengxin.evaluation.runs import extracting
    from chengxin.evaluation.runs.layout import day_number
    from chengxin.evaluation.scorecards import queries, rules

    taken = extracting.opened(folder)
    layout, model = taken.layout, queries.model_named(MODEL)

    def slot(resource: str, field: str, values: tuple[str, ...]) -> tuple[str, int]:
        found = layout.slot(resource, field)
        return f"f{found.column}", found.flags(values)

    def since(months: int) -> int:
        start = rules.window(months, taken.as_of).start
        assert start is not None
        return day_number(start)

    weights = [(day_number(s.start), s.weight) for s in rules.slices(model.indicators[0], taken.as_of) if s.start]
    return taken, Names(layout.number, slot, layout.amount, since, day_number(taken.as_of), weights)


def conditions(names: Names) -> list[str]:
    """For each indicator, and at last for the veto, which records count."""
    return [_condition(names, each) for each in COUNTED]


def _condition(names: Names, each: Counting) -> str:
    parts = [f"resource = {names.n(each.resource)}"]
    if each.severities:
        parts.append(f"severity IN ({', '.join(map(str, each.severities))})")
    if each.field:
        parts.append(names.f(each.resource, each.field, *each.values))
    if each.months:
        parts.append(f"event_day >= {names.since(each.months)}")
    return " AND ".join(parts)


def graded(names: Names, dialect: Dialect) -> str:
    """SQL over `records` and `subjects`: subject_id, points, grade."""
    points = " + ".join(_steps(scale, _value(scale, dialect)) for scale in SCALES)
    return f"WITH {_counted(names)}, {_everyone(names)}, pointed AS (SELECT *, 500 + {points} AS points FROM everyone) SELECT subject_id, points, {_grade()} AS grade FROM pointed"


def explained(names: Names, dialect: Dialect) -> str:
    """As `graded`, with points `p0`… and values `v0`… of each indicator, and `evidence`."""
    values = ", ".join(f"{_value(scale, dialect)} AS v{n}" for n, scale in enumerate(SCALES))
    points = ", ".join(f"{_steps(scale, f'v{n}')} AS p{n}" for n, scale in enumerate(SCALES))
    all_ = " + ".join(f"p{n}" for n in range(len(SCALES)))
    kept = ", ".join(f"{letter}{n}" for letter in "pv" for n in range(len(SCALES)))
    marks = " + ".join(f"CASE WHEN {c} THEN {1 << n} ELSE 0 END" for n, c in enumerate(conditions(names)))
    older = f"CASE WHEN (marks & {PROBLEM}) <> 0 AND event_day < last_problem THEN {PROBLEM} ELSE 0 END"
    return (
        f"WITH {_counted(names)}, marked AS (SELECT subject_id, version_id, event_day, {marks} AS marks FROM records WHERE state <> 2),"
        f" listed_ AS (SELECT m.subject_id, version_id * {MARK} + marks - {older} AS entry FROM marked m JOIN counted c ON m.subject_id = c.subject_id WHERE marks <> 0),"
        f" behind AS (SELECT subject_id, {dialect.listed.format('entry')} AS evidence FROM listed_ GROUP BY subject_id),"
        f" {_everyone(names)}, valued AS (SELECT *, {values} FROM everyone), scored AS (SELECT *, {points} FROM valued),"
        f" pointed AS (SELECT *, 500 + {all_} AS points FROM scored)"
        f" SELECT p.subject_id, points, {_grade()} AS grade, {kept}, evidence FROM pointed p LEFT JOIN behind b ON p.subject_id = b.subject_id"
    )


def _counted(names: Names) -> str:
    where, f = conditions(names), names.f
    fading = " ".join(f"WHEN event_day >= {day} THEN {weight}" for day, weight in names.weights)
    kept = f("contract-performance", "PERFORMANCE", "全部履行")
    promised, clean = f("commitment", "PERFORMANCE", "全部履行"), f("inspection-result", "RESULT", "未发现问题")
    recent = f"event_day >= {names.since(12)}"
    counts = {
        "serious": 1,
        "debt": 3,
        "ended": 4,
        "over_": 5,
        "signed": 6,
        "tax_a": 7,
        "tax_d": 8,
        "honours": 9,
        "visits": 11,
        "abnormal": 12,
        "listed": 15,
    }
    plain = ", ".join(f"count(*) FILTER (WHERE {where[place]}) AS {name}" for name, place in counts.items())
    return f"""counted AS (SELECT subject_id, {plain},
    coalesce(sum(CASE {fading} ELSE 0 END) FILTER (WHERE {where[0]}), 0) AS penalties,
    coalesce(sum({names.a("penalty-organisation", "CF_NR_FK")}) FILTER (WHERE {where[2]}), 0) AS fines,
    coalesce(sum({names.a("arrears", "AMOUNT")}) FILTER (WHERE {where[10]}), 0) AS arrears,
    count(*) FILTER (WHERE {where[4]} AND {kept}) AS kept, count(*) FILTER (WHERE {where[5]} AND {promised}) AS promised,
    count(*) FILTER (WHERE {where[11]} AND {clean}) AS clean, max(event_day) FILTER (WHERE {where[13]}) AS last_problem,
    count(*) FILTER (WHERE {where[14]} AND {recent}) - count(*) FILTER (WHERE {where[14]} AND NOT ({recent})) AS trend
  FROM records WHERE state <> 2 GROUP BY subject_id), known AS (
  SELECT subject_id, count(DISTINCT CASE WHEN resource IN ({", ".join(str(names.n(r)) for r in COVERED)}) THEN resource END) AS known
  FROM records GROUP BY subject_id)"""


def _everyone(names: Names) -> str:
    counted = sorted(
        {name for scale in SCALES for name in (scale.name, scale.whole) if name and name != "since_problem"}
    )
    return f"""everyone AS (
  SELECT s.subject_id, {", ".join(f"coalesce({name}, 0) AS {name}" for name in counted)}, {names.as_of} - last_problem AS since_problem,
    coalesce(known, 0) AS known, coalesce(listed, 0) AS listed
  FROM subjects s LEFT JOIN counted c ON s.subject_id = c.subject_id LEFT JOIN known k ON s.subject_id = k.subject_id
  WHERE kind IN ('legal-person', 'other-organisation') AND status = 'active')"""


def _value(scale: Scale, dialect: Dialect) -> str:
    if not scale.whole:
        return f"least({scale.name}, {scale.most})" if scale.most else scale.name
    return f"CASE WHEN {scale.whole} <> 0 THEN {dialect.share.format(scale.name, scale.whole)} END"


def _steps(scale: Scale, value: str) -> str:
    whens = " ".join(f"WHEN {value} < {e} THEN {p}" for p, e in zip(scale.steps[::2], scale.steps[1::2], strict=False))
    return f"CASE WHEN {value} IS NULL THEN {scale.missing} {whens} ELSE {scale.steps[-1]} END"


def _grade() -> str:
    return (
        "CASE WHEN known < 1 THEN '' WHEN listed > 0 THEN 'D' WHEN points >= 800 THEN 'A' WHEN points >= 650 THEN 'B'"
        " WHEN points >= 450 THEN 'C' ELSE 'D' END"
    )
