"""A company sees who checked it, for what, and what was done; nobody else does."""

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.base import clock
from chengxin.faces.space.tests.factories import COMPANY, representative
from chengxin.registry.subjects.rules import about_subject
from chengxin.registry.subjects.tests.factories import code, company
from chengxin.regulation.lists.tests.factories import entered
from chengxin.regulation.measures import services
from chengxin.regulation.measures.tests.factories import PROCUREMENT, official

pytestmark = pytest.mark.django_db


@pytest.fixture
def checked() -> None:
    company("南宁虚构贸易有限公司", 1)
    company("南宁虚构商行", 2)
    entered(COMPANY, "serious-tax")
    found = services.check([code(1), code(2)], matter=PROCUREMENT, by=official(), at=clock.now(), door=services.SCREEN)
    services.report_outcome(
        found[0].id, measure="bar-from-procurement", outcome="applied", reason="不予通过（虚构）", by=official(),
        at=clock.now(),
    )  # fmt: skip


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_company_sees_the_check_the_measure_and_the_report(client: Client, checked: None, language: str):
    user, mandate = representative()
    client.force_login(user)
    page = client.get(reverse("space:checks", args=[mandate]), headers={"accept-language": language})

    assert page.context["page"].total == 1
    assert "不予通过（虚构）" in page.content.decode()
    assert "不予通过（虚构）" in client.get(reverse("space:checks-csv", args=[mandate])).getvalue().decode()
    looked = client.get(reverse("space:looked", args=[mandate]))
    assert reverse("space:checks", args=[mandate]) in looked.content.decode()


@pytest.mark.parametrize(
    ("language", "basis"),
    [
        ("zh-hans", "政府采购供应商资格审查：《中华人民共和国政府采购法》第二十二条"),
        ("en", "Qualification of suppliers in government procurement: Government Procurement Law of the People"),
    ],
)
def test_who_looked_names_the_basis_of_a_check_in_the_readers_language(
    client: Client, checked: None, language: str, basis: str
):
    user, mandate = representative()
    client.force_login(user)
    for view in ("space:looked", "space:looked-csv"):
        page = client.get(reverse(view, args=[mandate]), headers={"accept-language": language})
        text = page.getvalue() if page.streaming else page.content
        assert basis in text.decode()


def test_the_filter_by_matter_stands_in_the_address(client: Client, checked: None):
    user, mandate = representative()
    client.force_login(user)

    assert client.get(reverse("space:checks", args=[mandate]), {"matter": "bidding"}).context["page"].total == 0


def test_another_company_sees_its_own_check_alone(client: Client, checked: None):
    user, mandate = representative(username="other", about=about_subject(code(2)))
    client.force_login(user)
    page = client.get(reverse("space:checks", args=[mandate]))

    assert page.context["page"].total == 1
    assert "不予通过" not in page.content.decode()
