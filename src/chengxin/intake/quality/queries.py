"""Reads of figures: of a month, of a provider, over time. A closed month is told by the figures of its closing."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from statistics import mean

from django.db.models import Q, QuerySet, Sum

from chengxin.base.errors import NotFound
from chengxin.intake.quality import policy
from chengxin.intake.quality.models import Computation, Figure, MonthlyReport
from chengxin.intake.quality.rules import (
    DISPUTES,
    ONE_DAY,
    RULE,
    Definition,
    Kind,
    Level,
    Month,
    maturity,
    meets,
    month_of,
    months_until,
    score,
    share,
)


@dataclass(frozen=True, slots=True)
class Computed:
    """A computing of a month's figures."""

    id: int
    month: Month
    kind: Kind
    at: datetime


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A check's figure with what it means: `rate` in per cent, None of nothing; `reached` against the target."""

    definition: Definition
    good: int
    total: int

    @property
    def rate(self) -> Decimal | None:
        """The passed part in per cent."""
        return share(self.good, self.total)

    @property
    def failed(self) -> int:
        """How many did not pass."""
        return self.total - self.good

    @property
    def reached(self) -> bool:
        """Whether the target is reached."""
        return meets(self.good, self.total, self.definition.target)


@dataclass(frozen=True, slots=True)
class ProviderRow:
    """A provider's month: its checks in the order of policy, total score (0 to 100) and level of maturity."""

    provider_id: int
    figures: tuple[FigureRow, ...]
    score: Decimal | None
    level: Level | None
    disputes_received: int
    disputes_closed: int


@dataclass(frozen=True, slots=True)
class FailedRule:
    """A rule of validation with the rows that it rejected, and of how many providers."""

    rule: str
    rows: int
    total: int
    providers: int


@dataclass(frozen=True, slots=True)
class Point:
    """A month of a trend; `rate` None where nothing was seen. `average`: of all providers, for scores."""

    month: Month
    rate: Decimal | None
    average: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which figures are asked for: None and "" for all."""

    provider_ids: Collection[int] | None = None
    division: str = ""
    item: str = ""


ALL = Narrowed()


def closing_of(month: Month) -> int | None:
    """The computing whose figures count for a closed month. Index: `month_closed_once`."""
    found = Computation.objects.filter(month=month.first, kind=Kind.CLOSING)
    return found.values_list("id", flat=True).first()


def is_closed(month: Month) -> bool:
    """Whether the month is closed. Index: `month_closed_once`."""
    return closing_of(month) is not None


def computed(month: Month) -> Computed:
    """What tells the month: its closing, else the latest computing. Raises `NotFound`. Index: `computation_latest`."""
    found = _telling([month]).get(month)
    if found is None:
        raise NotFound
    return found


def recomputed(month: Month) -> Computed | None:
    """The latest computing of a closed month after its closing. Index: `computation_latest`."""
    found = Computation.objects.filter(month=month.first, kind=Kind.RECOMPUTED).order_by("-id").first()
    return _computed(found) if found else None


def months_computed() -> tuple[Month, ...]:
    """The months that have figures, newest first. Index: `computation_latest`."""
    days = Computation.objects.order_by("-month").values_list("month", flat=True).distinct()
    return tuple(month_of(day) for day in days)


def last_closed() -> Month | None:
    """The newest closed month. Index: `month_closed_once`."""
    found = Computation.objects.filter(kind=Kind.CLOSING).order_by("-month").values_list("month", flat=True).first()
    return month_of(found) if found else None


def figures(computation: Computed, narrowed: Narrowed = ALL) -> tuple[FigureRow, ...]:
    """The checks of a computing, summed over what is asked for, in the order of policy. Index: `figure_once`."""
    sums = {
        code: (good, total)
        for code, good, total in _narrowed(computation.id, narrowed)
        .values_list("check_code")
        .annotate(Sum("good"), Sum("total"))
    }
    return _rows(sums, definitions_of(computation.month))


def provider_rows(computation: Computed, narrowed: Narrowed = ALL) -> tuple[ProviderRow, ...]:
    """Each provider's month, best score first. Index: `figure_once`."""
    sums: dict[int, dict[str, tuple[int, int]]] = defaultdict(dict)
    found = _narrowed(computation.id, narrowed).values_list("provider_id", "check_code")
    for provider_id, code, good, total in found.annotate(Sum("good"), Sum("total")):
        sums[provider_id][code] = (good, total)
    defined = definitions_of(computation.month)
    rows = [
        ProviderRow(
            provider_id,
            _rows(own, defined),
            score(own, defined),
            maturity(own, defined) if any(d.code in own for d in defined) else None,
            disputes_received=own.get(DISPUTES, (0, 0))[1],
            disputes_closed=own.get(DISPUTES, (0, 0))[0],
        )
        for provider_id, own in sums.items()
    ]
    return tuple(sorted(rows, key=lambda r: (-(r.score if r.score is not None else Decimal(-1)), r.provider_id)))


def average_score(rows: Sequence[ProviderRow]) -> Decimal | None:
    """The mean of the providers' scores, each counting once; None where there is none."""
    scores = [r.score for r in rows if r.score is not None]
    return mean(scores).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP) if scores else None


