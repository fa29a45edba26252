"""The monthly report: of a closed month alone, signed, once, with every rule that it tells of."""

from pathlib import Path

import pytest

from chengxin.base import clock
from chengxin.base.documents import signing
from chengxin.base.documents.models import IssuedDocument
from chengxin.base.errors import NotFound
from chengxin.intake.collection.tests.factories import officer, penalty
from chengxin.intake.quality import issuing, policy, printing, queries, services
from chengxin.intake.quality.errors import MonthOpen
from chengxin.intake.quality.models import MonthlyReport
from chengxin.intake.quality.rules import Check, Month
from chengxin.intake.quality.tests.factories import handed_in, mistyped, moment, office, provider_id, registered

pytestmark = pytest.mark.django_db
MAY = Month(2026, 5)
NIGHT = moment(6, 10)


@pytest.fixture
def closed(tmp_path: Path) -> queries.Computed:
    registered(tmp_path, 1, 2)
    services.declare(MAY, {"penalty-organisation": 3}, by=officer(), at=moment(5, 20))
    handed_in(tmp_path, penalty(1), penalty(2, CF_XDR_SHXYM=mistyped(2)), penalty(3, CF_FRDB=""))
    services.close(MAY, by=office(), at=NIGHT)
    return queries.computed(MAY)


def test_the_report_of_a_closed_month_is_signed_in_both_languages_and_issued_once(closed: queries.Computed):
    assert issuing.issue(MAY, by=office(), at=NIGHT) == ("ZL202605-Z", "ZL202605-E")
    assert issuing.issue(MAY, by=office(), at=NIGHT) == ()

    assert MonthlyReport.objects.count() == 2
    assert IssuedDocument.objects.filter(kind=issuing.KIND).count() == 2
    pdf = queries.report_of(MAY, language=printing.ENGLISH)
    assert pdf is not None
    assert signing.verify_pdf(pdf, at=clock.now()).holds  # the key was made today


def test_there_is_no_report_of_a_month_that_is_open_or_was_never_computed():
    with pytest.raises(NotFound):
        issuing.issue(MAY, by=office(), at=NIGHT)
    services.compute(MAY, by=office(), at=moment(5, 31))
    with pytest.raises(MonthOpen):
        issuing.issue(MAY, by=office(), at=NIGHT)

    assert not MonthlyReport.objects.exists()


def test_the_report_tells_every_check_every_rule_and_what_failed_most(closed: queries.Computed):
    content = printing.content_of(closed)

    told = printing.printed(content, number="ZL202605-Z", language=printing.CHINESE, at=NIGHT)

    assert [r[0] for r in told["checks"]["rows"]] == [d.name.zh for d in policy.definitions(MAY.first)]
    assert len(told["definitions"]["rows"]) == len(Check)
    assert {r.code for r in policy.rules(MAY.first)} == {
        "required", "type", "length", "code-list", "pattern", "check-digit", "date-order", "future-date",
        "cross-field", "name-mismatch", "duplicate-in-file", "not-your-data", "minor", "prohibited", "unknown-column",
    }  # fmt: skip
    assert told["failing"]["rows"] == [["代码校验不通过", "1", "1"], ["必填项为空", "1", "1"]]
    market = next(r for r in told["providers"]["rows"] if r[0] == "南宁市市场监督管理局")
    assert market[6] == str(next(r.score for r in content.providers if r.provider_id == provider_id()))
