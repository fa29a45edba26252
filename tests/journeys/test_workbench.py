"""Officers at work in a real browser: hand in, watch, mend, send again; by keyboard, on a phone, in both languages."""

import csv
import itertools
from collections.abc import Iterable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from chengxin.faces.workbench.tests.factories import penalty
from tests.journeys.steps import faults_of_axe, sideways, sign_in

NUMBERS = itertools.count(1)
PAGES = {
    "officer": ["home", "inbox", "hand-in", "hand-in/penalty-organisation", "submissions", "lookup"],
    "operator": ["home", "submissions"],
    "auditor": ["home", "audit"],
    "administrator": ["home", "people"],
}


def new_number() -> str:
    """A document number that no other test of this run has."""
    return f"南市监处罚〔2026〕旅程{next(NUMBERS)}号"


def write_csv(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def hand_in(page: Page, city: str, path: Path) -> None:
    page.goto(f"{city}/workbench/hand-in/penalty-organisation")
    page.set_input_files("input[type=file]", path)
    page.get_by_role("button", name="提交", exact=True).click()
    page.wait_for_url("**/workbench/submissions/*")
    expect(page.locator("[data-fresh-result]")).to_be_visible(timeout=60_000)


def figure(page: Page, name: str) -> str:
    return page.locator(f"[data-figure={name}]").inner_text().strip()


def test_an_officer_mends_what_was_rejected_and_sends_it_again(running_city: str, page: Page, tmp_path: Path):
    sign_in(page, running_city, "officer")
    good, bad = penalty(CF_WSH=new_number()), penalty(CF_WSH=new_number(), CF_JDRQ="二〇二六年")
    hand_in(page, running_city, write_csv(tmp_path / "penalties.csv", [good, bad]))
    assert (figure(page, "rows"), figure(page, "accepted"), figure(page, "rejected")) == ("2", "1", "1")

    page.locator("#rule").select_option("type")
    page.get_by_role("button", name="筛选", exact=True).click()
    expect(page.locator("#faults tbody tr")).to_have_count(1)
    assert "rule=type" in page.url

    with page.expect_download() as download:
        page.get_by_role("link", name="下载未通过的行").click()
    rejected = tmp_path / "rejected.xlsx"
    download.value.save_as(rejected)
    mend(rejected, "二〇二六年", "2026-05-09")

    hand_in(page, running_city, rejected)
    assert (figure(page, "rows"), figure(page, "accepted"), figure(page, "rejected")) == ("1", "1", "0")


def mend(path: Path, wrong: str, right: str) -> None:
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value == wrong:
                    cell.value = right
    book.save(path)


def test_a_column_is_assigned_once_and_remembered(running_city: str, page: Page, tmp_path: Path):
    sign_in(page, running_city, "officer")
    title = f"情况说明{next(NUMBERS)}"
    path = write_csv(tmp_path / "first.csv", [penalty(CF_WSH=new_number()) | {title: "无"}])
    hand_in(page, running_city, path)
    assert figure(page, "rejected") == "1"

    if not page.get_by_label(title).is_visible():
        page.locator("#columns summary").click()
    page.get_by_label(title).select_option("BZ")
    page.get_by_role("button", name="按此对应重新提交").click()
    expect(page.locator("[data-fresh-result]")).to_be_visible(timeout=60_000)
    assert figure(page, "accepted") == "1"

    hand_in(page, running_city, write_csv(tmp_path / "next.csv", [penalty(CF_WSH=new_number()) | {title: "无"}]))
    assert figure(page, "accepted") == "1"


def test_everything_can_be_done_with_the_keyboard(running_city: str, page: Page, tmp_path: Path):
    sign_in(page, running_city, "officer")
    page.goto(f"{running_city}/workbench/hand-in/penalty-organisation")
    page.set_input_files("input[type=file]", write_csv(tmp_path / "keys.csv", [penalty(CF_WSH=new_number())]))
    tab_to(page, "button[type=submit]", within="form[data-hand-in]")
    page.keyboard.press("Enter")

    page.wait_for_url("**/workbench/submissions/*")
    expect(page.locator("[data-fresh-result]")).to_be_visible(timeout=60_000)


def tab_to(page: Page, selector: str, *, within: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("(s) => document.activeElement.matches(s)", f"{within} {selector}"):
            return
    raise AssertionError(f"{selector} is not reached by Tab")


def test_without_a_file_the_page_says_so_and_links_to_the_field(running_city: str, page: Page):
    sign_in(page, running_city, "officer")
    page.goto(f"{running_city}/workbench/hand-in/penalty-organisation")
    page.get_by_role("button", name="提交", exact=True).click()

    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.locator("[data-error-summary] a").click()
    expect(page.locator("#file")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_axe_finds_nothing_and_nothing_runs_sideways_on_a_phone(
    running_city: str, page: Page, language: str, scheme: str, tmp_path: Path
):
    page.emulate_media(color_scheme=scheme)
    page.set_extra_http_headers({"Accept-Language": language})
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(f"{running_city}/workbench/sign-in")
    found = faults_of_axe(page)
    found += [f"sign-in runs {sideways(page)}px sideways"] if sideways(page) else []

    for username, path in each_page():
        if path == "home":
            sign_in(page, running_city, username)
        page.goto(f"{running_city}/workbench/{path}")
        found += faults_of_axe(page)
        found += [f"{path} runs {sideways(page)}px sideways"] if sideways(page) else []

    assert found == []


def each_page() -> Iterable[tuple[str, str]]:
    return ((username, path) for username, paths in PAGES.items() for path in paths)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_result_of_a_hand_in(running_city: str, page: Page, scheme: str, tmp_path: Path):
    page.emulate_media(color_scheme=scheme)
    sign_in(page, running_city, "officer")
    bad = penalty(CF_WSH=new_number(), CF_JDRQ="二〇二六年")
    hand_in(page, running_city, write_csv(tmp_path / "axe.csv", [bad]))
    page.locator("#columns summary").click()

    assert faults_of_axe(page) == []
