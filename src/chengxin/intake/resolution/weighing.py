"""What agreement and contradiction are worth, and how decisions change it. Pure.

Weights have the form of Fellegi and Sunter: bits for or against two names being the same organisation, one for each
level of each comparison, added up. They begin as base-2 logarithms of the ratio of how often the level is met among
pairs of the same organisation and of different ones, and are fitted, since the comparisons hang together: firms of
one owner share representative and address.
Source: Fellegi and Sunter, "A Theory for Record Linkage", JASA 64 (1969); docs/rules/resolution.md for the fit.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from chengxin.intake.resolution.comparing import LEVELS

LEAST = 1e-3  # no share is nought: a level that was never seen is rare, not impossible
ROUNDS = 60
LARGEST_STEP = 1.0  # bits a round
Levels = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Weights:
    """The worth of every level in bits. `absent`: the worth of the hypothesis that no candidate is the right one."""

    levels: Levels
    absent: float


@dataclass(frozen=True, slots=True)
class Terms:
    """From which probability on a row is tied by itself (`tie_from`) or shown with candidates (`review_from`).

    `shown`: candidates a row; `block`: subjects that a key may bring; `learn_after`: decisions after which new weights
    may be proposed; `pull`: how strongly decisions are held to the present weights; `crowds`: up to how many bearers
    of a brand are few, and some.
    """

    tie_from: float
    review_from: float
    shown: int
    block: int
    learn_after: int
    pull: float
    crowds: tuple[int, int]


def weights_from(levels: Mapping[str, Mapping[str, object]], *, absent: float) -> Weights:
    """Weights as they are written. Raises `ValueError` unless each level of `LEVELS` is given."""
    if any(set(levels.get(c, {})) != set(LEVELS[c]) for c in LEVELS):
        raise ValueError("each comparison needs all its levels")
    return Weights({c: {level: float(str(levels[c][level])) for level in LEVELS[c]} for c in LEVELS}, absent)


def as_written(weights: Weights) -> dict[str, dict[str, float]]:
    """The weights as `weights_from` reads them, rounded to thousandths of a bit."""
    return {c: {level: round(bits, 3) for level, bits in by_level.items()} for c, by_level in weights.levels.items()}


def scores(found: pl.DataFrame, weights: Weights) -> pl.Series:
    """The sum of the weights of each pair (bits); `found` as `comparing.levels` gives it. Source: as the module."""
    total = pl.lit(0.0)
    for comparison, worth in weights.levels.items():
        total = total + pl.col(comparison).replace_strict(worth, return_dtype=pl.Float64)
    return found.select(total.alias("score")).to_series()


def probabilities(scored: pl.DataFrame, weights: Weights) -> pl.DataFrame:
    """Pairs of `row` and `subject_id` with `score`, and the `probability` that the subject is the row's.

    Of several names of a subject the best counts. The candidates of a row and "none of them" exclude each other, so
    that two equally good ones get half each. Source: Bayes' theorem over the candidates of a row.
    """
    best = scored.sort("score", descending=True, maintain_order=True).unique(
        ["row", "subject_id"], keep="first", maintain_order=True
    )
    return best.with_columns(_probability(weights.absent))


def _probability(absent: float) -> pl.Expr:
    top = pl.max_horizontal(pl.col("score").max().over("row"), pl.lit(absent))
    power = pl.lit(2.0).pow(pl.col("score") - top)
    none = pl.lit(2.0).pow(pl.lit(absent) - top)
    return (power / (power.sum().over("row") + none)).alias("probability")


def first_weights(labelled: pl.DataFrame) -> Weights:
    """Weights from labelled pairs by counting alone: `row`, the levels, and `same`. Source: as the module."""
    same = labelled.filter("same")
    others = labelled.filter(~pl.col("same")).with_columns((1 / pl.len().over("row")).alias("part"))
    whole = max(1.0, float(others["part"].sum()))
    levels: dict[str, dict[str, float]] = {}
    for comparison, names in LEVELS.items():
        levels[comparison] = {}
        for level in names:
            agree = same.filter(pl.col(comparison) == level).height / max(1, same.height)
            differ = float(others.filter(pl.col(comparison) == level)["part"].sum()) / whole
            levels[comparison][level] = math.log2(max(agree, LEAST) / max(differ, LEAST))
    return Weights(levels, 0.0)


def fitted(labelled: pl.DataFrame, start: Weights, *, pull: float) -> Weights:
    """Weights under which the labels are likeliest, held to `start` by `pull`.

    `labelled`: `row`, `subject_id`, the levels of a pair, and `same`; a row without any pair that is the same is one
    whose organisation is not registered. With few labels hardly anything moves: each level's weight goes only as far
    as its own cases outweigh the pull.
    Source: maximum of the conditional likelihood with a normal prior, by Newton's method on each weight.
    """
    levels = {c: dict(worth) for c, worth in start.levels.items()}
    absent = start.absent
    for _ in range(ROUNDS):
        weights = Weights(levels, absent)
        step = labelled.with_columns(scores(labelled, weights)).with_columns(_probability(absent))
        step = step.with_columns(
            (pl.col("same").cast(pl.Float64) - pl.col("probability")).alias("slope"),
            (pl.col("probability") * (1 - pl.col("probability"))).alias("bend"),
        )
        for comparison in LEVELS:
            told = step.group_by(comparison).agg(pl.col("slope").sum(), pl.col("bend").sum())
            for level, slope, bend in told.iter_rows():
                levels[comparison][level] += _move(
                    slope, bend, levels[comparison][level] - start.levels[comparison][level], pull
                )
        none = step.group_by("row").agg(
            (1 - pl.col("probability").sum()).alias("probability"), pl.col("same").any().alias("found")
        )
        slope = float((1 - none["found"].cast(pl.Float64) - none["probability"]).sum())
        bend = float((none["probability"] * (1 - none["probability"])).sum())
        absent += _move(slope, bend, absent - start.absent, pull)
    return Weights(levels, absent)


def _move(slope: float, bend: float, gone: float, pull: float) -> float:
    # A quarter of the full step: the comparisons move together, and each would else make up for all the others.
    step = 0.25 * (slope - pull * gone) / (bend + pull)
    return max(-LARGEST_STEP, min(LARGEST_STEP, step))
