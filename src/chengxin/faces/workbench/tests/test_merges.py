"""The pages of merging subjects: one proposes, another decides with both side by side, and takes it back."""

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.faces.workbench.tests.factories import person
from chengxin.intake.resolution.models import Merge
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Role
from chengxin.registry.subjects.tests.factories import code, company

pytestmark = pytest.mark.django_db
OLD, NEW = code(1), code(2)


def client_as(role: Role) -> Client:
    client = Client()
    client.force_login(person(role, accounts.credit_office().code, username=role.value))
    return client


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_merge_goes_from_the_proposal_to_the_decision_and_back(language: str):
    company("南宁虚构旧照商行", 1)
    company("南宁虚构新照商行", 2)
    operator, reviewer = client_as(Role.CREDIT_OFFICE_OPERATOR), client_as(Role.CREDIT_OFFICE_REVIEWER)
    for one in (operator, reviewer):
        one.cookies["django_language"] = language
    ask = reverse("workbench:merge-propose")
    assert OLD in operator.get(f"{ask}?absorbed={OLD}").content.decode()
    assert operator.post(ask, {"absorbed": OLD, "survivor": NEW, "reason": " "}).status_code == 422

    operator.post(ask, {"absorbed": OLD.lower(), "survivor": NEW, "reason": "换照（虚构）"}, follow=True)
    where = reverse("workbench:merge", args=[Merge.objects.get().pk])
    page = reviewer.get(where).content.decode()
    assert "南宁虚构旧照商行" in page and "南宁虚构新照商行" in page
    assert operator.post(f"{where}/decide", {"decision": "merge"}).status_code == 403
    reviewer.post(f"{where}/decide", {"decision": "merge"})
    assert Merge.objects.get().state == "merged"

    assert Client().get(reverse("portal:subject", args=[OLD]), follow=True).status_code == 200
    assert reviewer.post(f"{where}/undo", {"reason": ""}).status_code == 422
    reviewer.post(f"{where}/undo", {"reason": "有误（虚构）"})
    assert Merge.objects.get().state == "undone"
    listed = operator.get(reverse("workbench:merges"), {"state": "undone"}).content.decode()
    assert where in listed
    assert OLD in operator.get(reverse("workbench:merges-csv")).getvalue().decode()
