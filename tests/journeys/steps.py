"""What every journey does."""

import time
from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, Page, expect


def sign_in(page: Page, city: str, username: str) -> None:
    """Sign in by one click as a person of the demo; those who act for someone land in My space."""
    page.context.clear_cookies()
    page.goto(f"{city}/workbench/sign-in")
    page.locator(f'button[name="username"][value="{username}"]').click()
    page.wait_for_url(lambda address: "/sign-in" not in address)


def faults_of_axe(page: Page) -> list[str]:
    """What the accessibility checker finds on the page."""
    try:
        found = Axe().run(page).response["violations"]
    except Error:  # the page that was left is gone while it was looked at: look at the one that came
        page.wait_for_load_state()
        found = Axe().run(page).response["violations"]
    return [f"{page.url} {v['id']}: {n['html'][:160]}" for v in found for n in v["nodes"]]


def sideways(page: Page) -> int:
    """By how many pixels the page runs out of the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def handle(
    page: Page, city: str, username: str, number: str, step: str, reason: str = "", fields: dict[str, str] | None = None
) -> None:
    """Take a step in the case as one of the demo's officials, from their inbox; `fields`: by label."""
    sign_in(page, city, username)
    page.goto(f"{city}/workbench/inbox")
    page.locator(f'table a[href$="/cases/{number}"]').click()
    page.wait_for_url(f"**/cases/{number}")
    assert faults_of_axe(page) == []
    part = page.locator(f'form[action$="/steps/{step}"]')
    if not part.is_visible():
        page.locator("details", has=part).locator("summary").click()
    for label, text in (fields or {}).items():
        part.get_by_label(label).fill(text)
    if reason:
        part.locator("textarea").fill(reason)
    part.get_by_role("button").click()
    expect(page.get_by_text("已办理。")).to_be_visible()


def company_of(page: Page, city: str) -> str:
    """The code of the company that the demo's representative acts for."""
    page.goto(f"{city}/my/")
    name = page.locator("h1").inner_text()
    found = page.request.get(f"{city}/api/v1/subjects", params={"q": name}).json()
    return str(found["items"][0]["code"])


def wait_for(holds: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until it holds: what a task or another process does comes when it comes."""
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() - begun < seconds
        time.sleep(0.2)


def reloaded(page: Page, holds: Callable[[], bool]) -> None:
    """Load the page anew until it shows what a task has done."""
    wait_for(lambda: holds() or (page.reload() is not None and holds()))
