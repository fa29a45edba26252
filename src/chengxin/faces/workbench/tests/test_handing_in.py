"""From the file to the result, through the pages."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from chengxin.faces.workbench.tests.factories import APPROVAL_BUREAU, csv_file, penalty, person
from chengxin.registry.accounts.rules import Role
from chengxin.registry.records.models import Record

pytestmark = pytest.mark.django_db
ITEM = "penalty-organisation"


@pytest.fixture
def officer(client: Client) -> Client:
    client.force_login(person(Role.DEPARTMENT_OFFICER))
    return client


def handed_in(client: Client, *rows: dict[str, str]) -> str:
    """The address of the submission's page."""
    response = client.post(reverse("workbench:hand-in-item", args=[ITEM]), {"file": csv_file(list(rows))})
    assert response.status_code == 302, response.content.decode()
    return response["Location"]


def test_rows_that_pass_are_taken_and_the_page_says_so(officer: Client):
    page = officer.get(handed_in(officer, penalty())).content.decode()

    assert 'data-figure="accepted">1<' in page
    assert Record.objects.count() == 1


def test_the_result_is_told_in_english_too(officer: Client):
    address = handed_in(officer, penalty(), penalty(CF_WSH="2", CF_JDRQ="yesterday"))

    page = officer.get(address, headers={"accept-language": "en"}).content.decode()

    assert "1 row passed, 1 to be mended" in page
    assert "<title>Done" in page


def test_faults_are_filtered_by_field_and_rule_in_the_address(officer: Client):
    address = handed_in(officer, penalty(CF_JDRQ="yesterday"), penalty(CF_WSH="2", CF_XDR_MC=""))

    by_rule = officer.get(address, {"rule": "required"}).content.decode()
    by_field = officer.get(address, {"field": "CF_JDRQ"}).content.decode()

    assert ("“行政相对人名称”为必填" in by_rule, "不是可识别的日期" in by_rule) == (True, False)
    assert ("“行政相对人名称”为必填" in by_field, "不是可识别的日期" in by_field) == (False, True)


def test_rejected_rows_come_back_as_a_workbook(officer: Client):
    address = handed_in(officer, penalty(CF_JDRQ="yesterday"))

    response = officer.get(f"{address}/rejected.xlsx")

    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).worksheets[0]
    assert "yesterday" in [cell.value for row in sheet.iter_rows() for cell in row]
    assert response["Content-Disposition"].startswith("attachment")


def test_a_column_is_assigned_and_the_file_sent_again(officer: Client):
    address = handed_in(officer, penalty() | {"情况": "无"})
    assert 'data-figure="rejected">1<' in officer.get(address).content.decode()

    response = officer.post(f"{address}/columns", {"title": ["情况"], "field": ["BZ"]})

    assert 'data-figure="accepted">1<' in officer.get(response["Location"]).content.decode()
    assert Record.objects.get().payload["BZ"] == "无"


def test_two_columns_for_one_field_are_refused_and_nothing_is_sent(officer: Client):
    address = handed_in(officer, penalty() | {"情况": "无"})

    response = officer.post(f"{address}/columns", {"title": ["情况", "CF_SY"], "field": ["CF_SY", "CF_SY"]})

    assert response.status_code == 422
    assert 'href="#column-0"' in response.content.decode()
    assert Record.objects.count() == 0


def test_a_file_that_cannot_be_read_is_told_with_what_to_do(officer: Client):
    file = SimpleUploadedFile("letter.docx", b"PK not a workbook")

    response = officer.post(reverse("workbench:hand-in-item", args=[ITEM]), {"file": file}, follow=True)

    assert "请交 CSV" in response.content.decode()
    assert Record.objects.count() == 0


def test_no_file_is_an_error_at_the_field(officer: Client):
    response = officer.post(reverse("workbench:hand-in-item", args=[ITEM]))

    assert response.status_code == 422
    assert 'href="#file"' in response.content.decode()


def test_an_officer_of_another_organisation_neither_sees_nor_downloads_it(officer: Client):
    address = handed_in(officer, penalty(CF_JDRQ="yesterday"))
    officer.force_login(person(Role.DEPARTMENT_OFFICER, APPROVAL_BUREAU))

    assert officer.get(address).status_code == 404
    assert officer.get(f"{address}/rejected.xlsx").status_code == 404
    assert officer.post(f"{address}/columns", {"title": ["a"], "field": ["BZ"]}).status_code == 404


def test_the_credit_office_sees_it_and_cannot_send_it_again(officer: Client):
    address = handed_in(officer, penalty(CF_JDRQ="yesterday"))
    officer.force_login(person(Role.CREDIT_OFFICE_OPERATOR, APPROVAL_BUREAU))

    assert officer.get(address).status_code == 200
    assert officer.post(f"{address}/columns", {"title": ["a"], "field": ["BZ"]}).status_code == 403


def test_the_list_is_filtered_and_exported_by_its_address(officer: Client):
    handed_in(officer, penalty())
    page = reverse("workbench:submissions")

    assert "共 1 次提交" in officer.get(page, {"item": ITEM}).content.decode()
    assert "没有符合条件的提交" in officer.get(page, {"until": "2020-01-01"}).content.decode()
    assert officer.get(page, {"since": "soon"}).status_code == 422
    exported = officer.get(reverse("workbench:submissions-csv")).getvalue().decode("utf-8-sig")
    assert "penalties.csv" in exported


def test_only_items_of_the_organisation_are_offered_and_found_by_a_word(officer: Client):
    page = officer.get(reverse("workbench:hand-in"), {"q": ITEM}).content.decode()

    assert reverse("workbench:hand-in-item", args=[ITEM]) in page
    assert "没有符合的目录项" in officer.get(reverse("workbench:hand-in"), {"q": "nothing like it"}).content.decode()


def test_the_template_opens_as_a_workbook(officer: Client):
    response = officer.get(reverse("workbench:template", args=[ITEM]))

    assert openpyxl.load_workbook(io.BytesIO(response.content)).worksheets
