"""Data quality and work orders on the workbench: who sees what, one click to the rows, one click to accept."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.base import clock
from chengxin.base.casework import queries as casework
from chengxin.faces.workbench.tests.factories import person
from chengxin.intake.collection.tests.factories import APPROVAL, MARKET, company, hand_in_rows, officer, penalty
from chengxin.intake.quality import order_queries, services
from chengxin.intake.quality.models import CodeDecision, CodeOrder, Computation, Declaration
from chengxin.intake.quality.rules import Month
from chengxin.intake.quality.tests.factories import handed_in, mistyped, moment, office, registered
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Role

pytestmark = pytest.mark.django_db
MAY = Month(2026, 5)


@pytest.fixture
def order(tmp_path: Path) -> CodeOrder:
    """A month of the market supervision with a wrong code, computed."""
    registered(tmp_path, 1, 2)
    services.declare(MAY, {"penalty-organisation": 4}, by=officer(), at=moment(5, 20))
    made = handed_in(tmp_path, penalty(1, CF_JDRQ="2026/04/01"), penalty(2, CF_XDR_SHXYM=mistyped(2)))
    services.close(MAY, by=office(), at=moment(6, 10))
    return CodeOrder.objects.get(pk=made)


def page(client: Client, name: str, *arguments: object, **query: str) -> str:
    response = client.get(reverse(f"workbench:{name}", args=arguments), query)
    assert response.status_code == 200
    return response.getvalue().decode()


def test_an_officer_comes_from_a_number_to_its_rows_and_on_to_the_work_order(client: Client, order: CodeOrder):
    client.force_login(person(Role.DEPARTMENT_OFFICER, MARKET))

    overview = page(client, "quality")
    assert f"{reverse('workbench:quality-check', args=['timeliness'])}#rows" in overview
    assert "0.00%" in overview
    assert "南宁虚构1号贸易有限公司" in page(client, "quality-check", "timeliness")
    assert reverse("workbench:code-order", args=[order.case_id]) in page(client, "quality-check", "codes")
    assert reverse("workbench:code-order", args=[order.case_id]) in page(client, "quality-check", "rule:check-digit")
    assert mistyped(2) in page(client, "quality-check-csv", "codes")


def test_another_department_sees_neither_rows_nor_order(client: Client, order: CodeOrder):
    client.force_login(person(Role.DEPARTMENT_OFFICER, APPROVAL))
    market = {"organisation": MARKET}

    assert "南宁虚构1号贸易有限公司" not in page(client, "quality-check", "timeliness", **market)
    assert mistyped(2) not in page(client, "quality-check-csv", "codes", **market)
    assert str(order.case_id) not in page(client, "code-orders").split("<table", 1)[-1].split("</table>")[0] or (
        "没有这样的工单" in page(client, "code-orders")
    )
    for name in ("code-order", "code-order-csv"):
        assert client.get(reverse(f"workbench:{name}", args=[order.case_id])).status_code == 404


@pytest.mark.parametrize("role", [Role.BANK_CLERK, Role.ADMINISTRATOR])
def test_who_has_no_hand_ins_to_see_is_refused(client: Client, order: CodeOrder, role: Role):
    client.force_login(person(role))

    assert client.get(reverse("workbench:quality")).status_code == 403
    assert client.get(reverse("workbench:quality-check", args=["codes"])).status_code == 403
    assert client.get(reverse("workbench:quality-declare")).status_code == 403


def test_a_proposal_is_accepted_with_one_click_and_a_wrong_code_is_refused(client: Client, order: CodeOrder):
    client.force_login(person(Role.DEPARTMENT_OFFICER, MARKET))
    (line,) = order_queries.lines_of(order.pk)
    address = reverse("workbench:code-order-decide", args=[order.case_id, line.id])

    refused = client.post(address, {"code": mistyped(2)})
    assert (refused.status_code, CodeDecision.objects.count()) == (422, 0)
    assert 'aria-invalid="true"' in refused.content.decode()
    assert client.post(address, {"proposal": str(line.proposals[0].id)}).status_code == 302

    assert CodeDecision.objects.get().code == company(2)
    shown = page(client, "code-order", order.case_id)
    assert "已核定，等待更正数据" in shown
    assert f'value="{line.proposals[0].id}"' not in shown


def test_all_exact_proposals_are_accepted_at_once_and_a_reviewer_may_not(client: Client, order: CodeOrder):
    address = reverse("workbench:code-order-best", args=[order.case_id])
    client.force_login(person(Role.DEPARTMENT_REVIEWER, MARKET))
    assert client.post(address).status_code == 403
    client.force_login(person(Role.DEPARTMENT_OFFICER, MARKET))

    assert client.post(address).status_code == 302
    assert CodeDecision.objects.count() == 1


def test_decisions_are_declared_and_nonsense_changes_nothing(client: Client):
    client.force_login(person(Role.DEPARTMENT_OFFICER, MARKET))
    address, month = reverse("workbench:quality-declare"), clock.today().isoformat()[:7]

    assert client.post(address, {"month": month, "penalty-person": "many"}).status_code == 422
    assert client.post(address, {"month": "2199-01", "penalty-person": "1"}).status_code == 422
    assert not Declaration.objects.exists()
    assert client.post(address, {"month": month, "penalty-person": "7"}).status_code == 302
    assert "7" in page(client, "quality-declare", month=month)
    assert Declaration.objects.get().decisions == 7


def test_only_the_office_computes_anew_and_issues_reports(client: Client, order: CodeOrder):
    for role, status in ((Role.DEPARTMENT_OFFICER, 403), (Role.AUDITOR, 403), (Role.CREDIT_OFFICE_REVIEWER, 302)):
        client.force_login(person(role))
        response = client.post(reverse("workbench:quality-recompute"), {"month": "2026-05"})
        assert response.status_code == status
        assert client.post(reverse("workbench:quality-issue"), {"month": "2026-05"}).status_code == status
    assert Computation.objects.count() == 2
    assert client.post(reverse("workbench:quality-issue"), {"month": "nonsense"}).status_code == 404


def test_the_case_page_leads_to_the_lines_and_an_unknown_check_is_not_there(client: Client, order: CodeOrder):
    client.force_login(person(Role.CREDIT_OFFICE_OPERATOR, accounts.credit_office().code))

    assert reverse("workbench:code-order", args=[order.case_id]) in page(client, "case", order.case_id)
    assert "接受" not in page(client, "code-order", order.case_id)
    client.cookies["django_language"] = "en"
    for name in ("code-order", "case"):
        assert "1 row needs another code</h1>" in page(client, name, order.case_id)
    for name in ("quality-check", "quality-check-csv"):
        assert client.get(reverse(f"workbench:{name}", args=["no-such-check"])).status_code == 404


def test_before_anything_was_computed_the_pages_say_so(client: Client):
    client.force_login(person(Role.DEPARTMENT_OFFICER, MARKET))

    assert "还没有计算过" in page(client, "quality")
    assert "没有这样的工单" in page(client, "code-orders")
    assert client.get(reverse("workbench:quality-check", args=["codes"])).status_code == 404


def test_a_hand_in_is_looked_at_by_a_task_of_its_own(client: Client, tmp_path: Path):
    registered(tmp_path, 2)
    wrong = hand_in_rows(tmp_path, penalty(2, CF_XDR_SHXYM=mistyped(2)))

    from chengxin.intake.quality.tasks import examine

    examine(wrong.submission, moment(5, 12).isoformat())

    case_id = CodeOrder.objects.get(submission_id=wrong.submission).case_id
    assert casework.states_of([case_id]) == {case_id: "issued"}
