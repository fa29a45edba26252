"""A wrong code from its work order to the corrected row, and a number to its rows."""

from pathlib import Path

from playwright.sync_api import Page, expect

from chengxin.faces.workbench.tests.factories import csv_file, penalty
from tests.journeys.steps import faults_of_axe, sideways, sign_in


def open_order(page: Page, city: str) -> str:
    """The officer opens the order of the file with three wrong codes from the list; its address."""
    page.goto(f"{city}/workbench/quality/orders?state=open")
    assert faults_of_axe(page) == []
    page.get_by_role("row").filter(has_text="法人行政处罚信息").last.get_by_role("link").click()
    expect(page.get_by_text("已核定，等待更正数据")).to_be_visible()
    return page.url


def accept(page: Page) -> list[dict[str, str]]:
    """Accept what is beyond doubt; the rows as the department's own system exports them once it is corrected."""
    page.get_by_role("button", name="接受名称完全一致的").click()
    expect(page.get_by_text("行代码。")).to_be_visible()
    assert faults_of_axe(page) == []
    rows = []
    for line in page.locator("li[id^=line-]").all():
        code = line.locator("p code").nth(1).inner_text()
        rows.append(
            penalty(
                CF_XDR_MC=line.locator("h2").inner_text().split("行 ")[1].split("）")[0] + "）",
                CF_XDR_LB="个体工商户" if code.startswith("92") else "法人及非法人组织",
                CF_XDR_SHXYM=code,
                CF_WSH=line.locator("p.quiet").first.inner_text().split(" · ")[0],
            )
        )
    return rows


def test_a_wrong_code_is_accepted_corrected_and_its_order_closes_itself(running_city: str, page: Page, tmp_path: Path):
    sign_in(page, running_city, "officer")
    order = open_order(page, running_city)
    path = tmp_path / "mended.csv"
    path.write_bytes(csv_file(accept(page)).getvalue())

    page.goto(f"{running_city}/workbench/hand-in/penalty-organisation")
    page.set_input_files("input[type=file]", path)
    page.get_by_role("button", name="提交", exact=True).click()
    page.wait_for_url("**/workbench/submissions/*")

    for _ in range(60):
        page.goto(order)
        if page.get_by_text("全部更正，自动办结").is_visible():
            break
        page.wait_for_timeout(500)
    expect(page.get_by_text("全部更正，自动办结")).to_be_visible()
    page.set_viewport_size({"width": 320, "height": 800})
    assert sideways(page) == 0


def test_a_number_leads_to_its_rows_and_everyone_sees_the_rates(running_city: str, page: Page):
    sign_in(page, running_city, "office-reviewer")
    page.goto(f"{running_city}/workbench/quality")
    assert faults_of_axe(page) == []
    page.get_by_role("link", name="双公示及时率").click()
    expect(page.get_by_role("heading", name="超过 7 个工作日才报送的决定")).to_be_visible()
    assert faults_of_axe(page) == []

    page.context.clear_cookies()
    page.goto(f"{running_city}/quality")
    assert faults_of_axe(page) == []
    page.get_by_role("link", name="双公示上报率").first.click()
    expect(page.get_by_role("heading", name="双公示上报率")).to_be_visible()
    assert faults_of_axe(page) == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert sideways(page) == 0
    page.goto(f"{running_city}/quality/definitions")
    assert faults_of_axe(page) == []
    assert sideways(page) == 0
