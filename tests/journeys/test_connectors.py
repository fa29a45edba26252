"""A department's front-end database on the running city: tried, pulled, paused; what comes from it goes up to the
region, and what the region returns is a task for the department.
"""

import subprocess
import sys
from pathlib import Path

import psycopg
from playwright.sync_api import Page, expect

from chengxin.base.database import embedded
from chengxin.project.national_site import NationalSite
from tests.journeys.steps import faults_of_axe, handle, reloaded, sideways, sign_in

CODE = "market-penalties"
NUMBER = "南市监罚〔2026〕前置1号（虚构）"
ACCEPTED = "南市监罚〔2026〕前置2号（虚构）"
COPY = """
INSERT INTO xzcf_fr (id, gxsj, xdr_mc, xdr_shxym, frdb, wsh, wfxw, sy, yj, cflb, nr, fk_wy, jdrq)
SELECT %s, now(), xdr_mc, xdr_shxym, frdb, %s, wfxw, sy, yj, cflb, nr, fk_wy, jdrq FROM xzcf_fr WHERE id = 1
"""


def front_end(folder: Path) -> "psycopg.Connection[tuple[object, ...]]":
    """The demo's front-end database, as the department sees it."""
    return psycopg.connect(f"{embedded.start(folder)}", dbname=f"{embedded.DATABASE}_front_end", user=embedded.OWNER)


def test_a_front_end_database_is_tried_paused_and_pulled_and_its_rows_go_up(
    running_city: str, page: Page, city_folder: Path, region_platform: NationalSite, city_environment: dict[str, str]
):
    sign_in(page, running_city, "officer")
    page.goto(f"{running_city}/workbench/connectors")
    assert faults_of_axe(page) == []
    page.get_by_role("link", name="市场监管局行政处罚前置库").click()
    assert faults_of_axe(page) == []
    page.get_by_role("button", name="试连").click()
    expect(page.get_by_role("heading", name="连接成功")).to_be_visible()
    assert faults_of_axe(page) == []
    page.get_by_role("button", name="暂停").click()
    expect(page.get_by_text("已暂停。恢复之前不再拉取。")).to_be_visible()
    page.get_by_role("button", name="恢复拉取").click()

    region_platform.refused[NUMBER] = "处罚金额与处罚内容不符"
    with front_end(city_folder) as database:
        database.execute(COPY, [1000, NUMBER])
        database.execute(COPY, [1001, ACCEPTED])
    page.get_by_role("button", name="立即拉取").click()
    expect(page.get_by_text("已开始拉取，稍后刷新本页查看结果。")).to_be_visible()
    reloaded(page, lambda: page.get_by_role("link", name="xzcf_fr 1000–1001").count() == 1)
    page.set_viewport_size({"width": 320, "height": 800})
    assert sideways(page) == 0
    assert faults_of_axe(page) == []
    page.set_viewport_size({"width": 1280, "height": 900})

    command = [sys.executable, "-m", "chengxin.project", "upward", "report"]
    subprocess.run(command, env=city_environment, check=True, stdout=subprocess.DEVNULL)
    page.goto(f"{running_city}/workbench/inbox")
    returned = page.locator("tr", has_text="自治区平台退回").filter(has_text="法人行政处罚信息")
    link = returned.locator('a[href*="/cases/"]').first
    reloaded(page, lambda: link.count() == 1)
    case = str(link.get_attribute("href")).rsplit("/", 1)[1]
    link.click()
    expect(page.get_by_text("处罚金额与处罚内容不符")).to_be_visible()
    assert region_platform.records

    handle(page, running_city, "officer", case, "contest", "与决定书一致（虚构）")
    handle(page, running_city, "operator", case, "settle")
    page.goto(f"{running_city}/workbench/packages")
    expect(page.get_by_role("cell", name="自治区平台").first).to_be_visible()
    assert faults_of_axe(page) == []


def test_the_credit_office_sees_all_connectors_and_a_bank_none(running_city: str, page: Page):
    sign_in(page, running_city, "operator")
    page.goto(f"{running_city}/workbench/connectors")
    expect(page.get_by_role("link", name="市场监管局行政处罚前置库")).to_be_visible()
    sign_in(page, running_city, "bank-clerk")
    assert page.goto(f"{running_city}/workbench/connectors/{CODE}").status == 403  # type: ignore[union-attr]
