"""Connectors on the workbench: who sees and runs which; what a page says of one that is not set up."""

from pathlib import Path

import pytest
from django.test import Client

from chengxin.base.audit.models import AuditEntry
from chengxin.faces.workbench.tests.factories import APPROVAL_BUREAU, person
from chengxin.intake.collection.tests import factories as make
from chengxin.intake.collection.tests.factories import MARKET, PENALTY
from chengxin.intake.connectors.models import PullRun, Standing
from chengxin.intake.connectors.tests.factories import ADDRESS, CODE, DATABASE, Installation, described, pull
from chengxin.intake.connectors.tests.peers import postgres_front_end
from chengxin.registry.accounts.rules import Role

pytestmark = pytest.mark.django_db
PAGE = f"/workbench/connectors/{CODE}"


@pytest.fixture
def described_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    (tmp_path / "connectors").mkdir()
    installation = Installation(tmp_path / "connectors", monkeypatch)
    monkeypatch.delenv(ADDRESS, raising=False)
    installation.put(described(DATABASE, feedback={"table": "decision_faults"}))
    return installation


def signed_in(role: Role, organisation: str = MARKET) -> Client:
    client = Client()
    client.force_login(person(role, organisation))
    return client


def test_the_department_tries_pulls_and_pauses_its_own(described_alone: Installation):
    client = signed_in(Role.DEPARTMENT_OFFICER)
    assert ADDRESS in client.get(PAGE).content.decode()
    assert client.post(f"{PAGE}/try").status_code == 409
    with postgres_front_end(PENALTY) as front_end:
        described_alone.patch.setenv(ADDRESS, front_end.address)
        front_end.put(1, make.penalty(1, BZ="内部备注"), at="2026-05-10 09:00:00")
        front_end.put(2, make.penalty(2, CF_NR=""), at="2026-05-10 09:00:00")

        tried = client.post(f"{PAGE}/try").content.decode()
        assert "虚构罚字〔2026〕1号" in tried
        assert "内部备注" not in tried
        assert not PullRun.objects.exists()
        pull()

    shown = client.get(PAGE).content.decode()
    assert "拉取完成" in shown
    assert f"/workbench/submissions/{PullRun.objects.get().pulledpart_set.get().submission_id}" in shown
    client.post(f"{PAGE}/pause")
    assert "已暂停" in client.get("/workbench/connectors?state=paused").content.decode()
    assert "已暂停" in client.get("/workbench/connectors.csv").content.decode()
    client.post(f"{PAGE}/resume")
    assert Standing.objects.get().paused_at is None
    noted = AuditEntry.objects.filter(action__startswith="connectors.").order_by("seq").values_list("action", flat=True)
    assert list(noted) == [f"connectors.{n}" for n in ("tried", "tried", "pulled", "paused", "resumed")]


@pytest.mark.parametrize("step", ["", "/try", "/run", "/pause", "/resume"])
@pytest.mark.parametrize(
    ("role", "organisation"),
    [(Role.DEPARTMENT_OFFICER, APPROVAL_BUREAU), (Role.AUDITOR, MARKET), (Role.BANK_CLERK, MARKET)],
)
def test_others_neither_see_nor_move_it(described_alone: Installation, step: str, role: Role, organisation: str):
    client = signed_in(role, organisation)

    answer = client.get(PAGE) if not step else client.post(PAGE + step)

    assert answer.status_code == 403
    assert not Standing.objects.filter(paused_at__isnull=False).exists()


def test_a_reviewer_sees_it_and_the_credit_office_runs_all(described_alone: Installation):
    reviewer, office = signed_in(Role.DEPARTMENT_REVIEWER), signed_in(Role.CREDIT_OFFICE_OPERATOR, "114501000075510245")

    assert reviewer.get(PAGE).status_code == 200
    assert reviewer.post(f"{PAGE}/pause").status_code == 403
    assert "市场监管处罚（虚构）" in office.get("/workbench/connectors").content.decode()
    assert office.post(f"{PAGE}/pause").status_code == 302
    assert office.post(f"{PAGE}/run").status_code == 409
