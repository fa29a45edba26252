from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.utils import translation

from chengxin.base.casework import notices, queries, services
from chengxin.base.casework.rules import Party
from chengxin.base.casework.tests.factories import (
    COLLEAGUE,
    ELSEWHERE,
    LIBRARIAN,
    LIBRARY,
    NOON,
    OFFICE,
    OPERATOR,
    READER,
    READER_HERSELF,
    REVIEWER,
    STRANGER,
    Someone,
    checked,
    officer,
    opened,
)
from chengxin.base.errors import NotFound

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)
A_DAY = timedelta(days=1)


def titles(actor, on=TODAY, **page):
    return [c.title for c in queries.inbox_of(actor, on=on, **page).items]


def test_the_inbox_holds_what_waits_for_ones_own_step():
    case_id = opened()

    assert [c.id for c in queries.inbox_of(OPERATOR, on=TODAY).items] == [case_id]
    assert titles(READER_HERSELF) == []  # the reader's case, but not the reader's turn
    assert titles(LIBRARIAN) == titles(STRANGER) == []


def test_what_one_checked_oneself_does_not_wait_for_oneself():
    checked()

    assert titles(OPERATOR) == []
    assert titles(COLLEAGUE) == titles(REVIEWER) == ["借《论语》"]


def test_a_closed_case_waits_for_nobody():
    case_id = checked()
    services.take_step(case_id, "lend", by=COLLEAGUE, at=NOON)

    assert titles(REVIEWER) == []
    assert [c.state_name for c in queries.cases_of(REVIEWER, on=TODAY).items] == ["已借出"]


def test_overdue_cases_come_first_and_those_without_a_day_last():
    opened(title="in time", at=NOON + 10 * A_DAY)
    opened(title="overdue", at=NOON)
    opened(title="no day yet", at=NOON.replace(month=12, day=30))

    inbox = queries.inbox_of(OPERATOR, on=date(2026, 3, 12))

    assert [(c.title, c.is_overdue) for c in inbox.items] == [
        ("overdue", True), ("in time", False), ("no day yet", False),
    ]  # fmt: skip
    assert (inbox.total, inbox.overdue) == (3, 1)


def test_the_inbox_comes_in_pages_that_hold_each_case_once():
    for number in range(5):
        opened(title=str(number))

    pages = [titles(OPERATOR, page=page, size=2) for page in (1, 2, 3, 4)]

    assert pages == [["0", "1"], ["2", "3"], ["4"], []]
    assert queries.inbox_of(OPERATOR, on=TODAY, page=2, size=2).total == 5


def test_an_organisation_above_sees_the_inbox_of_the_one_below():
    opened()
    above = Someone("head", 20, 1, "", frozenset({"operator"}), frozenset({1, OFFICE}))

    assert titles(above) == ["借《论语》"]


def test_a_case_is_seen_by_its_parties_and_is_not_found_by_others():
    case_id = opened()

    for actor in (READER_HERSELF, OPERATOR, REVIEWER):
        assert queries.case(case_id, actor=actor, on=TODAY).title == "借《论语》"
    for actor in (STRANGER, LIBRARIAN, Someone("other reader", READER + 1)):
        for read in (
            lambda a: queries.case(case_id, actor=a, on=TODAY),
            lambda a: queries.events(case_id, actor=a),
            lambda a: queries.steps_open_to(case_id, actor=a),
        ):
            with pytest.raises(NotFound):
                read(actor)


def test_the_lists_hold_the_cases_that_one_may_open_and_the_inbox_those_with_a_step_for_oneself():
    asked, looked_at, lent = opened(), checked(), checked()
    services.take_step(lent, "lend", by=COLLEAGUE, at=NOON)
    reader_as_officer = Someone("reader", READER, ELSEWHERE, "", frozenset({"operator"}), frozenset({ELSEWHERE}))
    nobody = Someone("nobody", None)
    without_a_role = Someone("clerk", 16, OFFICE, "", frozenset(), frozenset({OFFICE}))

    for actor in (
        READER_HERSELF, OPERATOR, COLLEAGUE, REVIEWER, STRANGER, LIBRARIAN, reader_as_officer, nobody, without_a_role
    ):  # fmt: skip
        seen, waiting = set(), set()
        for case_id in (asked, looked_at, lent):
            with suppress(NotFound):
                waiting |= {case_id} if queries.steps_open_to(case_id, actor=actor) else set()
                seen.add(case_id)
        assert {c.id for c in queries.cases_of(actor, on=TODAY).items} == seen, actor.name
        assert {c.id for c in queries.inbox_of(actor, on=TODAY).items} == waiting, actor.name


