"""The same decisions as `rules.severity` and `rules.publication`, for whole frames at once.

A property test proves that both agree; the scalar form is the one to read against the law. Of a million penalties only
few hundred differ in what the decision depends on, so each distinct case is decided once and joined back.
"""

from collections.abc import Callable, Iterable

import polars as pl

from chengxin.registry.catalogue.rules import Item
from chengxin.registry.records import policy
from chengxin.registry.records.rules import GRAVITY, Audience, Condition, PublicityRule, Severity, SeverityRule

WITHOUT_END = pl.date(2099, 12, 31)
DECIDED = ("severity", "audience", "public_from", "public_until", "policy")


def decide(frame: pl.DataFrame, item: Item) -> pl.DataFrame:
    """Severity, audience, public period and policy of each row: rows × the columns `DECIDED`.

    `frame` has a column for each field code: text, dates as `pl.Date`, decimals as numbers; several codes are
    joined by ";".
    """
    rules = policy.publicity_rules(item.publicity_rule)
    cases = frame.select(
        _gravities(frame, policy.severity_rule(item.category)).alias("gravity"),
        _date(item.parts.decided_on).alias("decided"),
        _date(item.parts.valid_from if _uses_validity(rules) else None).alias("valid_from"),
        _ending(item.parts.valid_until if _uses_validity(rules) else None).alias("valid_until"),
        *(pl.col(field).alias(f"is:{field}") for field in _conditions(rules)),
        *(pl.col(field).alias(f"on:{field}") for field in sorted({r.no_sooner.field for r in rules if r.no_sooner})),
    )
    if _uses_validity(rules):  # nearly every row is a case of its own, and no months are counted
        return _decide_cases(cases, rules).select(DECIDED)
    return _once_each(cases, lambda distinct: _decide_cases(distinct, rules)).select(DECIDED)


def _once_each(frame: pl.DataFrame, work: Callable[[pl.DataFrame], pl.DataFrame]) -> pl.DataFrame:
    """`work` done on the distinct rows of `frame` and joined back, in the frame's order."""
    worked = work(frame.unique())
    return frame.join(worked, on=frame.columns, how="left", nulls_equal=True, maintain_order="left")


def _decide_cases(cases: pl.DataFrame, rules: tuple[PublicityRule, ...]) -> pl.DataFrame:
    place = _choose(rules)
    return (
        cases.with_columns(_named(pl.col("gravity")).alias("severity"))
        .with_columns(
            _by_rule(rules, place, part).alias(name)
            for part, name in enumerate(("public_from", "public_until", "policy", "otherwise"))
        )
        .with_columns(
            pl.when(pl.col("public_from").is_not_null())
            .then(pl.lit(Audience.PUBLIC.value))
            .otherwise(pl.col("otherwise"))
            .alias("audience"),
            pl.when(pl.col("public_from").is_not_null()).then(pl.col("public_until")).alias("public_until"),
        )
    )


def _uses_validity(rules: Iterable[PublicityRule]) -> bool:
    return any(rule.kind == "while-valid" or rule.ends_with_validity for rule in rules)


def _conditions(rules: Iterable[PublicityRule]) -> list[str]:
    longer = (rule.no_sooner.when for rule in rules if rule.no_sooner)
    return sorted({c.field for c in (*longer, *(c for rule in rules for c in (rule.only_when, rule.not_when) if c))})


def _date(field: str | None) -> pl.Expr:
    return pl.col(field) if field else pl.lit(None, dtype=pl.Date)


def _ending(field: str | None) -> pl.Expr:
    if field is None:
        return pl.lit(None, dtype=pl.Date)
    return pl.when(pl.col(field) != WITHOUT_END).then(pl.col(field))


def _gravities(frame: pl.DataFrame, rule: SeverityRule | None) -> pl.Expr:
    """The gravity of each row; null where records of that category are not graded."""
    if rule is None:
        return pl.lit(None, dtype=pl.Int8)
    if rule.fixed is not None:
        return pl.lit(GRAVITY[rule.fixed], dtype=pl.Int8)
    kinds = frame.get_column(rule.field).cast(pl.String)
    distinct = kinds.drop_nulls().unique()
    known = pl.DataFrame({"kinds": distinct}).select(_gravity_of_kinds(rule)).to_series()
    unnamed = GRAVITY[Severity.GENERAL]
    gravity = pl.lit(kinds.replace_strict(distinct, known, default=unnamed, return_dtype=pl.Int8))
    for amount in rule.amounts:
        reached = pl.any_horizontal((pl.col(f) >= pl.lit(amount.at_least)).fill_null(False) for f in amount.fields)
        grave = pl.lit(GRAVITY[amount.severity], dtype=pl.Int8)
        gravity = pl.when(reached & (gravity < grave)).then(grave).otherwise(gravity)
    return gravity


