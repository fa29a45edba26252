"""What everyone sees of lists."""

from datetime import UTC, date, datetime, timedelta

import pytest

from chengxin.base.errors import NotFound
from chengxin.registry.subjects.tests.factories import code, company
from chengxin.regulation.lists import public, services
from chengxin.regulation.lists.rules import Exit
from chengxin.regulation.lists.tests.factories import (
    EARLIER,
    NOON,
    arrived,
    entered,
    listed,
    officer,
    proposed,
    reviewer,
)

pytestmark = pytest.mark.django_db


def names(list_code: str = "serious-tax", **filters) -> list[str]:
    return [e.name for e in public.entries_of(list_code, at=filters.pop("at", NOON), **filters).items]


def test_a_list_shows_who_was_listed_here_and_who_arrived():
    company("南宁虚构商行")
    listed(proposed(at=EARLIER))
    arrived(company("南宁虚构二行", 2), "2", authority="11450000MB00000000")

    found = public.entries_of("serious-tax", at=NOON)

    assert [(e.name, e.code, e.origin) for e in found.items] == [
        ("南宁虚构商行", code(1), "city"),
        ("南宁虚构二行", code(2), "region"),
    ]
    assert found.total == 2


@pytest.mark.parametrize("q", ["虚构二", code(2), code(2).lower()])
def test_a_list_is_searched_by_part_of_a_name_or_by_code(q: str):
    for number in (1, 2):
        arrived(company(f"南宁虚构{'一二'[number - 1]}行", number), str(number))

    assert names(q=q) == ["南宁虚构二行"]
    assert names(q="没有") == []


def test_a_list_comes_in_pages():
    for number in range(1, 6):
        arrived(company(f"南宁虚构{number}行", number), str(number))

    pages = [names(page=n, size=2) for n in (1, 2, 3, 4)]
    assert [len(p) for p in pages] == [2, 2, 1, 0]
    assert len({name for p in pages for name in p}) == 5


def test_after_the_exit_nobody_is_named_and_the_register_counts_the_reason():
    company("南宁虚构商行")
    entry = listed(proposed(at=EARLIER))
    case_id = services.propose_removal(entry.pk, exit="court", grounds="虚构", by=officer(), at=NOON)
    services.take(case_id, "remove", by=reviewer(), at=NOON, reason="虚构", number="虚构移字1号")

    assert names() == []
    (row,) = public.register_of("serious-tax", at=NOON)
    assert (row.year, row.entered, row.exits) == (2026, 1, ((Exit.COURT, 1),))


def test_an_entry_that_ended_by_time_is_off_the_list_in_that_second_and_counted():
    entered(on=date(2023, 9, 1), at=datetime(2023, 9, 1, 4, tzinfo=UTC))
    midnight = datetime(2026, 8, 31, 16, tzinfo=UTC)

    assert len(names(at=midnight - timedelta(seconds=1))) == 1
    assert names(at=midnight) == []
    assert [(r.year, r.entered, r.exits) for r in public.register_of("serious-tax", at=midnight)] == [
        (2026, 0, ((Exit.TERM, 1),)),
        (2023, 1, ()),
    ]


def test_a_natural_person_is_not_shown_where_policy_does_not_publish_persons():
    entered("person:7", "national-examinations", authority="1145010000755126X2")

    assert public.entries_of("national-examinations", at=NOON).total == 0
    assert {r.terms.code: r.in_force for r in public.lists_now(at=NOON)}["national-examinations"] == 0


def test_numbers_in_force_are_those_of_the_lists_own_pages():
    company("南宁虚构商行")
    listed(proposed(at=EARLIER))
    arrived(company("南宁虚构二行", 2), "2", item="tax-grade", payload='{"GRADE": "A"}')
    arrived(company("南宁虚构三行", 3), "3", item="tax-grade", payload='{"GRADE": "B"}')
    arrived(company("南宁虚构四行", 4), "4", state="disputed")
    arrived(company("南宁虚构五行", 5), "5", state="repaired")

    rows = public.lists_now(at=NOON)

    assert {r.terms.code: r.in_force for r in rows if r.in_force} == {"serious-tax": 2, "tax-grade-a": 1}
    assert all(public.entries_of(r.terms.code, at=NOON).total == r.in_force for r in rows)
    assert [e.is_disputed for e in public.entries_of("serious-tax", at=NOON).items if e.code == code(4)] == [True]


def test_a_list_that_policy_does_not_know_is_not_there():
    with pytest.raises(NotFound):
        public.entries_of("city-black-list", at=NOON)
