import pytest

from chengxin.base.audit import queries as audit
from chengxin.base.documents import queries as documents
from chengxin.base.documents import signing
from chengxin.base.documents.models import IssuedDocument
from chengxin.base.errors import NotFound
from chengxin.offerings.reports import rules
from chengxin.offerings.reports.services import issue
from chengxin.offerings.reports.tests.factories import (
    COMPANY,
    NAME,
    NOW,
    OTHER,
    PENALTY,
    TODAY,
    record,
    rich_subject,
    subject,
)
from chengxin.offerings.reports.tests.reading import text_of

pytestmark = pytest.mark.django_db


def test_an_issued_report_is_signed_entered_and_audited():
    rich_subject()

    report = issue(COMPANY, at=NOW, language="zh-hans", by=None)

    assert signing.verify_pdf(report.pdf, at=NOW).holds
    entered = documents.by_number(report.number)
    assert entered == documents.by_pdf(report.pdf)
    assert (entered.subject_name, entered.as_of, len(entered.snapshot["records"])) == (NAME, TODAY, 8)
    (act,) = audit.entries(action="reports.issued").entries
    assert (act.object, act.actor, act.details["subject"]) == (report.number, "public", COMPANY)


def test_two_reports_bear_different_numbers_and_codes():
    subject()

    one, two = (issue(COMPANY, at=NOW, language="zh-hans", by=None) for _ in range(2))

    assert one.number != two.number
    assert one.check_code != two.check_code
    assert rules.number_of(one.number) == one.number


def test_the_chinese_report_says_what_is_public_with_number_source_basis_and_rights():
    rich_subject()

    report = issue(COMPANY, at=NOW, language="zh-hans", by=None)

    said = text_of(report.pdf)
    for expected in (
        "公共信用信息报告", report.number, report.check_code, NAME, COMPANY, "南宁旧名（虚构）商行",
        "南市监处罚〔2026〕118号",
        "罚款；没收违法所得", "2027年5月8日", "异议处理中", "南宁市市场监督管理局", "中华人民共和国行政处罚法",
        "食品经营许可证",
        "说明与权利告知", "第4页，共4页", "信息截至2026年11月23日",
    ):  # fmt: skip
        assert expected.replace(" ", "") in said.replace(" ", "")


def test_the_english_report_is_in_english():
    rich_subject()

    report = issue(COMPANY, at=NOW, language="en-gb", by=None)

    said = text_of(report.pdf)
    assert "Public Credit Report" in said
    assert "Fine; Confiscation of unlawful gains" in said
    assert "Page 1 of" in said
    assert "公共信用信息报告" not in said


@pytest.mark.parametrize("hidden", [{"public": None}, {"state": "repaired"}, {"known_until": NOW}])
def test_what_is_not_public_leaves_no_trace_in_the_pdf(hidden):
    about = subject()
    record(about, key="hidden", payload=PENALTY | {"CF_WSH": "秘密文号", "CF_WFXW": "秘密行为"}, **hidden)
    record(about)

    said = text_of(issue(COMPANY, at=NOW, language="zh-hans", by=None).pdf)

    assert "秘密" not in said
    assert "SEALED" not in said
    assert "内部备注" not in said
    assert "4.1" in said
    assert "4.2" not in said


def test_text_of_a_record_is_printed_and_not_obeyed():
    odd = '#panic("x") *bold* $x$ [a] <b> \\ "quoted" _i_ @ref // `raw` #import "x"'
    record(subject(), payload=PENALTY | {"CF_SY": odd})

    said = text_of(issue(COMPANY, at=NOW, language="zh-hans", by=None).pdf)

    assert odd.replace(" ", "") in said.replace(" ", "")


def test_a_very_long_record_and_a_very_long_word_are_set():
    record(subject(), payload=PENALTY | {"CF_SY": "长" * 5000, "CF_WSH": "N" * 128})

    report = issue(COMPANY, at=NOW, language="zh-hans", by=None)

    assert text_of(report.pdf).count("长") >= 5000


@pytest.mark.parametrize("code", [OTHER, "nonsense", "", "\x00"])
def test_no_report_of_an_unknown_subject_and_nothing_is_entered(code: str):
    with pytest.raises(NotFound):
        issue(code, at=NOW, language="zh-hans", by=None)

    assert not IssuedDocument.objects.exists()
    assert not audit.entries(action="reports.issued").entries


def test_no_report_of_a_hidden_subject():
    record(subject(registered=False), public=None)

    with pytest.raises(NotFound):
        issue(COMPANY, at=NOW, language="zh-hans", by=None)
