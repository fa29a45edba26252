"""How a company's grade is told: what counted, what would lift it, when old records stop counting, a repair."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from chengxin.evaluation.runs.queries import Grade, GradeRow
from chengxin.evaluation.scorecards import policy, prospects, wording
from chengxin.evaluation.scorecards.facts import facts_of
from chengxin.evaluation.scorecards.model import Model
from chengxin.evaluation.scorecards.rules import Fact, Outcome, evaluate
from chengxin.faces.workbench.pages import say
from chengxin.registry.records.rows import RecordRow
from chengxin.registry.records.rules import RecordState, months_after
from chengxin.rights.disputes import rules as disputes

AHEAD_MONTHS = 36
DAYS, REPAIRS = 24, 20  # shown at most


@dataclass(frozen=True, slots=True)
class Today:
    """The reference interpreter's result of today's records, with what it was made of."""

    model: Model
    facts: tuple[Fact, ...]
    on: date
    disputed_counts: bool
    outcome: Outcome


def today_of(model: Model, rows: tuple[RecordRow, ...], *, on: date) -> Today:
    """What the model would say of these records today."""
    facts, counts = facts_of(rows), policy.disputed_counts(on)
    return Today(model, facts, on, counts, evaluate(model, facts, as_of=on, disputed_counts=counts))


def result(model: Model, *, points: int, grade: str | None) -> dict[str, Any]:
    """Points and grade with what the grade is called."""
    return {"points": points, "grade": grade or "", "title": wording.grade_title(model, grade or None)}


def dimensions(row: GradeRow, held: Mapping[int, RecordRow]) -> list[dict[str, Any]]:
    """By dimension what each indicator gave, and the records behind it that can be shown."""
    return [
        {
            "title": wording.say(d.title),
            "points": sum(row.of(i.code).points for i in d.indicators),
            "best": d.best,
            "indicators": [
                {
                    "line": wording.indicator(i),
                    "reached": wording.reached(i, row.of(i.code).bin),
                    "points": row.of(i.code).points,
                    "records": [_record(held[one]) for one in row.of(i.code).behind if one in held],
                    "gone": sum(one not in held for one in row.of(i.code).behind),
                }
                for i in d.indicators
            ],
        }
        for d in row.model.dimensions
    ]


def veto(row: GradeRow, held: Mapping[int, RecordRow]) -> dict[str, Any] | None:
    """The veto that holds the grade down, with its records; None without one."""
    lines = dict(zip((v.code for v in row.model.vetoes), wording.vetoes(row.model), strict=True))
    if row.veto not in lines:
        return None
    return {"line": lines[row.veto], "records": [_record(held[one]) for one in row.veto_behind if one in held]}


def _record(row: RecordRow) -> dict[str, Any]:
    return {
        "record": row,
        "headline": say(row.headline, row.headline_en),
        "is_disputed": row.state == RecordState.DISPUTED.value,
        "is_disputable": disputes.is_disputable(row.state),
        "is_negative": row.nature == "negative" and row.state != RecordState.REPAIRED.value,
    }


def upward(today: Today, rows: tuple[RecordRow, ...]) -> dict[str, Any]:
    """What lifts to the next grade: points that are missing, what indicators could give, what repairs would."""
    following = prospects.next_grade(today.model, today.outcome)
    missing = following[1] if following else 0
    return {
        "next": following[0] if following else "",
        "missing": missing,
        "lifts": [
            {
                "title": wording.say(one.indicator.title),
                "target": wording.say(one.target.text),
                "gain": one.gain,
                "is_enough": 0 < missing <= one.gain,
            }
            for one in prospects.lifts(today.model, today.outcome)
        ],
        "repairs": _repairs(today, rows),
    }


def _repairs(today: Today, rows: tuple[RecordRow, ...]) -> list[dict[str, Any]]:
    """Of the latest adverse records that count, those whose repair alone would help; the most helpful first."""
    counting = {fact for one in today.outcome.scored for fact in one.behind}
    adverse = [r for r in rows if r.id in counting and _record(r)["is_negative"]]
    latest = sorted(adverse, key=lambda r: (r.decided_on or today.on, r.id), reverse=True)[:REPAIRS]
    found = [one for r in latest if (one := preview(today, rows, r.natural_key)) is not None]
    return sorted((one for one in found if one["is_better"]), key=lambda one: -one["gain"])


def ahead(today: Today, held: Mapping[int, RecordRow]) -> dict[str, Any]:
    """The days of three years on which records stop counting, or points or grade change by themselves."""
    until = months_after(today.on, AHEAD_MONTHS)
    found = prospects.changes_ahead(
        today.model, today.facts, as_of=today.on, until=until, disputed_counts=today.disputed_counts
    )
    titles = {one.code: wording.say(one.title) for one in today.model.indicators}
    lines = [
        {
            "on": c.on,
            "records": [_record(held[one]) for one in c.left if one in held],
            "moved": [{"title": titles[code], "points": points} for code, points in c.moved],
            **result(today.model, points=c.outcome.points, grade=c.outcome.grade),
        }
        for c in found[:DAYS]
    ]
    return {"lines": lines, "more": len(found) - len(lines)}


def preview(today: Today, rows: tuple[RecordRow, ...], natural_key: UUID) -> dict[str, Any] | None:
    """What today's result would be, were that record repaired; None for a record that is not there."""
    found = next((r for r in rows if r.natural_key == natural_key), None)
    if found is None:
        return None
    facts = prospects.if_repaired(today.facts, found.id)
    then = evaluate(today.model, facts, as_of=today.on, disputed_counts=today.disputed_counts)
    return {
        "record": _record(found),
        "gain": then.points - today.outcome.points,
        "is_better": (then.points, then.veto or "") != (today.outcome.points, today.outcome.veto or ""),
        **result(today.model, points=then.points, grade=then.grade),
    }


def has_moved(grade: Grade, outcome: Outcome) -> bool:
    """Whether today's records would give another result than the run that is in force."""
    return (grade.points, grade.grade) != (outcome.points, outcome.grade or "")
