"""A list that nothing permits takes no entries, whatever the profile says; a local regulation permits a local list."""

import pytest

from chengxin.base.policy import Entry, entries
from chengxin.regulation.lists import policy
from chengxin.regulation.lists.rules import Basis, Level, is_permitted


@pytest.mark.parametrize(
    ("level", "permits"),
    [
        (Level.LAW, True), (Level.ADMINISTRATIVE_REGULATION, True), (Level.CENTRAL_DOCUMENT, True),
        (Level.LOCAL_REGULATION, True), (Level.MINISTRY_RULE, False), (Level.MINISTRY_DOCUMENT, False),
        (Level.JUDICIAL_INTERPRETATION, False), (Level.CITY_DOCUMENT, False),
    ],
)  # fmt: skip
def test_a_list_exists_by_law_by_regulation_or_by_a_central_document(level: Level, permits: bool):
    assert is_permitted([Basis("虚构", "", level)]) is permits


@pytest.mark.parametrize(("level", "is_closed"), [("local-regulation", False), ("city-document", True)])
def test_a_list_without_a_basis_that_permits_it_is_closed(level: str, is_closed: bool):
    known = next(e for e in entries("lists") if e.code == "serious-tax")
    values = {**known.values, "basis": [{"law": "虚构", "article": "", "level": level}]}

    terms = policy._terms(Entry("lists", "x", known.effective_from, None, "虚构", False, values))

    assert terms.is_closed is is_closed
