"""Evaluation as people meet it: a model that anyone reads, a company's grade, a resident's benefits."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.steps import faults_of_axe, handle, sideways, sign_in

MODEL = "/evaluation/models/enterprise-1"


def sound(page: Page) -> None:
    assert faults_of_axe(page) == []
    assert sideways(page) <= 0, page.url


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_anyone_reads_what_a_model_counts_on_a_phone(running_city: str, page: Page, language: str):
    page.context.set_extra_http_headers({"Accept-Language": language})
    page.set_viewport_size({"width": 320, "height": 720})
    for place in ("/evaluation/models", "/evaluation/benefits", MODEL, "/evaluation/models/transport-1"):
        page.goto(running_city + place)
        sound(page)


def test_a_company_sees_its_reasons_and_previews_a_repair(running_city: str, page: Page):
    sign_in(page, running_city, "representative")
    page.get_by_role("link", name="信用评价").click()
    sound(page)
    page.get_by_role("link", name="企业公共信用综合评价").click()
    expect(page.get_by_role("heading", name="怎样升到上一级")).to_be_visible()
    page.set_viewport_size({"width": 320, "height": 720})
    sound(page)

    page.get_by_role("link", name="如果修复会怎样").first.click()

    expect(page.get_by_role("heading", name="如果这条记录修复")).to_be_visible()
    sound(page)
    page.get_by_role("link", name="对这条依据提出异议").first.click()
    expect(page).to_have_url(re.compile("/dispute$"))


def test_a_resident_asks_after_notice_and_withdraws(running_city: str, page: Page):
    sign_in(page, running_city, "resident")
    page.get_by_role("link", name="守信便利").click()
    sound(page)
    page.get_by_role("link", name="居民守信便利").click()
    page.get_by_role("button", name="签名并申请").click()
    expect(page.get_by_role("alert")).to_be_visible()
    sound(page)
    page.get_by_label("我已阅读告知书").check()
    page.get_by_label("我已阅读并同意").check()
    page.get_by_label("签名").fill("周某某（虚构）")
    page.get_by_role("button", name="签名并申请").click()
    expect(page.get_by_text("您可以享受").first).to_be_visible()
    sound(page)

    page.get_by_role("button", name="撤回并删除结果").click()

    expect(page.get_by_text("结果已经删除")).to_be_visible()
    assert page.get_by_text("已申请", exact=True).count() == 0


def test_a_model_goes_from_draft_to_publication_by_two_officials_and_its_figures_lead_to_records(
    running_city: str, page: Page
):
    sign_in(page, running_city, "operator")
    page.goto(f"{running_city}/workbench/evaluation/models")
    sound(page)
    page.get_by_role("button", name="提交 enterprise-2").click()
    number = page.url.rsplit("/", 1)[1]
    page.get_by_text("试算模型草案").first.click()
    page.get_by_role("button", name="试算模型草案").click()
    expect(page.get_by_text("已排队试算")).to_be_visible()
    expect(page.get_by_role("heading", name="为什么变化")).to_be_visible(timeout=60_000)  # the page comes by itself
    sound(page)
    page.get_by_role("link", name="看完整对比").click()
    sound(page)

    handle(page, running_city, "office-reviewer", number, "approve", "谁变动、为什么都清楚（虚构）")
    sound(page)
    handle(page, running_city, "operator", number, "publish")
    page.goto(f"{running_city}/evaluation/models")
    expect(page.get_by_role("row", name="enterprise-2")).to_contain_text("尚未生效")
    expect(page.get_by_role("row", name="enterprise-1")).to_contain_text("生效")

    page.goto(f"{running_city}/workbench/evaluation/runs")
    sound(page)
    page.get_by_role("row", name="正式").first.get_by_role("link").first.click()
    sound(page)
    page.locator('a[href*="/subjects?grade="]').first.click()
    page.get_by_label("等级", exact=True).select_option("any")
    page.get_by_label("分组", exact=True).select_option(index=1)
    page.get_by_role("button", name="筛选").click()
    page.set_viewport_size({"width": 320, "height": 720})
    sound(page)
    page.get_by_role("rowheader").get_by_role("link").first.click()
    expect(page.get_by_text("这次查看已记入查询记录")).to_be_visible()
    sound(page)
    for username in ("officer", "bank-clerk"):
        sign_in(page, running_city, username)
        for place in ("models", "runs", "offers"):
            answer = page.goto(f"{running_city}/workbench/evaluation/{place}")
            assert answer is not None and answer.status == 403
