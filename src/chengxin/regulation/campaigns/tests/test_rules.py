from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengxin.base.calendar.errors import UnannouncedYear
from chengxin.base.calendar.policy import working_days
from chengxin.base.identifiers.rules import make_credit_code, make_organisation_code
from chengxin.regulation.campaigns.errors import (
    LeastWrong,
    MembersMissing,
    NamesInText,
    NotBegun,
    PeriodOver,
    PeriodWrong,
    SelectionMissing,
    SelectionPeriodWrong,
    TextMissing,
    TitleTooLong,
)
from chengxin.regulation.campaigns.rules import (
    Found,
    Outcome,
    Plan,
    Selection,
    check_begun,
    check_plan,
    check_unnamed,
    days_to_report,
    end_in,
    member_for,
    open_targets,
    reference_of,
    written,
)

DAY = date(2026, 9, 1)
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}  # as full-width characters
GOOD = Plan("名称", "依据", "标准", DAY, date(2026, 12, 1), (1,), Selection("penalty-organisation"))
OUTCOMES = {
    "corrected": Outcome("corrected", "已改正", "Corrected", True),
    "being-corrected": Outcome("being-corrected", "正在改正", "Being corrected", False),
}
days = st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1))


def changed(**values: object) -> Plan:
    given = {name: getattr(GOOD, name) for name in GOOD.__slots__}
    return Plan(**given | values)


def test_a_complete_plan_passes():
    check_plan(GOOD, on=DAY)


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"title": "  "}, TextMissing),
        ({"basis": ""}, TextMissing),
        ({"criteria": ""}, TextMissing),
        ({"starts_on": None}, PeriodWrong),
        ({"ends_on": DAY}, PeriodWrong),
        ({"members": ()}, MembersMissing),
        ({"selection": Selection("")}, SelectionMissing),
        ({"selection": Selection("penalty-organisation", least=0)}, LeastWrong),
        ({"selection": Selection("penalty-organisation", least=100)}, LeastWrong),
        ({"selection": Selection("penalty-organisation", since=DAY, until=DAY)}, SelectionPeriodWrong),
        ({"title": "\x00"}, TextMissing),
        ({"title": "长" * 121}, TitleTooLong),
    ],
)
def test_a_plan_that_lacks_something_is_refused(values, error):
    with pytest.raises(error):
        check_plan(changed(**values), on=DAY)


def test_a_plan_is_good_on_the_last_day_of_its_period_and_not_on_the_next():
    check_plan(GOOD, on=date(2026, 11, 30))
    with pytest.raises(PeriodOver):
        check_plan(GOOD, on=date(2026, 12, 1))


def test_an_order_ends_some_working_days_behind_the_campaign():
    days = days_to_report(DAY, ends_on=date(2026, 12, 1), least=20, after_end=5, calendar=working_days())

    assert working_days().add(DAY, days) == date(2026, 12, 7)


def test_an_order_lasts_as_many_working_days_as_policy_says_at_least():
    assert days_to_report(DAY, ends_on=date(2026, 9, 3), least=20, after_end=5, calendar=working_days()) == 20
    assert days_to_report(DAY, ends_on=DAY, least=20, after_end=5, calendar=working_days()) == 20


@given(ends_on=st.dates(date(2026, 9, 2), date(2026, 12, 1)), after_end=st.integers(1, 20))
def test_no_order_is_over_before_its_campaign(ends_on, after_end):
    days = days_to_report(DAY, ends_on=ends_on, least=1, after_end=after_end, calendar=working_days())

    assert working_days().add(DAY, days) >= working_days().add(ends_on - timedelta(days=1), after_end)


@given(ends_on=st.dates(date(2027, 1, 8), date(2029, 1, 1)))
def test_the_last_day_of_an_order_that_leads_into_an_unannounced_year_is_unknown(ends_on):
    days = days_to_report(DAY, ends_on=ends_on, least=20, after_end=5, calendar=working_days())

    with pytest.raises(UnannouncedYear):
        working_days().add(DAY, days)


@given(campaign_id=st.integers(1), ends_on=st.dates())
def test_the_end_of_a_campaign_is_read_from_what_its_order_is_about(campaign_id, ends_on):
    assert end_in(reference_of(campaign_id, ends_on=ends_on)) == ends_on


def test_what_older_orders_are_about_names_no_end():
    assert end_in("campaign:12") is None


def test_a_campaign_has_begun_on_its_first_day_and_not_before():
    check_begun(DAY, on=DAY)
    with pytest.raises(NotBegun):
        check_begun(DAY, on=date(2026, 8, 31))


@given(
    st.builds(
        Selection,
        item=st.text(min_size=1, max_size=20),
        severities=st.lists(st.sampled_from(["minor", "general", "serious"]), unique=True).map(tuple),
        divisions=st.lists(st.from_regex(r"\A[0-9]{6}\Z"), max_size=3).map(tuple),
        since=days,
        until=days,
        least=st.integers(1, 99),
    )
)
def test_a_saved_query_is_read_as_it_was_kept(selection):
    assert Selection.from_json(selection.as_json()) == selection


@given(provider=st.integers(1, 9), members=st.sets(st.integers(1, 9)), lead=st.integers(1, 9))
def test_each_target_goes_to_a_member_or_to_the_lead(provider, members, lead):
    found = Found("code", "name", 1, provider)

    who = member_for(found, members=members, lead=lead)

    assert who == (provider if provider in members else lead)


@pytest.mark.parametrize(
    ("latest", "still_open"),
    [([], 0), ([None, "corrected"], 1), (["being-corrected", "corrected"], 1), ([None, None], 2)],
)
def test_a_target_stays_open_until_an_outcome_settles_it(latest, still_open):
    assert open_targets([OUTCOMES[code] if code else None for code in latest]) == still_open


def test_a_text_that_names_nobody_passes():
    check_unnamed("某公司 2026-05-09 被处罚后改正，罚款 20000 元，案号〔2026〕123 号。", named=[])


def test_a_text_in_which_a_name_was_found_is_refused():
    with pytest.raises(NamesInText):
        check_unnamed("南宁甲某商行被处罚。", named=["南宁甲某商行（虚构）"])


@pytest.mark.parametrize(
    "text",
    [
        "代码 " + make_credit_code("91450100" + make_organisation_code("MA600001")).translate(WIDE) + " 的公司",
        "经办人1101051949 1231002X承认",
        "代码 " + make_credit_code("91450100" + make_organisation_code("MA600001")) + " 的公司",
        "经办人11010519491231002X承认",
        "电话13800138000",
        "电话 138-0013-8000。",
        "电话+86 138 0013 8000",
        "电话 0771-5500000",
    ],
)
def test_a_text_with_a_code_a_citizen_number_or_a_telephone_number_is_refused(text):
    with pytest.raises(NamesInText):
        check_unnamed(text, named=[])


def test_a_text_is_kept_without_what_no_text_has():
    assert written(" 整治\x00（虚构） ") == "整治（虚构）"
