"""Records on their way up, over real HTTP with a stand-in for the region; what it returns is a work order."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from chengxin.base import clock
from chengxin.base.casework import queries as casework
from chengxin.base.casework import services as cases
from chengxin.base.casework.errors import NotYourStep
from chengxin.base.casework.models import Case
from chengxin.intake.collection.tests import factories as make
from chengxin.intake.collection.tests.factories import AT, MARKET, PERSON_PENALTY
from chengxin.intake.exchange.models import ExchangePackage
from chengxin.intake.packages import queries, upward
from chengxin.intake.packages.models import UpwardRow
from chengxin.intake.packages.tests.factories import above, meet
from chengxin.project.national_site import NationalSite
from chengxin.registry.accounts.rules import Role
from chengxin.registry.records import services as records
from chengxin.registry.records.models import Record

pytestmark = pytest.mark.django_db
OFFICE = "114501000075510245"


@pytest.fixture
def region(settings) -> Iterator[NationalSite]:
    with above(settings, "region") as site:
        yield site


def reported() -> int:
    rows = upward.report(at=clock.now())
    meet()
    return rows


def test_what_is_new_goes_up_once_and_a_correction_again(region: NationalSite, tmp_path: Path):
    make.hand_in_rows(tmp_path, make.penalty(1), make.penalty(2, CF_FR_ZJLX="身份证", CF_FR_ZJHM=make.citizen(2)))

    assert (reported(), reported()) == (2, 0)
    one = next(r for r in region.records.values() if r["CF_WSH"] == "虚构罚字〔2026〕1号")
    assert (one["item"], one["operation"], one["version"], one["CF_NR_FK"]) == (make.PENALTY, "put", "1", "2")
    assert all(make.citizen(2) not in r.values() and "sealed" not in str(r) for r in region.records.values())

    make.hand_in_rows(tmp_path, make.penalty(1, CF_NR_FK="3"), at=AT + timedelta(days=1))
    assert reported() == 1
    assert sorted(r["CF_NR_FK"] for r in region.records.values()) == ["2", "3"]


def test_a_record_that_was_repaired_is_removed_above_and_one_never_told_is_not(region: NationalSite, tmp_path: Path):
    make.hand_in_rows(tmp_path, make.penalty(1))
    reported()
    make.hand_in_rows(tmp_path, make.penalty(2))
    for record in Record.objects.filter(known_until=None):
        records.end_by_repair(record.natural_key, by=make.officer(), at=clock.now())

    assert reported() == 1
    assert region.records == {}


def test_persons_and_what_came_from_above_stay_here(region: NationalSite, tmp_path: Path):
    make.hand_in_rows(tmp_path, make.person_penalty(1), item=PERSON_PENALTY)
    region.pass_on()

    assert reported() == 0
    assert region.records == {}


def test_without_a_platform_nothing_is_reported_and_nothing_lost(settings, tmp_path: Path):
    make.hand_in_rows(tmp_path, make.penalty(1))
    assert upward.report(at=clock.now()) == 0
    assert not UpwardRow.objects.exists()

    with above(settings, "region") as site:
        assert reported() == 1
        assert len(site.records) == 1


def test_a_platform_that_does_not_answer_gets_the_same_package_later(settings, tmp_path: Path):
    make.hand_in_rows(tmp_path, make.penalty(1))
    with above(settings, "region") as site:
        address, settings.REGION_ADDRESS = settings.REGION_ADDRESS, "http://127.0.0.1:9"
        upward.report(at=clock.now())
        from chengxin.intake.exchange import tasks as exchange

        exchange.send_packages()
        package = ExchangePackage.objects.get()
        assert (package.state, package.attempts, site.records) == ("waiting", 1, {})

        settings.REGION_ADDRESS = address
        ExchangePackage.objects.update(next_attempt_at=clock.now())
        meet()
        assert len(site.records) == 1
        assert list(UpwardRow.objects.values_list("outcome", flat=True)) == ["accepted"]


def test_a_returned_row_is_a_work_order_to_its_provider_until_it_is_mended(region: NationalSite, tmp_path: Path):
    region.refused = {"虚构罚字〔2026〕2号": "处罚金额与处罚内容不符"}
    make.hand_in_rows(tmp_path, make.penalty(1), make.penalty(2))
    reported()
    meet()  # the receipt once more

    case = Case.objects.get()
    office, officer = make.officer(OFFICE, Role.CREDIT_OFFICE_OPERATOR), make.officer()
    assert (case.state, case.title) == ("returned", "自治区平台退回“法人行政处罚信息”1行")
    assert case.due_on is not None
    assert casework.inbox_of(officer, on=clock.today()).items[0].id == case.pk
    (row,) = queries.returned_rows(case.about)
    assert (row.document_number, row.reason, row.is_mended) == ("虚构罚字〔2026〕2号", "处罚金额与处罚内容不符", False)

    region.refused = {}
    make.hand_in_rows(tmp_path, make.penalty(2, CF_NR="罚款20000元"), at=AT + timedelta(days=1))
    reported()
    assert queries.returned_rows(case.about)[0].is_mended
    cases.take_step(case.pk, "report-mended", by=officer, at=clock.now())
    with pytest.raises(NotYourStep):
        cases.take_step(case.pk, "settle", by=officer, at=clock.now())
    assert cases.take_step(case.pk, "settle", by=office, at=clock.now()) == "settled"


def test_rows_of_two_providers_make_two_work_orders(region: NationalSite, tmp_path: Path):
    region.refused = {"虚构罚字〔2026〕1号": "重复", "虚构许〔2026〕2号": "重复"}
    make.hand_in_rows(tmp_path, make.penalty(1))
    make.hand_in_rows(tmp_path, make.licence(2), item=make.LICENCE, by=make.APPROVAL)

    reported()

    assert Case.objects.count() == 2
    assert casework.inbox_of(make.officer(MARKET), on=clock.today()).total == 1
