"""Evidence on the case page, on the workbench and in My space."""

import io

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.base.attachments.models import Attachment
from chengxin.base.attachments.tests.factories import archive, pdf
from chengxin.base.audit.models import AuditEntry
from chengxin.base.casework.models import Case
from chengxin.faces.space.tests.factories import representative
from chengxin.faces.workbench.tests.factories import person
from chengxin.registry.accounts.rules import Role
from chengxin.rights.disputes.tests.factories import APPROVAL_BUREAU, COMPANY, STATEMENT, asked, penalised

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files_of_their_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def mandate(client: Client) -> int:
    user, mandate_id = representative(about=COMPANY)
    client.force_login(user)
    return mandate_id


def file(name: str, content: bytes) -> io.BytesIO:
    made = io.BytesIO(content)
    made.name = name
    return made


def test_a_dispute_is_filed_with_several_files(client, mandate, tmp_path):
    key = penalised(tmp_path)
    form = {"ground": "differs", "statement": STATEMENT, "evidence": [file("一.pdf", pdf()), file("二.pdf", pdf())]}

    response = client.post(reverse("space:dispute", args=[mandate, key]), form)

    shown = client.get(response["Location"])
    assert [f.name for f in shown.context["evidence"]] == ["一.pdf", "二.pdf"]
    assert "files.js" in shown.content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_each_refused_file_is_named_above_the_form_and_no_case_is_opened(client, mandate, tmp_path, language):
    key = penalised(tmp_path)
    bad = [file("好.pdf", pdf()), file("包.pdf", archive()), file("空.png", b"")]
    form = {"ground": "differs", "statement": STATEMENT, "evidence": bad}

    response = client.post(reverse("space:dispute", args=[mandate, key]), form, headers={"accept-language": language})

    assert response.status_code == 422
    assert [e.sentence.split("：")[0] for e in response.context["errors"]] == ["包", "空"]
    assert STATEMENT in response.content.decode()
    assert (Case.objects.count(), Attachment.objects.count()) == (0, 0)


def test_both_sides_add_evidence_on_the_case_page_and_save_it(client, mandate, tmp_path):
    case_id = asked(penalised(tmp_path))
    mine = reverse("space:case-evidence", args=[mandate, case_id])

    assert client.post(mine, {"evidence": file("缴款书.pdf", pdf())})["Location"].endswith(f"/cases/{case_id}")
    client.force_login(person(Role.DEPARTMENT_OFFICER))
    client.post(reverse("workbench:case-evidence", args=[case_id]), {"evidence": file("底稿.pdf", pdf())})
    page = client.get(reverse("workbench:case", args=[case_id]))
    first = page.context["evidence"][0]
    saved = client.get(reverse("workbench:case-file", args=[case_id, first.id]))

    assert [f.name for f in page.context["evidence"]] == ["缴款书.pdf", "底稿.pdf"]
    assert saved.content == pdf()
    assert AuditEntry.objects.filter(action="attachments.opened").count() == 1


def test_a_file_is_handed_out_so_that_no_browser_shows_or_runs_it(client, mandate, tmp_path):
    case_id = asked(penalised(tmp_path))
    client.post(reverse("space:case-evidence", args=[mandate, case_id]), {"evidence": file("书.pdf", pdf())})
    name = "%E4%B9%A6.pdf"

    saved = client.get(reverse("space:case-file", args=[mandate, case_id, Attachment.objects.get().pk]))

    assert saved["Content-Type"] == "application/octet-stream"
    assert saved["Content-Disposition"] == f"attachment; filename=\"file\"; filename*=UTF-8''{name}"
    assert saved["X-Content-Type-Options"] == "nosniff"
    assert saved["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in saved["Cache-Control"]


@pytest.mark.parametrize(
    ("role", "organisation"), [(Role.DEPARTMENT_OFFICER, APPROVAL_BUREAU), (Role.DEPARTMENT_REVIEWER, APPROVAL_BUREAU)]
)
def test_another_departments_officer_finds_neither_case_nor_file(client, mandate, tmp_path, role, organisation):
    case_id = asked(penalised(tmp_path))
    client.post(reverse("space:case-evidence", args=[mandate, case_id]), {"evidence": file("书.pdf", pdf())})
    client.force_login(person(role, organisation))

    place = reverse("workbench:case-file", args=[case_id, Attachment.objects.get().pk])
    add = reverse("workbench:case-evidence", args=[case_id])
    assert client.get(place).status_code == 404
    assert client.post(add, {"evidence": file("书.pdf", pdf())}).status_code == 404
    assert Attachment.objects.count() == 1
    assert not AuditEntry.objects.filter(action="attachments.opened").exists()


def test_the_case_page_says_who_has_it(client, mandate, tmp_path):
    case_id = asked(penalised(tmp_path))

    page = client.get(reverse("space:case", args=[mandate, case_id]))

    assert page.context["with_whom"] == "南宁市市场监督管理局"
    assert "由谁办理" in page.content.decode()


def test_no_file_chosen_is_said_at_the_field(client, mandate, tmp_path):
    case_id = asked(penalised(tmp_path))

    response = client.post(reverse("space:case-evidence", args=[mandate, case_id]))

    assert response.status_code == 422
    assert 'href="#evidence"' in response.content.decode()
