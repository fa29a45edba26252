"""Reads of draws: for those who make them, and for everyone; the file with which anyone checks a draw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef

from chengxin.base.clock import local_date
from chengxin.base.errors import NotFound
from chengxin.base.transparency import queries as transparency
from chengxin.registry.accounts import queries as accounts
from chengxin.regulation.inspections import policy, rules
from chengxin.regulation.inspections.checking import DRAWN, FORMAT, OPEN
from chengxin.regulation.inspections.models import (
    Assignment,
    Commitment,
    Draw,
    DrawObject,
    Plan,
    Round,
    RoundEnd,
    Visit,
)
from chengxin.regulation.inspections.rules import Candidate, Place, Rule


@dataclass(frozen=True, slots=True)
class DrawRow:
    """A draw; `state` is that of its last round: open, void or drawn."""

    id: int
    number: str
    plan_id: int
    plan_number: str
    plan_title: str
    lead_id: int
    published_at: datetime
    published_by: str
    statement: dict[str, Any]
    statement_sha256: str
    state: str
    visits: int


@dataclass(frozen=True, slots=True)
class PartyRow:
    """How far a party is in a round."""

    code: str
    commitment: str
    committed_at: datetime | None
    value: str
    revealed_at: datetime | None


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A round of a draw with its parties; `ended`: drawn, void, open."""

    number: int
    started_at: datetime
    commit_until: datetime
    reveal_until: datetime
    parties: tuple[PartyRow, ...]
    ended: str
    defaulted: tuple[str, ...]
    seed: str
    ended_at: datetime | None

    @property
    def barred(self) -> frozenset[str]:
        """Who takes no part in further rounds."""
        return rules.barred(self.defaulted, {p.code for p in self.parties if p.commitment})


def reference_of(draw_id: int) -> str:
    """What the public log's openings call a draw."""
    return f"draw:{draw_id}"


def draws(*, page: int, size: int) -> tuple[DrawRow, ...]:
    """One page of the register of draws (public), newest first, each with the state of its last round.

    Index: primary key.
    """
    rows = Draw.objects.select_related("plan").order_by("-id")
    return _draws(list(rows[(page - 1) * size : page * size]))


def draws_count() -> int:
    """How many draws the register has."""
    return Draw.objects.count()


def draws_of_plan(plan_id: int) -> tuple[DrawRow, ...]:
    """The draws of a plan, newest first. Index: that of the plan."""
    return _draws(list(Draw.objects.select_related("plan").filter(plan_id=plan_id).order_by("-id")))


def draws_waiting_for(party: str) -> tuple[DrawRow, ...]:
    """The draws in whose open round the organisation with that code has not revealed yet, newest first."""
    revealed = Commitment.objects.filter(round=OuterRef("pk"), party=party, reveal__isnull=False)
    rounds = Round.objects.filter(~Exists(revealed), end__isnull=True, parties__contains=[party])
    rows = Draw.objects.select_related("plan").filter(pk__in=rounds.values("draw_id")).order_by("-id")
    return _draws(list(rows))


def draw_numbered(number: str) -> DrawRow:
    """One draw, for everyone. Raises `NotFound`. Index: unique number."""
    found = _draws(list(Draw.objects.select_related("plan").filter(number=number)))
    if not found:
        raise NotFound
    return found[0]


def open_draws() -> list[int]:
    """The draws with a round that is open."""
    return list(Round.objects.filter(end__isnull=True).values_list("draw_id", flat=True))


def without_visits() -> list[int]:
    """The draws that were drawn and whose visits are not opened yet."""
    rows = RoundEnd.objects.filter(ended=DRAWN, round__draw__visits__isnull=True).exclude(visits=[])
    return list(rows.values_list("round__draw_id", flat=True))


def rounds_of(draw_id: int) -> tuple[RoundRow, ...]:
    """The rounds of a draw, for everyone: who committed to what, who revealed what. Index: `draw_round_once`."""
    rows = Round.objects.filter(draw_id=draw_id).order_by("number")
    found = []
    for one in rows.select_related("end").prefetch_related("commitments__reveal"):
        given = {c.party: c for c in one.commitments.all()}
        end = getattr(one, "end", None)
        found.append(
            RoundRow(
                number=one.number,
                started_at=one.started_at,
                commit_until=one.commit_until,
                reveal_until=one.reveal_until,
                parties=tuple(_party(code, given.get(code)) for code in one.parties),
                ended=end.ended if end else OPEN,
                defaulted=tuple(end.defaulted) if end else (),
                seed=end.seed if end else "",
                ended_at=end.at if end else None,
            )
        )
    return tuple(found)


def parts_of(draw_id: int) -> list[str]:
    """In which part each object of a draw was drawn; empty while it is not drawn. Index: `draw_round_once`."""
    end = RoundEnd.objects.filter(round__draw_id=draw_id, ended=DRAWN).first()
    return [visit["part"] for visit in end.visits] if end else []


def rule_of_plan(plan: Plan, *, on: date) -> Rule:
    """The sampling rule of a draw that is published on that day."""
    sampling, terms = policy.sampling(on), policy.parties(on)
    chosen = [m for version in plan.matters if (m := policy.matter_named(version))]
    return Rule(
        strata=tuple(b.stratum for b in sampling.bands),
        control_per_myriad=sampling.control,
        inspectors_per_department=sampling.inspectors,
        least_parties=terms.least,
        departments={m.code: m.department for m in chosen},
        skills={m.code: m.skill for m in chosen if m.skill},
    )


