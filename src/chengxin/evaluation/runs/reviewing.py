"""How the credit office looks at one result: its reasons and the records behind them; each look stands in the log.

A grade is not public, so every look at one is logged for its subject to see. Records that everyone may see are shown
along; what is not public (shared alone, corrected or repaired since) is read for a stated purpose, and logged by field.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from chengxin.base.clock import local_date
from chengxin.evaluation.runs import policy, queries
from chengxin.evaluation.runs.queries import GradeRow
from chengxin.registry.accounts.rules import Actor, Permission, require
from chengxin.registry.records import queries as records
from chengxin.registry.records.rows import RecordRow
from chengxin.registry.subjects.rules import about_subject
from chengxin.rights.consent import reading

PURPOSE, LOOKED = "evaluation-review", "evaluation-result"


@dataclass(frozen=True, slots=True)
class Review:
    """A result with the records behind it that may be shown; `held_back`: how many are not public and were not read."""

    row: GradeRow
    records: tuple[RecordRow, ...]
    held_back: int


@transaction.atomic
def look(subject_id: int, code: str, run_id: int, *, by: Actor, at: datetime) -> Review:
    """A result with the records that are public; the look is logged. Raises `NotPermitted`, `NotFound`."""
    require(by, Permission.RUN_EVALUATION)
    row, on = queries.explained(subject_id, run_id), local_date(at)
    behind = _behind(row)
    found = records.public_among(subject_id, behind, on=on)
    basis = policy.review_basis(on)
    reading.log_look(about_subject(code), {LOOKED: ()}, by=by, purpose=PURPOSE, basis=basis, at=at)
    return Review(row, found, len(behind) - len(found))


@transaction.atomic
def look_at_all(subject_id: int, code: str, run_id: int, *, by: Actor, at: datetime) -> Review:
    """A result with all records behind it, public or not; logged by field. Raises `NotPermitted`, `NotFound`."""
    require(by, Permission.RUN_EVALUATION)
    row = queries.explained(subject_id, run_id)
    basis = policy.review_basis(local_date(at))
    found = reading.counted_read(subject_id, code, _behind(row), by=by, purpose=PURPOSE, basis=basis, at=at)
    return Review(row, found, 0)


def _behind(row: GradeRow) -> frozenset[int]:
    return frozenset(row.veto_behind).union(*(one.behind for one in row.indicators))
