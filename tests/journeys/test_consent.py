"""A resident consents to a bank's query, sees who looked, withdraws; a second later the bank is refused."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.steps import faults_of_axe, sign_in


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
    page.get_by_role("link", name="投诉这次查询").first.click()
    assert faults_of_axe(page) == []
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
