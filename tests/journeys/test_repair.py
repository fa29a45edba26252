"""A company repairs a penalty: the office passes it on, the authority verifies and decides, all faces follow."""

import re
from datetime import timedelta

from playwright.sync_api import Page, expect

from chengxin.base import clock
from chengxin.base.attachments.tests.factories import pdf
from tests.journeys.steps import company_of, faults_of_axe, handle, sign_in
from tests.journeys.systems import System, fined

REPAIRABLE = "现在可以申请信用修复"


def repairable(page: Page) -> str:
    """The address of a record of the company that can be repaired now."""
    page.get_by_role("link", name="我的记录").click()
    page.get_by_label("谁能看到").select_option("public")
    page.get_by_role("button", name="筛选").click()
    penalties = page.locator(".results li", has_text="行政处罚信息").locator("a")
    addresses = [a.get_attribute("href") for a in penalties.all()]
    for address in addresses:
        page.goto(page.url.split("/my/")[0] + str(address))
        if page.get_by_text(REPAIRABLE).count():
            return page.url
    raise AssertionError("the demo's company has nothing to repair")


def apply(page: Page) -> str:
    """Apply for the repair of the record on the page; the address of the case."""
    page.get_by_role("link", name="申请信用修复").click()
    assert faults_of_axe(page) == []
    page.get_by_role("button", name="签名并提交").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("已经怎样纠正").fill("罚款已缴清，问题已整改（虚构）")
    page.get_by_label("我已阅读").check()
    page.get_by_label("签名（您的姓名）").fill("梁某（虚构）")
    page.get_by_role("button", name="签名并提交").click()
    page.wait_for_url(re.compile(r"/cases/\d+$"))
    return page.url


def shown(page: Page, city: str, code: str) -> tuple[int, int, int]:
    """How many records of the company the site, the API and the report show."""
    page.goto(f"{city}/subjects/{code}")
    on_site = page.locator("article.record").count()
    in_api = page.request.get(f"{city}/api/v1/subjects/{code}/records").json()["total"]
    report = page.request.get(f"{city}/api/v1/subjects/{code}/report").json()
    return on_site, in_api, sum(part["records"] for part in report["summary"])


def test_a_company_repairs_a_penalty_and_every_face_follows(running_city: str, page: Page, system: System):
    sign_in(page, running_city, "representative")
    code = company_of(page, running_city)
    fined(system, page.locator("h1").inner_text(), code, "南市监罚〔2026〕修1号（虚构）")
    before = shown(page, running_city, code)
    assert len(set(before)) == 1

    page.goto(f"{running_city}/my/")
    record = repairable(page)
    case = apply(page)
    number = case.rsplit("/", 1)[1]
    handle(page, running_city, "operator", number, "forward")
    handle(page, running_city, "officer", number, "verify", "已核实缴款和整改（虚构）")
    assert shown(page, running_city, code) == before
    handle(page, running_city, "reviewer", number, "grant")

    assert shown(page, running_city, code) == tuple(count - 1 for count in before)
    sign_in(page, running_city, "representative")
    page.goto(case)
    expect(page.locator(".timeline")).to_contain_text("准予修复")
    page.goto(record)
    expect(page.get_by_text("已修复，停止公示和使用")).to_be_visible()
    page.goto(f"{running_city}/my/")
    expect(page.get_by_text("准予信用修复决定书")).to_be_visible()


RULING = {"name": "裁定书（虚构）.pdf", "mimeType": "application/pdf", "buffer": pdf()}
CHECKED = "已与法院、管理人核对（虚构）"


