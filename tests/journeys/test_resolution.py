"""The credit office says whom a row without a code is about, undoes it, and changes an item of the catalogue."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from tests.journeys.steps import faults_of_axe, sideways, sign_in


def test_a_doubtful_row_is_tied_with_the_keyboard_and_released_again(running_city: str, page: Page):
    sign_in(page, running_city, "operator")
    page.get_by_role("link", name="无代码数据").click()
    assert faults_of_axe(page) == []
    expect(page.get_by_role("link", name="逐条确认")).to_be_visible()
    page.locator("tbody tr", has_text="%").first.get_by_role("link").click()  # one that resembles somebody
    expect(page.get_by_text("是哪一个主体？")).to_be_visible()
    assert faults_of_axe(page) == []
    row = page.url
    page.set_viewport_size({"width": 320, "height": 800})
    assert sideways(page) == 0
    page.set_viewport_size({"width": 1280, "height": 900})

    chosen = page.locator('input[name="choice"]:checked')
    name = page.locator(f'label[for="{chosen.get_attribute("id")}"]').inner_text()
    chosen.press("Enter")
    expect(page.get_by_text("已关联，记录已入库。")).to_be_visible()

    page.goto(row)
    expect(page.locator("ol.timeline")).to_contain_text(name)
    assert faults_of_axe(page) == []
    page.get_by_label("理由").fill("核实后发现有误（虚构）")
    page.get_by_role("button", name="解除关联").click()
    expect(page.get_by_text("已解除关联")).to_be_visible()
    expect(page.locator("ol.timeline")).to_contain_text("记录已撤下")
    page.goto(f"{running_city}/workbench/uncoded/weights")
    assert faults_of_axe(page) == []


def test_a_change_of_the_catalogue_is_proposed_and_published_by_another(running_city: str, page: Page):
    sign_in(page, running_city, "operator")
    page.get_by_role("link", name="目录管理").click()
    assert faults_of_axe(page) == []
    page.get_by_role("link", name="提出变更 社会保险和住房公积金欠缴信息").click()
    assert faults_of_axe(page) == []
    page.get_by_text("新字段 1").click()
    for label, text in {
        "字段代码（大写字母、数字和下划线）": "PERIOD",
        "名称（中文）": "欠缴期间",
        "名称（英文）": "Period of arrears",
        "字数上限": "60",
    }.items():
        page.locator("details[open]").get_by_label(label, exact=True).fill(text)
    tomorrow = datetime.now(ZoneInfo("Asia/Shanghai")).date() + timedelta(days=1)  # noqa: TID251
    page.locator("#effective_from").fill(tomorrow.isoformat())
    page.locator("#reason").fill("便于核对（虚构）")
    page.get_by_role("button", name="提交审核").click()
    expect(page.get_by_text("新增字段“欠缴期间”")).to_be_visible()
    assert faults_of_axe(page) == []
    proposal = page.url

    sign_in(page, running_city, "office-reviewer")
    page.goto(proposal)
    page.get_by_role("button", name="核对无误，发布").click()
    expect(page.get_by_text("已发布为第 2 版。")).to_be_visible()
    page.goto(f"{running_city}/workbench/catalogue/arrears")
    expect(page.get_by_text("尚未施行")).to_be_visible()
    assert faults_of_axe(page) == []
    assert sideways(page) == 0
