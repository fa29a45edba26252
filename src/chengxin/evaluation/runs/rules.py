"""What runs are, how evidence is written in whole numbers, and the arithmetic of monitoring. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import log, sqrt

MARK_BITS = 24  # indicators and vetoes of one model; leaves 39 bits for the number of a record version
CLASSES = 64  # the content of a snapshot is summed up by `subject_id % 64`, whatever files it lies in
NO_END = 2**31 - 1  # the day of what never ends
Z = 1.959963984540054  # two-sided 95 %
PSI_FLOOR = 1e-4  # share that an empty grade is taken for, so that the logarithm exists


class Engine(StrEnum):
    """What computes a run (计算引擎)."""

    DUCKDB = "duckdb"  # embedded, one machine
    SPARK = "spark"  # a cluster


class Purpose(StrEnum):
    """What a run is for (批次用途)."""

    IN_FORCE = "in-force"  # 正式: its grades are read
    TRIAL = "trial"  # 试算: of a draft, or of a past day; its grades are for comparison alone


class TrialState(StrEnum):
    """How far a trial is that was asked for (试算任务)."""

    WAITING = "waiting"  # 排队
    RUNNING = "running"  # 试算中
    DONE = "done"  # 完成
    FAILED = "failed"  # 没有完成
    INTERRUPTED = "interrupted"  # 中断: its process died; never stored, seen by its lock


class TrialStage(StrEnum):
    """What a running trial does (试算步骤), in this order."""

    SNAPSHOT = "snapshot"
    PRESENT = "present"
    DRAFT = "draft"
    COMPARING = "comparing"


OPEN_TRIALS = frozenset({TrialState.WAITING, TrialState.RUNNING})


def marked(version: int, marks: int) -> int:
    """A record version and its marks as one number, sorted by version. Source: `Result.evidence`."""
    return version << MARK_BITS | marks


def unmarked(evidence: Iterable[int], place: int) -> list[int]:
    """The record versions that bear the mark at `place` (from 0). Source: `Result.evidence`."""
    return [one >> MARK_BITS for one in evidence if one >> place & 1]


def psi(expected: Mapping[str, int], found: Mapping[str, int]) -> float:
    """Population stability index of two distributions over the same groups; 0 for equal ones.

    Source: the usual definition, sum of (found - expected) * ln(found / expected) over shares.
    """
    before, now = sum(expected.values()), sum(found.values())
    if not before or not now:
        return 0.0
    total = 0.0
    for group in {*expected, *found}:
        was = max(expected.get(group, 0) / before, PSI_FLOOR)
        is_now = max(found.get(group, 0) / now, PSI_FLOOR)
        total += (is_now - was) * log(is_now / was)
    return total


@dataclass(frozen=True, slots=True)
class Ranking:
    """How well points rank outcomes; per mille. 500 of `auc` is chance; None: one of the sides is empty."""

    auc: int | None
    ks: int | None
    with_outcome: int
    without: int


def ranking(counts: Sequence[tuple[int, int, int]]) -> Ranking:
    """AUC and KS of points against outcomes: `(points, subjects with the outcome, subjects without)`, in any order.

    AUC: how often a subject with the outcome has fewer points than one without; ties count half. KS: the largest gap of
    the two cumulative shares. Exact, rounded down to per mille.
    Source: the Mann-Whitney statistic, and the two-sample Kolmogorov-Smirnov distance.
    """
    bad, good = sum(b for _, b, _ in counts), sum(g for _, _, g in counts)
    if not bad or not good:
        return Ranking(None, None, bad, good)
    wins_twice = gap = seen_bad = seen_good = 0
    for _, b, g in sorted(counts):
        wins_twice += b * (2 * (good - seen_good - g) + g)
        seen_bad, seen_good = seen_bad + b, seen_good + g
        gap = max(gap, abs(seen_bad * good - seen_good * bad))
    return Ranking(1000 * wins_twice // (2 * bad * good), 1000 * gap // (bad * good), bad, good)


def auc_interval(auc: int, with_outcome: int, without: int) -> tuple[int, int]:
    """The values per mille that an AUC of so many subjects leaves possible, in 95 of 100 such samples.

    Few outcomes leave nearly everything possible, also where every one of them was ranked right.
    Source: R. G. Newcombe, Statistics in Medicine 25 (2006) 559-573, method 5, on the variance of J. A. Hanley and
    B. J. McNeil, Radiology 143 (1982).
    """
    found = auc / 1000

    def is_possible(value: float) -> bool:
        half = (with_outcome + without) / 2 - 1
        spread = 1 + half * ((1 - value) / (2 - value) + value / (1 + value))
        return (found - value) ** 2 <= Z * Z * value * (1 - value) * spread / (with_outcome * without)

    def edge(outer: float) -> int:
        inner = found
        for _ in range(40):
            middle = (outer + inner) / 2
            outer, inner = (outer, middle) if is_possible(middle) else (middle, inner)
        return round(1000 * inner)

    return edge(0.0), edge(1.0)


def ks_by_chance(with_outcome: int, without: int) -> int:
    """The KS per mille that one of 20 rankings reaches that know nothing.

    Source: N. Smirnov, Annals of Mathematical Statistics 19 (1948): 1.358 * sqrt((m + n) / (m * n)) for large m and n.
    """
    return min(1000, round(1358 * sqrt((with_outcome + without) / (with_outcome * without))))


def disparity(shares: Mapping[str, tuple[int, int]], least: int) -> Iterator[tuple[str, int, bool]]:
    """Of each group how its share of good grades relates to that of the best group, per mille, and if it is too low.

    `shares`: group -> (subjects with a good grade, subjects). `least`: per mille below which it is to be looked into,
    unless groups of that size differ as much by chance (two shares, two-sided 5 %).
    Source: the four-fifths rule (80 %) as a question to ask, not as a verdict, with its own caution about small numbers
    (Uniform Guidelines on Employee Selection Procedures, 1978, section 4 D); the threshold is policy.
    """
    known = {group: counts for group, counts in shares.items() if counts[1]}
    best = max(known.values(), key=lambda c: Fraction(*c), default=(0, 1))
    for group, (good, of) in known.items():
        relation = good * best[1] * 1000 // (of * best[0]) if best[0] else 1000
        yield group, relation, relation < least and _is_beyond_chance((good, of), best)


def _is_beyond_chance(one: tuple[int, int], other: tuple[int, int]) -> bool:
    (good, of), (good_there, of_there) = one, other
    share = (good + good_there) / (of + of_there)
    spread = share * (1 - share) * (1 / of + 1 / of_there)
    return (good / of - good_there / of_there) ** 2 > Z * Z * spread
