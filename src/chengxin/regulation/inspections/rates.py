"""How often problems are found, with how sure one can be of it. Pure."""

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
    share, z2 = found / visits, Z * Z
    middle = (share + z2 / (2 * visits)) / (1 + z2 / visits)
    half = Z * sqrt(share * (1 - share) / visits + z2 / (4 * visits * visits)) / (1 + z2 / visits)
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return Rate(visits, found, low if found else 0.0, high if found < visits else 1.0)


def difference(one: Rate, other: Rate) -> Difference | None:
    """How much more `one` is than `other`; None where either has no visit.

    Source: R. G. Newcombe, Statistics in Medicine 17 (1998) 873-890, method 10 (from two Wilson intervals).
    """
    if one.share is None or other.share is None:
        return None
    value = one.share - other.share
    low = value - sqrt((one.share - one.low) ** 2 + (other.high - other.share) ** 2)
    high = value + sqrt((one.high - one.share) ** 2 + (other.share - other.low) ** 2)
    return Difference(value, low, high)


def pooled(rates: "list[Rate]") -> Rate:
    """All visits of several rates together. Source: `rate`."""
    return rate(sum(r.found for r in rates), sum(r.visits for r in rates))
