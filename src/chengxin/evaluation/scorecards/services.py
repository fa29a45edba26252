"""Writes of a model's way into force: putting it forward, its trial, approval, publication."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from chengxin.base.audit import services as audit
from chengxin.base.casework import services as casework
from chengxin.base.casework.rules import Party
from chengxin.base.clock import local_date
from chengxin.base.database.queueing import queue_behind
from chengxin.base.errors import NotFound
from chengxin.base.languages import InBoth
from chengxin.base.policy import city_folder
from chengxin.evaluation.scorecards import checking, policy, profile, queries
from chengxin.evaluation.scorecards.errors import (
    AlreadyProposed,
    DayTaken,
    DayTooEarly,
    ModelAltered,
    ModelHasFaults,
    TrialMissing,
)
from chengxin.evaluation.scorecards.model import Model, canonical
from chengxin.evaluation.scorecards.models import Proposal, Publication, Trial
from chengxin.evaluation.scorecards.procedure import EVALUATION_MODEL
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor

OVER = frozenset({"refused", "withdrawn"})


@dataclass(frozen=True, slots=True)
class TrialFigures:
    """How the trial run of a version compares with the run of the version in force (None: there is none)."""

    run_id: int
    model_digest: str
    present_run_id: int | None
    subjects: int
    up: int
    down: int
    unmatched: int


@transaction.atomic
def propose(name: str, *, by: Actor, at: datetime) -> int:
    """Put a version of a model before the credit office; returns the id of its case.

    Raises `UnknownModel`, `ModelHasFaults`, `AlreadyProposed`, `NotYourStep`.
    """
    queue_behind(f"evaluation-model:{name}")
    found = queries.model_named(name)
    row = queries.register_row(name, on=local_date(at))
    if row.case_id is not None and row.state not in OVER:
        raise AlreadyProposed(model=name)
    if faults := checking.faults(found, profile.around(city_folder())):
        raise ModelHasFaults(model=name, count=len(faults))
    parties = {"office": Party(organisation_id=accounts.credit_office().id)}
    title = InBoth(f"{found.title.zh} {name}", f"{found.title.en} {name}")
    about = f"evaluation-model:{name}"
    case_id = casework.open_case(EVALUATION_MODEL.code, about=about, title=title, parties=parties, by=by, at=at)
    proposal = Proposal.objects.create(
        case_id=case_id,
        code=found.code,
        version=found.version,
        digest=found.digest,
        content=canonical(found),
        by_name=by.name,
        proposed_at=at,
    )
    audit.note("scorecards.proposed", str(proposal), by=by, at=at, case=case_id, digest=found.digest)
    return case_id


@transaction.atomic
def check_trial(case_id: int, *, by: Actor, at: datetime) -> Model:
    """The version whose trial may be put on file by `by` now; the case stays locked until the transaction ends.

    Raises `NotFound`, `ModelAltered`, what `casework.take_step` raises.
    """
    _proposal_row, found = _proposal(case_id)
    casework.check_step(case_id, "try", by=by, at=at)
    return found


@transaction.atomic
def record_trial(case_id: int, figures: TrialFigures, *, by: Actor, at: datetime) -> None:
    """Put the trial of a proposed version on file, with how it compares. Raises `ModelAltered`, `NotYourStep`."""
    proposal, found = _proposal(case_id)
    casework.take_step(case_id, "try", by=by, at=at)
    if figures.model_digest != found.digest:
        raise TrialMissing
    trial = Trial.objects.create(
        proposal=proposal,
        run_id=figures.run_id,
        present_run_id=figures.present_run_id,
        subjects=figures.subjects,
        up=figures.up,
        down=figures.down,
        unmatched=figures.unmatched,
        by_name=by.name,
        at=at,
    )
    audit.note("scorecards.tried", str(trial), by=by, at=at, case=case_id, run=figures.run_id)


@transaction.atomic
def take(case_id: int, step: str, *, by: Actor, at: datetime, reason: str = "") -> str:
    """Approve, refuse or withdraw a version; returns the state it leads to.

    Raises what `casework.take_step` raises, `ModelAltered`.
    """
    if step not in {"approve", "refuse", "withdraw"}:
        raise NotFound
    proposal = Proposal.objects.filter(case_id=case_id).first()
    if proposal is None:
        raise NotFound
    if step == "approve":
        _proposal(case_id)
    state = casework.take_step(case_id, step, by=by, at=at, reason=reason)
    audit.note(f"scorecards.{state}", str(proposal), by=by, at=at, case=case_id, digest=proposal.digest)
    return state


@transaction.atomic
def publish(case_id: int, *, effective_from: date, by: Actor, at: datetime) -> None:
    """Publish an approved version, in force from a day that lies far enough ahead.

    Raises `DayTooEarly`, `DayTaken`, `ModelAltered`, what `casework.take_step` raises.
    """
    proposal, found = _proposal(case_id)
    queue_behind(f"evaluation-model:{found.code}")
    casework.take_step(case_id, "publish", by=by, at=at)
    earliest = earliest_day(found, on=local_date(at))
    if effective_from < earliest:
        raise DayTooEarly(earliest=earliest.isoformat())
    if Publication.objects.filter(code=found.code, effective_from=effective_from).exists():
        raise DayTaken
    Publication.objects.create(proposal=proposal, code=found.code, effective_from=effective_from, published_at=at)
    day = effective_from.isoformat()
    audit.note("scorecards.published", str(proposal), by=by, at=at, case=case_id, digest=found.digest, from_day=day)


def earliest_day(found: Model, *, on: date) -> date:
    """The first day from which a version that is published on `on` may be in force."""
    return max(found.effective_from, on + timedelta(days=policy.days_before_force(on)))


def _proposal(case_id: int) -> tuple[Proposal, Model]:
    proposal = Proposal.objects.filter(case_id=case_id).first()
    if proposal is None:
        raise NotFound
    found = queries.model(proposal.code, proposal.version)
    if found.digest != proposal.digest:
        raise ModelAltered(model=found.name)
    return proposal, found