def failing_most(computation: Computed, narrowed: Narrowed = ALL, *, most: int = 5) -> tuple[FailedRule, ...]:
    """The rules of validation that rejected most rows, at most `most`. Index: `figure_once`."""
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    rows = _narrowed(computation.id, narrowed).filter(check_code__startswith=RULE)
    for code, _, good, total in rows.values_list("check_code", "provider_id").annotate(Sum("good"), Sum("total")):
        found[code.removeprefix(RULE)].append((total - good, total))
    failed = [FailedRule(r, sum(f for f, _ in n), sum(t for _, t in n), len(n)) for r, n in found.items()]
    return tuple(sorted(failed, key=lambda f: (-f.rows, f.rule))[:most])


def trend(check: str, until: Month, narrowed: Narrowed = ALL) -> tuple[Point, ...]:
    """A check over the months that policy shows, the last one `until`. Index: `computation_latest`, `figure_once`."""
    months = months_until(until, count=policy.months_shown(until.first))
    telling = _telling(months)
    ids = [c.id for c in telling.values()]
    found = _narrow(Figure.objects.filter(computation_id__in=ids, check_code=check), narrowed)
    sums = {
        id: (good, total) for id, good, total in found.values_list("computation_id").annotate(Sum("good"), Sum("total"))
    }
    return tuple(Point(m, share(*sums.get(telling[m].id, (0, 0))) if m in telling else None) for m in months)


def report_of(month: Month, *, language: str) -> bytes | None:
    """The signed report of a closed month in that language. Index: `monthly_report_once`."""
    found = MonthlyReport.objects.filter(computation__month=month.first, language=language)
    pdf = found.values_list("pdf", flat=True).first()
    return bytes(pdf) if pdf is not None else None


def score_trend(provider_id: int | None, until: Month) -> tuple[Point, ...]:
    """A provider's total score over the months with the average of all; None: the average alone.

    Index: `computation_latest`, `figure_once`.
    """
    months, sums = _sums_by_month(until)
    return tuple(_score_point(m, sums.get(m, {}), provider_id) for m in months)


def score_trends(until: Month) -> dict[int, tuple[Point, ...]]:
    """Each provider's total score over the months with the average of all, at once. As `score_trend`."""
    months, sums = _sums_by_month(until)
    providers = {provider for own in sums.values() for provider in own}
    return {p: tuple(_score_point(m, sums.get(m, {}), p) for m in months) for p in providers}


Sums = dict[int, dict[str, tuple[int, int]]]


def _sums_by_month(until: Month) -> tuple[tuple[Month, ...], dict[Month, Sums]]:
    months = months_until(until, count=policy.months_shown(until.first))
    telling = _telling(months)
    sums: dict[int, Sums] = defaultdict(lambda: defaultdict(dict))
    found = Figure.objects.filter(computation_id__in=[c.id for c in telling.values()])
    rows = found.exclude(check_code__startswith=RULE).values_list("computation_id", "provider_id", "check_code")
    for id, provider, code, good, total in rows.annotate(Sum("good"), Sum("total")):
        sums[id][provider][code] = (good, total)
    return months, {m: sums[c.id] for m, c in telling.items() if c.id in sums}


def _score_point(month: Month, sums: Mapping[int, Mapping[str, tuple[int, int]]], provider_id: int | None) -> Point:
    defined = definitions_of(month)
    scores = {provider: score(own, defined) for provider, own in sums.items()}
    known = [s for s in scores.values() if s is not None]
    average = mean(known).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP) if known else None
    return Point(month, average if provider_id is None else scores.get(provider_id), average)


def definitions_of(month: Month) -> tuple[Definition, ...]:
    """The checks that were in force at the end of the month."""
    return policy.definitions(month.until - ONE_DAY)


def divisions_of(computation: Computed) -> tuple[str, ...]:
    """The divisions that the figures speak of. Index: `figure_once`."""
    found = Figure.objects.filter(computation_id=computation.id).order_by("division")
    return tuple(d for d in found.values_list("division", flat=True).distinct() if d)


def _rows(sums: Mapping[str, tuple[int, int]], defined: Sequence[Definition]) -> tuple[FigureRow, ...]:
    return tuple(FigureRow(d, *sums.get(d.code, (0, 0))) for d in defined)


def _narrowed(computation_id: int, narrowed: Narrowed) -> QuerySet[Figure]:
    return _narrow(Figure.objects.filter(computation_id=computation_id), narrowed)


def _narrow(found: QuerySet[Figure], narrowed: Narrowed) -> QuerySet[Figure]:
    if narrowed.provider_ids is not None:
        found = found.filter(provider_id__in=list(narrowed.provider_ids))
    if narrowed.division:
        found = found.filter(division=narrowed.division)
    if narrowed.item:
        found = found.filter(Q(item=narrowed.item))
    return found


def _telling(months: Sequence[Month]) -> dict[Month, Computed]:
    """The computing that tells each month: its closing where there is one, else the latest."""
    rows = Computation.objects.filter(month__in=[m.first for m in months]).order_by("id")
    found: dict[Month, Computed] = {}
    for row in rows.exclude(kind=Kind.RECOMPUTED):
        one = _computed(row)
        if one.month not in found or found[one.month].kind != Kind.CLOSING:
            found[one.month] = one
    return found


def _computed(row: Computation) -> Computed:
    return Computed(row.pk, month_of(row.month), Kind(row.kind), row.at)
