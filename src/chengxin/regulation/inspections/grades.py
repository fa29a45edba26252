"""The one place where inspections learn of grades: a grade says how often, and is never held against anyone."""

from collections.abc import Mapping, Sequence
from datetime import date

from chengxin.evaluation.runs import queries as runs


def grades_of(subject_ids: Sequence[int], *, on: date) -> Mapping[int, str]:
    """The present comprehensive grade of each of these subjects; those without one are left out."""
    found = runs.grades_of(subject_ids, on=on)
    return {subject_id: one.grade for subject_id, one in found.items() if one.grade}
