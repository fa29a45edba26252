"""The comprehensive model written by hand, as a person would for this one model, in the language of each peer.

Each computes the sixteen indicators, points and grade of every enterprise from the same Parquet files of a snapshot
(PostgreSQL from its own tables); none keeps the records behind them. All say how many have which grade and the sum of points.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MODEL = "enterprise-1"


@dataclass(frozen=True)
class Names:
    """Numbers and columns of the snapshot, so that what is written by hand below reads like the model."""

    n: Callable[[str], int]
    f: Callable[[str, str, str], str]
    a: Callable[[str, str], str]
    since: Callable[[int], int]
    as_of: int
    weights: list[tuple[int, int]]


def opened(folder: Path) -> tuple[Any, Names]:
    """A snapshot and its names."""
    import django

    django.setup()
    from chengxin.evaluation.runs import extracting
    from chengxin.evaluation.runs.layout import day_number
    from chengxin.evaluation.scorecards import queries, rules

    taken = extracting.opened(folder)
    layout, model = taken.layout, queries.model_named(MODEL)

    def flag(resource: str, field: str, *values: str) -> str:
        slot = layout.slot(resource, field)
        return f"(f{slot.column} & {slot.flags(values)}) <> 0"

    def since(months: int) -> int:
        start = rules.window(months, taken.as_of).start
        assert start is not None
        return day_number(start)

    penalties = model.indicators[0]
    weights = [(day_number(s.start), s.weight) for s in rules.slices(penalties, taken.as_of) if s.start]
    return taken, Names(layout.number, flag, layout.amount, since, day_number(taken.as_of), weights)


PROBLEMS = ("发现问题责令改正", "发现问题待后续处理", "不配合检查情节严重")
ENDED = ("全部履行", "部分履行", "未履行")


def by_hand(names: Names, share: str) -> str:
    """SQL over `records` and `subjects`; `share` is how the dialect writes a share per myriad."""
    n, f, a, since = names.n, names.f, names.a, names.since
    penalty, inspection = f"resource = {n('penalty-organisation')}", f"resource = {n('inspection-result')}"
    contract, commitment = f"resource = {n('contract-performance')}", f"resource = {n('commitment')}"
    kept = f"{f('contract-performance', 'PERFORMANCE', '全部履行')}"
    ended = f"{f('contract-performance', 'PERFORMANCE', *ENDED)}"
    promised, over = f("commitment", "PERFORMANCE", "全部履行"), f("commitment", "PERFORMANCE", *ENDED)
    found = f("inspection-result", "RESULT", *PROBLEMS)
    fading = " ".join(f"WHEN event_day >= {day} THEN {weight}" for day, weight in names.weights)
    return f"""
