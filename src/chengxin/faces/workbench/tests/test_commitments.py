"""Commitments on the workbench: who sees which, checks with files, proposals; associations; wrong roles."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from chengxin.base import clock
from chengxin.base.casework.models import Case
from chengxin.faces.workbench.tests.factories import APPROVAL_BUREAU, person
from chengxin.registry.accounts.rules import Role
from chengxin.regulation.commitments.models import AssociationLetter, Check, Due, Membership
from chengxin.regulation.commitments.tests.factories import (
    ASSOCIATION,
    DRAFT,
    MARKET,
    OWN_WILL,
    PREMISES,
    association,
    code,
    proposed,
    registered,
    resident,
    signed,
)
from chengxin.regulation.commitments.waiting import Waiting

pytestmark = pytest.mark.django_db
CREDIT_OFFICE = "114501000075510245"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


@pytest.fixture
def number() -> str:
    registered()
    return signed(OWN_WILL, at=clock.now())


def act(client: Client, role: Role, organisation: str = MARKET) -> None:
    client.force_login(person(role, organisation))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_authority_sees_its_own_commitments(client: Client, number: str, language: str):
    act(client, Role.DEPARTMENT_OFFICER)
    headers = {"accept-language": language}

    assert number in client.get(reverse("workbench:commitments"), headers=headers).content.decode()
    assert client.get(reverse("workbench:commitment", args=[number]), headers=headers).status_code == 200
    assert number in client.get(reverse("workbench:commitments-csv")).getvalue().decode()


def test_another_authority_sees_none_of_them(client: Client, number: str):
    act(client, Role.DEPARTMENT_OFFICER, APPROVAL_BUREAU)

    assert number not in client.get(reverse("workbench:commitments")).content.decode()
    assert client.get(reverse("workbench:commitment", args=[number])).status_code == 404
    assert client.post(reverse("workbench:commitment-breach", args=[number]), {"reason": "x"}).status_code == 404
    assert not Case.objects.exists()


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR, Role.BANK_CLERK])
@pytest.mark.parametrize("page", ["commitments", "association-letters", "association-members"])
def test_wrong_roles_are_refused(client: Client, role: Role, page: str):
    act(client, role)

    assert client.get(reverse(f"workbench:{page}")).status_code == 403


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_authority_learns_which_resident_promised_and_gets_the_letter(client: Client, language: str):
    number = signed(PREMISES, by=resident(), at=clock.now())
    act(client, Role.DEPARTMENT_OFFICER)
    case_id = proposed(number, at=clock.now())
    address = reverse("workbench:commitment-promisor", args=[number])
    headers = {"accept-language": language}

    for page in (reverse("workbench:commitment", args=[number]), reverse("workbench:case", args=[case_id])):
        told = client.get(page, headers=headers).content.decode()
        assert address in told
        assert "梁某某" not in told
    assert "梁某某（虚构）" in client.get(address, headers=headers).content.decode()
    pdf = client.get(reverse("workbench:commitment-pdf", args=[number]))
    assert pdf.content.startswith(b"%PDF")
    assert "no-store" in pdf["Cache-Control"]


@pytest.mark.parametrize(
    ("role", "organisation", "status"),
    [
        (Role.DEPARTMENT_OFFICER, APPROVAL_BUREAU, 404),
        (Role.CREDIT_OFFICE_OPERATOR, CREDIT_OFFICE, 404),
        (Role.AUDITOR, CREDIT_OFFICE, 403),
        (Role.ADMINISTRATOR, CREDIT_OFFICE, 403),
        (Role.BANK_CLERK, MARKET, 403),
    ],
)
@pytest.mark.parametrize("page", ["commitment-promisor", "commitment-pdf"])
def test_others_do_not_learn_it(client: Client, role: Role, organisation: str, status: int, page: str):
    number = signed(PREMISES, by=resident(), at=clock.now())
    act(client, role, organisation)

    assert client.get(reverse(f"workbench:{page}", args=[number])).status_code == status


def test_an_officer_records_a_check_with_a_file_that_can_be_saved(client: Client, number: str):
    act(client, Role.DEPARTMENT_OFFICER)
    due = Due.objects.get()
    file = SimpleUploadedFile("visit.png", PNG, "image/png")

    response = client.post(
        reverse("workbench:commitment-check", args=[number, due.pk]),
        {"result": "met", "evidence_text": "现场核查（虚构）", "evidence": file},
    )

    assert response.status_code == 302
    check = Check.objects.get()
    shown = client.get(reverse("workbench:commitment", args=[number]))
    files = shown.context["dues"][0]["due"].checks[0].files
    assert [f.name for f in files] == ["visit.png"]
    saved = client.get(reverse("workbench:commitment-file", args=[number, check.pk, files[0].id]))
    assert saved["Content-Disposition"].startswith("attachment")
    act(client, Role.DEPARTMENT_OFFICER, APPROVAL_BUREAU)
    assert client.get(reverse("workbench:commitment-file", args=[number, check.pk, files[0].id])).status_code == 404


@pytest.mark.parametrize("given", [{}, {"result": "met"}, {"result": "met", "evidence_text": " "}, {"result": "x"}])
def test_an_incomplete_check_is_said_and_not_kept(client: Client, number: str, given: dict[str, str]):
    act(client, Role.DEPARTMENT_OFFICER)

    response = client.post(reverse("workbench:commitment-check", args=[number, Due.objects.get().pk]), given)

    assert response.status_code == 422
    assert not Check.objects.exists()


def test_a_breach_is_proposed_and_the_form_gone_while_its_case_is_open(client: Client, number: str):
    act(client, Role.DEPARTMENT_OFFICER)
    address = reverse("workbench:commitment-breach", args=[number])
    assert client.post(address, {"reason": "检查不合格（虚构）"}).status_code == 422

    response = client.post(address, {"reason": "检查不合格（虚构）", "obligation": "no-failed-inspection"})

    case = Case.objects.get()
    assert response["Location"] == reverse("workbench:case", args=[case.pk])
    assert client.get(response["Location"]).status_code == 200
    assert not client.get(reverse("workbench:commitment", args=[number])).context["may_act"]


@pytest.mark.parametrize("page", ["inbox", "home"])
@pytest.mark.parametrize("role", [Role.DEPARTMENT_OFFICER, Role.DEPARTMENT_REVIEWER])
def test_what_is_late_stands_on_the_inbox_and_the_first_page_of_its_authority_alone(
    client: Client, role: Role, page: str
):
    registered()
    number = signed(PREMISES, at=clock.now() - timedelta(days=40))
    act(client, role)

    shown = client.get(reverse(f"workbench:{page}"), headers={"accept-language": "en"})

    assert shown.context["commitments_waiting"] == Waiting(late=1, contradicted=0)
    text = shown.content.decode()
    assert "1 obligation is past its last day and unchecked" in text
    listed = f"{reverse('workbench:commitments')}?due=own"
    assert listed in text
    assert number in client.get(listed).content.decode()
    client.force_login(person(role, APPROVAL_BUREAU, username="elsewhere"))
    assert client.get(reverse(f"workbench:{page}")).context["commitments_waiting"] is None


def test_a_reviewer_is_not_shown_the_forms_of_proposing(client: Client, number: str):
    addresses = [reverse(f"workbench:commitment-{form}", args=[number]) for form in ("fulfilled", "breach")]
    act(client, Role.DEPARTMENT_OFFICER)
    assert all(one in client.get(reverse("workbench:commitment", args=[number])).content.decode() for one in addresses)

    client.force_login(person(Role.DEPARTMENT_REVIEWER, MARKET, username="reviewer"))

    text = client.get(reverse("workbench:commitment", args=[number])).content.decode()
    assert not any(one in text for one in addresses)
    assert reverse("workbench:commitment-check", args=[number, Due.objects.get().pk]) in text


def test_an_association_drafts_the_office_approves_and_members_are_invited(client: Client):
    association()
    registered()
    act(client, Role.ASSOCIATION_OFFICER, ASSOCIATION)
    letters = reverse("workbench:association-letters")
    assert "使用过期食材" in client.get(letters, {"from": "catering-model"}).content.decode()
    assert client.post(letters, DRAFT | {"text_zh": ""}).status_code == 422
    case_address = client.post(letters, DRAFT)["Location"]
    assert client.post(reverse("workbench:association-members"), {"code": "nobody"}).status_code == 422
    assert client.post(reverse("workbench:association-members"), {"code": code(1)}).status_code == 302
    assert Membership.objects.count() == 1

    act(client, Role.CREDIT_OFFICE_OPERATOR, "114501000075510245")
    assert "后厨公开" in client.get(case_address).content.decode()
    client.post(f"{case_address}/steps/approve")
    letter = AssociationLetter.objects.get()
    assert letter.effective_from is not None

    client.force_login(person(Role.ASSOCIATION_OFFICER, ASSOCIATION, username="second"))
    assert "起草新版本" in client.get(letters).content.decode()
    client.post(reverse("workbench:association-withdraw", args=[letter.pk]))
    client.post(reverse("workbench:association-end", args=[Membership.objects.get().pk]))
    letter.refresh_from_db()
    assert letter.effective_until is not None
    assert Membership.objects.get().ended_at is not None
