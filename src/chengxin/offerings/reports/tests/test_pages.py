"""The pages ask the clock, so their records are public around the present day."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from chengxin.base import clock
from chengxin.base.documents import fonts, signing
from chengxin.base.documents.errors import FontsMissing
from chengxin.offerings.reports import printing, rules
from chengxin.offerings.reports.services import issue
from chengxin.offerings.reports.tests.factories import COMPANY, NAME, OTHER, record, subject
from chengxin.registry.subjects.models import Subject

pytestmark = pytest.mark.django_db


def with_record() -> Subject:
    about = subject()
    today = clock.today()
    record(about, public=(today - timedelta(days=5), today + timedelta(days=5)))
    return about


def upload(client: Client, content: bytes, name: str = "report.pdf"):
    return client.post("/verify", {"file": SimpleUploadedFile(name, content, "application/pdf")})


def test_a_report_is_downloaded_under_its_number(client: Client):
    with_record()

    response = client.get(f"/subjects/{COMPANY}/report.pdf")

    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert "no-store" in response["Cache-Control"]
    number = response["Content-Disposition"].split('"')[1].removesuffix(".pdf")
    assert rules.number_of(number) == number
    assert signing.verify_pdf(response.content, at=clock.now()).holds


@pytest.mark.parametrize("code", [OTHER, "nonsense", "%00", "9" * 300])
def test_there_is_no_report_of_an_unknown_subject(client: Client, code: str):
    assert client.get(f"/subjects/{code}/report.pdf").status_code == 404


def test_a_report_is_not_made_by_post(client: Client):
    assert client.post(f"/subjects/{COMPANY}/report.pdf").status_code == 405


def test_without_fonts_the_page_says_what_is_wrong(client: Client, monkeypatch):
    with_record()

    def missing():
        raise FontsMissing

    monkeypatch.setattr(fonts, "chosen", missing)

    response = client.get(f"/subjects/{COMPANY}/report.pdf")

    assert response.status_code == 503
    assert "fonts-noto-cjk" in response.content.decode()


def test_the_empty_form_asks_for_number_or_file(client: Client):
    said = client.get("/verify").content.decode()

    assert 'name="number"' in said
    assert 'type="file"' in said
    assert "编号真实" not in said


def test_the_address_of_the_qr_code_attests_the_report(client: Client):
    with_record()
    report = issue(COMPANY, at=clock.now(), language="zh-hans", by=None)
    address = urlsplit(printing.verification_address(report.number, report.check_code))

    response = client.get(f"{address.path}?{address.query}")

    assert parse_qs(address.query) == {"number": [report.number], "code": [report.check_code]}
    said = response.content.decode()
    assert "编号真实" in said
    assert NAME in said
    assert "没有变化" in said


def test_an_uploaded_report_is_attested_with_what_changed(client: Client):
    about = with_record()
    pdf = client.get(f"/subjects/{COMPANY}/report.pdf").content
    record(about, key="new", public=(clock.today(), None))

    said = upload(client, pdf).content.decode()

    assert "未被改动" in said
    assert "新增" in said
    assert f"/subjects/{COMPANY}/report.pdf" in said


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"hello", "不是 PDF 文件"),
        (b"%PDF-1.7", "文件没有电子签名"),
        (b"%PDF-1.7" + bytes(rules.LARGEST_PDF), "文件太大"),
    ],
    ids=["text", "unsigned", "too large"],
)
def test_other_files_get_a_reason_and_advice(client: Client, content: bytes, expected: str):
    assert expected in upload(client, content).content.decode()


def test_an_altered_report_is_refused(client: Client):
    with_record()
    pdf = client.get(f"/subjects/{COMPANY}/report.pdf").content

    assert "被改动" in upload(client, pdf + b"%").content.decode()


def test_a_form_without_a_file_asks_for_one(client: Client):
    assert "没有收到文件" in client.post("/verify", {}).content.decode()


@pytest.mark.parametrize("number", ["x", "<script>alert(1)</script>", "%00", "9" * 5000])
def test_what_is_no_number_is_said_to_be_none(client: Client, number: str):
    response = client.get("/verify", {"number": number})

    assert "编号有误" in response.content.decode()
    assert "<script>alert" not in response.content.decode()


def test_a_wrong_code_is_said_and_tells_nothing(client: Client):
    with_record()
    report = issue(COMPANY, at=clock.now(), language="zh-hans", by=None)

    said = client.get("/verify", {"number": report.number, "code": "AAAAAAAA"}).content.decode()

    assert "编号与核验码不符" in said
    assert NAME not in said


def test_the_page_speaks_english(client: Client):
    with_record()
    report = issue(COMPANY, at=clock.now(), language="en", by=None)

    said = client.get(
        "/verify", {"number": report.number, "code": report.check_code}, headers={"accept-language": "en"}
    ).content.decode()

    assert "The number is genuine" in said
    assert "No change" in said


def test_the_api_attests_numbers_and_files(client: Client):
    with_record()
    report = client.get(f"/api/v1/subjects/{COMPANY}/report.pdf")
    number = report["Content-Disposition"].split('"')[1].removesuffix(".pdf")

    by_number = client.get("/api/v1/verify", {"number": number})
    by_file = client.post("/api/v1/verify", {"file": SimpleUploadedFile("r.pdf", report.content)})

    assert (by_number.json()["outcome"], by_number.json()["subject_code"]) == ("genuine", COMPANY)
    assert (by_file.json()["outcome"], by_file.json()["number"]) == ("genuine", number)


def test_the_api_tells_the_report_as_json(client: Client):
    with_record()

    told = client.get(f"/api/v1/subjects/{COMPANY}/report").json()

    assert told["subject"]["name"] == NAME
    assert [s["section"] for s in told["sections"]][3] == "negative"
    assert len(told["sections"][3]["records"]) == 1
    assert client.get(f"/api/v1/subjects/{OTHER}/report").status_code == 404
