"""An officer checks a pasted list, reports what was done; the company sees it; the embedded check; wrong roles."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.steps import company_of, faults_of_axe, sideways, sign_in


def test_an_officer_checks_a_list_reports_and_the_company_sees_it(running_city: str, page: Page):
    sign_in(page, running_city, "representative")
    own = company_of(page, running_city)

    sign_in(page, running_city, "approval-officer")
    page.goto(f"{running_city}/workbench/checks")
    assert faults_of_axe(page) == []
    page.get_by_role("button", name="查验", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("查验事项", exact=True).select_option("administrative-licence")
    page.get_by_label("代码", exact=True).fill(f"{own}\n91450100MA0000000A")
    page.get_by_role("button", name="查验", exact=True).click()
    expect(page.get_by_text("查验了 2 个代码")).to_be_visible()
    expect(page.get_by_text("代码无效")).to_be_visible()
    assert faults_of_axe(page) == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert sideways(page) <= 0
    page.set_viewport_size({"width": 1280, "height": 900})

    page.get_by_role("link", name=own).click()
    assert faults_of_axe(page) == []
    form = page.locator("form.wb-step", has_text="绿色通道")
    form.get_by_label("未实施").check()
    form.get_by_role("button").click()
    expect(page.get_by_role("alert")).to_contain_text("请写明理由")
    form.get_by_label("已给予").check()
    form.get_by_role("button").click()
    expect(page.get_by_text("已反馈。")).to_be_visible()
    number = page.url.rsplit("/", 1)[1]

    sign_in(page, running_city, "representative")
    page.goto(f"{page.url}/checks")
    assert faults_of_axe(page) == []
    seen = page.locator(".results > li", has_text=number)
    expect(seen).to_contain_text("南宁市行政审批局")
    expect(seen).to_contain_text("已给予")
    page.goto(page.url.replace("/checks", "/looked"))
    expect(page.locator(".results > li").first).to_contain_text("信用查验")

    sign_in(page, running_city, "operator")
    page.goto(f"{running_city}/workbench/checks/statistics")
    assert faults_of_axe(page) == []
    expect(page.locator("table")).to_contain_text("行政许可审查")
    page.goto(f"{running_city}/workbench/checks/receipts/{number}")
    expect(page.get_by_role("button", name="反馈")).to_have_count(0)


def test_a_file_is_checked_in_the_background(running_city: str, page: Page):
    sign_in(page, running_city, "representative")
    own = company_of(page, running_city)
    sign_in(page, running_city, "approval-officer")
    page.goto(f"{running_city}/workbench/checks")
    page.get_by_label("文件的事项").select_option("administrative-licence")
    file = {"name": "codes.csv", "mimeType": "text/csv", "buffer": f"代码\n{own}\n".encode()}
    page.get_by_label("文件", exact=True).set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="上传并查验").click()
    expect(page.get_by_text("查验完成：1 个代码，其中 1 个有措施。")).to_be_visible(timeout=60_000)
    assert faults_of_axe(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="下载结果 CSV").click()
    assert re.fullmatch(r"check-\d+\.csv", download.value.suggested_filename)


def test_the_catalogues_are_public_and_the_embedded_check_works_in_a_frame(running_city: str, page: Page):
    page.goto(f"{running_city}/measures?effect=reward")
    assert faults_of_axe(page) == []
    page.locator(".results a").first.click()
    assert faults_of_axe(page) == []
    page.goto(f"{running_city}/checks")
    assert faults_of_axe(page) == []

    sign_in(page, running_city, "representative")
    own = company_of(page, running_city)
    page.context.clear_cookies()
    page.goto(f"{running_city}/widget/demo")
    frame = page.frame_locator("iframe")
    frame.get_by_label("统一社会信用代码或者公民身份号码").fill(own)
    frame.get_by_role("button", name="查验").click()
    expect(frame.get_by_role("heading", name="激励措施")).to_be_visible()
    expect(frame.get_by_text("回执号")).to_be_visible()
    assert faults_of_axe(page) == []
    page.goto(str(page.locator("iframe").get_attribute("src")).join([running_city, ""]))
    assert faults_of_axe(page) == []


def test_wrong_roles_check_nothing(running_city: str, page: Page):
    for username in ("auditor", "administrator", "bank-clerk", "operator"):
        sign_in(page, running_city, username)
        assert page.goto(f"{running_city}/workbench/checks").status == 403  # type: ignore[union-attr]
    sign_in(page, running_city, "officer")
    assert page.goto(f"{running_city}/workbench/checks/statistics").status == 403  # type: ignore[union-attr]
