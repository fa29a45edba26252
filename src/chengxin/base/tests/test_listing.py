from typing import Any

import pytest
from django.utils import translation

from chengxin.base.errors import ChengxinError
from chengxin.base.listing import in_turn, listed, listed_in_chinese


class Missing(ChengxinError):
    message: Any = "{names}; {count}"


@pytest.mark.parametrize(
    ("language", "names", "clauses"), [("zh-hans", "甲、乙", "甲；乙"), ("en", "甲, 乙", "甲; 乙")]
)
def test_names_and_clauses_are_set_apart_as_the_reader_does_it(language: str, names: str, clauses: str):
    error = Missing(names=["甲", "乙"], count=2)

    with translation.override(language):
        assert (listed(["甲", "乙"]), in_turn(["甲", "乙"])) == (names, clauses)
        assert error.sentence == f"{names}; 2"
    assert listed_in_chinese(["甲", "乙"]) == "甲、乙"