def _named(gravity: pl.Expr) -> pl.Expr:
    """The severity that a gravity stands for; empty where there is none."""
    named = pl.lit("")
    for severity, grave in GRAVITY.items():
        named = pl.when(gravity == grave).then(pl.lit(severity.value)).otherwise(named)
    return named


def _gravity_of_kinds(rule: SeverityRule) -> pl.Expr:
    one = pl.element().str.split("-").list.first()
    known = {kind: GRAVITY[severity] for kind, severity in rule.kinds.items()}
    general = GRAVITY[Severity.GENERAL]
    gravities = pl.when(pl.element() != "").then(one.replace_strict(known, default=general, return_dtype=pl.Int8))
    return pl.col("kinds").str.split(";").list.eval(gravities).list.max().fill_null(general)


def _choose(rules: tuple[PublicityRule, ...]) -> pl.Expr:
    """Which of the dated rules applies to each row: its place in `rules`."""
    place: pl.Expr = pl.lit(0)
    for index, rule in enumerate(rules[1:], start=1):
        place = pl.when(pl.col("decided") >= rule.effective_from).then(index).otherwise(place)
    return place


def _by_rule(rules: tuple[PublicityRule, ...], chosen: pl.Expr, part: int) -> pl.Expr:
    result = _parts(rules[0])[part]
    for index, rule in enumerate(rules[1:], start=1):
        result = pl.when(chosen == index).then(_parts(rule)[part]).otherwise(result)
    return result


def _parts(rule: PublicityRule) -> tuple[pl.Expr, pl.Expr, pl.Expr, pl.Expr]:
    begins = pl.coalesce("valid_from", "decided") if rule.kind == "while-valid" else pl.col("decided")
    ends = _ends(rule, begins)
    is_public = begins.is_not_null() & _open(rule)
    if rule.kind != "always":
        is_public &= ends.is_null() | (ends > begins)
    if rule.kind == "by-severity":
        is_public &= _period_name().is_in([s.value for s, months in rule.periods.items() if months is not None])
    return (
        pl.when(is_public).then(begins),
        ends,
        pl.lit(rule.version),
        pl.lit(rule.otherwise.value),
    )


def _period_name() -> pl.Expr:
    """The severity whose period counts; a record that is not graded has the general one."""
    return pl.when(pl.col("severity") == "").then(pl.lit(Severity.GENERAL.value)).otherwise(pl.col("severity"))


def _ends(rule: PublicityRule, begins: pl.Expr) -> pl.Expr:
    ends: pl.Expr = pl.lit(None, dtype=pl.Date)
    if rule.kind == "while-valid":
        ends = pl.col("valid_until") + pl.duration(days=1)
        if (longer := rule.no_sooner) is not None:
            least = pl.when(_holds(longer.when)).then(pl.col(f"on:{longer.field}").dt.offset_by(f"{longer.months}mo"))
            ends = pl.when(ends.is_not_null()).then(pl.max_horizontal(ends, least))
    elif rule.kind == "months":
        ends = begins.dt.offset_by(f"{rule.months}mo")
        if rule.ends_with_validity:
            ends = pl.min_horizontal(ends, pl.col("valid_until") + pl.duration(days=1))
    elif rule.kind == "by-severity":
        for grade, months in rule.periods.items():
            if months is not None:
                after = begins.dt.offset_by(f"{months}mo")
                ends = pl.when(_period_name() == grade.value).then(after).otherwise(ends)
    return ends


def _holds(condition: Condition) -> pl.Expr:
    return pl.col(f"is:{condition.field}").fill_null("").is_in(list(condition.any_of))


def _open(rule: PublicityRule) -> pl.Expr:
    allowed: pl.Expr = pl.lit(rule.kind != "never")
    if rule.only_when:
        allowed &= _holds(rule.only_when)
    if rule.not_when:
        allowed &= ~_holds(rule.not_when)
    return allowed
