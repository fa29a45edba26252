"""The comprehensive model by hand in polars expressions: all files at once, or one bucket after the other."""

from pathlib import Path

import polars as pl
from byhand import COUNTED, COVERED, MARK, PROBLEM, SCALES, Counting, Names, Scale


def graded(names: Names, records: Path | str, subjects: Path | str, *, explained: bool) -> pl.LazyFrame:
    """Points and grade of every enterprise; explained: values and points of each indicator, and the records behind."""
    c, found = pl.col, pl.scan_parquet(records)
    where = _conditions(names)
    counted = found.filter(c("state") != 2).group_by("subject_id").agg(*_counted(names, where))
    known = (
        found.filter(c("resource").is_in([names.n(r) for r in COVERED]))
        .group_by("subject_id")
        .agg(c("resource").n_unique().alias("known"))
    )
    everyone = (
        pl.scan_parquet(subjects).filter(c("kind").is_in(["legal-person", "other-organisation"]), c("status") == "active")
        .join(counted, on="subject_id", how="left").join(known, on="subject_id", how="left")
        .with_columns(pl.exclude("subject_id", "kind", "status", "division", "last_problem").fill_null(0))
        .with_columns((names.as_of - c("last_problem")).alias("since_problem"))
        .with_columns(_value(scale).alias(f"v{n}") for n, scale in enumerate(SCALES))
        .with_columns(_points(scale, c(f"v{n}")).alias(f"p{n}") for n, scale in enumerate(SCALES))
        .with_columns((500 + pl.sum_horizontal(f"p{n}" for n in range(len(SCALES)))).alias("points"))
        .with_columns(_grade().alias("grade"))
    )  # fmt: skip
    if not explained:
        return everyone.select("subject_id", "points", "grade")
    each = [f"{letter}{n}" for letter in "pv" for n in range(len(SCALES))]
    behind = _behind(found, where, counted)
    return everyone.join(behind, on="subject_id", how="left").select("subject_id", "points", "grade", *each, "evidence")


def _behind(records: pl.LazyFrame, where: list[pl.Expr], counted: pl.LazyFrame) -> pl.LazyFrame:
    c = pl.col
    marks = pl.sum_horizontal(pl.when(one).then(1 << n).otherwise(0) for n, one in enumerate(where))
    older = ((c("marks") & PROBLEM) != 0) & (c("event_day") < c("last_problem"))
    entry = c("version_id") * MARK + c("marks") - pl.when(older).then(PROBLEM).otherwise(0)
    return (
        records.filter(c("state") != 2).select("subject_id", "version_id", "event_day", marks.alias("marks")).filter(c("marks") != 0)
        .join(counted.select("subject_id", "last_problem"), on="subject_id", how="left").select("subject_id", entry.alias("evidence"))
        .group_by("subject_id").agg(c("evidence").sort())
    )  # fmt: skip


def _conditions(names: Names) -> list[pl.Expr]:
    return [_condition(names, each) for each in COUNTED]


def _condition(names: Names, each: Counting) -> pl.Expr:
    c = pl.col
    parts = [c("resource") == names.n(each.resource)]
    if each.severities:
        parts.append(c("severity").is_in(each.severities))
    if each.field:
        parts.append(_holds(names, each.resource, each.field, *each.values))
    if each.months:
        parts.append(c("event_day") >= names.since(each.months))
    return pl.all_horizontal(*parts)


def _holds(names: Names, resource: str, field: str, *values: str) -> pl.Expr:
    column, bits = names.slot(resource, field, values)
    return (pl.col(column) & bits) != 0


def _counted(names: Names, where: list[pl.Expr]) -> list[pl.Expr]:
    c = pl.col
    weight, recent = pl.lit(0), c("event_day") >= names.since(12)
    for day, each in reversed(names.weights):
        weight = pl.when(c("event_day") >= day).then(each).otherwise(weight)
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
    return [
        *(where[place].sum().cast(pl.Int64).alias(name) for name, place in counts.items()),
        weight.filter(where[0]).sum().cast(pl.Int64).alias("penalties"),
        c(names.a("penalty-organisation", "CF_NR_FK")).filter(where[2]).sum().alias("fines"),
        c(names.a("arrears", "AMOUNT")).filter(where[10]).sum().alias("arrears"),
        (where[4] & _holds(names, "contract-performance", "PERFORMANCE", "全部履行"))
        .sum()
        .cast(pl.Int64)
        .alias("kept"),
        (where[5] & _holds(names, "commitment", "PERFORMANCE", "全部履行")).sum().cast(pl.Int64).alias("promised"),
        (where[11] & _holds(names, "inspection-result", "RESULT", "未发现问题")).sum().cast(pl.Int64).alias("clean"),
        c("event_day").filter(where[13]).max().alias("last_problem"),
        ((where[14] & recent).sum().cast(pl.Int64) - (where[14] & ~recent).sum().cast(pl.Int64)).alias("trend"),
    ]


def _value(scale: Scale) -> pl.Expr:
    if not scale.whole:
        return pl.col(scale.name).clip(upper_bound=scale.most) if scale.most else pl.col(scale.name)
    return pl.when(pl.col(scale.whole) != 0).then(pl.col(scale.name) * 10000 // pl.col(scale.whole))


def _points(scale: Scale, value: pl.Expr) -> pl.Expr:
    result = pl.lit(scale.steps[-1])
    for edge, point in reversed(list(zip(scale.steps[1::2], scale.steps[::2], strict=False))):
        result = pl.when(value < edge).then(point).otherwise(result)
    return pl.when(value.is_null()).then(scale.missing).otherwise(result)


def _grade() -> pl.Expr:
    points, none = pl.col("points"), pl.lit("")
    by_points = pl.when(points >= 800).then(pl.lit("A")).when(points >= 650).then(pl.lit("B"))
    reached = by_points.when(points >= 450).then(pl.lit("C")).otherwise(pl.lit("D"))
    return pl.when(pl.col("known") < 1).then(none).when(pl.col("listed") > 0).then(pl.lit("D")).otherwise(reached)