WITH counted AS (
  SELECT subject_id,
    coalesce(sum(CASE {fading} ELSE 0 END) FILTER (WHERE {penalty} AND severity IN (2, 3) AND event_day >= {since(24)}), 0) AS penalties,
    count(*) FILTER (WHERE {penalty} AND severity = 3 AND event_day >= {since(36)}) AS serious,
    coalesce(sum({a("penalty-organisation", "CF_NR_FK")}) FILTER (WHERE {penalty} AND event_day >= {since(36)}), 0) AS fines,
    count(*) FILTER (WHERE resource = {n("judgment-defaulter")} AND {f("judgment-defaulter", "PERFORMANCE", "未履行", "部分履行")}) AS debt,
    count(*) FILTER (WHERE {contract} AND {kept} AND event_day >= {since(60)}) AS kept,
    count(*) FILTER (WHERE {contract} AND {ended} AND event_day >= {since(60)}) AS ended,
    count(*) FILTER (WHERE {commitment} AND {promised} AND event_day >= {since(36)}) AS promised,
    count(*) FILTER (WHERE {commitment} AND {over} AND event_day >= {since(36)}) AS over_,
    count(*) FILTER (WHERE {commitment} AND event_day >= {since(36)}) AS signed,
    count(*) FILTER (WHERE resource = {n("tax-grade")} AND {f("tax-grade", "GRADE", "A")} AND event_day >= {since(24)}) AS tax_a,
    count(*) FILTER (WHERE resource = {n("tax-grade")} AND {f("tax-grade", "GRADE", "D")} AND event_day >= {since(24)}) AS tax_d,
    count(*) FILTER (WHERE resource = {n("honour")} AND event_day >= {since(60)}) AS honours,
    coalesce(sum({a("arrears", "AMOUNT")}) FILTER (WHERE resource = {n("arrears")} AND event_day >= {since(24)}), 0) AS arrears,
    count(*) FILTER (WHERE {inspection} AND {f("inspection-result", "RESULT", "未发现问题")} AND event_day >= {since(36)}) AS clean,
    count(*) FILTER (WHERE {inspection} AND event_day >= {since(36)}) AS visits,
    count(*) FILTER (WHERE resource = {n("abnormal-operation")} AND event_day >= {since(36)}) AS abnormal,
    max(event_day) FILTER (WHERE {inspection} AND {found} AND event_day >= {since(36)}) AS last_problem,
    count(*) FILTER (WHERE {inspection} AND {found} AND event_day >= {since(12)})
      - count(*) FILTER (WHERE {inspection} AND {found} AND event_day >= {since(24)} AND event_day < {since(12)}) AS trend,
    count(*) FILTER (WHERE resource = {n("serious-breach")}) AS listed
  FROM records WHERE state <> 2 GROUP BY subject_id
), known AS (
  SELECT subject_id, count(DISTINCT CASE WHEN resource IN ({", ".join(str(n(r)) for r in COVERED)}) THEN resource END) AS known
  FROM records GROUP BY subject_id
), pointed AS (
  SELECT s.subject_id, coalesce(known, 0) AS known, coalesce(listed, 0) AS listed, 500
    + CASE WHEN coalesce(penalties, 0) < 1 THEN 60 WHEN penalties < 700 THEN 30 WHEN penalties < 1500 THEN 0 WHEN penalties < 3000 THEN -40 ELSE -60 END
    + CASE WHEN coalesce(serious, 0) < 1 THEN 40 WHEN serious < 2 THEN -30 ELSE -50 END
    + CASE WHEN coalesce(fines, 0) < 1 THEN 20 WHEN fines < 10000000 THEN 0 WHEN fines < 100000000 THEN -20 ELSE -40 END
    + CASE WHEN coalesce(debt, 0) < 1 THEN 40 ELSE -80 END
    + CASE WHEN coalesce(ended, 0) = 0 THEN 20 WHEN {share.format("kept", "ended")} < 6000 THEN -30 WHEN {share.format("kept", "ended")} < 9000 THEN 0
        WHEN {share.format("kept", "ended")} < 10000 THEN 30 ELSE 50 END
    + CASE WHEN coalesce(over_, 0) = 0 THEN 15 WHEN {share.format("promised", "over_")} < 8000 THEN -40 WHEN {share.format("promised", "over_")} < 10000 THEN 10 ELSE 40 END
    + CASE WHEN coalesce(signed, 0) < 1 THEN 0 ELSE 20 END
    + CASE WHEN coalesce(tax_a, 0) < 1 THEN 0 ELSE 60 END + CASE WHEN coalesce(tax_d, 0) < 1 THEN 20 ELSE -50 END
    + CASE WHEN coalesce(honours, 0) < 1 THEN 0 WHEN honours < 2 THEN 20 ELSE 40 END
    + CASE WHEN coalesce(arrears, 0) < 1 THEN 30 WHEN arrears < 10000000 THEN -20 ELSE -50 END
    + CASE WHEN coalesce(visits, 0) = 0 THEN 10 WHEN {share.format("clean", "visits")} < 5000 THEN -30 WHEN {share.format("clean", "visits")} < 8000 THEN 0 ELSE 30 END
    + CASE WHEN coalesce(abnormal, 0) < 1 THEN 20 ELSE -30 END
    + CASE WHEN last_problem IS NULL THEN 10 WHEN {names.as_of} - last_problem < 180 THEN -10 WHEN {names.as_of} - last_problem < 540 THEN 0 ELSE 10 END
    + CASE WHEN coalesce(trend, 0) < 1 THEN 20 WHEN trend < 3 THEN -10 ELSE -30 END AS points
  FROM subjects s LEFT JOIN counted c ON s.subject_id = c.subject_id LEFT JOIN known k ON s.subject_id = k.subject_id
  WHERE kind IN ('legal-person', 'other-organisation') AND status = 'active'
)
SELECT subject_id, points, CASE WHEN known < 1 THEN '' WHEN listed > 0 THEN 'D' WHEN points >= 800 THEN 'A' WHEN points >= 650 THEN 'B'
  WHEN points >= 450 THEN 'C' ELSE 'D' END AS grade FROM pointed
