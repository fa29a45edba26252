"""A company registers for repair training and gets its certificate, which anyone can verify."""

import re
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from tests.journeys.steps import faults_of_axe, sideways, sign_in

TITLE = "怎样申请信用修复：实务讲解（虚构）"


def announced(page: Page, city: str) -> str:
    """Announce a course that begins within the minute; its address."""
    sign_in(page, city, "operator")
    page.goto(f"{city}/workbench/training")
    assert faults_of_axe(page) == []
    begins = datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(seconds=75)  # noqa: TID251
    for label, text in {
        "名称（中文）": TITLE,
        "名称（英文）": "Applying for repair, in practice (fictional)",
        "主办单位": "市信用办（虚构）",
        "开始": begins.strftime("%Y-%m-%dT%H:%M"),
        "结束": (begins + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M"),
        "地点或者网址": "市民中心二楼（虚构）",
        "名额": "30",
    }.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="公布").click()
    expect(page.get_by_text("培训已公布。")).to_be_visible()
    assert faults_of_axe(page) == []
    return page.url


def test_a_company_registers_for_training_and_gets_its_certificate(running_city: str, page: Page):
    course = announced(page, running_city)
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(f"{running_city}/training")
    expect(page.get_by_text(TITLE)).to_be_visible()
    assert faults_of_axe(page) == []
    assert sideways(page) == 0
    page.set_viewport_size({"width": 1280, "height": 900})

    sign_in(page, running_city, "representative")
    page.get_by_role("link", name="修复培训").click()
    here = page.locator("li", has_text=TITLE)
    here.get_by_label("参加人姓名").fill("梁某（虚构）")
    here.get_by_role("button", name="报名").click()
    expect(page.get_by_text("已报名。")).to_be_visible()
    assert faults_of_axe(page) == []

    sign_in(page, running_city, "operator")
    page.goto(course)
    while page.get_by_role("button", name="登记到课并出具证明").count() == 0:
        time.sleep(2)
        page.goto(course)
    page.get_by_label(re.compile("梁某（虚构）")).check()
    page.get_by_role("button", name="登记到课并出具证明").click()
    expect(page.get_by_text("已登记到课，出具 1 份证明。")).to_be_visible()

    sign_in(page, running_city, "representative")
    page.get_by_role("link", name="修复培训").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载培训证明").click()
    assert re.fullmatch(r"PX\d{8}-[0-9A-Z]{8}\.pdf", download.value.suggested_filename)
    assert download.value.path().read_bytes().startswith(b"%PDF")
    page.goto(f"{running_city}/training/certificates?number=PX20260101-AAAAAAAA&code=AAAAAAAA")
    expect(page.get_by_text("没有这样的培训证明")).to_be_visible()
    assert faults_of_axe(page) == []
