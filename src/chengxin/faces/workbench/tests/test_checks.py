"""Checking on the workbench: a code, a list, a file; reporting back; the statistics; wrong roles get nothing."""

import io
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from chengxin.base import clock
from chengxin.base.database import parts
from chengxin.faces.workbench.checks import receipt_line
from chengxin.faces.workbench.tests.factories import person
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Role
from chengxin.registry.subjects.rules import about_subject
from chengxin.registry.subjects.tests.factories import code, company
from chengxin.regulation.lists.tests.factories import entered
from chengxin.regulation.measures import policy, services
from chengxin.regulation.measures.models import Feedback, FileRun, Receipt
from chengxin.regulation.measures.tests.factories import FINANCE, PROCUREMENT

pytestmark = pytest.mark.django_db
BAR = "bar-from-procurement"


@pytest.fixture
def officer(client: Client) -> Client:
    company("南宁虚构贸易有限公司", 1)
    company("南宁虚构清白有限公司", 2)
    on = clock.today() - timedelta(days=30)
    entered(about_subject(code(1)), "serious-tax", on=on)
    client.force_login(person(Role.DEPARTMENT_OFFICER, FINANCE))
    return client


def check(client: Client, codes: str, matter: str = PROCUREMENT):
    return client.post(reverse("workbench:check"), {"matter": matter, "codes": codes})


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_form_names_the_matters_of_the_organisation_alone(officer: Client, language: str):
    page = officer.get(reverse("workbench:check"), headers={"accept-language": language})

    assert [m["matter"].code for m in page.context["matters"]] == ["government-procurement", "public-funds", "subsidy"]


def test_one_code_leads_to_its_receipt_and_a_list_to_a_table(officer: Client):
    single = check(officer, code(1))
    receipt = Receipt.objects.get()
    assert single["Location"] == reverse("workbench:check-receipt", args=[receipt.pk])
    assert "限制参加政府采购活动" in officer.get(single["Location"]).content.decode()

    table = check(officer, f"{code(1)}\r\n{code(2)}\nNONSENSE")
    assert [bool(line["restrictions"]) for line in table.context["found"]] == [True, False, False]

    entered(about_subject(code(1)), "wage-arrears", on=clock.today() - timedelta(days=30))
    (line,) = check(officer, f"{code(1)}\nNONSENSE").context["found"][:1]
    assert [
        len([m for m in line[part] if m["measure"].code == BAR]) for part in ("restrictions", "restrictions_once")
    ] == [2, 1]


@pytest.mark.parametrize(
    ("codes", "matter", "status"), [("", PROCUREMENT, 422), (code(1), "", 422), (code(1), "honours", 403)]
)
def test_what_cannot_be_answered_is_told_and_not_kept(officer: Client, codes: str, matter: str, status: int):
    page = check(officer, codes, matter)

    assert (page.status_code, len(page.context["errors"]), Receipt.objects.count()) == (status, 1, 0)


def test_an_officer_reports_and_a_reason_is_asked_for_where_nothing_was_done(officer: Client):
    check(officer, code(1))
    address = reverse("workbench:check-receipt", args=[Receipt.objects.get().pk])
    missing = officer.post(address, {"measure": BAR, "outcome": "not-applied", "reason": ""})
    assert (missing.status_code, Feedback.objects.count()) == (422, 0)

    officer.post(address, {"measure": BAR, "outcome": "not-applied", "reason": "采购已终止（虚构）"})
    assert Feedback.objects.get().reason == "采购已终止（虚构）"
    assert "采购已终止（虚构）" in officer.get(address).content.decode()
    assert officer.get(reverse("workbench:check-receipts"), {"open": "1"}).context["page"].total == 0


