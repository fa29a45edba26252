"""How the workbench tells one result of a run: what each indicator gave, the records behind it, what was not read."""

from collections.abc import Iterable, Mapping
from typing import Any

from chengxin.evaluation.runs.members import Member
from chengxin.evaluation.runs.reviewing import Review
from chengxin.evaluation.scorecards import wording
from chengxin.faces.workbench.pages import say, words
from chengxin.registry.records.rows import RecordRow
from chengxin.registry.records.rules import Audience, RecordState
from chengxin.registry.subjects import queries as subjects


def dimensions(review: Review) -> list[dict[str, Any]]:
    """By dimension what each indicator gave, with the records behind it that were read."""
    held, row = {r.id: r for r in review.records}, review.row
    return [
        {
            "title": wording.say(d.title),
            "points": sum(row.of(i.code).points for i in d.indicators),
            "best": d.best,
            "indicators": [
                {
                    "line": wording.indicator(i),
                    "reached": wording.reached(i, row.of(i.code).bin),
                    "value": row.of(i.code).value,
                    "points": row.of(i.code).points,
                    **_behind(row.of(i.code).behind, held),
                }
                for i in d.indicators
            ],
        }
        for d in row.model.dimensions
    ]


def veto(review: Review) -> dict[str, Any] | None:
    """The veto that holds the grade down, with its records; None without one."""
    held, row = {r.id: r for r in review.records}, review.row
    lines = dict(zip((v.code for v in row.model.vetoes), wording.vetoes(row.model), strict=True))
    return {"line": lines[row.veto], **_behind(row.veto_behind, held)} if row.veto in lines else None


def _behind(versions: Iterable[int], held: Mapping[int, RecordRow]) -> dict[str, Any]:
    numbers = tuple(versions)
    return {
        "records": [_record(held[one]) for one in numbers if one in held],
        "held_back": sum(one not in held for one in numbers),
    }


def _record(row: RecordRow) -> dict[str, Any]:
    return {
        "row": row,
        "item": words(row.item_name),
        "headline": say(row.headline, row.headline_en),
        "is_public": row.audience == Audience.PUBLIC,
        "is_disputed": row.state == RecordState.DISPUTED,
    }


def member_lines(members: Iterable[Member]) -> list[dict[str, Any]]:
    """The subjects behind a figure with their names; two queries for any number."""
    rows = tuple(members)
    names = subjects.names_of([m.subject_id for m in rows])
    return [{"member": m, "name": names[m.subject_id][0], "code": names[m.subject_id][1]} for m in rows]
