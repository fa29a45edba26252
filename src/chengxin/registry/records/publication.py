"""The same decisions as `rules.severity` and `rules.publication`, for whole frames at once.

A property test proves that both agree; the scalar form is the one to read against the law.
"""

import polars as pl

from chengxin.registry.catalogue.rules import Item
from chengxin.registry.records import policy
from chengxin.registry.records.rules import Audience, Condition, PublicityRule, Severity, SeverityRule

WITHOUT_END = pl.date(2099, 12, 31)


def decide(frame: pl.DataFrame, item: Item) -> pl.DataFrame:
    """Severity, audience, public period and policy of each row: rows × (severity, audience, public_from, public_until, policy).

    `frame` has a column for each field code: text, dates as `pl.Date`, decimals as numbers; several codes joined by ";".
    """
    severity_rule = policy.severity_rule(item.category)
    graded = frame.with_columns(
        (_severity(severity_rule) if severity_rule else pl.lit("")).alias("__severity"),
        _date(item.parts.decided_on).alias("__decided"),
        _date(item.parts.valid_from).alias("__valid_from"),
        _ending(item.parts.valid_until).alias("__valid_until"),
    )
    rules = policy.publicity_rules(item.publicity_rule)
    chosen = _choose(rules)
    return graded.select(
        pl.col("__severity").alias("severity"),
        *(
            _by_rule(rules, chosen, part).alias(name)
            for part, name in enumerate(("public_from", "public_until", "policy", "__otherwise"))
        ),
    ).select(
        "severity",
        pl.when(pl.col("public_from").is_not_null())
        .then(pl.lit(Audience.PUBLIC.value))
        .otherwise(pl.col("__otherwise"))
        .alias("audience"),
        "public_from",
        pl.when(pl.col("public_from").is_not_null()).then(pl.col("public_until")).alias("public_until"),
        "policy",
    )


def _date(field: str | None) -> pl.Expr:
    return pl.col(field) if field else pl.lit(None, dtype=pl.Date)


def _ending(field: str | None) -> pl.Expr:
    if field is None:
        return pl.lit(None, dtype=pl.Date)
    return pl.when(pl.col(field) != WITHOUT_END).then(pl.col(field))


def _severity(rule: SeverityRule) -> pl.Expr:
    if rule.fixed is not None:
        return pl.lit(rule.fixed.value)
    text = pl.concat_str([pl.lit(";"), pl.col(rule.field).fill_null(""), pl.lit(";")])

    def holds(grade: Severity) -> pl.Expr:
        kinds = [k for k, v in rule.kinds.items() if v == grade]
        patterns = [f";{k}{end}" for k in kinds for end in (";", "-")]
        return text.str.contains_any(patterns) if patterns else pl.lit(False)

    large = {
        grade: pl.any_horizontal(
            [
                (pl.col(f) >= float(a.at_least)).fill_null(False)
                for a in rule.amounts
                if a.severity == grade
                for f in a.fields
            ]
            or [pl.lit(False)]
        )
        for grade in Severity
    }
    serious = holds(Severity.SERIOUS) | large[Severity.SERIOUS]
    minor = holds(Severity.MINOR) & ~holds(Severity.GENERAL) & ~large[Severity.GENERAL]
    return (
        pl.when(serious)
        .then(pl.lit(Severity.SERIOUS.value))
        .when(minor)
        .then(pl.lit(Severity.MINOR.value))
        .otherwise(pl.lit(Severity.GENERAL.value))
    )


def _choose(rules: tuple[PublicityRule, ...]) -> pl.Expr:
    """Which of the dated rules applies to each row: its place in `rules`."""
    place: pl.Expr = pl.lit(0)
    for index, rule in enumerate(rules[1:], start=1):
        place = pl.when(pl.col("__decided") >= rule.effective_from).then(index).otherwise(place)
    return place


def _by_rule(rules: tuple[PublicityRule, ...], chosen: pl.Expr, part: int) -> pl.Expr:
    result = _parts(rules[0])[part]
    for index, rule in enumerate(rules[1:], start=1):
        result = pl.when(chosen == index).then(_parts(rule)[part]).otherwise(result)
    return result


def _parts(rule: PublicityRule) -> tuple[pl.Expr, pl.Expr, pl.Expr, pl.Expr]:
    begins = pl.coalesce("__valid_from", "__decided") if rule.kind == "while-valid" else pl.col("__decided")
    ends = _ends(rule, begins)
    is_public = begins.is_not_null() & _open(rule)
    if rule.kind != "always":
        is_public &= ends.is_null() | (ends > begins)
    if rule.kind == "by-severity":
        open_grades = [s.value for s, months in rule.periods.items() if months is not None]
        is_public &= pl.col("__severity").is_in(open_grades)
    return (
        pl.when(is_public).then(begins),
        ends,
        pl.lit(rule.version),
        pl.lit(rule.otherwise.value),
    )


def _ends(rule: PublicityRule, begins: pl.Expr) -> pl.Expr:
    if rule.kind == "while-valid":
        return pl.col("__valid_until").dt.offset_by("1d")
    if rule.kind == "months":
        return begins.dt.offset_by(f"{rule.months}mo")
    if rule.kind == "by-severity":
        ends: pl.Expr = pl.lit(None, dtype=pl.Date)
        for grade, months in rule.periods.items():
            if months is not None:
                ends = pl.when(pl.col("__severity") == grade.value).then(begins.dt.offset_by(f"{months}mo")).otherwise(ends)
        return ends
    return pl.lit(None, dtype=pl.Date)


def _open(rule: PublicityRule) -> pl.Expr:
    def holds(condition: Condition) -> pl.Expr:
        return pl.col(condition.field).is_in(list(condition.any_of)).fill_null(False)

    allowed: pl.Expr = pl.lit(rule.kind != "never")
    if rule.only_when:
        allowed &= holds(rule.only_when)
    if rule.not_when:
        allowed &= ~holds(rule.not_when)
    return allowed
