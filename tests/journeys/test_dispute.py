"""A company disputes a record and wins: the mark appears everywhere, the correction too."""

import re

from playwright.sync_api import Page, expect

from chengxin.base.attachments.tests.factories import archive, pdf, picture
from tests.journeys.steps import company_of, faults_of_axe, handle, sideways, sign_in

SCAN = {"name": "决定书第二页（虚构）.pdf", "mimeType": "application/pdf", "buffer": pdf()}
PHOTO = {"name": "照片（虚构）.jpg", "mimeType": "image/jpeg", "buffer": picture(exif=True)}
BUREAU = "南宁市市场监督管理局"
NEW_TEXT = "经核对更正后的事由（虚构）"


def disputable(page: Page) -> str:
    """The address of a public penalty of the company that can be disputed, handed in by the officer's department."""
    page.get_by_role("link", name="我的记录").click()
    page.get_by_label("谁能看到").select_option("public")
    page.get_by_role("button", name="筛选").click()
    for link in page.locator(".results li", has_text="行政处罚信息").locator("a").all():
        address = str(link.get_attribute("href"))
        page.goto(page.url.split("/my/")[0] + address)
        if page.get_by_role("link", name="提出异议").count() and page.get_by_text(BUREAU).count():
            return page.url
        page.go_back()
    raise AssertionError("the demo's company has nothing to dispute")


def file_dispute(page: Page) -> str:
    """Dispute the record on the page; the address of the case."""
    page.get_by_role("link", name="提出异议").click()
    assert faults_of_axe(page) == []
    assert sideways(page) == 0
    page.get_by_role("button", name="提交异议").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("内容有错误").check()
    page.locator("#evidence").set_input_files([{**SCAN, "name": "压缩包.pdf", "buffer": archive()}])
    page.get_by_label("哪里不对，应当是什么").fill("处罚事由写错了（虚构）")
    page.get_by_role("button", name="提交异议").click()
    expect(page.get_by_role("alert")).to_contain_text("压缩包：不接收压缩包")
    assert faults_of_axe(page) == []
    page.locator("#evidence").set_input_files([SCAN, PHOTO])
    expect(page.locator("[data-chosen] li")).to_have_count(2)
    page.get_by_label("哪里不对，应当是什么").fill("处罚事由写错了，见决定书第二页（虚构）")
    page.get_by_role("button", name="提交异议").click()
    page.wait_for_url(re.compile(r"/cases/\d+$"))
    return page.url


def evidence_is_for_the_parties_alone(page: Page, city: str, case: str) -> None:
    """Its company and the officials of the case save it; an officer of another department finds nothing."""
    number = case.rsplit("/", 1)[1]
    expect(page.get_by_role("link", name=SCAN["name"])).to_be_visible()
    assert faults_of_axe(page) == []
    page.set_viewport_size({"width": 320, "height": 700})
    assert sideways(page) == 0
    page.set_viewport_size({"width": 1280, "height": 900})

    sign_in(page, city, "officer")
    page.goto(f"{city}/workbench/cases/{number}")
    with page.expect_download() as saving:
        page.get_by_role("link", name=SCAN["name"]).click()
    assert saving.value.path().read_bytes() == SCAN["buffer"]
    address = str(page.get_by_role("link", name=SCAN["name"]).get_attribute("href"))
    headers = page.request.get(city + address).headers
    assert headers["content-type"] == "application/octet-stream"
    assert "sandbox" in headers["content-security-policy"] and headers["x-content-type-options"] == "nosniff"

    sign_in(page, city, "approval-officer")
    for place in (f"/workbench/cases/{number}", address):
        assert page.request.get(city + place).status == 404


def test_a_company_disputes_a_record_and_wins(running_city: str, page: Page):
    sign_in(page, running_city, "representative")
    code = company_of(page, running_city)
    page.goto(f"{running_city}/my/")
    record = disputable(page)
    case = file_dispute(page)
    number = case.rsplit("/", 1)[1]

    evidence_is_for_the_parties_alone(page, running_city, case)
    handle(page, running_city, "operator", number, "accept")
    page.goto(f"{running_city}/subjects/{code}")
    expect(page.get_by_text("异议处理中").first).to_be_visible()
    assert page.request.get(f"{running_city}/api/v1/subjects/{code}/records").text().count('"disputed"') == 1

    handle(page, running_city, "operator", number, "ask-provider")
    handle(page, running_city, "officer", number, "propose-correction", "已核对决定书（虚构）", {"违法事实": NEW_TEXT})
    handle(page, running_city, "reviewer", number, "correct")

    page.goto(f"{running_city}/subjects/{code}")
    assert page.get_by_text("异议处理中").count() == 0
    assert NEW_TEXT in page.content()
    sign_in(page, running_city, "representative")
    page.goto(case)
    expect(page.locator(".timeline")).to_contain_text("决定更正")
    expect(page.get_by_role("cell", name=NEW_TEXT)).to_be_visible()
    page.goto(record)
    expect(page.get_by_text(NEW_TEXT).first).to_be_visible()
    page.goto(f"{running_city}/my/")
    expect(page.get_by_text("信用信息异议处理结果通知书（更正）")).to_be_visible()


def test_a_public_record_leads_to_its_dispute_and_strangers_are_told_so(running_city: str, page: Page):
    sign_in(page, running_city, "representative")
    code = company_of(page, running_city)
    page.goto(f"{running_city}/subjects/{code}")
    page.locator("article.record details summary").first.click()
    address = str(page.get_by_role("link", name="在线提出异议").first.get_attribute("href"))

    page.goto(running_city + address)
    assert page.url.endswith("#dispute")
    sign_in(page, running_city, "resident")
    assert page.goto(running_city + address).status == 404  # type: ignore[union-attr]
    assert faults_of_axe(page) == []
