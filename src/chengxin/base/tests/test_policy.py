from datetime import date

import pytest

from chengxin.base import policy

TWO_RULES = """
entries:
  - {code: days, effective_from: 2020-01-01, effective_until: 2024-01-01, source: 旧规, verified: true, values: {n: 5}}
  - {code: days, effective_from: 2024-01-01, source: 新规定, verified: false, note: awaits a lawyer, values: {n: 7}}
  - {code: other, effective_from: 2020-01-01, source: 旧规定, verified: true}
"""


@pytest.fixture(autouse=True)
def _a_city_with_two_rules(settings, tmp_path):
    settings.CITY_FOLDER = tmp_path
    (tmp_path / "policy").mkdir()
    (tmp_path / "policy" / "answers.yaml").write_text(TWO_RULES, encoding="utf-8")


@pytest.mark.parametrize(
    ("day", "number"),
    [(date(2020, 1, 1), 5), (date(2023, 12, 31), 5), (date(2024, 1, 1), 7), (date(2040, 1, 1), 7)],
)
def test_the_rule_of_a_day_is_the_one_in_force_on_it(day, number):
    assert policy.entry_on("answers", "days", day).values["n"] == number


@pytest.mark.parametrize(("code", "day"), [("days", date(2019, 12, 31)), ("nothing", date(2024, 1, 1))])
def test_where_no_rule_applied_none_is_made_up(code, day):
    with pytest.raises(policy.NoPolicy, match=f"answers/{code}"):
        policy.entry_on("answers", code, day)


def test_an_entry_names_its_version_source_and_doubt():
    entry = policy.entry_on("answers", "days", date(2024, 5, 1))

    assert entry.version == "answers/days@2024-01-01"
    assert (entry.source, entry.verified, entry.note) == ("新规定", False, "awaits a lawyer")
    assert [e.code for e in policy.entries("answers")] == ["days", "days", "other"]


@pytest.mark.parametrize("version", ["answers/days@2021-01-01", "nothing/days@2020-01-01", "", "answers", "@", "a/b"])
def test_a_version_that_names_no_entry_finds_none(version):
    assert policy.entry_named(version) is None


def test_a_version_finds_the_entry_that_it_names():
    for entry in policy.entries("answers"):
        assert policy.entry_named(entry.version) == entry
