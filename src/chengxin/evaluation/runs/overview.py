"""What monitoring says of a run: who stands where, whether that moved, and whom it treats otherwise."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from chengxin.evaluation.runs import policy, queries, rules
from chengxin.evaluation.runs.layout import INDUSTRY, REGISTER
from chengxin.evaluation.runs.models import Foresight, Run, Standing
from chengxin.evaluation.runs.monitoring import CITY, DIVISION, SECTOR, SIZE, SUBJECT_KIND
from chengxin.evaluation.runs.policy import Watch
from chengxin.evaluation.runs.rules import Purpose
from chengxin.evaluation.scorecards import queries as scorecards
from chengxin.evaluation.scorecards.model import Model
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.catalogue.rules import Words
from chengxin.registry.records.rules import months_after

UNGRADED, HELD = "", 5
GROUPINGS = (SECTOR, SIZE, DIVISION, SUBJECT_KIND)
KINDS = {
    "legal-person": Words("法人", "Legal persons"),
    "other-organisation": Words("非法人组织", "Other organisations"),
    "sole-trader": Words("个体工商户", "Sole traders"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One group: subjects by grade in the model's order and then without one; mean points, rounded down.

    `relation`: its share of good grades against that of the best group, per mille; None: too small to be compared.
    """

    code: str
    name: Words
    counts: tuple[int, ...]
    mean: int
    relation: int | None
    is_low: bool

    @property
    def subjects(self) -> int:
        """How many."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Grouping:
    """Lines of one kind of group, the largest first."""

    code: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A ranking of later outcomes with what chance leaves possible, per mille; `is_few`: too few to say anything."""

    row: Foresight
    low: int | None
    high: int | None
    by_chance: int | None
    is_few: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """Monitoring of one run. `psi` per mille against `previous`; None: it is the first.

    `ripe_on`: from then on all later records that it is held against can be known. `held`: other runs of the model
    that were held against theirs, newest first.
    """

    run: Run
    model: Model
    grades: tuple[str, ...]
    city: Line
    groupings: tuple[Grouping, ...]
    previous: Run | None
    psi: int | None
    watch: Watch
    foresights: tuple[Foreseen, ...]
    ripe_on: date
    is_ripe: bool
    held: tuple[Run, ...]

    @property
    def has_moved(self) -> bool:
        """Whether the distribution moved so far that someone has to look."""
        return self.psi is not None and self.psi >= self.watch.psi_alarm


def latest_runs(*, model: str = "", page: int = 1, size: int = 50) -> tuple[Run, ...]:
    """One page of the runs of one or all models, newest first. Index: primary key."""
    found = Run.objects.filter(model=model) if model else Run.objects.all()
    return tuple(found.order_by("-id")[(page - 1) * size : page * size])


def runs_count(*, model: str = "") -> int:
    """How many runs of one or all models there are."""
    return (Run.objects.filter(model=model) if model else Run.objects.all()).count()


def overview(run_id: int, *, on: date) -> Overview:
    """What monitoring says of a run by the policy of `on`. Raises `NotFound`. Index: `standing_once`."""
    run = queries.run(run_id)
    model, watch = scorecards.model(run.model, run.version), policy.watch(on)
    grades = tuple(c.grade for c in model.cut_offs)
    previous = _previous(run)
    rows = list(Standing.objects.filter(run_id__in=[run.pk, previous.pk] if previous else [run.pk]))
    ours = [r for r in rows if r.run_id == run.pk]
    theirs = {r.grade: r.subjects for r in rows if r.run_id != run.pk and r.grouping == CITY}
    groupings = tuple(Grouping(g, _lines(g, ours, grades, watch, run.as_of)) for g in GROUPINGS)
    mine = {r.grade: r.subjects for r in ours if r.grouping == CITY}
    ripe_on = months_after(run.as_of, watch.outcome_months)
    return Overview(
        run=run,
        model=model,
        grades=grades,
        city=next(iter(_lines(CITY, ours, grades, watch, run.as_of)), _nobody(grades)),
        groupings=groupings,
        previous=previous,
        psi=round(1000 * rules.psi(theirs, mine)) if previous else None,
        watch=watch,
        foresights=tuple(_seen(one, watch) for one in Foresight.objects.filter(run=run).order_by("-id")),
        ripe_on=ripe_on,
        is_ripe=ripe_on <= on,
        held=tuple(_held(run)),
    )


def _seen(row: Foresight, watch: Watch) -> Foreseen:
    sides = row.with_outcome, row.without
    if row.auc_per_mille is None:
        return Foreseen(row, None, None, None, True)
    low, high = rules.auc_interval(row.auc_per_mille, *sides)
    return Foreseen(row, low, high, rules.ks_by_chance(*sides), min(sides) < watch.smallest_group)


def _held(run: Run) -> "QuerySet[Run]":
    others = Foresight.objects.exclude(run=run).values("run_id")
    return Run.objects.filter(model=run.model, pk__in=others).order_by("-as_of", "-id")[:HELD]


def _previous(run: Run) -> Run | None:
    """The run in force before it, in the order of days: a trial of a past day is not held against what came later."""
    found = Run.objects.filter(model=run.model, purpose=Purpose.IN_FORCE.value, id__lt=run.pk, as_of__lte=run.as_of)
    return found.order_by("-as_of", "-id").first()


def _nobody(grades: Sequence[str]) -> Line:
    return Line("", Words("全市", "The city"), (0,) * (len(grades) + 1), 0, None, False)


def _lines(grouping: str, rows: Iterable[Standing], grades: Sequence[str], watch: Watch, day: date) -> tuple[Line, ...]:
    groups: dict[str, dict[str, Standing]] = {}
    for row in rows:
        if row.grouping == grouping:
            groups.setdefault(row.group, {})[row.grade] = row
    names = _names(grouping, day)
    counts = {code: _counts(found, grades) for code, found in groups.items()}
    good = {
        code: (sum(n[: watch.good_grades]), sum(n[:-1]))
        for code, n in counts.items()
        if code and sum(n[:-1]) >= watch.smallest_group
    }
    relations = {code: (relation, low) for code, relation, low in rules.disparity(good, watch.disparity_least)}
    lines = []
    for code, found in groups.items():
        relation, is_low = relations.get(code, (None, False))
        subjects = sum(counts[code])
        mean = sum(r.points for r in found.values()) // subjects if subjects else 0
        lines.append(Line(code, names.get(code, _unnamed(code)), counts[code], mean, relation, is_low))
    return tuple(sorted(lines, key=lambda one: (one.code == "", -one.subjects, one.code)))


def _counts(found: Mapping[str, Standing], grades: Sequence[str]) -> tuple[int, ...]:
    return tuple(found[g].subjects if g in found else 0 for g in (*grades, UNGRADED))


def _unnamed(code: str) -> Words:
    return Words(code, code) if code else Words("未登记", "Not registered")


def _names(grouping: str, day: date) -> Mapping[str, Words]:
    match grouping:
        case "sector":
            field = catalogue.item(REGISTER).by_code.get(INDUSTRY)
            return catalogue.code_list(field.code_list).meanings if field and field.code_list else {}
        case "size":
            return {s.code: Words(s.zh, s.en) for s in policy.sizes(day)}
        case "division":
            return catalogue.code_list("division").meanings
        case "kind":
            return KINDS
        case _:
            return {"": Words("全市", "The city")}
