"""Reads of the models of the city: their files, read once per process, and how they came into force."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from chengxin.base.casework import queries as cases
from chengxin.base.policy import city_folder
from chengxin.evaluation.scorecards import loading
from chengxin.evaluation.scorecards.errors import ModelAltered, NotInForce, UnknownModel
from chengxin.evaluation.scorecards.model import Model
from chengxin.evaluation.scorecards.models import Proposal, Publication, Trial


@cache
def _models(folder: Path) -> tuple[Model, ...]:
    found = [loading.load(path) for path in sorted((folder / "evaluation").glob("*.yaml"))]
    return tuple(sorted(found, key=lambda m: (m.code, m.version)))


def models() -> tuple[Model, ...]:
    """All versions of all models of the city, by code and version. Raises `BrokenModel`."""
    return _models(city_folder())


def model(code: str, version: int) -> Model:
    """That version of a model. Raises `UnknownModel`."""
    for one in models():
        if (one.code, one.version) == (code, version):
            return one
    raise UnknownModel(model=f"{code}-{version}")


def model_named(name: str) -> Model:
    """The model that a name such as `enterprise-1` stands for. Raises `UnknownModel`."""
    code, _dash, version = name.rpartition("-")
    if not version.isdecimal():
        raise UnknownModel(model=name)
    return model(code, int(version))


@dataclass(frozen=True, slots=True)
class InForce:
    """A version that is in force, since when, and what it says."""

    model: Model
    effective_from: date


def in_force(*, on: date) -> tuple[InForce, ...]:
    """The version of each model that is in force on a day, by code. Raises `ModelAltered`.

    Index: `evaluation_one_version_from_a_day`; a few rows.
    """
    found = Publication.objects.filter(effective_from__lte=on).select_related("proposal")
    latest = found.order_by("code", "-effective_from").distinct("code")
    return tuple(InForce(_unaltered(p.proposal), p.effective_from) for p in latest)


def coming(code: str, *, on: date) -> InForce | None:
    """The next version of a model that is published and not in force yet on a day; None without one.

    Raises `ModelAltered`. Index: `evaluation_one_version_from_a_day`.
    """
    found = Publication.objects.filter(code=code, effective_from__gt=on).select_related("proposal")
    following = found.order_by("effective_from").first()
    return InForce(_unaltered(following.proposal), following.effective_from) if following else None


def model_in_force(code: str, *, on: date) -> Model:
    """The version of a model that is in force on a day. Raises `NotInForce`, `ModelAltered`."""
    found = Publication.objects.filter(code=code, effective_from__lte=on).select_related("proposal")
    latest = found.order_by("-effective_from").first()
    if latest is None:
        raise NotInForce(model=code, day=on.isoformat())
    return _unaltered(latest.proposal)


def _unaltered(proposal: Proposal) -> Model:
    found = model(proposal.code, proposal.version)
    if found.digest != proposal.digest:
        raise ModelAltered(model=found.name)
    return found


@dataclass(frozen=True, slots=True)
class TrialRow:
    """What a trial showed against the version in force."""

    run_id: int
    present_run_id: int | None
    subjects: int
    up: int
    down: int
    unmatched: int
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """A version in the register (评价模型登记册).

    `state`: file, drafted, tried, approved, refused, withdrawn; of a published one coming, in-force or superseded.
    """

    model: Model
    state: str
    case_id: int | None
    effective_from: date | None
    effective_until: date | None
    published_at: datetime | None
    trial: TrialRow | None

    @property
    def is_public(self) -> bool:
        """Whether it was ever published."""
        return self.published_at is not None


def register(*, on: date) -> tuple[RegisterRow, ...]:
    """All versions of all models with where they stand on a day, newest version of each code first. Few rows each."""
    proposals = {(p.code, p.version): p for p in Proposal.objects.order_by("pk")}
    published = {p.proposal_id: p for p in Publication.objects.order_by("effective_from")}
    trials = {t.proposal_id: t for t in Trial.objects.order_by("pk")}
    states = cases.states_of([p.case_id for p in proposals.values()])
    dated = defaultdict(list)
    for publication in published.values():
        dated[publication.code].append(publication.effective_from)
    rows = []
    for one in models():
        proposal = proposals.get((one.code, one.version))
        publication_of = published.get(proposal.pk) if proposal else None
        trial = trials.get(proposal.pk) if proposal else None
        until = _until(publication_of, dated[one.code])
        rows.append(
            RegisterRow(
                model=one,
                state=_state(publication_of, until, on) or (states[proposal.case_id] if proposal else "file"),
                case_id=proposal.case_id if proposal else None,
                effective_from=publication_of.effective_from if publication_of else None,
                effective_until=until,
                published_at=publication_of.published_at if publication_of else None,
                trial=_trial(trial) if trial else None,
            )
        )
    return tuple(sorted(rows, key=lambda r: (r.model.code, -r.model.version)))


def _until(publication: Publication | None, dates: list[date]) -> date | None:
    if publication is None:
        return None
    return min((day for day in dates if day > publication.effective_from), default=None)


def _state(publication: Publication | None, until: date | None, on: date) -> str:
    if publication is None:
        return ""
    if publication.effective_from > on:
        return "coming"
    return "superseded" if until is not None and until <= on else "in-force"


def _trial(found: Trial) -> TrialRow:
    return TrialRow(
        found.run_id,
        found.present_run_id,
        found.subjects,
        found.up,
        found.down,
        found.unmatched,
        found.by_name,
        found.at,
    )


def register_row(name: str, *, on: date) -> RegisterRow:
    """One version's row of the register. Raises `UnknownModel`."""
    wanted = model_named(name)
    return next(row for row in register(on=on) if row.model == wanted)


def row_of_case(case_id: int, *, on: date) -> RegisterRow:
    """The row of the version that a case is about. Raises `UnknownModel`."""
    for row in register(on=on):
        if row.case_id == case_id:
            return row
    raise UnknownModel(model=str(case_id))