def apply_on_a_ruling(page: Page, city: str) -> str:
    """Apply by the green channel, forgetting the ruling first; the number of the case."""
    today = clock.today()
    page.goto(f"{city}/my/")
    page.get_by_role("link", name="重整修复").click()
    page.get_by_role("button", name="签名并提交").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("作出裁定的法院").fill("南宁市虚构人民法院")
    page.get_by_label("裁定文号").fill("（2026）虚01破1号（虚构）")
    page.get_by_label("裁定日期").fill(today.isoformat())
    page.get_by_label("计划执行期的最后一天").fill((today + timedelta(days=90)).isoformat())
    page.get_by_label("重整情况说明").fill("计划由重整方出资执行（虚构）")
    page.locator("#evidence").set_input_files([RULING])  # type: ignore[list-item]
    page.get_by_label("我已阅读").check()
    page.get_by_label("签名（您的姓名）").fill("梁某（虚构）")
    assert faults_of_axe(page) == []
    page.get_by_role("button", name="签名并提交").click()
    return opened(page)


def opened(page: Page) -> str:
    """The number of the case on the page that follows."""
    page.wait_for_url(re.compile(r"/cases/\d+$"))
    return page.url.rsplit("/", 1)[1]


def report_performed(page: Page, city: str) -> str:
    """Report in My space that the plan has been performed; the number of that case."""
    sign_in(page, city, "representative")
    page.get_by_role("link", name="重整修复").click()
    expect(page.get_by_text("暂停公示中")).to_be_visible()
    assert faults_of_axe(page) == []
    page.get_by_text("报告计划执行完毕").click()
    page.get_by_label("执行情况").fill("计划已执行完毕（虚构）")
    page.locator("#evidence").set_input_files([RULING])  # type: ignore[list-item]
    page.get_by_role("button", name="提交报告").click()
    return opened(page)


def propose_restoring(page: Page, city: str, number: str) -> str:
    """Tell the company from the application's page that its records are to be shown again; the number of that case."""
    sign_in(page, city, "operator")
    page.goto(f"{city}/workbench/cases/{number}")
    page.get_by_text("拟恢复公示").first.click()
    page.get_by_label("事实和理由").fill("法院裁定终止执行重整计划（虚构）")
    assert faults_of_axe(page) == []
    page.get_by_role("button", name="告知当事人").click()
    page.wait_for_url(lambda address: not address.endswith(f"/cases/{number}"))
    return opened(page)


def test_on_a_courts_ruling_records_are_hidden_and_shown_again_where_the_plan_fails(
    running_city: str, page: Page, system: System
):
    sign_in(page, running_city, "representative")
    code = company_of(page, running_city)
    fined(system, page.locator("h1").inner_text(), code, "南市监罚〔2026〕重1号（虚构）")
    before = shown(page, running_city, code)

    number = apply_on_a_ruling(page, running_city)
    handle(page, running_city, "operator", number, "check-ruling", CHECKED)
    assert shown(page, running_city, code) == before
    handle(page, running_city, "office-reviewer", number, "suspend-records", CHECKED)
    hidden = shown(page, running_city, code)
    assert len(set(hidden)) == 1 and hidden < before

    performed = report_performed(page, running_city)
    handle(page, running_city, "operator", performed, "check-performance", CHECKED)
    handle(page, running_city, "office-reviewer", performed, "not-performed", CHECKED)
    assert shown(page, running_city, code) == hidden
    failure = propose_restoring(page, running_city, number)
    sign_in(page, running_city, "representative")
    page.goto(f"{page.url}/cases/{failure}")
    page.locator('form[action$="/steps/state"] textarea').fill("没有异议（虚构）")
    page.locator('form[action$="/steps/state"]').get_by_role("button").click()
    handle(page, running_city, "office-reviewer", failure, "restore-records", CHECKED)

    assert shown(page, running_city, code) == before


def test_nobody_else_opens_the_companys_case_or_applies_for_it(running_city: str, page: Page):
    sign_in(page, running_city, "representative")
    home = page.url
    page.get_by_role("link", name="我的记录").click()
    record = page.locator(".results a").first.get_attribute("href")

    sign_in(page, running_city, "resident")
    for address in (home, f"{running_city}{record}", f"{running_city}{record}/repair", f"{home}/cases"):
        assert page.goto(address).status == 404  # type: ignore[union-attr]
