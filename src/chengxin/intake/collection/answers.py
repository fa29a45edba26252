"""The answer of the submission command and API (data standards, section 7)."""

from typing import Any

from chengxin.base.errors import ChengxinError
from chengxin.intake.collection import queries
from chengxin.intake.collection.queries import FindingRow
from chengxin.intake.collection.services import SubmissionResult


def answer(result: SubmissionResult) -> dict[str, Any]:
    """Counts, faults and notes of a submission, JSON-ready, in the language active now."""
    told = {
        "submission": result.submission,
        "item": result.item,
        "rows": result.rows,
        "accepted": result.accepted,
        "rejected": result.rejected,
        "unchanged": result.unchanged,
        "corrected": result.corrected,
        "faults": [finding(f) for f in queries.every_finding(result.submission, is_note=False)],
        "notes": [finding(n) for n in queries.every_finding(result.submission, is_note=True)],
    }
    return {**told, "waiting": result.waiting} if result.waiting else told


def finding(found: FindingRow) -> dict[str, Any]:
    """One fault or note; `hint` says how to mend it."""
    told = {"row": found.row, "field": found.field, "rule": found.rule, "message": found.message}
    return {**told, "hint": found.hint} if found.hint else told


def refusal(error: ChengxinError) -> dict[str, Any]:
    """Why a file could not be read as that item."""
    return {"error": {"code": error.code, "message": error.sentence, "hint": error.advice}}
