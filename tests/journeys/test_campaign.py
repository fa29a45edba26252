"""A campaign from its proposal to its typical case: lead, credit office, member, and what everyone sees."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.steps import faults_of_axe, sideways, sign_in

TITLE = "行程中的专项整治（虚构）"


def propose(page: Page, city: str) -> None:
    """The department proposes a campaign on its public fines."""
    sign_in(page, city, "officer")
    page.get_by_role("link", name="专项整治").click()
    page.get_by_role("link", name="提出专项整治").click()
    page.get_by_role("button", name="提交信用办审核").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("名称", exact=True).fill(TITLE)
    page.get_by_label("领域").select_option("market-order")
    page.get_by_label("法律依据").fill("《中华人民共和国反不正当竞争法》第八条（虚构引用）")
    page.get_by_label("认定标准").fill("已处罚而未改正（虚构）")
    page.get_by_label("开始日期").fill("2026-11-01")
    page.get_by_label("结束日期").fill("2027-03-01")
    page.get_by_label("正在公示的哪一类信息").select_option("penalty-organisation")
    page.get_by_label("南宁市市场监督管理局", exact=True).check()
    page.get_by_role("button", name="看看筛选出多少").click()
    expect(page.get_by_text(re.compile(r"筛选出 [1-9]\d* 个主体"))).to_be_visible()
    assert faults_of_axe(page) == []
    page.get_by_role("button", name="提交信用办审核").click()
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()


def approve(page: Page, city: str) -> None:
    """The credit office's reviewer approves it from the inbox."""
    sign_in(page, city, "office-reviewer")
    page.goto(f"{city}/workbench/inbox")
    page.locator("table").get_by_role("link", name=TITLE, exact=True).click()
    assert faults_of_axe(page) == []
    step(page, "approve")


def step(page: Page, code: str, reason: str = "") -> None:
    """Take a step on the case page."""
    part = page.locator(f'form[action$="/steps/{code}"]')
    if not part.is_visible():
        page.locator("details", has=part).locator("summary").click()
    if reason:
        part.locator("textarea").fill(reason)
    part.get_by_role("button").click()
    expect(page.get_by_text("已办理。")).to_be_visible()


def check_all(page: Page) -> None:
    """The member writes the result of each target."""
    while page.locator("li", has_text="未核查").locator("details").count():
        target = page.locator("li", has_text="未核查").first
        target.locator("summary").click()
        target.get_by_label("核查结果").select_option("corrected")
        target.get_by_label("查明的情况").fill("已改正（虚构）")
        target.get_by_role("button", name="记录结果").click()
        expect(page.get_by_text("结果已记录。")).to_be_visible()


def test_a_campaign_runs_and_everyone_sees_numbers_and_a_case_without_names(running_city: str, page: Page):
    propose(page, running_city)
    campaign = page.url
    approve(page, running_city)

    sign_in(page, running_city, "officer")
    page.goto(f"{campaign}/targets")
    assert faults_of_axe(page) == []
    check_all(page)
    told = page.request.get(f"{running_city}/campaigns").text()  # the demo published a case about one of them
    name = next(name for name in page.locator(".results h2 a").all_inner_texts() if name not in told)
    page.get_by_role("link", name=f"提出典型案例 {name}").click()
    assert faults_of_axe(page) == []
    page.get_by_role("link", name="不关联对象").click()
    page.get_by_label("标题").fill("处罚后改正（虚构）")
    page.get_by_label("案情和处理").fill(f"{name}被处罚后改正。")
    page.get_by_label("提醒").fill("宣传要有依据（虚构）。")
    page.get_by_role("button", name="提交信用办审核").click()
    expect(page.get_by_role("alert")).to_contain_text("不能写企业名称")
    page.get_by_label("案情和处理").fill("某公司被处罚后改正。")
    assert faults_of_axe(page) == []
    page.get_by_role("button", name="提交信用办审核").click()
    page.wait_for_url(re.compile(r"/cases/\d+$"))
    case = page.url

    sign_in(page, running_city, "office-reviewer")
    page.goto(case)
    step(page, "publish")
    page.goto(f"{running_city}/campaigns")
    expect(page.get_by_text("某公司被处罚后改正。")).to_be_visible()
    expect(page.get_by_role("link", name=name)).to_have_count(0)
    assert faults_of_axe(page) == []
    page.get_by_role("link", name=TITLE, exact=True).click()
    assert faults_of_axe(page) == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert sideways(page) == 0


def test_another_department_finds_no_such_campaign(running_city: str, page: Page):
    propose(page, running_city)
    campaign = page.url

    sign_in(page, running_city, "approval-officer")
    for address in (campaign, f"{campaign}/targets", f"{campaign}/targets.csv"):
        assert page.goto(address).status == 404  # type: ignore[union-attr]