def test_events_tell_what_happened_from_first_to_last():
    case_id = checked()

    told = [(e.number, e.step_name, e.to_state_name, e.by_name) for e in queries.events(case_id, actor=READER_HERSELF)]

    assert told == [(1, "申请", "已申请", "reader"), (2, "核实", "已核实", "operator")]


def test_the_steps_on_offer_are_those_that_can_be_taken():
    case_id = checked()

    offered = {
        a.name: [s.code for s in queries.steps_open_to(case_id, actor=a)] for a in (OPERATOR, COLLEAGUE, REVIEWER)
    }

    assert offered == {"operator": [], "colleague": ["lend"], "reviewer": ["lend", "refuse"]}


def test_notices_reach_the_person_and_the_organisation_newest_first():
    services.send_notice(Party(organisation_id=OFFICE), title="一", by=OPERATOR, at=NOON)
    second = services.send_notice(Party(user_id=OPERATOR.user_id), title="二", by=OPERATOR, at=NOON + A_DAY)
    services.send_notice(Party(organisation_id=LIBRARY), title="三", by=OPERATOR, at=NOON)
    services.mark_read(second, by=OPERATOR, at=NOON + A_DAY)

    page = notices.notices_of(OPERATOR)
    unread = notices.notices_of(OPERATOR, unread_only=True)

    assert ([n.title for n in page.items], page.total, page.unread) == (["二", "一"], 2, 1)
    assert [n.title for n in unread.items] == ["一"]


def test_a_notice_is_shown_in_the_readers_language():
    case_id = checked()
    services.take_step(case_id, "lend", by=COLLEAGUE, at=NOON)

    shown = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            shown[language] = notices.notices_of(READER_HERSELF).items[0].title

    assert shown == {"zh-hans": "借书（测试）：同意——借《论语》", "en": "借书（测试）: 同意 – 借《论语》"}


def test_the_lists_show_one_matter_alone_and_of_all_cases_the_open_or_the_closed():
    open_one, closed_one = opened(), checked()
    services.take_step(closed_one, "lend", by=COLLEAGUE, at=NOON)

    def listed(**wanted):
        return [c.id for c in queries.cases_of(REVIEWER, on=TODAY, **wanted).items]

    assert listed(is_open=True) == [open_one]
    assert listed(is_open=False) == [closed_one]
    assert listed(matter="loan-of-a-book") == [closed_one, open_one]
    assert titles(OPERATOR, matter="loan-of-a-book") == ["借《论语》"]
    assert listed(matter="another") == titles(OPERATOR, matter="another") == []


def test_the_list_of_all_cases_counts_so_far_and_says_that_there_are_more(monkeypatch):
    monkeypatch.setattr(queries, "MOST_COUNTED", 2)
    opened(), opened()
    two = queries.cases_of(REVIEWER, on=TODAY)
    opened()
    three = queries.cases_of(REVIEWER, on=TODAY, size=1, page=3)

    assert (two.total, two.is_exact) == (2, True)
    assert (three.total, three.is_exact, len(three.items)) == (2, False, 1)


def test_ones_matters_are_those_in_which_ones_roles_have_a_step():
    assert queries.matters_of(REVIEWER)["loan-of-a-book"] == "借书（测试）"
    assert "loan-of-a-book" not in queries.matters_of(officer("cook", 16, "cook"))


def test_the_inbox_is_answered_in_two_statements_whatever_its_length(django_assert_num_queries):
    for _ in range(5):
        opened()

    with django_assert_num_queries(2):
        queries.inbox_of(OPERATOR, on=TODAY)
