"""Each number leads to its rows, and to no one else's."""

from pathlib import Path

import pytest

from chengxin.base.errors import NotFound
from chengxin.intake.collection.tests.factories import (
    APPROVAL,
    LICENCE,
    PERSON_PENALTY,
    company,
    hand_in_rows,
    licence,
    officer,
    penalty,
    person_penalty,
)
from chengxin.intake.quality import queries, rows, services
from chengxin.intake.quality.queries import ALL, Narrowed
from chengxin.intake.quality.rules import RULE, Check, Month
from chengxin.intake.quality.tests.factories import handed_in, mistyped, moment, office, provider_id, registered
from chengxin.registry.accounts.rules import Actor, Role

pytestmark = pytest.mark.django_db
MAY = Month(2026, 5)
ON = moment(5, 31).date()


@pytest.fixture
def may(tmp_path: Path) -> queries.Computed:
    """A month of two departments with something wrong everywhere."""
    registered(tmp_path, 1, 2, 3, 7)
    registered(tmp_path, 8, SUBJECT_NAME="南宁虚构 7号贸易有限公司")
    registered(tmp_path, 9, SUBJECT_NAME="南宁虚构九号家庭农场")
    handed_in(
        tmp_path,
        penalty(1, CF_JDRQ="2026/05/06"),
        penalty(2, CF_JDRQ="2026/04/27"),
        penalty(3, CF_XDR_SHXYM=mistyped(3)),
        penalty(4, CF_FRDB=""),
        penalty(5, CF_XDR_SHXYM=company(7), CF_XDR_MC="南宁虚构从未登记公司"),
        at=moment(5, 13),
    )
    hand_in_rows(tmp_path, person_penalty(5, CF_JDRQ="2026/04/01"), item=PERSON_PENALTY, at=moment(5, 14))
    hand_in_rows(tmp_path, licence(1, XK_JDRQ="2026/03/02"), item=LICENCE, by=APPROVAL, at=moment(5, 15))
    services.declare(MAY, {"penalty-organisation": 2}, by=officer(), at=moment(5, 20))
    services.compute(MAY, by=office(), at=moment(5, 31))
    return queries.computed(MAY)


def behind(check: str, computed: queries.Computed, by: Actor, narrowed: Narrowed = ALL) -> rows.Behind:
    return rows.behind(check, computed, narrowed, by=by, on=ON)


def test_as_many_rows_stand_behind_each_number_as_it_counts(may: queries.Computed):
    figures = {r.definition.code: r for r in queries.figures(may)}

    for check in Check:
        found = behind(check, may, office())
        if check in (Check.COMPLETENESS, Check.REPORTING):
            continue  # counted in cells, and held against what was declared
        assert (check, found.total) == (check, figures[check].failed)
    for rule in queries.failing_most(may, most=20):
        assert behind(f"{RULE}{rule.rule}", may, office()).total == rule.rows
    assert behind(Check.REPORTING, may, office()).total == 1


def test_a_department_sees_its_own_rows_alone(may: queries.Computed):
    own, all_of_them = behind(Check.TIMELINESS, may, officer(APPROVAL)), behind(Check.TIMELINESS, may, office())

    assert [(r.provider_id, r.item, r.name) for r in own.rows] == [
        (provider_id(APPROVAL), LICENCE, "南宁虚构1号贸易有限公司")
    ]
    assert all_of_them.total == 3
    asked = Narrowed(provider_ids=[provider_id()])
    assert behind(Check.TIMELINESS, may, officer(APPROVAL), asked).rows == ()


def test_of_a_person_nothing_is_told_but_the_days_and_the_place(may: queries.Computed):
    found = behind(Check.TIMELINESS, may, officer(), Narrowed(item=PERSON_PENALTY))

    assert [(r.item, r.row, r.code, r.name) for r in found.rows] == [(PERSON_PENALTY, 1, "", "")]


@pytest.mark.parametrize("role", [Role.BANK_CLERK, Role.ADMINISTRATOR, Role.AGENCY_CLERK])
def test_who_sees_no_hand_ins_sees_no_rows(may: queries.Computed, role: Role):
    found = [behind(c, may, officer(role=role)).total for c in (Check.COMPLIANCE, Check.TIMELINESS, Check.CODES)]

    assert found == [0, 0, 0]


def test_a_wrong_code_leads_to_its_work_order(may: queries.Computed):
    (row,) = behind(Check.CODES, may, officer()).rows
    rejected = behind(Check.COMPLIANCE, may, officer()).rows

    assert row.case_id is not None
    assert (row.row, row.what, row.code) == (3, ("check-digit",), mistyped(3))
    assert {r.row: r.case_id for r in rejected} == {3: row.case_id, 4: None, 5: row.case_id}


def test_rows_come_page_by_page_and_an_unknown_check_is_not_there(may: queries.Computed):
    first = rows.behind(Check.COMPLIANCE, may, ALL, by=office(), on=ON, page=1, size=2)
    second = rows.behind(Check.COMPLIANCE, may, ALL, by=office(), on=ON, page=2, size=2)

    assert [r.row for r in (*first.rows, *second.rows)] == [3, 4, 5]
    assert first.total == second.total == 3
    with pytest.raises(NotFound):
        behind("no-such-check", may, office())
