"""The pages about rows without a code: what they show, what they refuse, and what a decision leads to."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.faces.workbench.tests.factories import person
from chengxin.intake.resolution import learning
from chengxin.intake.resolution.models import Waiting
from chengxin.intake.resolution.rules import State
from chengxin.intake.resolution.tests.factories import handed_in, honour, official, register, subject_numbered
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Role
from chengxin.registry.records.models import Record

pytestmark = pytest.mark.django_db
DOUBTFUL = "南宁恒风建筑工程（虚构）"


def client_as(role: Role, username: str = "") -> Client:
    client = Client()
    client.force_login(person(role, accounts.credit_office().code, username=username or role.value))
    return client


@pytest.fixture
def rows(tmp_path: Path) -> list[Waiting]:
    register(tmp_path)
    return handed_in(tmp_path, *(honour(n, SUBJECT_NAME=DOUBTFUL) for n in (1, 2)))[1]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_clerk_sees_the_row_beside_its_candidates_with_the_reasons_in_words(rows, language):
    clerk = client_as(Role.CREDIT_OFFICE_OPERATOR)
    clerk.cookies["django_language"] = language

    shown = clerk.get(reverse("workbench:uncoded")).content.decode()
    page = clerk.get(reverse("workbench:uncoded-row", args=[rows[0].pk])).content.decode()

    assert DOUBTFUL in shown
    told = {"zh-hans": "像打字错误", "en": "like a slip of the hand"}[language]
    assert told in page
    assert "南宁恒锋建筑工程有限公司（虚构）" in page


def test_a_decision_opens_the_next_row_and_the_last_one_the_list(rows):
    clerk = client_as(Role.CREDIT_OFFICE_OPERATOR)

    first = clerk.post(reverse("workbench:uncoded-decide", args=[rows[0].pk]), {"choice": subject_numbered(1)})
    last = clerk.post(
        reverse("workbench:uncoded-decide", args=[rows[1].pk]), {"choice": "none", "reason": "查无登记（虚构）"}
    )

    assert first["Location"] == reverse("workbench:uncoded-row", args=[rows[1].pk])
    assert last["Location"] == reverse("workbench:uncoded")
    assert sorted(Waiting.objects.values_list("state", flat=True)) == [State.RETURNED, State.TIED]
    again = clerk.post(reverse("workbench:uncoded-release", args=[rows[0].pk]), {"reason": "有误（虚构）"}, follow=True)
    assert "记录已撤下" in again.content.decode()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "请选择一个候选主体"),
        ({"choice": "code", "code": ""}, "请选择一个候选主体"),
        ({"choice": "none", "reason": ""}, "请写明理由"),
        ({"choice": "9" * 30}, "请选择一个候选主体"),
    ],
)
def test_what_makes_no_sense_is_said_on_the_page_and_nothing_changes(rows, given, said):
    answer = client_as(Role.CREDIT_OFFICE_OPERATOR).post(reverse("workbench:uncoded-decide", args=[rows[0].pk]), given)

    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert set(Waiting.objects.values_list("state", flat=True)) == {State.WAITING}
    assert not Record.objects.filter(item="honour").exists()


def test_the_list_is_exported_with_its_filter(rows):
    clerk = client_as(Role.CREDIT_OFFICE_OPERATOR)

    lines = b"".join(clerk.get(reverse("workbench:uncoded-csv"), {"item": "honour"})).decode("utf-8-sig").splitlines()
    none = b"".join(clerk.get(reverse("workbench:uncoded-csv"), {"state": "tied"})).decode("utf-8-sig").splitlines()

    assert (len(lines), len(none)) == (3, 1)


def test_weights_are_proposed_by_one_and_put_in_force_by_another_on_the_page(tmp_path, rows, monkeypatch):
    clerk, reviewer = client_as(Role.CREDIT_OFFICE_OPERATOR), client_as(Role.CREDIT_OFFICE_REVIEWER)
    early = clerk.post(reverse("workbench:match-weights"))
    assert (early.status_code, "新的人工决定还不到" in early.content.decode()) == (409, True)
    more = handed_in(tmp_path, *(honour(n, SUBJECT_NAME=DOUBTFUL) for n in range(10, 30)))[1]
    from chengxin.intake.resolution import services
    from chengxin.intake.resolution.tests.factories import AT

    for row in more:
        services.tie(row.pk, subject_id=subject_numbered(3), by=official(), at=AT)

    proposed = clerk.post(reverse("workbench:match-weights"), follow=True).content.decode()
    address = reverse("workbench:match-weights-decide", args=[1])

    assert "第 1 版待审核" in proposed
    assert 'value="accept"' not in proposed
    assert clerk.post(address, {"decision": "accept"}).status_code == 403
    assert "现在施行的是第 1 版" in reviewer.post(address, {"decision": "accept"}, follow=True).content.decode()
    assert learning.queries.learned_from(1) == 20
