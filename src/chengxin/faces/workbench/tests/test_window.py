"""The service window's pages: two officers, one form; nobody else."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from chengxin.base.attachments.tests.factories import pdf
from chengxin.faces.workbench.tests.factories import person
from chengxin.intake.collection.tests import factories as files
from chengxin.registry.accounts.rules import Role
from chengxin.rights.consent.models import Consent, WindowCheck, WindowForm
from chengxin.rights.consent.tests.factories import NAME, asked_today, count, everything, penalised

pytestmark = pytest.mark.django_db
PDF = pdf()


@pytest.fixture
def request_id(tmp_path: Path) -> int:
    return asked_today(penalised(tmp_path))


def as_officer(username: str, role: Role = Role.CREDIT_OFFICE_OPERATOR) -> Client:
    client = Client()
    client.force_login(person(role, username=username))
    return client


def recorded(client: Client, request_id: int, **changed):
    given = {
        "identity": files.citizen(1), "number": "授〔2026〕1号（虚构）", "signed_by": NAME,
        "scan": SimpleUploadedFile("scan.exe", PDF),
    }  # fmt: skip
    return client.post(reverse("workbench:window-record", args=[request_id]), given | changed)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_officer_finds_records_and_another_confirms(request_id, language):
    first, second = as_officer("first"), as_officer("second", Role.CREDIT_OFFICE_REVIEWER)
    told = {"accept-language": language}

    found = first.get(reverse("workbench:window"), {"request": str(request_id)}, headers=told)
    assert found["Location"] == reverse("workbench:window-record", args=[request_id])
    assert first.get(found["Location"], headers=told).status_code == 200
    assert recorded(first, request_id)["Location"] == reverse("workbench:window")

    with everything():
        form_id = WindowForm.objects.get().pk
    check = reverse("workbench:window-check", args=[form_id])
    assert second.get(reverse("workbench:window"), headers=told).context["page"].total == 1
    assert second.get(check, headers=told).status_code == 200
    scan = second.post(reverse("workbench:window-scan", args=[form_id]))
    assert (scan.content, scan["Content-Type"]) == (PDF, "application/octet-stream")
    assert scan["Content-Disposition"].startswith("attachment")
    assert second.post(check, {"answer": "confirm"}).status_code == 302
    assert count(Consent) == 1


def test_who_recorded_it_is_refused_and_told_why(request_id):
    first = as_officer("first")
    recorded(first, request_id)
    with everything():
        check = reverse("workbench:window-check", args=[WindowForm.objects.get().pk])

    assert first.get(check).context["form"]["is_own"]
    assert first.post(check, {"answer": "confirm"}).status_code == 403
    assert (count(Consent), count(WindowCheck)) == (0, 0)


def test_a_form_is_sent_back_with_a_reason(request_id):
    first, second = as_officer("first"), as_officer("second")
    recorded(first, request_id)
    with everything():
        check = reverse("workbench:window-check", args=[WindowForm.objects.get().pk])

    assert second.post(check, {"answer": "reject", "reason": " "}).status_code == 422
    assert second.post(check, {"answer": "reject", "reason": "扫描件看不清"}).status_code == 302
    assert recorded(first, request_id, number="2").status_code == 302


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"identity": files.citizen(2)}, 422),
        ({"scan": SimpleUploadedFile("scan.pdf", b"MZ")}, 415),
        ({"scan": ""}, 422),
    ],
)
def test_what_does_not_fit_is_told_and_not_kept(request_id, changed, status):
    assert recorded(as_officer("first"), request_id, **changed).status_code == status
    assert count(WindowForm) == 0


@pytest.mark.parametrize("text", ["999999", "x", "-1"])
def test_a_number_that_no_request_has_is_told(request_id, text):
    assert as_officer("first").get(reverse("workbench:window"), {"request": text}).status_code == 422


@pytest.mark.parametrize("role", [Role.DEPARTMENT_OFFICER, Role.AUDITOR, Role.BANK_CLERK])
def test_a_wrong_role_opens_no_page_of_the_window(request_id, role):
    recorded(as_officer("first"), request_id)
    with everything():
        form_id = WindowForm.objects.get().pk
    stranger = as_officer("stranger", role)

    assert stranger.get(reverse("workbench:window")).status_code == 403
    assert recorded(stranger, request_id).status_code == 403
    for name in ("window-check", "window-scan"):
        assert stranger.post(reverse(f"workbench:{name}", args=[form_id]), {"answer": "confirm"}).status_code == 403
    assert (count(WindowForm), count(Consent)) == (1, 0)
