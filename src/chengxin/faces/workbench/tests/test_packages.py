"""The exchange with the platforms above on the workbench: what went up, what came back, and sending again."""

from pathlib import Path

import pytest
from django.test import Client

from chengxin.base import clock
from chengxin.base.casework.models import Case
from chengxin.faces.workbench.tests.factories import APPROVAL_BUREAU, person
from chengxin.intake.collection.tests import factories as make
from chengxin.intake.exchange import tasks as exchange
from chengxin.intake.exchange.models import ExchangePackage
from chengxin.intake.packages import upward
from chengxin.intake.packages.models import UpwardRow
from chengxin.intake.packages.tests.factories import above, meet
from chengxin.registry.accounts.rules import Role

pytestmark = pytest.mark.django_db
OFFICE = "114501000075510245"


def signed_in(role: Role, organisation: str = make.MARKET) -> Client:
    client = Client()
    client.force_login(person(role, organisation))
    return client


def test_the_provider_sees_its_returned_rows_and_the_office_how_many_went_up(settings, tmp_path: Path):
    make.hand_in_rows(tmp_path, make.penalty(1), make.penalty(2))
    with above(settings, "region") as site:
        site.refused = {"虚构罚字〔2026〕2号": "处罚金额与处罚内容不符"}
        upward.report(at=clock.now())
        meet()
    case = f"/workbench/cases/{Case.objects.get().pk}"

    shown = signed_in(Role.DEPARTMENT_OFFICER).get(case).content.decode()
    assert "退回 1 行，已更正 0 行" in shown
    assert "处罚金额与处罚内容不符" in shown
    assert signed_in(Role.DEPARTMENT_OFFICER, APPROVAL_BUREAU).get(case).status_code == 404
    office = signed_in(Role.CREDIT_OFFICE_OPERATOR, OFFICE).get("/workbench/packages").content.decode()
    assert "自治区平台" in office
    assert "向上报送的记录" in office


@pytest.mark.parametrize("whole", [True, False])
def test_what_was_returned_as_a_whole_or_given_up_is_sent_again(settings, tmp_path: Path, whole: bool):
    make.hand_in_rows(tmp_path, make.penalty(1))
    office = signed_in(Role.CREDIT_OFFICE_OPERATOR, OFFICE)
    with above(settings, "region") as site:
        upward.report(at=clock.now())
        package = ExchangePackage.objects.get()
        if whole:
            results = [{"row": 0, "accepted": False, "reason": "停机维护"}]
            ExchangePackage.objects.update(state="settled", results=results, next_attempt_at=None)
            upward.settle(package.pk, at=clock.now())
        else:
            ExchangePackage.objects.update(state="given-up", next_attempt_at=None)
        assert Case.objects.count() == 0
        place = f"/workbench/packages/{package.pk}/again"
        assert signed_in(Role.DEPARTMENT_OFFICER).post(place).status_code == 403

        assert office.post(place).status_code == 302
        assert office.post(place).status_code == 409
        exchange.send_packages()
        meet()

        assert len(site.records) == 1
        assert UpwardRow.objects.get().outcome == "accepted"
