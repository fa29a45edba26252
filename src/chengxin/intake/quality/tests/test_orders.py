"""Work orders about wrong codes: what is proposed, who decides, and how an order closes itself."""

from pathlib import Path

import pytest

from chengxin.base.casework import queries as casework
from chengxin.base.casework import services as steps
from chengxin.base.errors import NotFound, NotPermitted
from chengxin.intake.collection.tests.factories import (
    APPROVAL,
    MARKET,
    company,
    hand_in_rows,
    officer,
    penalty,
)
from chengxin.intake.quality import order_queries, orders
from chengxin.intake.quality.errors import CodeStillWrong, LineMended, OrderClosed
from chengxin.intake.quality.models import CodeDecision, CodeOrder, Mended
from chengxin.intake.quality.order_queries import LineRow
from chengxin.intake.quality.tests.factories import handed_in, mistyped, moment, office, registered
from chengxin.registry.accounts.rules import Role

pytestmark = pytest.mark.django_db
ON = moment(5, 12)
LATER = moment(5, 13)


def lines(order_id: int | None) -> tuple[LineRow, ...]:
    assert order_id is not None
    return order_queries.lines_of(order_id)


def state_of(order_id: int | None) -> str:
    case_id = CodeOrder.objects.values_list("case_id", flat=True).get(pk=order_id)
    return casework.states_of([case_id])[case_id]


def swapped(number: int) -> str:
    """The company's code with two different neighbours swapped so that its check fails."""
    code = company(number)
    place = next(i for i in range(9, 17) if code[i] != code[i + 1])
    return code[:place] + code[place + 1] + code[place] + code[place + 2 :]


def test_a_mistyped_code_has_the_registered_one_whose_name_matches_as_first_proposal(tmp_path: Path):
    registered(tmp_path, *range(1, 21))
    order = handed_in(
        tmp_path,
        penalty(3, CF_XDR_SHXYM=mistyped(3)),
        penalty(4, CF_XDR_SHXYM=swapped(4)),
        penalty(5, CF_XDR_SHXYM=company(6)),
        penalty(7, CF_XDR_MC="南宁虚构7号商贸有限公司"),
        penalty(8),
    )

    found = {line.row: [(p.code, p.edit) for p in line.proposals] for line in lines(order)}

    assert {row: proposals[0] for row, proposals in found.items()} == {
        1: (company(3), "substitution"),
        2: (company(4), "transposition"),
        3: (company(5), "same-name"),
        4: (company(7), "same-code"),
    }
    assert [line.fault for line in lines(order)] == ["check-digit", "check-digit", "other-subject", "two-names"]


def test_a_near_code_of_a_stranger_is_not_proposed(tmp_path: Path):
    registered(tmp_path, 3)
    order = handed_in(tmp_path, penalty(99, CF_XDR_SHXYM=mistyped(3), CF_XDR_MC="柳州从未登记饭店（虚构）"))

    assert [line.proposals for line in lines(order)] == [()]


def test_a_hand_in_without_doubtful_codes_and_one_about_persons_lead_to_no_order(tmp_path: Path):
    assert handed_in(tmp_path, penalty(1), penalty(2, CF_FRDB="")) is None
    assert not CodeOrder.objects.exists()


def test_looking_twice_makes_one_order_and_the_same_row_again_is_not_ordered_twice(tmp_path: Path):
    registered(tmp_path, 3)
    wrong = penalty(3, CF_XDR_SHXYM=mistyped(3))
    first = hand_in_rows(tmp_path, wrong, at=ON)
    assert orders.examine(first.submission, at=ON) is not None
    assert orders.examine(first.submission, at=ON) is None

    assert handed_in(tmp_path, wrong, penalty(9), at=LATER) is None
    assert CodeOrder.objects.count() == 1


def test_an_order_closes_itself_when_the_accepted_codes_have_come(tmp_path: Path):
    registered(tmp_path, 3, 4)
    order = handed_in(tmp_path, penalty(3, CF_XDR_SHXYM=mistyped(3)), penalty(4, CF_XDR_SHXYM=mistyped(4)))
    first, second = lines(order)
    orders.accept(first.id, first.proposals[0].id, by=officer(), at=ON)

    handed_in(tmp_path, penalty(3), at=LATER)
    assert state_of(order) == "issued"
    assert [bool(line.mended_at) for line in lines(order)] == [True, False]
    with pytest.raises(LineMended):
        orders.accept(first.id, first.proposals[0].id, by=officer(), at=LATER)

    handed_in(tmp_path, penalty(4), at=LATER)
    assert state_of(order) == "mended"
    assert lines(order)[1].mended_code == company(4)
    with pytest.raises(OrderClosed):
        orders.accept(second.id, second.proposals[0].id, by=officer(), at=LATER)


def test_a_row_with_another_code_than_was_decided_mends_nothing(tmp_path: Path):
    registered(tmp_path, 3, 4)
    order = handed_in(tmp_path, penalty(3, CF_XDR_SHXYM=mistyped(3)))
    (line,) = lines(order)
    orders.decide(line.id, company(4), by=officer(), at=ON)

    handed_in(tmp_path, penalty(3), at=LATER)

    assert not Mended.objects.exists()
    assert state_of(order) == "issued"


