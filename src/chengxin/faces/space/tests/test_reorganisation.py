"""The green channel on its pages: applied for with a ruling, decided in the workbench, and nobody else gets there."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from chengxin.base import clock
from chengxin.base.attachments.tests.factories import pdf
from chengxin.faces.space.tests.factories import representative
from chengxin.faces.workbench.tests.factories import person
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Role, Scope
from chengxin.registry.records.models import Record
from chengxin.rights.repair import policy
from chengxin.rights.repair.models import Reorganisation
from chengxin.rights.repair.tests.factories import fined

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings, tmp_path: Path):
    settings.MEDIA_ROOT = tmp_path


def form(**changed: object) -> dict[str, object]:
    today = clock.today()
    given = {
        "court": "南宁市虚构人民法院", "ruling": "plan-approved", "number": "（2026）虚01破1号",
        "ruled_on": today.isoformat(), "plan_until": (today + timedelta(days=300)).isoformat(), "agrees": "1",
        "statement": "重整中（虚构）", "signed_by": "梁某（虚构）",
        "commitment": policy.commitment_on(today, code=policy.PLAN_COMMITMENT).version,
        "evidence": SimpleUploadedFile("ruling.pdf", pdf()),
    }  # fmt: skip
    return given | changed


def office(role: Role) -> Client:
    client = Client()
    client.force_login(person(role, accounts.credit_office().code))
    return client


def test_a_company_applies_two_officials_decide_and_it_sees_what_is_hidden(client: Client):
    fined()
    owner, mandate = representative()
    client.force_login(owner)
    page = reverse("space:reorganisation", args=[mandate])
    assert "凭法院裁定申请" in client.get(page).content.decode()

    sent = client.post(page, form())

    case_id = Reorganisation.objects.get().case_id
    assert sent.headers["Location"] == reverse("space:case", args=[mandate, case_id])
    assert "（2026）虚01破1号" in client.get(sent.headers["Location"]).content.decode()
    for role, step in ((Role.CREDIT_OFFICE_OPERATOR, "check-ruling"), (Role.CREDIT_OFFICE_REVIEWER, "suspend-records")):
        clerk = office(role)
        assert "南宁市虚构人民法院" in clerk.get(reverse("workbench:case", args=[case_id])).content.decode()
        clerk.post(reverse("workbench:case-step", args=[case_id, step]), {"reason": "已与法院核对（虚构）"})
    assert Record.objects.get(known_until=None).state == "suspended"
    assert "报告计划执行完毕" in client.get(page).content.decode()


def test_a_form_that_lacks_the_ruling_says_so_and_opens_nothing(client: Client):
    fined()
    owner, mandate = representative()
    client.force_login(owner)

    response = client.post(reverse("space:reorganisation", args=[mandate]), form(court=""))

    assert response.status_code == 422
    assert "请写明法院" in response.content.decode()
    assert not Reorganisation.objects.exists()


def test_who_may_only_see_does_not_apply_and_a_department_proposes_nothing(client: Client):
    fined()
    owner, mandate = representative(scopes=[Scope.SEE])
    client.force_login(owner)
    assert client.post(reverse("space:reorganisation", args=[mandate]), form()).status_code in {403, 404}

    client.force_login(person(Role.DEPARTMENT_OFFICER))
    refused = client.post(reverse("workbench:reorganisation-restoring", args=[1]), {"reason": "x"})
    assert refused.status_code in {403, 404}
    assert not Reorganisation.objects.exists()
