"""How the pages of inspections say what a visit is, what was written down in it and what came of it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from chengxin.base.casework.procedures import procedure
from chengxin.faces.workbench import inspections as lines
from chengxin.faces.workbench.pages import Choice, say
from chengxin.regulation.inspections import onsite, policy
from chengxin.regulation.inspections.queries import visits
from chengxin.regulation.inspections.queries.visits import OutcomeRow, VisitRow
from chengxin.regulation.inspections.words import ANSWERS

OPEN = ("assigned", "recorded")


def visit_line(row: VisitRow, organisations: Mapping[int, str], *, on: date) -> dict[str, Any]:
    """A visit as a list or its own page shows it."""
    return {
        "row": row,
        "matters": [say(m.zh, m.en) for m in row.matters],
        "division": lines.divisions().get(row.division, row.division),
        "lead": organisations.get(row.lead_id, ""),
        "state": str(procedure("inspection-visit").state(row.state).name),
        "is_late": row.state in OPEN and row.due_on is not None and row.due_on < on,
        "people": [f"{a.number} {a.name}" for a in row.inspectors],
    }


def sheet_of(row: VisitRow, *, on: date) -> dict[str, Any]:
    """What was written down in a visit so far, matter by matter, in words and as a form needs it."""
    values, results = visits.values_of(row.id), policy.results(on)
    signed = onsite.signature_of(values.get(onsite.SIGNATURE))
    return {
        "inspected_on": values.get(onsite.DAY, ""),
        "signature": signed,
        "matters": [_matter(m, values, results) for m in row.matters],
        "files": visits.files_of(row.id),
        "answers": [Choice(code, name) for code, name in ANSWERS.items()],
        "results": [Choice(r.code, say(r.zh, r.en)) for r in results.values()],
    }


def outcome_line(row: OutcomeRow, *, on: date) -> dict[str, Any]:
    """A published result in words."""
    found = policy.results(on).get(row.result)
    return {
        "row": row,
        "matter": say(row.matter.zh, row.matter.en),
        "basis": say(row.matter.basis_zh, row.matter.basis_en),
        "result": say(found.zh, found.en) if found else row.result,
    }


def _matter(matter: policy.Matter, values: Mapping[str, Any], results: Mapping[str, policy.Result]) -> dict[str, Any]:
    result = values.get(onsite.result_field(matter), "")
    return {
        "code": matter.code,
        "name": say(matter.zh, matter.en),
        "basis": say(matter.basis_zh, matter.basis_en),
        "result": result,
        "result_name": say(results[result].zh, results[result].en) if result in results else "",
        "note": values.get(onsite.note_field(matter), ""),
        "items": [
            {
                "code": item.code,
                "field": onsite.answer_field(matter, item.code),
                "text": say(item.zh, item.en),
                "answer": values.get(onsite.answer_field(matter, item.code), ""),
                "answer_name": ANSWERS.get(values.get(onsite.answer_field(matter, item.code), ""), ""),
            }
            for item in matter.checklist
        ],
    }
