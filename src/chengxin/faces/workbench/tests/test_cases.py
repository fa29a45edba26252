"""The inbox and the case page, with a procedure that no law knows."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.base.casework import services as casework
from chengxin.base.casework.models import Case
from chengxin.base.casework.rules import Party, Procedure, State, Step, TimeAllowed
from chengxin.faces.space.tests.factories import COMPANY, representative
from chengxin.faces.workbench.tests.factories import person
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.models import Organisation
from chengxin.registry.accounts.rules import Role
from chengxin.registry.accounts.tests.factories import APPROVAL_BUREAU, MARKET_SUPERVISION, NOON
from chengxin.registry.subjects.tests.factories import company

pytestmark = pytest.mark.django_db
REQUEST = Procedure(
    code="request",
    name="请求（测试）",
    parts=("applicant", "office"),
    states=(
        State("asked", "已提出", lambda _on: TimeAllowed(5, "tests/5-days@2026-01-01")),
        State("granted", "已同意"),
        State("refused", "不同意"),
    ),
    opening=Step("ask", "提出", frozenset(), "asked", "applicant", notifies=("office",)),
    steps=(
        Step("grant", "同意", frozenset({"asked"}), "granted", "office", frozenset({"department-reviewer"})),
        Step(
            "refuse", "不同意", frozenset({"asked"}), "refused", "office", frozenset({"department-reviewer"}),
            needs_reason=True, notifies=("applicant",),
        ),
    ),
)  # fmt: skip


@pytest.fixture
def asked(settings) -> int:
    """A request of the fictional company to the market supervision, made by its representative."""
    settings.CASE_PROCEDURES = [f"{__name__}.REQUEST"]
    company("南宁虚构商行")
    user, _ = representative()
    office = Organisation.objects.get(code=MARKET_SUPERVISION)
    return casework.open_case(
        "request",
        about="record:1",
        title="虚构事项",
        parties={"applicant": Party(represented=COMPANY), "office": Party(organisation_id=office.pk)},
        by=accounts.actor_of_user(user, at=NOON),
        at=NOON,
    )


def step(case_id: int, name: str) -> str:
    return reverse("workbench:case-step", args=[case_id, name])


def test_a_case_waits_for_those_who_can_take_a_step(client: Client, asked: int):
    client.force_login(person(Role.DEPARTMENT_REVIEWER))
    page = client.get(reverse("workbench:inbox"))
    assert [row.id for row in page.context["page"].rows] == [asked]

    client.force_login(person(Role.CREDIT_OFFICE_REVIEWER))
    assert client.get(reverse("workbench:inbox")).context["page"].rows == ()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_case_page_shows_what_happened_and_what_can_be_done(client: Client, asked: int, language: str):
    client.force_login(person(Role.DEPARTMENT_REVIEWER))

    response = client.get(reverse("workbench:case", args=[asked]), headers={"accept-language": language})

    assert response.status_code == 200
    assert [s["code"] for s in response.context["steps"]] == ["grant", "refuse"]
    assert [e.step for e in response.context["events"]] == ["ask"]
    assert "tests/5-days@2026-01-01" in response.content.decode()
    assert not re.search(r" · [0-9A-Z]{18}<", response.content.decode()), "who took a step is told by name"


def test_a_step_is_taken_and_the_case_leaves_the_inbox(client: Client, asked: int):
    client.force_login(person(Role.DEPARTMENT_REVIEWER))

    response = client.post(step(asked, "grant"))

    assert response["Location"] == reverse("workbench:case", args=[asked])
    assert Case.objects.get().state == "granted"
    assert client.get(reverse("workbench:inbox")).context["page"].rows == ()
    assert len(client.get(reverse("workbench:inbox"), {"all": "1"}).context["page"].rows) == 1


@pytest.mark.parametrize(
    ("asked_for", "found"),
    [
        ({"matter": "request"}, 1), ({"matter": "nonsense"}, 1), ({"all": "1", "state": "closed"}, 0),
        ({"all": "1", "state": "open", "matter": "request"}, 1), ({"state": "closed"}, 1),
    ],
)  # fmt: skip
def test_the_inbox_is_narrowed_by_its_address(client: Client, asked: int, asked_for: dict[str, str], found: int):
    client.force_login(person(Role.DEPARTMENT_REVIEWER))

    page = client.get(reverse("workbench:inbox"), asked_for)

    assert len(page.context["page"].rows) == found
    assert ("没有符合条件的事项" in page.content.decode()) == (not found)


def test_a_refusal_without_a_reason_says_so_and_changes_nothing(client: Client, asked: int):
    client.force_login(person(Role.DEPARTMENT_REVIEWER))

    response = client.post(step(asked, "refuse"), {"reason": " "})

    assert response.status_code == 422
    assert 'href="#refuse-reason"' in response.content.decode()
    assert Case.objects.get().state == "asked"


def test_a_case_of_others_is_not_there_and_moves_for_nobody_else(client: Client, asked: int):
    client.force_login(person(Role.DEPARTMENT_REVIEWER, organisation=APPROVAL_BUREAU))

    assert client.get(reverse("workbench:case", args=[asked])).status_code == 404
    assert client.post(step(asked, "grant")).status_code == 404
    assert Case.objects.get().state == "asked"


def test_the_applicant_follows_the_case_in_my_space_and_cannot_decide_it(client: Client, asked: int):
    user = accounts.User.objects.get(username="liang")
    mandate = accounts.mandates_of(user.pk, at=NOON)[0].id
    client.force_login(user)

    assert [row.id for row in client.get(reverse("space:cases", args=[mandate])).context["page"].rows] == [asked]
    shown = client.get(reverse("space:case", args=[mandate, asked]))
    assert (shown.status_code, shown.context["steps"]) == (200, [])
    assert client.post(reverse("space:case-step", args=[mandate, asked, "grant"])).status_code == 403
    assert Case.objects.get().state == "asked"


def test_an_officer_of_the_same_office_without_the_role_cannot_decide(client: Client, asked: int):
    client.force_login(person(Role.DEPARTMENT_OFFICER))

    assert client.post(step(asked, "grant")).status_code in {403, 404}
    assert Case.objects.get().state == "asked"
