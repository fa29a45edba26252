"""The catalogue's pages: a change by form, its review, and what departments see of it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from chengxin.base import clock
from chengxin.faces.workbench.tests.factories import MARKET_SUPERVISION, csv_file, penalty, person
from chengxin.intake.collection import services as collection
from chengxin.intake.collection.models import Submission
from chengxin.intake.collection.tests.factories import officer
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.models import User
from chengxin.registry.accounts.rules import Role
from chengxin.registry.catalogue import in_force, queries
from chengxin.registry.catalogue.models import ItemVersion, Proposal

pytestmark = pytest.mark.django_db
ITEM = "penalty-organisation"


def client_as(role: Role) -> Client:
    client = Client()
    known = User.objects.filter(username=role.value).first()
    client.force_login(known or person(role, accounts.credit_office().code, username=role.value))
    return client


def tomorrow() -> date:
    return clock.today() + timedelta(days=1)


def answers(**changed: object) -> dict[str, object]:
    """The form as it stands, with a new required field."""
    item = in_force.newest_item(ITEM)
    given: dict[str, object] = {
        "required": [f.code for f in item.fields if f.required],
        "public": [f.code for f in item.fields if f.public],
        "providers": list(item.providers),
        "sharing": item.sharing,
        "cycle": item.update_cycle,
        "days": str(item.within_working_days or ""),
        "effective_from": tomorrow().isoformat(),
        "reason": "双公示新要求（虚构）",
        "new-1-code": "cf_fzjg", "new-1-zh": "复议结果", "new-1-en": "Outcome of review", "new-1-type": "text",
        "new-1-length": "200", "new-1-required": "1", "new-1-public": "1",
    }  # fmt: skip
    for number, basis in enumerate(item.legal_basis, start=1):
        given |= {f"law-{number}": basis.law, f"article-{number}": basis.article, f"source-{number}": basis.source}
        given |= {f"verified-{number}": "1"} if basis.verified else {}
    return given | changed


def published() -> None:
    clerk, reviewer = client_as(Role.CREDIT_OFFICE_OPERATOR), client_as(Role.CREDIT_OFFICE_REVIEWER)
    sent = clerk.post(reverse("workbench:catalogue-propose", args=[ITEM]), answers())
    assert sent.status_code == 302
    done = reviewer.post(sent["Location"], {"decision": "publish"}, follow=True)
    assert "已发布为第 2 版" in done.content.decode()


def test_a_change_is_proposed_by_form_shown_in_plain_words_and_published_by_a_second_official():
    clerk = client_as(Role.CREDIT_OFFICE_OPERATOR)
    assert clerk.get(reverse("workbench:catalogue-propose", args=[ITEM])).status_code == 200

    page = clerk.post(reverse("workbench:catalogue-propose", args=[ITEM]), answers(), follow=True).content.decode()

    assert "新增字段“复议结果”（CF_FZJG，文本，必填）" in page
    assert "要求提高" in page
    assert 'value="publish"' not in page
    number = Proposal.objects.get().pk
    assert (
        clerk.post(reverse("workbench:catalogue-proposal", args=[number]), {"decision": "publish"}).status_code == 403
    )
    assert not ItemVersion.objects.exists()


def test_a_forbidden_field_is_refused_on_the_form_which_keeps_what_was_written():
    clerk = client_as(Role.CREDIT_OFFICE_OPERATOR)

    answer = clerk.post(
        reverse("workbench:catalogue-propose", args=[ITEM]),
        answers(**{"new-1-zh": "当事人宗教信仰", "new-1-en": "Faith"}),
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "属于禁止归集的信息（宗教信仰）" in page
    assert 'value="当事人宗教信仰"' in page
    assert not Proposal.objects.exists()


def test_departments_are_told_beforehand_and_templates_are_new_from_the_day_on():
    published()
    department = Client()
    department.force_login(person(Role.DEPARTMENT_OFFICER))

    before = department.get(reverse("workbench:hand-in-item", args=[ITEM])).content.decode()
    in_force.refresh(on=tomorrow())
    after = department.get(reverse("workbench:hand-in-item", args=[ITEM])).content.decode()

    assert f"{tomorrow():%Y-%m-%d} 起施行新版" in before
    assert "第 2 版自" in after
    assert [f.code for f in queries.item(ITEM).fields][-1] == "CF_FZJG"


def test_a_file_received_before_the_day_is_checked_by_the_version_that_it_was_received_under(monkeypatch):
    published()
    limits = collection.policy.limits()
    monkeypatch.setattr(collection.policy, "limits", lambda: replace(limits, at_once_kb=0))  # a task gets to it later
    now = clock.now()
    upload = csv_file([penalty()])
    by = officer(MARKET_SUPERVISION)
    file = SimpleUploadedFile("penalties.csv", upload.getvalue())
    number = collection.receive(
        file, filename="penalties.csv", item_code=ITEM, by=by, organisation_id=by.organisation_id, at=now
    )
    assert Submission.objects.get(pk=number).state == "received"

    collection.process(number, at=now + timedelta(days=2))

    done = Submission.objects.get(pk=number)
    assert (done.item_version, done.state, done.rejected) == (1, "done", 0)
    monkeypatch.setattr(collection.policy, "limits", lambda: limits)
    late = collection.receive(
        SimpleUploadedFile("again.csv", csv_file([penalty(CF_WSH="南市监处罚〔2026〕2号")]).getvalue()),
        filename="again.csv", item_code=ITEM, by=by, organisation_id=by.organisation_id, at=now + timedelta(days=2),
    )  # fmt: skip
    told = Submission.objects.get(pk=late)
    assert (told.item_version, told.state) == (2, "unreadable")
    assert "复议结果" in told.error["details"]["columns"]
    officer_page = Client()
    officer_page.force_login(person(Role.DEPARTMENT_OFFICER))
    assert "收到时施行的是第 1 版" in officer_page.get(reverse("workbench:submission", args=[number])).content.decode()


@pytest.mark.parametrize("ending", ["json", "csv", "xlsx"])
def test_the_directory_is_exported(ending):
    answer = client_as(Role.CREDIT_OFFICE_OPERATOR).get(reverse("workbench:catalogue-directory", args=[ending]))

    assert answer.status_code == 200
    assert answer["Content-Disposition"].endswith(f'.{ending}"')


def test_versions_are_listed_and_can_be_downloaded_for_the_citys_folder():
    published()
    clerk = client_as(Role.CREDIT_OFFICE_OPERATOR)

    page = clerk.get(reverse("workbench:catalogue-item", args=[ITEM])).content.decode()
    written = clerk.get(reverse("workbench:catalogue-written", args=[ITEM, 2])).content.decode()

    assert "尚未施行" in page
    assert "CF_FZJG" in written
    assert queries.item_read_from(written).version == 2
    assert "目录变更" in clerk.get(reverse("workbench:catalogue")).content.decode()
