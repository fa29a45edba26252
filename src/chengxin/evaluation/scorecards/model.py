"""An evaluation model (评价模型) as values: what counts, over which time, for how many points. Pure.

Everything is whole numbers, so that any engine gives the same result to the last digit: amounts in the smallest unit
that the catalogue's field allows (10,000 yuan with six decimals: cents), shares per myriad, weights and coverage per
mille, ages in days.
"""

import dataclasses
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum

from chengxin.registry.catalogue.rules import LegalBasis, Words

Where = Mapping[str, tuple[str, ...]]  # field -> values; all fields must hold one of their values


class Kind(StrEnum):
    """Whom a model looks at (评价对象)."""

    ORGANISATION = "organisation"  # 企业和其他组织
    SOLE_TRADER = "sole-trader"  # 个体工商户
    SUPPLIER = "supplier"  # 政府采购供应商
    VILLAGE = "village"  # 行政村
    FARM_HOUSEHOLD = "farm-household"  # 农户: only as a natural person's own wish (evaluation.persons)


class Measure(StrEnum):
    """What an indicator computes of the records that it selects (计算方法)."""

    COUNT = "count"  # how many; with decay: the sum of their weights per mille
    SUM = "sum"  # the sum of a field
    SHARE = "share"  # per myriad of those that fulfil `where` among those that fulfil `of_where`; of sums with fields
    RECENCY = "recency"  # whole days since the latest; missing where there is none
    TREND = "trend"  # how many in the window less how many in the window before it
    EXISTENCE = "existence"  # 1 or 0


MAY_BE_MISSING = frozenset({Measure.SHARE, Measure.RECENCY})


class Repaired(StrEnum):
    """Whether a repaired record (已修复) still counts."""

    IGNORE = "ignore"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Bin:
    """Values in `[start, below)` give `points`; None: without end on that side."""

    start: int | None
    below: int | None
    points: int
    text: Words

    def holds(self, value: int) -> bool:
        """Whether the value falls in this bin."""
        return (self.start is None or self.start <= value) and (self.below is None or value < self.below)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One measure over the records of one resource, and its points.

    A field that holds several codes fulfils `where` if one of them is among the values. `severity` empty: any.
    `window_months` None: however old. `field`, `of_field`: what `sum`, and `share` of sums, add up.
    """

    code: str
    title: Words
    measure: Measure
    resource: str
    bins: tuple[Bin, ...]
    field: str | None = None
    of_field: str | None = None
    where: Where = dataclasses.field(default_factory=dict)
    of_where: Where = dataclasses.field(default_factory=dict)
    severity: tuple[str, ...] = ()
    window_months: int | None = None
    decay_half_life_months: int | None = None
    repaired: Repaired = Repaired.IGNORE
    missing_points: int | None = None

    @property
    def best(self) -> int:
        """The most points that it can give."""
        return max(self._possible, default=0)

    @property
    def worst(self) -> int:
        """The fewest points that it can give."""
        return min(self._possible, default=0)

    @property
    def _possible(self) -> list[int]:
        missing = [] if self.missing_points is None else [self.missing_points]
        return [b.points for b in self.bins] + missing


@dataclass(frozen=True, slots=True)
class Dimension:
    """Indicators that belong together (一级指标)."""

    code: str
    title: Words
    indicators: tuple[Indicator, ...]

    @property
    def best(self) -> int:
        """The most points that it can give."""
        return sum(i.best for i in self.indicators)

    @property
    def worst(self) -> int:
        """The fewest points that it can give."""
        return sum(i.worst for i in self.indicators)


@dataclass(frozen=True, slots=True)
class Veto:
    """A record of this kind keeps the grade at `highest_grade` or below, whatever the points (一票否决)."""

    code: str
    title: Words
    resource: str
    highest_grade: str
    legal_basis: LegalBasis
    where: Where = dataclasses.field(default_factory=dict)
    severity: tuple[str, ...] = ()
    window_months: int | None = None
    repaired: Repaired = Repaired.IGNORE


@dataclass(frozen=True, slots=True)
class CutOff:
    """From `start` points on, the grade is `grade`."""

    grade: str
    start: int
    title: Words


@dataclass(frozen=True, slots=True)
class Holding:
    """A subject with a counting record of this kind belongs to the population (any date up to the day)."""

    resource: str
    where: Where = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Population:
    """Who is evaluated: of these kinds, states and divisions (empty: any), and with any of `holding` (empty: all)."""

    kinds: tuple[str, ...]
    statuses: tuple[str, ...]
    divisions: tuple[str, ...]
    holding: tuple[Holding, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """With records of fewer than `below_per_mille` of the resources in `of`, a subject has no grade (信息不足)."""

    of: tuple[str, ...]
    below_per_mille: int


@dataclass(frozen=True, slots=True)
class Model:
    """One version of an evaluation model. `cut_offs` descend; the last one begins at `lowest`."""

    code: str
    version: int
    title: Words
    purpose: Words
    limits: Words  # what the grade does not know
    kind: Kind
    population: Population
    legal_basis: tuple[LegalBasis, ...]
    source: Words
    verified: bool
    effective_from: date
    approver: str  # code of the organisation that decides on it
    base_points: int
    lowest: int
    highest: int
    dimensions: tuple[Dimension, ...]
    vetoes: tuple[Veto, ...]
    cut_offs: tuple[CutOff, ...]
    unknown: Unknown

    @property
    def name(self) -> str:
        """Code and version, as files and runs name it: `enterprise-2`."""
        return f"{self.code}-{self.version}"

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """All indicators, in the order of the file; results keep points and values in this order."""
        return tuple(i for d in self.dimensions for i in d.indicators)

    @property
    def resources(self) -> tuple[str, ...]:
        """The catalogue items that the model reads, sorted."""
        return tuple(sorted(set(self._resources())))

    def _resources(self) -> Iterator[str]:
        yield from (i.resource for i in self.indicators)
        yield from (v.resource for v in self.vetoes)
        yield from (h.resource for h in self.population.holding)
        yield from self.unknown.of

    @property
    def digest(self) -> str:
        """SHA-256 of the model as canonical JSON, in hexadecimal: the same content has the same digest."""
        return hashlib.sha256(canonical(self).encode()).hexdigest()


def canonical(model: Model) -> str:
    """The model as JSON with sorted keys and without spaces."""
    return json.dumps(asdict(model), sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
