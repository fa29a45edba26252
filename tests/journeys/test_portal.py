"""Anyone at the public site: look up, read, take a signed report and verify it."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

PAGES = [
    "/",
    "/search?q=南宁",
    "/verify",
    "/catalogue",
    "/catalogue/penalty-organisation",
    "/rights",
    "/accessibility",
    "/guide",
    "/guide/department-officer",
    "/policy/unverified",
    "/styleguide",
    "/api/v1/docs",
]


def first_subject(page: Page, city: str) -> str:
    """The address of a subject of the sample city."""
    page.goto(f"{city}/search?q=南宁")
    return str(page.locator(".results a").first.get_attribute("href"))


def test_a_name_is_suggested_while_typing_and_chosen_with_the_keyboard(running_city: str, page: Page):
    page.goto(running_city)
    box = page.get_by_role("combobox")
    box.press_sequentially("南宁", delay=30)
    expect(page.get_by_role("option").first).to_be_visible()
    name = page.get_by_role("option").first.inner_text().splitlines()[0]
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url("**/subjects/*")
    expect(page.get_by_role("heading", level=1)).to_contain_text(name.strip())


def test_a_report_is_downloaded_and_its_file_verified(running_city: str, page: Page, tmp_path: Path):
    page.goto(running_city + first_subject(page, running_city))
    name = page.get_by_role("heading", level=1).inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载信用报告").click()
    report = tmp_path / "report.pdf"
    download.value.save_as(report)

    page.goto(f"{running_city}/verify")
    page.set_input_files("input[type=file]", report)
    page.get_by_role("button", name="核验文件").click()
    expect(page.get_by_role("status")).to_contain_text("未被改动")
    expect(page.locator("main")).to_contain_text(name)
    expect(page.locator("main")).to_contain_text("没有变化")


def test_a_changed_report_is_refused(running_city: str, page: Page, tmp_path: Path):
    page.goto(running_city + first_subject(page, running_city))
    with page.expect_download() as download:
        page.get_by_role("link", name="下载信用报告").click()
    report = tmp_path / "report.pdf"
    download.value.save_as(report)
    content = bytearray(report.read_bytes())
    content[len(content) // 3] ^= 1
    report.write_bytes(content)

    page.goto(f"{running_city}/verify")
    page.set_input_files("input[type=file]", report)
    page.get_by_role("button", name="核验文件").click()
    expect(page.get_by_role("alert")).to_be_visible()


def test_the_language_is_switched_and_the_page_stays(running_city: str, page: Page):
    page.goto(f"{running_city}/search?q=南宁")
    page.get_by_role("button", name="English").click()
    assert page.url.endswith("/search?q=%E5%8D%97%E5%AE%81")
    expect(page.get_by_role("heading", level=1)).to_have_text("Look up credit")


def test_dark_colours_are_kept_on_the_next_page(running_city: str, page: Page):
    page.goto(running_city)
    page.get_by_role("button", name="深色").click()
    page.goto(f"{running_city}/rights")
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_looking_up_works_without_scripts(running_city: str, browser: Browser):
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(running_city)
    page.locator("input[name=q]").fill("南宁")
    page.get_by_role("button", name="查询").click()
    page.locator(".results a").first.click()
    expect(page.get_by_role("link", name="下载信用报告")).to_be_visible()
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_axe_finds_nothing_and_nothing_runs_sideways_on_a_phone(
    running_city: str, page: Page, theme: str, language: str
):
    cookies = {"theme": theme, "django_language": language}
    page.context.add_cookies([{"name": k, "value": v, "url": running_city} for k, v in cookies.items()])
    page.set_viewport_size({"width": 360, "height": 740})
    found: list[str] = []
    for address in [*PAGES, first_subject(page, running_city)]:
        page.goto(running_city + address)
        violations = Axe().run(page).response["violations"]
        found += [f"{address} {v['id']}: {n['html'][:160]}" for v in violations for n in v["nodes"]]
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found += [f"{address} runs {wide}px sideways"] if wide else []
    assert found == []
