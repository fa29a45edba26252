"""Records from above, over real HTTP with a stand-in: they come by the road of a file, are marked so, and go again."""

from collections.abc import Iterator

import pytest

from chengxin.base import clock
from chengxin.base.database.context import acting
from chengxin.intake.collection.models import Submission
from chengxin.intake.collection.tests import factories as make
from chengxin.intake.exchange.models import ExchangePackage
from chengxin.intake.exchange.packages import RowResult
from chengxin.intake.packages import downward
from chengxin.intake.packages.tests.factories import LISTED, NATION, REGION, above, meet
from chengxin.project.national_site import NationalSite
from chengxin.registry.records.models import PersonRecord, Record

pytestmark = pytest.mark.django_db
ADULT, CHILD = make.citizen(1), make.citizen(2, "20150101")


@pytest.fixture
def nation(settings) -> Iterator[NationalSite]:
    with above(settings, "national") as site:
        yield site


def listed(number: int = 1, **changed: str) -> dict[str, str]:
    given = {"SUBJECT_NAME": f"南宁虚构{number}号贸易有限公司", "SUBJECT_CODE": make.company(number)}
    return LISTED | given | changed


def person(number: str = ADULT, **changed: str) -> dict[str, str]:
    given = {
        "item": "serious-breach-person",
        "SUBJECT_NAME": "虚某（虚构）",
        "DOCUMENT_TYPE": "身份证",
        "DOCUMENT_NUMBER": number,
    }
    return LISTED | given | changed


def passed_on(site: NationalSite, *rows: dict[str, str]) -> list[RowResult]:
    identifier = site.pass_on(*rows)
    meet()
    assert identifier not in site.waiting
    return site.results[identifier]


def people() -> list[PersonRecord]:
    with acting(actor="test", purpose="test", basis="test"):
        return list(PersonRecord.objects.filter(known_until=None))


def test_an_entry_of_a_list_arrives_as_the_nations_and_is_public_while_it_lasts(nation: NationalSite):
    (told,) = passed_on(nation, listed(SOURCE_CODE=make.MARKET))

    record = Record.objects.get()
    assert told == RowResult(1, True)
    assert (record.provider.code, record.payload["SOURCE_CODE"], record.audience) == (NATION, NATION, "public")
    assert (record.authority_code, str(record.public_period.upper)) == ("11100000000013338W", "2029-05-02")
    assert Submission.objects.get().by_name == "national-site"


def test_each_row_is_answered_and_the_wrong_ones_say_why(nation: NationalSite):
    told = passed_on(
        nation, listed(1), listed(2, LIST="没有的名单"), listed(3, item="penalty-organisation"),
        listed(4, operation="burn"), listed(5, SUBJECT_CODE="91450100MA0000001X"),
    )  # fmt: skip

    assert [one.accepted for one in told] == [True, False, False, False, False]
    assert "没有的名单" in told[1].reason
    assert Record.objects.count() == 1


def test_the_same_package_again_changes_nothing(nation: NationalSite):
    passed_on(nation, listed(1))
    package = ExchangePackage.objects.get()
    before = list(Record.objects.values())

    downward.take(package.pk, at=clock.now())
    meet()

    assert list(Record.objects.values()) == before
    assert Submission.objects.count() == 1


def test_a_correction_is_a_new_version_and_a_removal_takes_it_down(nation: NationalSite):
    passed_on(nation, listed(1))

    assert passed_on(nation, listed(1, ENDS_ON="2027-05-01"))[0].accepted
    assert Record.objects.get(known_until=None).version == 2

    removal = {
        "item": "serious-breach",
        "operation": "remove",
        **{n: listed(1)[n] for n in ("SUBJECT_CODE", "LIST", "DECISION_NUMBER")},
    }
    assert passed_on(nation, removal)[0].accepted
    assert Record.objects.get(known_until=None).state == "withdrawn"
    assert passed_on(nation, removal)[0].accepted  # once more


def test_a_platform_removes_only_what_it_handed_in(nation: NationalSite, settings):
    passed_on(nation, listed(1))
    removal = listed(1, operation="remove")
    with above(settings, "region") as region:
        (told,) = passed_on(region, removal)

    assert (told.accepted, told.reason) == (False, "没有这条由贵平台提供的记录")
    assert Record.objects.get().state == "in-force"


def test_a_person_arrives_sealed_unpublished_and_a_minor_not_at_all(nation: NationalSite):
    told = passed_on(nation, person(), person(CHILD), person("459999198001010019"))

    (record,) = people()
    assert [one.accepted for one in told] == [True, False, False]
    assert (record.audience, record.public_period) == ("authorised", None)
    assert record.payload["DOCUMENT_NUMBER"].startswith("sealed:")
    assert PersonRecord.objects.count() == 0  # without a purpose, row-level security shows nothing
    kept = str(list(ExchangePackage.objects.values()))
    assert ADULT not in kept
    assert "虚某" not in kept
    assert passed_on(nation, person(operation="remove"))[0].accepted
    assert people()[0].state == "withdrawn"


def test_nation_and_region_hand_in_as_themselves(nation: NationalSite, settings):
    with above(settings, "region") as region:
        passed_on(region, listed(1))
    passed_on(nation, listed(2))

    providers = Record.objects.order_by("id").values_list("provider__code", flat=True)
    assert list(providers) == [REGION, NATION]


def test_one_platform_can_not_speak_for_the_other(nation: NationalSite, settings):
    with above(settings, "region") as region:
        region.code = "national"
        region.pass_on(listed(1))
        with pytest.raises(Exception, match="发送方与签名不符"):
            meet()

    assert not ExchangePackage.objects.exists()
