"""What can be done with a course, and when."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis.strategies import integers

from chengxin.rights.training.rules import CourseFacts, CourseState, state
from chengxin.rights.training.tests.factories import BEGINS, ENDS, NOON

A_SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("at", "registered", "cancelled", "expected"),
    [
        (NOON, 0, False, CourseState.OPEN),
        (BEGINS - A_SECOND, 1, False, CourseState.OPEN),
        (NOON, 2, False, CourseState.FULL),
        (BEGINS, 0, False, CourseState.BEGUN),
        (ENDS - A_SECOND, 2, False, CourseState.BEGUN),
        (ENDS, 0, False, CourseState.ENDED),
        (NOON, 0, True, CourseState.CANCELLED),
    ],
)
def test_a_course_is_open_until_it_begins_or_is_full(at, registered, cancelled, expected):
    assert state(CourseFacts(BEGINS, ENDS, 2, registered, is_cancelled=cancelled), at=at) is expected


@given(capacity=integers(1, 50), registered=integers(0, 60))
def test_no_course_is_open_beyond_its_places(capacity: int, registered: int):
    found = state(CourseFacts(BEGINS, ENDS, capacity, registered, is_cancelled=False), at=NOON)

    assert (found is CourseState.OPEN) == (registered < capacity)
