"""Inspections: three parties draw, and anyone repeats the draw."""

import json
import re

from playwright.sync_api import Page, expect

from chengxin.regulation.inspections.checking import Finding, check
from tests.journeys.steps import faults_of_axe, sideways, sign_in

PARTIES = ("reviewer", "office-reviewer", "association-officer")


def open_draw(page: Page, city: str, username: str) -> None:
    """The page of the draw that waits for this person's organisation."""
    sign_in(page, city, username)
    page.goto(f"{city}/workbench/inspections")
    assert faults_of_axe(page) == []
    page.locator("section", has_text="等待本单位提交或者公开的抽取").get_by_role("link").first.click()


def test_three_parties_draw_and_anyone_repeats_it(running_city: str, page: Page):
    values: dict[str, str] = {}
    for username in PARTIES:
        open_draw(page, running_city, username)
        page.get_by_role("button", name="随机选一个值").click()
        expect(page.locator("#commitment")).to_have_value(re.compile(r"^[0-9a-f]{64}$"))
        values[username] = page.locator("#chosen-value").input_value()
        assert faults_of_axe(page) == []
        page.get_by_role("button", name="提交承诺").click()
        expect(page.get_by_text("承诺已经收到")).to_be_visible()
    for username in PARTIES:
        open_draw(page, running_city, username)
        page.get_by_label("提交承诺时保存的值").fill(values[username])
        page.get_by_role("button", name="公开", exact=True).click()
        expect(page.get_by_text("您的值已经公开。")).to_be_visible()
    expect(page.locator("h1 .tag")).to_have_text("已抽取")
    page.get_by_role("link", name="公开页面和 DRAW.json").click()
    number = page.locator("h1").inner_text().split()[0]
    assert faults_of_axe(page) == []

    content = page.request.get(f"{running_city}/inspections/draws/{number}.json").text()
    assert check(content).finding is Finding.GOOD
    page.get_by_role("link", name="核验一次抽取").click()
    expect(page.get_by_label("本站抽取的编号")).to_have_value(number)
    page.get_by_role("button", name="核验").click()
    expect(page.get_by_text("成立：总体、承诺、种子")).to_be_visible()
    assert faults_of_axe(page) == []
    wrong = json.loads(content)
    wrong["visits_drawn"].pop()
    page.get_by_label("或者上传您保存的 DRAW.json").set_input_files(
        {"name": "DRAW.json", "mimeType": "application/json", "buffer": json.dumps(wrong).encode()}
    )
    page.get_by_role("button", name="核验").click()
    expect(page.get_by_text("不成立")).to_be_visible()
    for path in ("/inspections", "/inspections/statistics"):
        page.goto(f"{running_city}{path}")
        assert faults_of_axe(page) == []
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(f"{running_city}/inspections/draws/{number}")
    assert sideways(page) == 0