def statement_of(
    plan: Plan,
    *,
    number: str,
    rule: Rule,
    places: Sequence[Place],
    inspectors: Sequence[Candidate],
    recusals: Sequence[Sequence[str]],
    at: datetime,
) -> dict[str, Any]:
    """What is published before a draw: the plan, the rule, and the hashes of who can be drawn and who can inspect."""
    codes = {o.id: o.code for o in accounts.organisations()}
    strata: dict[str, int] = {}
    for one in places:
        strata[one.stratum] = strata.get(one.stratum, 0) + 1
    people = [rules.inspectors_as_json(inspectors), sorted(list(r) for r in recusals)]
    return {
        "number": number,
        "plan": {
            "number": plan.number,
            "title": plan.title,
            "lead": codes[plan.lead_id],
            "departments": sorted(codes[d] for d in plan.departments),
            "matters": list(plan.matters),
            "divisions": list(plan.divisions),
        },
        "published_at": at.isoformat(),
        "policy": policy.sampling(local_date(at)).version,
        "rule": rules.rule_as_json(rule),
        "population": {
            "size": len(places),
            "strata": strata,
            "sha256": rules.digest(rules.population_as_json(places)),
        },
        "inspectors": {"size": len(inspectors), "sha256": rules.digest(people)},
    }


def places_of(draw: Draw) -> list[Place]:
    """The population of a draw as it is published. Index: `draw_object_once`."""
    rows = DrawObject.objects.filter(draw=draw).values_list("token", "stratum", "division", "matters")
    return [Place(token, stratum, division, tuple(matters)) for token, stratum, division, matters in rows]


def draw_file(number: str, *, at: datetime) -> dict[str, Any]:
    """DRAW.json: all that anyone needs to compute the draw anew; no name, no credit code of an object stands in it.

    Raises `NotFound`.
    """
    draw = Draw.objects.filter(number=number).first()
    if draw is None:
        raise NotFound
    rounds = list(
        Round.objects.filter(draw=draw).select_related("end").prefetch_related("commitments__reveal").order_by("number")
    )
    end = getattr(rounds[-1], "end", None)
    drawn = end if end is not None and end.ended == DRAWN else None
    replaced = _replacements(draw)
    return {
        "format": FORMAT,
        "statement": draw.statement,
        "statement_sha256": draw.statement_sha256,
        "population": rules.population_as_json(places_of(draw)),
        "inspectors": draw.inspectors,
        "recusals": draw.recusals,
        "rounds": [
            round_json(one, sorted(one.commitments.all(), key=lambda c: c.pk), getattr(one, "end", None))
            for one in rounds
        ],
        "seed": drawn.seed if drawn else "",
        "visits_drawn": drawn.visits if drawn else [],
        "replacements": replaced,
        "visits": _after(drawn.visits, replaced) if drawn else [],
        "log": list(transparency.openings_of(reference_of(draw.pk), at=at)),
    }


def round_json(one: Round, commitments: Sequence[Commitment], end: RoundEnd | None) -> dict[str, Any]:
    """A round as DRAW.json tells it."""
    return {
        "number": one.number,
        "parties": list(one.parties),
        "commit_until": one.commit_until.isoformat(),
        "reveal_until": one.reveal_until.isoformat(),
        "commitments": [{"party": c.party, "commitment": c.commitment, "at": c.at.isoformat()} for c in commitments],
        "reveals": [
            {"party": c.party, "value": c.reveal.value, "at": c.reveal.at.isoformat()}
            for c in commitments
            if hasattr(c, "reveal")
        ],
        "ended": end.ended if end else OPEN,
        "defaulted": list(end.defaulted) if end else [],
    }


def _replacements(draw: Draw) -> list[dict[str, str]]:
    rows = Assignment.objects.filter(visit__draw=draw, replaces__isnull=False).order_by("id")
    rows = rows.select_related("visit__drawn", "inspector", "replaces__inspector")
    return [
        {
            "token": r.visit.drawn.token,
            "out": r.replaces.inspector.number if r.replaces else "",
            "in": r.inspector.number,
            "at": r.at.isoformat(),
        }
        for r in rows
    ]


def _after(visits: Sequence[dict[str, Any]], replaced: Sequence[dict[str, str]]) -> list[dict[str, Any]]:
    found = {v["token"]: {**v, "inspectors": list(v["inspectors"])} for v in visits}
    for one in replaced:
        team = found[one["token"]]["inspectors"]
        team[team.index(one["out"])] = one["in"]
    return list(found.values())


def _party(code: str, given: Commitment | None) -> PartyRow:
    told = getattr(given, "reveal", None) if given else None
    return PartyRow(
        code,
        given.commitment if given else "",
        given.at if given else None,
        told.value if told else "",
        told.at if told else None,
    )


def _draws(rows: Sequence[Draw]) -> tuple[DrawRow, ...]:
    ids = [d.pk for d in rows]
    last = Round.objects.filter(draw_id__in=ids).order_by("draw_id", "-number").distinct("draw_id")
    states = {r.draw_id: r.end.ended if hasattr(r, "end") else OPEN for r in last.select_related("end")}
    visits = dict(Visit.objects.filter(draw_id__in=ids).values_list("draw_id").annotate(n=Count("id")))
    return tuple(
        DrawRow(
            id=d.pk,
            number=d.number,
            plan_id=d.plan_id,
            plan_number=d.plan.number,
            plan_title=d.plan.title,
            lead_id=d.plan.lead_id,
            published_at=d.published_at,
            published_by=d.published_by,
            statement=d.statement,
            statement_sha256=d.statement_sha256,
            state=states.get(d.pk, OPEN),
            visits=visits.get(d.pk, 0),
        )
        for d in rows
    )
