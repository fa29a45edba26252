"""What the decision and its record say of leaving a list and of what follows from it: the list's own terms."""

from datetime import date

import pytest

from chengxin.base.casework.tests.factories import told_to
from chengxin.registry.records.models import Record
from chengxin.registry.subjects.tests.factories import company
from chengxin.regulation.lists import leaving, policy
from chengxin.regulation.lists.consequences import consequences
from chengxin.regulation.lists.rules import Exit
from chengxin.regulation.lists.tests.factories import COMPANY, EARLIER, listed, proposed
from chengxin.regulation.measures import policy as measures

DAY = date(2026, 9, 1)
CODES = [t.code for t in policy.lists_on(DAY)]


@pytest.mark.django_db
def test_the_decision_names_the_measures_that_follow_how_one_leaves_and_the_remedies():
    company("南宁虚构商行")
    listed(proposed(at=EARLIER))

    letter = next(n for n in told_to(COMPANY) if n.title_zh == "列入名单决定书")

    assert (
        "列入期间依法适用的失信惩戒措施：\n1. 限制参加政府采购活动：资格审查时认定不具备供应商条件（依据《中华"
        in letter.body_zh
    )
    assert "Bar from government procurement: Found not to meet" in letter.body_en
    assert (
        "自 2027-09-01 起可以申请提前移出" in letter.body_zh
        and "early, on application, from 2027-09-01 on" in letter.body_en
    )
    assert "六十日内依法申请行政复议" in letter.body_zh


@pytest.mark.django_db
def test_the_record_says_how_its_own_list_is_left():
    company("南宁虚构商行")
    entry = listed(proposed(at=EARLIER))

    said = Record.objects.get(natural_key=entry.natural_key).payload["REMOVAL_CONDITIONS"]

    assert said == (
        "期满自动移出；纠正失信行为、履行义务后可以申请信用修复，准予修复的同时移出；自 2027-09-01 起可以申请提前移出；"
        "列入决定或者其依据被撤销的，由认定单位移出；人民法院裁判或者行政复议决定不应列入的，由认定单位移出；"
        "列入有误的，可以申请更正并移出；"
        "移出申请在“我的空间”提出，认定单位在 10 个工作日内核实，核实后 10 个工作日内决定；"
        "对列入决定不服的，可以依法申请行政复议或者提起行政诉讼"
    )


@pytest.mark.parametrize("code", CODES)
def test_early_removal_is_promised_where_the_list_knows_it_and_nowhere_else(code: str):
    terms = policy.list_on(code, DAY)

    said = leaving.removal(terms, begins_on=DAY)

    assert ("可以申请提前移出" in said.zh) is (Exit.APPLICATION in terms.exits)
    assert ("可以申请信用修复" in said.zh) is (Exit.REPAIR in terms.exits)
    assert ("履行义务后可以申请移出" in said.zh) is (Exit.PERFORMANCE in terms.exits)
    assert len(said.zh) < 1900  # the record's field takes 2,000


def test_a_list_without_early_removal_says_so():
    said = leaving.removal(policy.list_on("tax-grade-a", DAY), begins_on=DAY)

    assert "不设申请提前移出" in said.zh and "no early removal" in said.en


@pytest.mark.parametrize("code", CODES)
def test_the_measures_told_are_those_whose_triggers_name_the_list_and_that_meet_such_a_subject(code: str):
    told = [one.name.zh for one in consequences().of_list(code, about_person=False, on=DAY)]

    assert told == [m.name_zh for m in measures.measures_on(DAY) if code in m.lists and "organisation" in m.targets]


def test_a_list_from_which_no_measure_follows_says_so_and_rewards_are_called_that():
    tax = policy.list_on("tax-grade-a", DAY)
    rewards = leaving.notice(consequences().of_list(tax.code, about_person=False, on=DAY), tax.side)

    assert leaving.notice((), tax.side) == leaving.NO_MEASURE
    assert rewards.zh.startswith("列入期间可以享受的激励措施：\n1. ")