def test_the_list_of_checks_is_filtered_and_exported_whole(officer: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(parts, "PART", 1)
    check(officer, f"{code(1)}\n{code(2)}")
    today = clock.today().isoformat()

    assert officer.get(reverse("workbench:check-receipts"), {"since": today}).context["page"].total == 2
    assert officer.get(reverse("workbench:check-receipts"), {"until": today}).context["page"].total == 0
    assert officer.get(reverse("workbench:check-receipts"), {"since": "soon"}).status_code == 422
    behind = officer.get(reverse("workbench:check-receipts"), {"since": today, "page": "99"})
    assert behind.headers["Location"] == f"{reverse('workbench:check-receipts')}?since={today}&page=1"
    told = officer.get(reverse("workbench:check-receipts-csv")).getvalue().decode()
    assert told.count("\n") == 3
    assert "限制参加政府采购活动" in told


def test_a_line_of_a_check_is_put_into_words_without_asking_the_database(officer: Client, django_assert_num_queries):
    check(officer, code(1))
    (line,) = officer.get(reverse("workbench:check-receipts")).context["page"].rows

    with django_assert_num_queries(0):
        assert receipt_line(line["row"])["restrictions"]


def test_checking_again_makes_a_new_receipt(officer: Client):
    check(officer, code(1))
    officer.post(reverse("workbench:check-again", args=[Receipt.objects.get().pk]))

    assert Receipt.objects.count() == 2


def test_a_file_is_taken_checked_and_its_result_downloaded(officer: Client):
    file = SimpleUploadedFile("codes.csv", f"代码\n{code(2)}\n{code(1)}\nBAD\n".encode())
    answer = officer.post(reverse("workbench:check-start-file"), {"matter": PROCUREMENT, "file": file})
    run = FileRun.objects.get()
    assert answer["Location"] == reverse("workbench:check-file", args=[run.pk])
    assert "正在查验" in officer.get(answer["Location"]).content.decode()
    assert officer.get(reverse("workbench:check-result-csv", args=[run.pk])).status_code == 404

    services.check_file(run.pk, at=clock.now())
    told = officer.get(answer["Location"]).content.decode()
    assert ("其中 1 个有措施" in told, "1 个代码无效" in told, "没有对应的主体" in told) == (True, True, False)
    lines = officer.get(reverse("workbench:check-result-csv", args=[run.pk])).content.decode().splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == [code(2), code(1), "BAD"]
    assert lines[1].split(",")[3] == "存续" and lines[1].endswith("+08:00")
    _asked, _valid, _name, _status, restriction, _reward, law, until, *_rest = lines[2].split(",")
    assert (law.startswith(f"{restriction}："), until.startswith(f"{restriction}：2")) == (True, True)
    book = openpyxl.load_workbook(
        io.BytesIO(officer.get(reverse("workbench:check-result-xlsx", args=[run.pk])).content)
    )
    assert [row[0].value for row in book.active.iter_rows(min_row=2)] == [code(2), code(1), "BAD"]


@pytest.mark.parametrize("given", [{}, {"matter": "honours"}])
def test_a_file_that_cannot_be_taken_is_told(officer: Client, given: dict[str, str], tmp_path: Path):
    file = {"file": SimpleUploadedFile("codes.csv", code(1).encode())} if given else {}
    page = officer.post(reverse("workbench:check-start-file"), {"matter": PROCUREMENT} | given | file)

    assert page.status_code in {403, 422}
    assert FileRun.objects.count() == 0


def test_the_credit_office_sees_statistics_and_receipts_and_reports_nothing(officer: Client, client: Client):
    check(officer, code(1))
    receipt = reverse("workbench:check-receipt", args=[Receipt.objects.get().pk])
    client.force_login(person(Role.CREDIT_OFFICE_OPERATOR, accounts.credit_office().code))

    (row,) = client.get(reverse("workbench:check-statistics")).context["rows"]
    assert (row["asked"], row["hits"], row["silent"], row["who"]) == (1, 1, 1, "南宁市财政局")
    assert "南宁市财政局" in client.get(reverse("workbench:check-statistics-csv")).content.decode()
    assert client.get(reverse("workbench:check-statistics"), {"since": "soon"}).status_code == 422
    assert client.get(receipt).status_code == 200
    assert client.post(receipt, {"measure": BAR, "outcome": "applied"}).status_code == 403
    assert Feedback.objects.count() == 0


def test_the_statistics_and_their_file_keep_what_was_answered_in_a_matter_that_has_ended(officer, client, monkeypatch):
    check(officer, f"{code(1)}\n{code(2)}")
    client.force_login(person(Role.CREDIT_OFFICE_OPERATOR, accounts.credit_office().code))
    monkeypatch.setattr(policy, "matters_on", lambda day: ())
    monkeypatch.setattr(policy, "measures_on", lambda day: ())

    page = client.get(reverse("workbench:check-statistics"))
    assert (page.context["asked"], [row["hits"] for row in page.context["rows"]]) == (2, [1])
    told = client.get(reverse("workbench:check-statistics-csv")).content.decode()
    assert "政府采购供应商资格审查,南宁市财政局,限制参加政府采购活动,2,1" in told


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR, Role.BANK_CLERK])
def test_a_wrong_role_is_refused_and_nothing_is_checked(officer: Client, client: Client, role: Role):
    client.force_login(person(role))

    assert check(client, code(1)).status_code == 403
    for name in ("check", "check-receipts", "check-receipts-csv", "check-statistics", "check-statistics-csv"):
        assert client.get(reverse(f"workbench:{name}")).status_code == 403
    assert Receipt.objects.count() == 0


def test_another_department_finds_neither_receipt_nor_file(officer: Client, client: Client):
    check(officer, code(1))
    file = SimpleUploadedFile("codes.csv", code(1).encode())
    officer.post(reverse("workbench:check-start-file"), {"matter": PROCUREMENT, "file": file})
    client.force_login(person(Role.DEPARTMENT_OFFICER))

    assert client.get(reverse("workbench:check-receipt", args=[Receipt.objects.get().pk])).status_code == 404
    assert client.get(reverse("workbench:check-file", args=[FileRun.objects.get().pk])).status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_inbox_asks_for_reports_whose_time_is_over(officer: Client, monkeypatch, language: str):
    check(officer, code(1))
    inbox = reverse("workbench:inbox")
    assert officer.get(inbox).context["reports"] is None
    last = policy.report_by(clock.today())
    assert last is not None
    monkeypatch.setattr(clock, "today", lambda: last + timedelta(days=1))

    page = officer.get(inbox, headers={"accept-language": language})

    assert page.context["reports"]["count"] == 1
    assert f"open=1&amp;until={page.context['reports']['before']}" in page.content.decode()
