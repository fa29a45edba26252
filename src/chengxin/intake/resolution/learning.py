"""Writes of the weights: proposing what decisions taught, and deciding about it."""

from datetime import datetime

import polars as pl
from django.db import transaction

from chengxin.base.audit import services as audit
from chengxin.base.clock import local_date
from chengxin.base.database.queueing import queue_behind
from chengxin.intake.resolution import policy, queries, weighing
from chengxin.intake.resolution.errors import NotProposed, OwnProposal, ReasonMissing, TooFewDecisions
from chengxin.intake.resolution.models import WeightsVersion
from chengxin.intake.resolution.rules import WeightState
from chengxin.intake.resolution.weighing import Weights
from chengxin.registry.accounts.rules import Actor, Permission, require


@transaction.atomic
def propose_weights(*, by: Actor, at: datetime) -> int:
    """Propose the weights that people's decisions since the last version lead to; returns their number.

    Nothing changes until another official puts them in force. Raises `NotPermitted`, `TooFewDecisions`.
    """
    require(by, Permission.RESOLVE_ROWS)
    queue_behind("resolution-weights")
    day = local_date(at)
    number, present = queries.weights_in_force(on=day)
    terms = policy.terms(on=day)
    labelled = queries.decided_pairs()
    decided = labelled["row"].n_unique() if labelled.height else 0
    fresh = decided - queries.learned_from(number)
    if fresh < terms.learn_after:
        raise TooFewDecisions(needed=terms.learn_after, have=max(0, fresh))
    new = weighing.fitted(labelled, present, pull=terms.pull)
    made = WeightsVersion.objects.create(
        number=queries.last_number() + 1,
        levels=weighing.as_written(new),
        absent=round(new.absent, 3),
        learned_from=decided,
        agreed_before=agreed(labelled, present),
        agreed_after=agreed(labelled, new),
        state=WeightState.PROPOSED,
        proposed_by=by.name,
        proposed_by_id=by.user_id or 0,
        proposed_at=at,
    )
    audit.note("resolution.weights_proposed", str(made), by=by, at=at, decisions=decided)
    return made.number


def agreed(labelled: pl.DataFrame, weights: Weights) -> int:
    """Of how many decided rows the weights' likeliest answer (one candidate or none) is what was decided."""
    scored = weighing.probabilities(labelled.with_columns(weighing.scores(labelled, weights)), weights)
    rows = scored.group_by("row").agg(
        pl.col("same").sort_by("probability", descending=True).first().alias("top_is_same"),
        pl.col("probability").max().alias("top"),
        pl.col("probability").sum().alias("any"),
        pl.col("same").any().alias("found"),
    )
    none_is_likeliest = pl.col("top") < 1 - pl.col("any")
    right = (none_is_likeliest & ~pl.col("found")) | (~none_is_likeliest & pl.col("top_is_same"))
    return rows.filter(right).height


@transaction.atomic
def put_in_force(number: int, *, by: Actor, at: datetime, reason: str = "") -> None:
    """Put proposed weights in force from now on; rows that were looked at before keep their candidates.

    Raises `NotPermitted`, `NotProposed`, `OwnProposal`.
    """
    _decide(number, WeightState.IN_FORCE, by=by, at=at, reason=reason)


@transaction.atomic
def refuse(number: int, *, by: Actor, at: datetime, reason: str) -> None:
    """Refuse proposed weights, for a reason. Raises as above, and `ReasonMissing`."""
    if not reason.strip():
        raise ReasonMissing
    _decide(number, WeightState.REFUSED, by=by, at=at, reason=reason)


def _decide(number: int, state: WeightState, *, by: Actor, at: datetime, reason: str) -> None:
    require(by, Permission.DECIDE_WEIGHTS)
    queue_behind("resolution-weights")
    found = WeightsVersion.objects.filter(number=number, state=WeightState.PROPOSED).first()
    if found is None:
        raise NotProposed
    if found.proposed_by_id == (by.user_id or 0):
        raise OwnProposal
    found.state, found.decided_by, found.decided_at, found.reason = state, by.name, at, reason.strip()[:500]
    found.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    audit.note(f"resolution.weights_{state.value}", str(found), by=by, at=at)
