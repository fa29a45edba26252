"""A dispute on the workbench's case page."""

from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.faces.workbench.tests.factories import person
from chengxin.registry.accounts.rules import Role
from chengxin.registry.records.models import Record
from chengxin.rights.disputes.tests.factories import APPROVAL_BUREAU, asked, penalised, state_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(tmp_path) -> UUID:
    return penalised(tmp_path)


def step(case_id: int, name: str) -> str:
    return reverse("workbench:case-step", args=[case_id, name])


def form_of(client: Client, case_id: int) -> dict[str, str]:
    """The correction form as the page fills it."""
    shown = client.get(reverse("workbench:case", args=[case_id]))
    return {f["id"]: f["value"] for f in shown.context["correction"]}


def test_an_officer_corrects_a_field_and_the_reviewer_decides(client: Client, key: UUID):
    case_id = asked(key)
    client.force_login(person(Role.DEPARTMENT_OFFICER))
    form = form_of(client, case_id) | {"field-CF_NR_FK": "1", "reason": "见决定书（虚构）"}

    assert client.post(step(case_id, "propose-correction"), form).status_code == 302
    client.force_login(person(Role.DEPARTMENT_REVIEWER))
    page = client.get(reverse("workbench:case", args=[case_id]))
    assert [(c["old"], c["new"]) for c in page.context["answers"][0]["changes"]] == [("2", "1")]
    assert client.post(step(case_id, "correct")).status_code == 302

    assert (state_of(case_id), Record.objects.get(known_until__isnull=True).payload["CF_NR_FK"]) == ("corrected", "1")


def test_a_form_sent_back_unchanged_but_for_a_wrong_value_is_refused_and_kept(client: Client, key: UUID):
    case_id = asked(key)
    client.force_login(person(Role.DEPARTMENT_OFFICER))
    form = form_of(client, case_id) | {"field-CF_NR_FK": "五千元", "reason": "见决定书（虚构）"}

    response = client.post(step(case_id, "propose-correction"), form)

    assert response.status_code == 422
    assert 'value="五千元"' in response.content.decode()
    assert state_of(case_id) == "with-provider"


@pytest.mark.parametrize(
    ("role", "organisation"),
    [(Role.DEPARTMENT_REVIEWER, ""), (Role.CREDIT_OFFICE_OPERATOR, ""), (Role.DEPARTMENT_OFFICER, APPROVAL_BUREAU)],
)
def test_nobody_else_proposes_a_correction(client: Client, key: UUID, role: Role, organisation: str):
    case_id = asked(key)
    client.force_login(person(role, organisation) if organisation else person(role))

    response = client.post(step(case_id, "propose-correction"), {"field-CF_NR_FK": "1", "reason": "理由（虚构）"})

    assert response.status_code in {403, 404}
    assert (state_of(case_id), Record.objects.filter(payload__CF_NR_FK="1").count()) == ("with-provider", 0)
