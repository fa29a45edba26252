"""A company and a resident look at what is held about them."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.steps import faults_of_axe, sideways, sign_in


@pytest.mark.parametrize("username", ["representative", "resident"])
def test_a_subject_finds_its_records_with_source_basis_and_history(running_city: str, page: Page, username: str):
    sign_in(page, running_city, username)
    page.get_by_role("link", name="查看每一条").click()
    page.locator(".results a").first.click()

    for term in ("来源", "归集依据", "谁能看到", "公示期依据"):
        expect(page.get_by_role("term").filter(has_text=term).first).to_be_visible()
    expect(page.locator(".timeline li")).not_to_have_count(0)


def test_the_list_keeps_its_filter_in_the_address_and_exports_it(running_city: str, page: Page):
    sign_in(page, running_city, "representative")
    page.get_by_role("link", name="我的记录").click()
    page.get_by_label("谁能看到").select_option("public")
    page.get_by_role("button", name="筛选").click()

    assert "standing=public" in page.url
    with page.expect_download() as download:
        page.get_by_role("link", name="导出为 CSV").click()
    assert download.value.suggested_filename == "records.csv"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("username", ["representative", "resident"])
def test_axe_finds_nothing_in_my_space(running_city: str, page: Page, scheme: str, language: str, username: str):
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    sign_in(page, running_city, username)
    page.context.add_cookies([{"name": "django_language", "value": language, "url": running_city}])
    home = page.url
    page.set_viewport_size({"width": 320, "height": 800})
    found, wide = [], []
    for address in (home, f"{home}/records", f"{home}/cases"):
        page.goto(address)
        found += faults_of_axe(page)
        wide += [page.url] if sideways(page) else []
    page.goto(f"{home}/records")
    page.locator(".results a").first.click()
    found += faults_of_axe(page)

    assert (found, wide) == ([], [])
