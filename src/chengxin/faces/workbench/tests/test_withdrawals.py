"""Withdrawing a record on the workbench: found, proposed with its paper, decided; others are refused."""

from pathlib import Path
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from chengxin.base.attachments.tests.factories import pdf
from chengxin.base.casework.models import Case
from chengxin.faces.workbench.tests.factories import MARKET_SUPERVISION, person
from chengxin.intake.collection.tests import factories as files
from chengxin.registry.accounts.rules import Role
from chengxin.registry.records.models import Record
from chengxin.rights.disputes.tests.factories import APPROVAL_BUREAU, penalised

pytestmark = pytest.mark.django_db
FIND = reverse("workbench:withdrawal-find")


@pytest.fixture
def key(tmp_path: Path, settings) -> UUID:
    settings.MEDIA_ROOT = tmp_path / "files"
    return penalised(tmp_path)


def asked() -> dict[str, str]:
    record = Record.objects.get(known_until__isnull=True)
    return {"item": files.PENALTY, "number": files.company(1), "document": record.payload["CF_WSH"]}


def given() -> dict[str, object]:
    return {
        "ground": "revoked-by-court",
        "document": "（2026）桂行终 9 号（虚构）",
        "reason": "法院判决撤销（虚构）",
        "evidence": SimpleUploadedFile("judgment.pdf", pdf()),
    }


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_officer_finds_the_record_and_proposes_and_the_reviewer_withdraws_it(client: Client, key: UUID, language):
    client.force_login(person(Role.DEPARTMENT_OFFICER, MARKET_SUPERVISION))
    assert client.get(FIND, headers={"accept-language": language}).status_code == 200
    form = client.post(FIND, asked())["Location"]
    assert client.get(form, headers={"accept-language": language}).status_code == 200
    opened = client.post(form, given())["Location"]

    client.force_login(person(Role.DEPARTMENT_REVIEWER, MARKET_SUPERVISION))
    assert "（2026）桂行终 9 号（虚构）" in client.get(opened).content.decode()
    step = reverse("workbench:case-step", args=[Case.objects.get().pk, "withdraw-record"])
    assert client.post(step, {"reason": ""}).status_code == 302

    assert Record.objects.get(known_until__isnull=True).state == "withdrawn"


def test_what_is_missing_is_said_and_what_was_written_stays(client: Client, key: UUID):
    client.force_login(person(Role.DEPARTMENT_OFFICER, MARKET_SUPERVISION))

    answer = client.post(reverse("workbench:withdrawal-propose", args=[key]), {"reason": "已撤销（虚构）"})

    assert answer.status_code == 422
    assert "已撤销（虚构）" in answer.content.decode()
    assert not Case.objects.exists()


def test_a_number_that_is_not_known_finds_nothing(client: Client, key: UUID):
    client.force_login(person(Role.DEPARTMENT_OFFICER, MARKET_SUPERVISION))

    answer = client.post(FIND, asked() | {"document": "没有这个号"})

    assert answer.status_code == 404
    assert "没有找到这条记录" in answer.content.decode()


@pytest.mark.parametrize(
    ("role", "organisation", "status"),
    [
        (Role.DEPARTMENT_OFFICER, APPROVAL_BUREAU, 404),
        (Role.DEPARTMENT_REVIEWER, MARKET_SUPERVISION, 403),
        (Role.AUDITOR, MARKET_SUPERVISION, 403),
    ],
)
def test_others_are_refused_and_nothing_is_proposed(client: Client, key: UUID, role, organisation, status):
    client.force_login(person(role, organisation))
    place = reverse("workbench:withdrawal-propose", args=[key])

    assert client.get(place).status_code == status
    assert client.post(place, given()).status_code == status
    assert not Case.objects.exists()
