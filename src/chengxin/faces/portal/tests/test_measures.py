"""The catalogues are public; the embedded check opens by its token alone and may be framed by its origins alone."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.base import clock
from chengxin.registry.accounts import services as accounts
from chengxin.registry.subjects.rules import about_subject
from chengxin.registry.subjects.tests.factories import code, company
from chengxin.regulation.lists.tests.factories import entered
from chengxin.regulation.measures import policy, widgets
from chengxin.regulation.measures.models import Receipt
from chengxin.regulation.measures.tests.factories import APPROVAL_BUREAU, FINANCE, PROCUREMENT, official

pytestmark = pytest.mark.django_db
ORIGIN = "https://finance.example"


@pytest.fixture
def token(settings) -> str:
    settings.WIDGET_ORIGINS = {FINANCE: (ORIGIN,)}
    company("南宁虚构贸易有限公司", 1)
    entered(about_subject(code(1)), "serious-tax")
    return widgets.token_for(PROCUREMENT, clerk="W01", by=official(), at=clock.now()).token


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_measure_and_matter_stands_on_the_public_pages(client: Client, language: str):
    spoken = {"accept-language": language}
    index = client.get(reverse("portal:measures"), headers=spoken).content.decode()
    matters = client.get(reverse("portal:checks"), headers=spoken).content.decode()

    for measure in policy.measures_on(clock.today()):
        address = reverse("portal:measure", args=[measure.code])
        assert address in index
        assert client.get(address, headers=spoken).status_code == 200
    for matter in policy.matters_on(clock.today()):
        assert (matter.name_en if language == "en" else matter.name_zh) in matters


def test_a_measure_says_which_kinds_and_amounts_of_a_decision_it_rests_on(client: Client):
    page = client.get(reverse("portal:measure", args=["bar-from-procurement"])).content.decode()

    assert "吊销许可证件、责令停产停业、罚款金额(万元)不少于 200" in page


def test_the_filters_stand_in_the_address(client: Client):
    def total(**chosen: str) -> int:
        return int(client.get(reverse("portal:measures"), chosen).context["total"])

    assert total(effect="reward") + total(effect="restriction") == total()
    assert total(list="military-service") == 2
    assert total(q="政府采购法") >= 2
    assert total(q="没有这样的词") == 0
    assert client.get(reverse("portal:measure", args=["nothing"])).status_code == 404


def test_the_embedded_check_answers_and_keeps_the_clerk(client: Client, token: str):
    address = reverse("portal:widget")
    assert client.get(address, {"token": token}).status_code == 200
    page = client.post(address, {"token": token, "code": code(1)})

    assert "限制参加政府采购活动" in page.content.decode()
    receipt = Receipt.objects.get()
    assert (receipt.actor, receipt.door, receipt.organisation_code) == ("widget:W01", "widget", FINANCE)
    assert client.post(address, {"token": token, "code": ""}).status_code == 422


def test_only_the_registered_origin_may_frame_it_and_no_other_page_may_be_framed(client: Client, token: str):
    page = client.get(reverse("portal:widget"), {"token": token})

    assert f"frame-ancestors {ORIGIN}" in page["Content-Security-Policy"]
    assert "script-src 'self'" in page["Content-Security-Policy"]
    assert "X-Frame-Options" not in page
    refused = client.get(reverse("portal:widget"), {"token": "x"})
    for other in (client.get(reverse("portal:home")), refused):
        assert "frame-ancestors 'none'" in other["Content-Security-Policy"]


@pytest.mark.parametrize("given", ["", "nonsense", "altered", "late", "unregistered"])
def test_a_token_that_is_not_good_opens_nothing(client: Client, token: str, given: str, settings):
    if given == "late":
        past = clock.now() - timedelta(hours=2)
        given = widgets.token_for(PROCUREMENT, clerk="W01", by=official(), at=past).token
    elif given == "altered":
        given = token[:-2] + ("AA" if token[-2:] != "AA" else "BB")
    elif given == "unregistered":
        given, settings.WIDGET_ORIGINS = token, {}
    page = client.post(reverse("portal:widget"), {"token": given, "code": code(1)})

    assert (page.status_code, Receipt.objects.count()) == (403, 0)


def test_the_demo_host_is_there_in_the_demo_alone(client: Client, settings):
    assert client.get(reverse("portal:widget-demo")).status_code == 404
    settings.DEMO, settings.WIDGET_ORIGINS = True, {APPROVAL_BUREAU: ("http://localhost:8000",)}
    accounts.load_organisations(accounts.DEMO_ORGANISATIONS)

    assert "<iframe" in client.get(reverse("portal:widget-demo")).content.decode()


def test_on_english_pages_laws_bear_their_english_titles_and_others_are_marked_as_chinese(client: Client):
    page = client.get("/lists/serious-tax", headers={"accept-language": "en"}).content.decode()

    assert "Law of the People&#x27;s Republic of China on the Administration of Tax Collection" in page
    assert '<span lang="zh-Hans">重大税收违法失信主体信息公布管理办法</span>' in page
    assert "《中华人民共和国税收征收管理法》" in client.get("/lists/serious-tax").content.decode()