"""


COVERED = (
    "licence-organisation", "penalty-organisation", "inspection-result", "tax-grade", "contract-performance", "commitment",
    "honour",
)  # fmt: skip


SUMMED = "SELECT grade, count(*), sum(points) FROM ({}) graded GROUP BY grade ORDER BY grade"


def told(rows: Any) -> dict[str, list[int]]:
    """Grades with the number of subjects and the sum of their points."""
    return {grade: [int(subjects), int(points)] for grade, subjects, points in sorted(rows)}


def platform(folder: Path) -> tuple[float, Any]:
    """Chengxin on DuckDB: the model compiled, with values, points and the records behind each indicator, as Parquet."""
    import tempfile

    import polars as pl

    taken, _ = opened(folder)
    from chengxin.evaluation.runs import compiling
    from chengxin.evaluation.runs.engines import duck
    from chengxin.evaluation.scorecards import queries

    with tempfile.TemporaryDirectory() as target:
        began = time.perf_counter()
        sql = compiling.compiled(queries.model_named(MODEL), taken.layout, as_of=taken.as_of, disputed_counts=True)
        duck.compute(sql, taken, Path(target))
        seconds = time.perf_counter() - began
        found = pl.read_parquet(f"{target}/*.parquet", columns=["grade", "points"])
        return seconds, found.group_by("grade").agg(pl.len(), pl.sum("points")).rows()


def duckdb(folder: Path) -> tuple[float, Any]:
    """The hand-written SQL on DuckDB, over all files at once."""
    import duckdb as engine

    taken, names = opened(folder)
    with engine.connect() as connection:
        connection.execute("SET threads = 2")
        for kind in ("records", "subjects"):
            connection.execute(f"CREATE VIEW {kind} AS SELECT * FROM read_parquet('{taken.folder / kind}/*.parquet')")
        began = time.perf_counter()
        connection.execute(f"CREATE TABLE graded AS {by_hand(names, '({0} * 10000 // {1})')}")
        seconds = time.perf_counter() - began
        return seconds, connection.execute(SUMMED.format("SELECT * FROM graded")).fetchall()


def postgresql(folder: Path) -> tuple[float, Any]:
    """The hand-written SQL on PostgreSQL, from its own tables."""
    taken, names = opened(folder)
    import psycopg

    from chengxin.evaluation.runs import extracting
    from chengxin.evaluation.runs.layout import selection
    from chengxin.registry.catalogue import queries as catalogue

    items = {r: catalogue.item(r) for r in taken.layout.resources}
    records = f"records({', '.join(taken.layout.columns)}) AS ({selection(taken.layout, items, taken.as_of)})"
    subjects = "subjects AS (SELECT id AS subject_id, kind, status, division FROM subjects_subject)"
    statement = by_hand(names, "({0} * 10000 / {1})").replace("WITH counted", f"WITH {records}, {subjects}, counted", 1)
    with psycopg.connect(extracting._address(), autocommit=True) as connection:
        connection.execute("SET work_mem = '512MB'")
        began = time.perf_counter()
        connection.execute(f"CREATE TEMP TABLE graded AS {statement}")
        seconds = time.perf_counter() - began
        return seconds, connection.execute(SUMMED.format("SELECT * FROM graded")).fetchall()


def spark(folder: Path) -> tuple[float, Any]:
    """The hand-written SQL on Spark in one process (local[2])."""
    from pyspark.sql import SparkSession

    taken, names = opened(folder)
    began = time.perf_counter()
    session = (
        SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").config("spark.driver.memory", "3g")
    )
    session = session.config("spark.sql.shuffle.partitions", "16").getOrCreate()
    for kind in ("records", "subjects"):
        session.read.parquet(str(taken.folder / kind)).createOrReplaceTempView(kind)
    graded = session.sql(by_hand(names, "({0} * 10000 DIV {1})")).cache()
    found = [
        tuple(row)
        for row in session.sql(SUMMED.format("SELECT * FROM {graded}").replace("{graded}", _view(graded))).collect()
    ]
    return time.perf_counter() - began, found


def _view(frame: Any) -> str:
    frame.createOrReplaceTempView("graded_by_hand")
    return "graded_by_hand"


def polars(folder: Path) -> tuple[float, Any]:
    """The same by polars expressions, streaming."""
    import polars as pl

    taken, names = opened(folder)
    records = pl.scan_parquet(f"{taken.folder}/records/*.parquet")
    subjects = pl.scan_parquet(f"{taken.folder}/subjects/*.parquet")
    covered = pl.col("resource").is_in([names.n(r) for r in COVERED])
    counted = records.filter(pl.col("state") != 2).group_by("subject_id").agg(*_counted(names))
    known = records.filter(covered).group_by("subject_id").agg(pl.col("resource").n_unique().alias("known"))
    began = time.perf_counter()
    graded = (
        subjects.filter(pl.col("kind").is_in(["legal-person", "other-organisation"]), pl.col("status") == "active")
        .join(counted, on="subject_id", how="left").join(known, on="subject_id", how="left")
        .with_columns(pl.exclude("subject_id", "kind", "status", "division", "last_problem").fill_null(0))
        .with_columns(_points(names).alias("points")).with_columns(_grade().alias("grade"))
        .select("subject_id", "points", "grade").collect(engine="streaming")
    )  # fmt: skip
    seconds = time.perf_counter() - began
    return seconds, graded.group_by("grade").agg(pl.len(), pl.sum("points")).rows()


def _flag(names: Names, resource: str, field: str, *values: str) -> Any:
    import polars as pl

    column, bits = names.f(resource, field, *values).removeprefix("(").split(")")[0].split(" & ")
    return (pl.col(column) & int(bits)) != 0


def _counted(names: Names) -> list[Any]:
    import polars as pl

    c, since = pl.col, names.since

    def of(resource: str, *conditions: Any, months: int | None = None) -> Any:
        found = c("resource") == names.n(resource)
        for condition in conditions:
            found = found & condition
        return found & (c("event_day") >= since(months)) if months else found

    def performed(resource: str, *values: str) -> Any:
        return _flag(names, resource, "PERFORMANCE", *values)

    penalty, visit, contract, commitment = (
        "penalty-organisation",
        "inspection-result",
        "contract-performance",
        "commitment",
    )
    problem = _flag(names, visit, "RESULT", *PROBLEMS)
    weight = pl.lit(0)
    for day, each in reversed(names.weights):
        weight = pl.when(c("event_day") >= day).then(each).otherwise(weight)
    return [
        weight.filter(of(penalty, c("severity").is_in([2, 3]), months=24)).sum().alias("penalties"),
        of(penalty, c("severity") == 3, months=36).sum().alias("serious"),
        c(names.a(penalty, "CF_NR_FK")).filter(of(penalty, months=36)).sum().alias("fines"),
        of("judgment-defaulter", performed("judgment-defaulter", "未履行", "部分履行")).sum().alias("debt"),
        of(contract, performed(contract, "全部履行"), months=60).sum().alias("kept"),
        of(contract, performed(contract, *ENDED), months=60).sum().alias("ended"),
        of(commitment, performed(commitment, "全部履行"), months=36).sum().alias("promised"),
        of(commitment, performed(commitment, *ENDED), months=36).sum().alias("over"),
        of(commitment, months=36).sum().alias("signed"),
        of("tax-grade", _flag(names, "tax-grade", "GRADE", "A"), months=24).sum().alias("tax_a"),
        of("tax-grade", _flag(names, "tax-grade", "GRADE", "D"), months=24).sum().alias("tax_d"),
        of("honour", months=60).sum().alias("honours"),
        c(names.a("arrears", "AMOUNT")).filter(of("arrears", months=24)).sum().alias("arrears"),
        of(visit, _flag(names, visit, "RESULT", "未发现问题"), months=36).sum().alias("clean"),
        of(visit, months=36).sum().alias("visits"),
        of("abnormal-operation", months=36).sum().alias("abnormal"),
        c("event_day").filter(of(visit, problem, months=36)).max().alias("last_problem"),
        of(visit, problem, months=12).sum().cast(pl.Int64).alias("recent"),
        of(visit, problem, c("event_day") < since(12), months=24).sum().cast(pl.Int64).alias("earlier"),
        of("serious-breach").sum().alias("listed"),
    ]


def _steps(value: Any, *points: int) -> Any:
    """Points and edges in turn, from the lowest values up."""
    import polars as pl

    edges, given = points[1::2], points[0::2]
    result = pl.lit(given[-1])
    for edge, point in reversed(list(zip(edges, given, strict=False))):
        result = pl.when(value < edge).then(point).otherwise(result)
    return result


def _share(part: str, whole: str, missing: int, *points: int) -> Any:
    import polars as pl

    value = pl.col(part).cast(pl.Int64) * 10000 // pl.col(whole).cast(pl.Int64)
    return pl.when(pl.col(whole) == 0).then(missing).otherwise(_steps(value, *points))


def _points(names: Names) -> Any:
    import polars as pl

    c = pl.col
    since_problem = _steps(names.as_of - c("last_problem"), -10, 180, 0, 540, 10)
    return (
        500
        + _steps(c("penalties"), 60, 1, 30, 700, 0, 1500, -40, 3000, -60)
        + _steps(c("serious"), 40, 1, -30, 2, -50)
        + _steps(c("fines"), 20, 1, 0, 10_000_000, -20, 100_000_000, -40)
        + _steps(c("debt"), 40, 1, -80)
        + _share("kept", "ended", 20, -30, 6000, 0, 9000, 30, 10000, 50)
        + _share("promised", "over", 15, -40, 8000, 10, 10000, 40)
        + _steps(c("signed"), 0, 1, 20)
        + _steps(c("tax_a"), 0, 1, 60)
        + _steps(c("tax_d"), 20, 1, -50)
        + _steps(c("honours"), 0, 1, 20, 2, 40)
        + _steps(c("arrears"), 30, 1, -20, 10_000_000, -50)
        + _share("clean", "visits", 10, -30, 5000, 0, 8000, 30)
        + _steps(c("abnormal"), 20, 1, -30)
        + pl.when(c("last_problem").is_null()).then(10).otherwise(since_problem)
        + _steps(c("recent") - c("earlier"), 20, 1, -10, 3, -30)
    )


def _grade() -> Any:
    import polars as pl

    points, none = pl.col("points"), pl.lit("")
    by_points = pl.when(points >= 800).then(pl.lit("A")).when(points >= 650).then(pl.lit("B"))
    reached = by_points.when(points >= 450).then(pl.lit("C")).otherwise(pl.lit("D"))
    return pl.when(pl.col("known") < 1).then(none).when(pl.col("listed") > 0).then(pl.lit("D")).otherwise(reached)


PEERS = {"platform": platform, "duckdb": duckdb, "polars": polars, "postgresql": postgresql, "spark": spark}


if __name__ == "__main__":
    began = time.process_time()
    seconds, rows = PEERS[sys.argv[1]](Path(sys.argv[2]))
    processor = time.process_time() - began
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) // 1024
    print(json.dumps({"seconds": seconds, "processor": processor, "found": told(rows), "peak_mb": peak}))
