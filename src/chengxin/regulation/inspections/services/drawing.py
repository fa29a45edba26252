"""Writes of draws: publishing, committing, revealing, what follows from silence, and the visits that come of it."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice

from django.db import transaction

from chengxin.base import tasks
from chengxin.base.audit import services as audit
from chengxin.base.casework import queries as cases
from chengxin.base.casework.services import PLATFORM
from chengxin.base.clock import local_date
from chengxin.base.database.queueing import queue_behind
from chengxin.base.errors import NotFound, NotPermitted
from chengxin.base.transparency import services as transparency
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Permission
from chengxin.regulation.inspections import checking, policy, rules
from chengxin.regulation.inspections.checking import DRAWN, TOPIC, VOID
from chengxin.regulation.inspections.errors import (
    DrawOpen,
    NotAParty,
    NothingToDraw,
    PartiesWrong,
    PlannerDrawsNot,
    PlanNotApproved,
    RoundClosed,
    ValueWrong,
)
from chengxin.regulation.inspections.models import (
    Commitment,
    Draw,
    DrawObject,
    Plan,
    Reveal,
    Round,
    RoundEnd,
)
from chengxin.regulation.inspections.procedure import APPROVED, REVIEWER
from chengxin.regulation.inspections.queries import draws, registers
from chengxin.regulation.inspections.queries.registers import Listed

BATCH = 5_000
SALT_BYTES = 32


@transaction.atomic
def publish(plan_id: int, *, parties: Sequence[str], by: Actor, at: datetime) -> int:
    """Publish a draw before it is drawn: rule, hash of the population, parties, times; returns the draw's id.

    `parties`: credit codes of organisations. By a reviewer of the lead who did not draw up the plan. Raises
    `NotFound`, `NotPermitted`, `PlannerDrawsNot`, `PlanNotApproved`, `DrawOpen`, `PartiesWrong`, `NothingToDraw`.
    """
    queue_behind(f"inspection-plan:{plan_id}")
    plan = Plan.objects.filter(pk=plan_id).first()
    if plan is None or plan.lead_id not in by.reaches:
        raise NotFound
    _may_draw(plan, by)
    on = local_date(at)
    if cases.states_of([plan.case_id]).get(plan.case_id) != APPROVED or on >= plan.ends_on:
        raise PlanNotApproved
    if Draw.objects.filter(plan=plan).exclude(rounds__end__ended=DRAWN).exists():
        raise DrawOpen
    _check_parties(plan, parties, barred=frozenset(), at=at)
    rule = draws.rule_of_plan(plan, on=on)
    inspectors, declared = registers.candidates(plan.departments, year=on.year)
    listed = registers.population(plan, on=on)
    if not listed or not inspectors:
        raise NothingToDraw
    queue_behind("inspection-draws")
    number = f"SJ{on.year}-{Draw.objects.filter(published_at__year=on.year).count() + 1:04d}"
    objects = [_object(number, one) for one in listed]
    places = [rules.Place(o.token, o.stratum, o.division, tuple(o.matters)) for o in objects]
    codes = {o.code: o.token for o in objects}
    recusals = sorted([number_, codes[code]] for number_, code in declared if code in codes)
    statement = draws.statement_of(
        plan, number=number, rule=rule, places=places, inspectors=inspectors, recusals=recusals, at=at
    )
    draw = Draw.objects.create(
        plan=plan,
        number=number,
        statement=statement,
        statement_sha256=rules.digest(statement),
        inspectors=rules.inspectors_as_json(inspectors),
        recusals=recusals,
        published_at=at,
        published_by=by.name,
    )
    for one in objects:
        one.draw = draw
    rest = iter(objects)
    while part := list(islice(rest, BATCH)):
        DrawObject.objects.bulk_create(part)
    _log(draw, "draw-published", {"draw": number, "statement": draw.statement_sha256}, at=at)
    audit.note("inspections.draw_published", str(draw), by=by, at=at, objects=len(objects), plan=plan.number)
    _start_round(draw, 1, sorted(set(parties)), at=at)
    return draw.pk


@transaction.atomic
def start_again(draw_id: int, *, parties: Sequence[str], by: Actor, at: datetime) -> int:
    """Start a further round after a void one, without those who kept their values back; returns its number.

    Raises `NotFound`, `NotPermitted`, `PlannerDrawsNot`, `DrawOpen`, `PartiesWrong`.
    """
    draw = _locked(draw_id)
    if draw.plan.lead_id not in by.reaches:
        raise NotFound
    _may_draw(draw.plan, by)
    rounds = draws.rounds_of(draw.pk)
    if rounds[-1].ended != VOID:
        raise DrawOpen
    _check_parties(draw.plan, parties, barred=frozenset().union(*(one.barred for one in rounds)), at=at)
    number = len(rounds) + 1
    _start_round(draw, number, sorted(set(parties)), at=at)
    audit.note("inspections.round_started", str(draw), by=by, at=at, round=number)
    return number


@transaction.atomic
def commit(draw_id: int, *, commitment: str, by: Actor, at: datetime) -> None:
    """Take a party's commitment in the open round; it cannot be changed.

    Raises `NotFound`, `NotAParty`, `PlannerDrawsNot`, `RoundClosed`, `ValueWrong`.
    """
    draw, current = _open_round(draw_id)
    _for_party(draw, current, by)
    taken = Commitment.objects.filter(round=current, party=by.organisation_code).exists()
    if taken or at >= current.commit_until:
        raise RoundClosed
    commitment = commitment.strip().lower()
    if not rules.is_value(commitment):
        raise ValueWrong
    Commitment.objects.create(round=current, party=by.organisation_code, commitment=commitment, by_name=by.name, at=at)
    told = {"draw": draw.number, "round": str(current.number), "party": by.organisation_code, "commitment": commitment}
    _log(draw, "committed", told, at=at)
    audit.note("inspections.committed", str(draw), by=by, at=at, round=current.number)


@transaction.atomic
def reveal(draw_id: int, *, value: str, by: Actor, at: datetime) -> None:
    """Take the value that a party had committed to; the last one draws.

    Raises `NotFound`, `NotAParty`, `PlannerDrawsNot`, `RoundClosed`, `ValueWrong`.
    """
    draw, current = _open_round(draw_id)
    _for_party(draw, current, by)
    given = list(Commitment.objects.filter(round=current).select_related("reveal"))
    mine = next((c for c in given if c.party == by.organisation_code), None)
    if mine is None or hasattr(mine, "reveal") or not reveals_open(draw, current, given, at=at):
        raise RoundClosed
    value = value.strip().lower()
    told = rules.commitment_of(draw.number, current.number, mine.party, value)
    if not rules.is_value(value) or told != mine.commitment:
        raise ValueWrong
    Reveal.objects.create(commitment=mine, value=value, by_name=by.name, at=at)
    audit.note("inspections.revealed", str(draw), by=by, at=at, round=current.number)
    if all(c == mine or hasattr(c, "reveal") for c in given):
        _draw(draw, current, {c.party: value if c == mine else c.reveal.value for c in given}, at=at)


def reveals_open(draw: Draw, current: Round, given: Sequence[Commitment], *, at: datetime) -> bool:
    """Whether values may be revealed: all parties have committed, or enough of them when the time for it is over."""
    least = int(draw.statement["rule"]["least_parties"])
    is_ready = len(given) == len(current.parties) or (at >= current.commit_until and len(given) >= least)
    return is_ready and at < current.reveal_until


@transaction.atomic
def settle(draw_id: int, *, at: datetime) -> bool:
    """Declare the open round void where its time is over: too few committed, or one did not reveal; whether it was.

    Safe to repeat.
    """
    draw = _locked(draw_id)
    current = Round.objects.filter(draw=draw, end__isnull=True).first()
    if current is None:
        return False
    given = list(Commitment.objects.filter(round=current).select_related("reveal"))
    committed = {c.party for c in given}
    silent = {c.party for c in given if not hasattr(c, "reveal")}
    is_enough = len(given) >= int(draw.statement["rule"]["least_parties"])
    if at >= current.commit_until and not is_enough:
        _void(draw, current, set(current.parties) - committed, at=at)
        return True
    if at >= current.reveal_until and silent:
        _void(draw, current, silent, at=at)
        return True
    return False


def _void(draw: Draw, current: Round, defaulted: set[str], *, at: datetime) -> None:
    RoundEnd.objects.create(round=current, ended=VOID, defaulted=sorted(defaulted), visits=[], at=at)
    told = {"draw": draw.number, "round": str(current.number), "defaulted": ",".join(sorted(defaulted))}
    _log(draw, "round-void", told, at=at)
    audit.note("inspections.round_void", str(draw), by=PLATFORM, at=at, defaulted=",".join(sorted(defaulted)))


def _draw(draw: Draw, current: Round, reveals: dict[str, str], *, at: datetime) -> None:
    seed = rules.seed_of(draw.statement_sha256, current.number, reveals)
    drawn = rules.drawn_by(
        seed,
        population=draws.places_of(draw),
        inspectors=rules.inspectors_of(draw.inspectors),
        recusals={(n, t) for n, t in draw.recusals},
        rule=rules.rule_of(draw.statement["rule"]),
    )
    result = checking.visits_as_json(drawn)
    RoundEnd.objects.create(round=current, ended=DRAWN, defaulted=[], seed=seed, visits=result, at=at)
    told = {"draw": draw.number, "round": str(current.number), "seed": seed, "result": rules.digest(result)}
    _log(draw, "drawn", told, at=at)
    audit.note("inspections.drawn", str(draw), by=PLATFORM, at=at, seed=seed, visits=len(result))
    tasks.defer("inspections.assign", draw_id=draw.pk)


def _may_draw(plan: Plan, by: Actor) -> None:
    if not by.may(Permission.INSPECT, of=plan.lead_id) or REVIEWER.isdisjoint(r.value for r in by.roles):
        raise NotPermitted
    _not_the_planner(plan, by)


def _not_the_planner(plan: Plan, by: Actor) -> None:
    if plan.proposed_by is not None and plan.proposed_by == by.user_id:
        raise PlannerDrawsNot


def _for_party(draw: Draw, current: Round, by: Actor) -> None:
    if not by.may(Permission.MANAGE_CASES) or by.organisation_code not in current.parties:
        raise NotAParty
    _not_the_planner(draw.plan, by)


def _check_parties(plan: Plan, parties: Sequence[str], *, barred: frozenset[str], at: datetime) -> None:
    terms = policy.parties(local_date(at))
    known = {o.code: o for o in accounts.organisations()}
    office = accounts.credit_office()
    chosen = set(parties)
    inspecting = {o.code for o in known.values() if o.id in plan.departments}
    outside = chosen - inspecting - {office.code}
    # Where the credit office itself is barred, one more outsider stands in for it: the draw must go on.
    independent = terms.independent + (office.code in barred)
    is_enough = len(chosen) >= terms.least and len(outside) >= independent
    has_office = office.code in chosen or office.code in barred
    if not is_enough or not has_office or not chosen <= set(known) or chosen & barred:
        raise PartiesWrong(least=terms.least, independent=independent)


def _start_round(draw: Draw, number: int, parties: Sequence[str], *, at: datetime) -> None:
    terms = policy.parties(local_date(at))
    commit_until = at + timedelta(hours=terms.commit_hours)
    reveal_until = commit_until + timedelta(hours=terms.reveal_hours)
    started = Round.objects.create(
        draw=draw,
        number=number,
        parties=list(parties),
        commit_until=commit_until,
        reveal_until=reveal_until,
        started_at=at,
    )
    told = {"draw": draw.number, "round": str(number), **checking.round_terms(draws.round_json(started, [], None))}
    _log(draw, "round-started", told, at=at)
    for moment in (commit_until, reveal_until):
        tasks.defer("inspections.settle", not_before=moment, draw_id=draw.pk)


def _object(number: str, one: Listed) -> DrawObject:
    salt = secrets.token_hex(SALT_BYTES)
    return DrawObject(
        token=rules.token_of(number, one.code, salt),
        salt=salt,
        subject_id=one.subject_id,
        code=one.code,
        name=one.name,
        stratum=one.stratum,
        division=one.division,
        matters=list(one.matters),
    )


def _log(draw: Draw, kind: str, statement: dict[str, str], *, at: datetime) -> None:
    transparency.append(TOPIC, kind, reference=draws.reference_of(draw.pk), statement=statement, at=at)


def _locked(draw_id: int) -> Draw:
    queue_behind(f"inspection-draw:{draw_id}")
    draw = Draw.objects.select_related("plan").filter(pk=draw_id).first()
    if draw is None:
        raise NotFound
    return draw


def _open_round(draw_id: int) -> tuple[Draw, Round]:
    draw = _locked(draw_id)
    current = Round.objects.filter(draw=draw, end__isnull=True).first()
    if current is None:
        raise RoundClosed
    return draw, current
