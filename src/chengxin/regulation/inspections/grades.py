"""The one place where inspections learn of grades: a grade says how often, and is never held against anyone."""

from collections.abc import Mapping, Sequence
from datetime import date


def grades_of(subject_ids: Sequence[int], *, on: date) -> Mapping[int, str]:
    """The present grade of each of these subjects; those without one are left out."""
    return {}
