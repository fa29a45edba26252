"""A resident consents, online or on paper, sees who looked, withdraws, takes the own report; others are refused."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from chengxin.base.attachments.tests.factories import pdf
from tests.journeys.steps import company_of, faults_of_axe, handle, sideways, sign_in


def complain(page: Page, city: str) -> None:
    """Complain about the latest look, let the credit office dismiss it with a reason, and read the answer."""
    page.get_by_role("link", name="投诉这次查询").first.click()
    assert faults_of_axe(page) == []
    page.get_by_label("为什么认为不当").fill("没有申请过贷款（虚构）")
    page.get_by_role("button", name="提交投诉").click()
    expect(page.get_by_text("投诉已提交")).to_be_visible()
    case = page.url
    handle(page, city, "operator", case.rsplit("/", 1)[1], "dismiss", reason="在本人授权范围内（虚构）")
    sign_in(page, city, "resident")
    page.goto(case)
    expect(page.get_by_text("查询正当").first).to_be_visible()
    assert faults_of_axe(page) == []


def test_a_resident_grants_looks_and_withdraws_and_the_bank_is_refused(running_city: str, page: Page):
    sign_in(page, running_city, "resident")
    home = page.url
    page.get_by_role("link", name="授权", exact=True).click()
    assert faults_of_axe(page) == []
    page.locator(".results a").first.click()
    assert faults_of_axe(page) == []
    number = page.url.rsplit("/", 1)[1]
    page.get_by_role("button", name="签名并授权").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("我已阅读并同意").check()
    page.get_by_label("签名（您的姓名）").fill("周某（虚构）")
    page.get_by_role("button", name="签名并授权").click()
    expect(page.get_by_role("heading", name="授权回执")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载回执").click()
    assert download.value.suggested_filename == f"consent-{number}.json"

    query = f"{running_city}/workbench/queries/{number}"
    sign_in(page, running_city, "bank-clerk")
    page.goto(f"{running_city}/workbench/queries")
    assert faults_of_axe(page) == []
    page.goto(query)
    assert faults_of_axe(page) == []
    page.get_by_role("button", name="查询", exact=True).click()
    expect(page.locator(".wb-record").first).to_be_visible()
    assert faults_of_axe(page) == []
    page.goto(f"{running_city}/workbench/queries/ask?purpose=loan")
    assert faults_of_axe(page) == []

    sign_in(page, running_city, "resident")
    page.goto(f"{home}/looked")
    assert faults_of_axe(page) == []
    expect(page.locator(".results li").first).to_contain_text("演示银行（虚构）")
    complain(page, running_city)
    page.goto(f"{home}/consents")
    page.get_by_role("button", name="撤回授权").first.click()
    expect(page.get_by_text("授权已经撤回")).to_be_visible()

    sign_in(page, running_city, "bank-clerk")
    page.goto(query)
    expect(page.get_by_text("本人已撤回")).to_be_visible()
    token = str(page.locator("input[name=csrfmiddlewaretoken]").first.get_attribute("value"))
    answer = page.request.post(query, form={"csrfmiddlewaretoken": token}, headers={"referer": query})
    assert answer.status == 403


def test_wrong_roles_find_no_authorised_queries(running_city: str, page: Page):
    sign_in(page, running_city, "auditor")
    for address in ("/workbench/queries", "/workbench/queries/ask"):
        assert page.goto(f"{running_city}{address}").status == 403  # type: ignore[union-attr]
    sign_in(page, running_city, "representative")
    mandate = re.sub(r"\D", "", page.url.rsplit("/", 1)[1])
    assert page.goto(f"{running_city}/my/{int(mandate) + 1}/looked").status == 404  # type: ignore[union-attr]


def test_a_consent_on_paper_counts_once_a_second_officer_confirms_it(running_city: str, page: Page, tmp_path: Path):
    scan = tmp_path / "form.pdf"
    scan.write_bytes(pdf())
    sign_in(page, running_city, "representative")
    company = company_of(page, running_city)
    sign_in(page, running_city, "agency-clerk")
    page.goto(f"{running_city}/workbench/queries/ask?purpose=cooperation")
    page.get_by_label("统一社会信用代码或者公民身份号码").fill(company)
    page.locator("#item-penalty-organisation").check()
    page.locator("#days").fill("10")
    page.locator("#queries").fill("1")
    page.get_by_role("button", name="发出请求").click()
    number = page.url.rsplit("/", 1)[1]

    sign_in(page, running_city, "operator")
    page.goto(f"{running_city}/workbench/window")
    assert faults_of_axe(page) == []
    page.get_by_label("请求编号").fill(number)
    page.get_by_role("button", name="查找请求").click()
    assert faults_of_axe(page) == []
    for identity in ("91450100MA00000000", company):
        page.get_by_label("出示的证件号码").fill(identity)
        page.get_by_label("纸质授权书编号").fill("演示授〔2026〕9号（虚构）")
        page.get_by_label("签名人姓名").fill("梁某（虚构）")
        page.get_by_label("扫描件").set_input_files(scan)
        page.get_by_role("button", name="登记", exact=True).click()
        if identity != company:
            expect(page.get_by_role("alert")).to_contain_text("证件号码与这个请求的本人不符")
            assert faults_of_axe(page) == []
    expect(page.get_by_text("等待另一位工作人员复核")).to_be_visible()

    page.get_by_role("link", name="演示授〔2026〕9号（虚构）").click()
    expect(page.get_by_text("须由另一位工作人员复核")).to_be_visible()
    assert faults_of_axe(page) == []

    sign_in(page, running_city, "office-reviewer")
    page.goto(f"{running_city}/workbench/window")
    page.get_by_role("link", name="演示授〔2026〕9号（虚构）").click()
    assert faults_of_axe(page) == []
    with page.expect_download() as download:
        page.get_by_role("button", name="下载扫描件").click()
    assert download.value.suggested_filename.endswith(".pdf")
    page.get_by_role("button", name="与请求一致，确认生效").click()
    expect(page.get_by_text("授权从现在起生效")).to_be_visible()

    sign_in(page, running_city, "representative")
    page.get_by_role("link", name="授权", exact=True).click()
    page.locator("section[aria-labelledby=granted-title] a").first.click()
    expect(page.get_by_text("服务窗口纸质签署")).to_be_visible()
    assert faults_of_axe(page) == []
    page.get_by_role("button", name="撤回授权").click()
    expect(page.get_by_text("授权已经撤回")).to_be_visible()


def test_a_resident_takes_the_own_report_and_an_officer_reads_by_law(running_city: str, page: Page):
    sign_in(page, running_city, "resident")
    page.get_by_role("link", name="信用报告", exact=True).click()
    assert faults_of_axe(page) == []
    page.get_by_label("您希望看报告的人知道什么").fill("罚款已缴清（虚构）")
    page.get_by_role("button", name="保存说明").click()
    expect(page.get_by_text("说明已保存")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="下载报告（PDF").click()
    number = download.value.suggested_filename.removesuffix(".pdf")
    page.reload()
    expect(page.get_by_role("rowheader", name=number)).to_be_visible()
    page.set_viewport_size({"width": 320, "height": 700})
    assert sideways(page) == 0
    assert faults_of_axe(page) == []
    page.set_viewport_size({"width": 1280, "height": 900})

    page.goto(f"{running_city}/verify?number={number}")
    expect(page.get_by_text("编号真实")).to_be_visible()
    expect(page.get_by_text("姓名已遮盖")).to_have_count(0)
    assert faults_of_axe(page) == []

    sign_in(page, running_city, "officer")
    page.goto(f"{running_city}/workbench/statutory")
    assert faults_of_axe(page) == []
    page.get_by_role("button", name="继续").click()
    assert faults_of_axe(page) == []
    page.get_by_label("公民身份号码或者统一社会信用代码").fill("450100190001010000")
    page.get_by_role("button", name="查询", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("事项编号")
    page.get_by_label("事项编号或者案号").fill("受理〔2026〕1号（虚构）")
    page.get_by_role("button", name="查询", exact=True).click()
    expect(page.get_by_text("没有可以查询的记录")).to_be_visible()
    assert faults_of_axe(page) == []
