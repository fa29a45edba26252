"""Takes the guide's screenshots from a running demo: `python docs/guide/take_screenshots.py http://localhost:8000`."""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).parent / "images"
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}
THEMES = ("light", "dark")
PUBLIC = (
    ("home", "/"),
    ("search", "/search?q=建筑"),
    ("verify", "/verify"),
    ("catalogue-item", "/catalogue/penalty-organisation"),
    ("registers", "/disclosure"),
    ("lists", "/lists"),
    ("commitments", "/commitments"),
    ("model", "/evaluation/models/enterprise-1"),
    ("inspections", "/inspections"),
    ("quality-public", "/quality"),
    ("open-data", "/open-data"),
)
OFFICER = (
    ("workbench", "/workbench/home"),
    ("inbox", "/workbench/inbox"),
    ("hand-in", "/workbench/hand-in/penalty-organisation"),
    ("check", "/workbench/checks"),
    ("campaign", "/workbench/campaigns/1"),
)
OFFICE = (
    ("quality", "/workbench/quality"),
    ("uncoded", "/workbench/uncoded"),
    ("connectors", "/workbench/connectors"),
    ("subscriptions", "/workbench/subscriptions"),
    ("packages", "/workbench/packages"),
    ("evaluation", "/workbench/evaluation/runs"),
    ("inspection-statistics", "/workbench/inspections/statistics"),
)
SPACE = (("space", ""), ("looked", "/looked"), ("space-checks", "/checks"), ("grades", "/grades"))
COMPANY = sys.argv[2] if len(sys.argv) > 2 else ""


def sign_in(page: Page, city: str, username: str) -> None:
    """Sign in as one of the demo's people."""
    page.goto(f"{city}/workbench/sign-in")
    page.locator(f'button[name="username"][value="{username}"]').click()
    page.wait_for_url(f"{city}/workbench/home")


def with_faults(page: Page, city: str) -> str:
    """The address of the sample hand-in that has rejected rows."""
    sign_in(page, city, "officer")
    page.goto(f"{city}/workbench/submissions")
    row = page.locator("tbody tr").first
    return str(row.locator("a").first.get_attribute("href"))


def shoot(browser: Browser, city: str, size: str, theme: str) -> None:
    """Take all screens in one size and one colour scheme."""
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    context.add_cookies([{"name": "theme", "value": theme, "url": city}])
    page = context.new_page()

    def take(name: str, address: str) -> None:
        page.goto(address if address.startswith(city) else city + address)
        page.screenshot(path=FOLDER / f"{name}-{size}-{theme}.png")

    page.goto(f"{city}/search?q=建筑")
    subject = f"/subjects/{COMPANY}" if COMPANY else page.locator(".results a").first.get_attribute("href")
    for name, address in (*PUBLIC, ("subject", str(subject))):
        take(name, address)
    faults = with_faults(page, city)
    for name, address in (*OFFICER, ("result", faults)):
        take(name, address)
    context.clear_cookies(name="sessionid")
    sign_in(page, city, "operator")
    for name, address in OFFICE:
        take(name, address)
    context.clear_cookies(name="sessionid")
    sign_in(page, city, "auditor")
    take("audit", "/workbench/audit")
    context.clear_cookies(name="sessionid")
    page.goto(f"{city}/workbench/sign-in")
    page.locator('button[name="username"][value="representative"]').click()
    page.wait_for_url(f"{city}/my/*")
    home = page.url
    for name, place in SPACE:
        take(name, home + place)
    context.close()


def main() -> None:
    """Take all screens in all sizes and schemes."""
    city = sys.argv[1].rstrip("/")
    FOLDER.mkdir(exist_ok=True)
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for size in SIZES:
            for theme in THEMES:
                shoot(browser, city, size, theme)
        browser.close()


if __name__ == "__main__":
    main()
