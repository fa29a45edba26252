"""What every journey does."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def sign_in(page: Page, city: str, username: str) -> None:
    """Sign in by one click as a person of the demo; those who act for someone land in My space."""
    page.context.clear_cookies()
    page.goto(f"{city}/workbench/sign-in")
    page.locator(f'button[name="username"][value="{username}"]').click()
    page.wait_for_url(lambda address: "/sign-in" not in address)


def faults_of_axe(page: Page) -> list[str]:
    """What the accessibility checker finds on the page."""
    found = Axe().run(page).response["violations"]
    return [f"{page.url} {v['id']}: {n['html'][:160]}" for v in found for n in v["nodes"]]


def sideways(page: Page) -> int:
    """By how many pixels the page runs out of the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