def test_another_departments_row_mends_nothing(tmp_path: Path):
    registered(tmp_path, 3)
    order = handed_in(tmp_path, penalty(3, CF_XDR_SHXYM=mistyped(3)))

    theirs = penalty(3, CF_CFJGDM=MARKET, CF_SJLYDM=APPROVAL, CF_SJLY="南宁市行政审批局")
    assert hand_in_rows(tmp_path, theirs, by=APPROVAL, at=LATER).accepted == 1

    assert state_of(order) == "issued"


def test_a_register_entry_with_a_wrong_code_is_mended_by_the_entry_of_that_name(tmp_path: Path):
    first = registered(tmp_path, 5, SUBJECT_CODE=mistyped(5))
    order = orders.examine(first.submission, at=ON)
    assert [line.proposals for line in lines(order)] == [()]

    again = registered(tmp_path, 5, at=LATER)
    orders.examine(again.submission, at=LATER)

    assert state_of(order) == "mended"


def test_the_best_proposals_of_exact_names_are_accepted_at_once(tmp_path: Path):
    registered(tmp_path, 3, 4, 7)
    order = handed_in(
        tmp_path,
        penalty(3, CF_XDR_SHXYM=mistyped(3)),
        penalty(4, CF_XDR_SHXYM=mistyped(4)),
        penalty(7, CF_XDR_MC="南宁虚构7号商贸有限公司"),
    )
    assert order is not None

    assert orders.accept_best(order, by=officer(), at=ON) == 2
    assert orders.accept_best(order, by=officer(), at=ON) == 0
    assert [line.decided for line in lines(order)] == [company(3), company(4), ""]


def test_a_code_that_fails_its_check_is_not_taken_and_a_proposal_of_another_line_neither(tmp_path: Path):
    registered(tmp_path, 3, 4)
    order = handed_in(tmp_path, penalty(3, CF_XDR_SHXYM=mistyped(3)), penalty(4, CF_XDR_SHXYM=mistyped(4)))
    first, second = lines(order)

    with pytest.raises(CodeStillWrong):
        orders.decide(first.id, mistyped(3), by=officer(), at=ON)
    with pytest.raises(NotFound):
        orders.accept(first.id, second.proposals[0].id, by=officer(), at=ON)

    assert not CodeDecision.objects.exists()


@pytest.mark.parametrize(
    ("organisation", "role", "refusal"),
    [
        (APPROVAL, Role.DEPARTMENT_OFFICER, NotFound),
        (MARKET, Role.DEPARTMENT_REVIEWER, NotFound),
        (MARKET, Role.BANK_CLERK, NotFound),
    ],
)
def test_who_has_no_step_in_the_order_decides_nothing(
    tmp_path: Path, organisation: str, role: Role, refusal: type[Exception]
):
    registered(tmp_path, 3)
    order = handed_in(tmp_path, penalty(3, CF_XDR_SHXYM=mistyped(3)))
    (line,) = lines(order)
    by = officer(organisation, role)

    with pytest.raises(refusal):
        orders.accept(line.id, line.proposals[0].id, by=by, at=ON)
    with pytest.raises(NotFound):
        orders.accept_best(line.id + 100, by=by, at=ON)

    assert not CodeDecision.objects.exists()


def test_the_office_sees_every_order_and_decides_no_code(tmp_path: Path):
    registered(tmp_path, 3)
    order = handed_in(tmp_path, penalty(3, CF_XDR_SHXYM=mistyped(3)))
    (line,) = lines(order)

    with pytest.raises(NotPermitted):
        orders.accept(line.id, line.proposals[0].id, by=office(), at=ON)
    assert [o.id for o in order_queries.orders_of(None, on=ON.date(), is_open=True)[0]] == [order]
    assert order_queries.orders_of(officer(APPROVAL).reaches, on=ON.date()) == ((), 0)


def test_an_explanation_is_settled_by_the_office_and_no_code_is_decided_meanwhile(tmp_path: Path):
    registered(tmp_path, 3)
    order = handed_in(tmp_path, penalty(3, CF_XDR_SHXYM=mistyped(3)))
    (line,) = lines(order)
    case_id = CodeOrder.objects.get(pk=order).case_id

    steps.take_step(case_id, "explain", by=officer(), at=ON, reason="该决定已撤销，不再报送（虚构）")
    with pytest.raises(OrderClosed):
        orders.decide(line.id, company(3), by=officer(), at=ON)
    steps.take_step(case_id, "settle", by=office(), at=LATER)

    assert state_of(order) == "settled"
    assert order_queries.orders_of(None, on=ON.date(), is_open=True) == ((), 0)


def test_many_wrong_codes_take_no_more_statements_than_one(
    tmp_path: Path, django_assert_max_num_queries: pytest.FixtureRequest
):
    registered(tmp_path, *range(1, 41))
    wrong = [penalty(n, CF_XDR_SHXYM=mistyped(n)) for n in range(1, 41)]
    one = hand_in_rows(tmp_path, wrong[0], at=ON)
    with django_assert_max_num_queries(60) as few:  # type: ignore[operator]
        orders.examine(one.submission, at=ON)
    many = hand_in_rows(tmp_path, *wrong[1:], at=LATER)
    with django_assert_max_num_queries(len(few)) as found:  # type: ignore[operator]
        orders.examine(many.submission, at=LATER)

    assert len(found) <= len(few)
