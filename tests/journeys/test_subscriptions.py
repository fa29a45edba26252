"""A department subscribes, the credit office approves, and its system has the records, receipted; a click replays."""

from playwright.sync_api import Page, expect

from chengxin.intake.delivery.tests.factories import PUBLIC
from chengxin.intake.delivery.tests.peers import running
from tests.journeys.steps import faults_of_axe, sideways, sign_in, wait_for


def ask(page: Page, city: str, address: str) -> None:
    """The officer's request, with what is missing said first."""
    sign_in(page, city, "approval-officer")
    page.goto(f"{city}/workbench/subscriptions/selections/make")
    page.get_by_label("名称").fill("受过处罚的企业（虚构）")
    page.get_by_label("正在公示的哪一类信息").select_option(label="法人行政处罚信息")
    page.get_by_role("button", name="看看筛选出多少").click()
    expect(page.get_by_role("status")).to_contain_text("按现在的条件筛选出")
    assert faults_of_axe(page) == []
    page.get_by_role("button", name="保存筛选").click()
    assert faults_of_axe(page) == []
    page.get_by_role("link", name="用它申请订阅").click()
    assert faults_of_axe(page) == []
    page.get_by_label("依据", exact=True).select_option(label="社会公开信息的推送")
    page.locator("#item-penalty-organisation").check()
    page.get_by_label("用途说明").fill("审批时核对申请人的处罚（虚构）")
    page.get_by_label("先交付现有的记录").check()
    page.get_by_label("方式").select_option(label="推送")
    page.get_by_label("推送地址（https）").fill(address)
    page.get_by_role("button", name="提交审批").click()
    expect(page.get_by_role("alert")).to_contain_text("公钥不能识别。")
    assert faults_of_axe(page) == []
    page.get_by_label("回执公钥").fill(PUBLIC)
    page.get_by_role("button", name="提交审批").click()
    expect(page.get_by_text("已提交信用办审核员审批。")).to_be_visible()


def test_a_department_subscribes_and_its_system_has_what_it_may_have(running_city: str, page: Page):
    with running() as consumer:
        ask(page, running_city, consumer.address)
        place = page.url
        assert consumer.events == []

        sign_in(page, running_city, "office-reviewer")
        page.goto(f"{running_city}/workbench/subscriptions?state=requested")
        assert faults_of_axe(page) == []
        page.goto(place)
        page.get_by_role("button", name="批准", exact=True).click()
        expect(page.get_by_text("已批准，马上开始交付。")).to_be_visible()
        assert faults_of_axe(page) == []
        wait_for(lambda: len(consumer.events) > 0)
        assert {e["item"] for e in consumer.events} == {"penalty-organisation"}

        sign_in(page, running_city, "approval-officer")
        page.set_viewport_size({"width": 320, "height": 800})
        for where in (place, f"{running_city}/workbench/subscriptions/events?outcome=acknowledged"):
            page.goto(where)
            assert faults_of_axe(page) == []
            assert sideways(page) == 0
        expect(page.get_by_role("table").get_by_text("已签收").first).to_be_visible()
        page.goto(place)
        page.get_by_label("从哪个序号起").fill("1")
        page.get_by_role("button", name="重新交付").click()
        wait_for(lambda: any(e["replay"] for e in consumer.events))
