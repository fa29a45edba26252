"""How often problems are found, with how sure one can be of it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

Z = 1.959963984540054  # two-sided 95 %


@dataclass(frozen=True, slots=True)
class Rate:
    """`found` of `visits`, with the interval (shares, 0 to 1) that holds the true share in 95 of 100 such samples."""

    visits: int
    found: int
    low: float
    high: float

    @property
    def share(self) -> float | None:
        """The share itself; None without any visit."""
        return self.found / self.visits if self.visits else None


@dataclass(frozen=True, slots=True)
class Difference:
    """How much more one share is than another (−1 to 1), with its interval; `is_clear`: the interval leaves out 0."""

    value: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Whether chance alone is an unlikely reason."""
        return self.low > 0 or self.high < 0


def rate(found: int, visits: int) -> Rate:
    """The share with Wilson's interval, which stays honest for few visits; nothing is known without any.

    Source: E. B. Wilson, JASA 22 (1927), score interval; α = 0.05.
    """
    if visits == 0:
        return Rate(0, 0, 0.0, 1.0)
    return Rate(visits, found, *_interval(found / visits, visits))


def _interval(share: float, size: float) -> tuple[float, float]:
    z2 = Z * Z
    middle = (share + z2 / (2 * size)) / (1 + z2 / size)
    half = Z * sqrt(share * (1 - share) / size + z2 / (4 * size * size)) / (1 + z2 / size)
    return max(0.0, middle - half) if share > 0 else 0.0, min(1.0, middle + half) if share < 1 else 1.0


def difference(one: Rate, other: Rate) -> Difference | None:
    """How much more `one` is than `other`; None where either has no visit. Source: `difference_within`."""
    return difference_within([(one, other)])


def difference_within(pairs: Sequence[tuple[Rate, Rate]]) -> Difference | None:
    """How much more the first of each pair is than the second, compared within each pair alone.

    Draws differ in what they look at and in how large their control group is; adding them up first would tell the draws
    apart and not the two ways of drawing (Simpson's paradox). Pairs with an empty side say nothing; None where all do.
    For one pair it is Newcombe's interval.
    Source: weights of N. Mantel and W. Haenszel, JNCI 22 (1959); the weighted shares as Wilson's intervals of Kish's
    effective sample size (Survey Sampling, 1965), joined by R. G. Newcombe, Statistics in Medicine 17 (1998) 873-890,
    method 10.
    """
    told = [(one, other) for one, other in pairs if one.visits and other.visits]
    if not told:
        return None
    weights = [one.visits * other.visits / (one.visits + other.visits) for one, other in told]
    first, second = (_weighted([pair[side] for pair in told], weights) for side in (0, 1))
    value = first.share - second.share
    low = value - sqrt((first.share - first.low) ** 2 + (second.high - second.share) ** 2)
    high = value + sqrt((first.high - first.share) ** 2 + (second.share - second.low) ** 2)
    return Difference(value, low, high)


@dataclass(frozen=True, slots=True)
class _Weighted:
    share: float
    low: float
    high: float


def _weighted(rates: Sequence[Rate], weights: Sequence[float]) -> _Weighted:
    whole = sum(weights)
    share = sum(w * r.found / r.visits for w, r in zip(weights, rates, strict=True)) / whole
    effective = whole**2 / sum(w**2 / r.visits for w, r in zip(weights, rates, strict=True))
    low, high = _interval(share, effective)
    return _Weighted(share, low, high)


def pooled(rates: Sequence[Rate]) -> Rate:
    """All visits of several rates together. Source: `rate`."""
    return rate(sum(r.found for r in rates), sum(r.visits for r in rates))
