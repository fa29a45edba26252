"""Someone who works with open data: finds a resource, reads its dictionary, takes the files and the statistics."""

import csv
import hashlib
import io
import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.steps import faults_of_axe, sideways

ITEM = "penalty-organisation"
PLACES = ("/open-data", f"/open-data/{ITEM}", "/open-data/statistics")


def test_a_resource_is_found_and_its_file_is_the_one_that_the_page_describes(
    running_city: str, page: Page, tmp_path: Path
):
    page.goto(running_city)
    page.get_by_role("link", name="开放数据").click()
    page.get_by_label("资源名称或者代码").fill("行政处罚")
    page.get_by_role("button", name="查找").click()
    page.get_by_role("link", name="法人行政处罚信息").click()
    expect(page.get_by_role("heading", level=2, name="数据字典")).to_be_visible()
    row = page.locator("tr", has=page.get_by_role("link", name="csv", exact=True))
    with page.expect_download() as download:
        row.get_by_role("link").click()
    file = tmp_path / "open.csv"
    download.value.save_as(file)

    content = file.read_bytes()
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert hashlib.sha256(content).hexdigest() in row.inner_text()
    assert rows and all(len(r["CF_FRDB"]) > 1 and set(r["CF_FRDB"][1:]) == {"*"} for r in rows)
    feed = page.request.get(f"{running_city}/open-data/{ITEM}/changes.jsonl?after=0").text().splitlines()
    assert len([one for one in map(json.loads, feed) if not one["removed"]]) <= len(rows)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_pages_are_sound_on_a_phone_and_in_both_languages(running_city: str, page: Page, language: str):
    page.context.set_extra_http_headers({"Accept-Language": language})
    page.set_viewport_size({"width": 320, "height": 720})
    for place in PLACES:
        page.goto(running_city + place)
        assert faults_of_axe(page) == []
        assert sideways(page) <= 0, place


def test_the_statistics_of_the_last_quarter_are_published(running_city: str, page: Page):
    page.goto(f"{running_city}/open-data/statistics")

    expect(page.get_by_role("heading", name="怎样保护")).to_be_visible()
    assert page.get_by_text("少于 20").count() > 0
