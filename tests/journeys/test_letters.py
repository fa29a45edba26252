"""A company proves an e-mail address, gets a decision, opens its PDF, and the credit office sees the proof of it."""

import email
import json
import re
import time
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.steps import faults_of_axe, handle, sideways, sign_in
from tests.journeys.test_dispute import disputable, file_dispute

ADDRESS = "decisions@company.example.org"


def mails(folder: Path) -> list[str]:
    """The texts of the e-mails that the demo kept as files, to the company's new address."""
    found = []
    for path in sorted((folder / "mail").glob("*.log"), key=lambda p: p.stat().st_mtime):
        for part in path.read_bytes().split(b"-" * 79):
            mail = email.message_from_bytes(part.strip())
            if mail["To"] == ADDRESS:
                found.append(mail.get_payload(decode=True).decode())  # type: ignore[union-attr]
    return found


def awaited(folder: Path, words: str) -> str:
    """The latest e-mail that holds these words, once the worker has sent it."""
    for _ in range(150):
        if fitting := [text for text in mails(folder) if words in text]:
            return fitting[-1]
        time.sleep(0.2)
    raise AssertionError(f"no e-mail with {words}")


def prove_address(page: Page, city: str, folder: Path) -> None:
    page.get_by_role("link", name="发到我的邮箱或手机").click()
    assert faults_of_axe(page) == []
    assert sideways(page) == 0
    page.locator("#email-address").fill(ADDRESS)
    page.locator('form[action$="/email/state"] button').click()
    expect(page.get_by_text("d***@company.example.org")).to_be_visible()
    code = re.search(r"\d{6}", awaited(folder, "验证码"))
    assert code is not None
    assert faults_of_axe(page) == []
    page.locator("#email-code").fill(code[0])
    page.locator('form[action$="/email/confirm"] button').click()
    expect(page.get_by_text("地址已验证")).to_be_visible()


def test_a_company_gets_a_decision_opens_it_and_the_office_sees_the_proof(
    running_city: str, page: Page, city_folder: Path, tmp_path: Path
):
    sign_in(page, running_city, "representative")
    prove_address(page, running_city, city_folder)
    page.goto(f"{running_city}/my/")
    disputable(page)
    case = file_dispute(page)
    number = case.rsplit("/", 1)[1]
    handle(page, running_city, "operator", number, "not-accept", "没有写明哪里不对（虚构）")

    text = awaited(city_folder, "信用信息异议不予受理通知书")
    assert "没有写明" not in text
    link = re.search(r"http://localhost:\d+/my/notices/\d+", text)
    assert link is not None
    sign_in(page, running_city, "representative")
    page.goto(link[0])
    expect(page.get_by_role("heading", name="信用信息异议不予受理通知书")).to_be_visible()
    expect(page.get_by_text("没有写明哪里不对（虚构）")).to_be_visible()
    assert faults_of_axe(page) == []
    with page.expect_download() as fetched:
        page.get_by_role("link", name="下载文书（PDF）").click()
    fetched.value.save_as(tmp_path / "letter.pdf")
    assert (tmp_path / "letter.pdf").read_bytes().startswith(b"%PDF-")
    assert re.fullmatch(r"南信异字〔\d{4}〕\d+号\.pdf", fetched.value.suggested_filename)
    page.goto(f"{running_city}/my/")
    page.get_by_role("link", name="全部通知").click()
    assert faults_of_axe(page) == []

    sign_in(page, running_city, "operator")
    page.goto(f"{running_city}/workbench/cases/{number}")
    page.locator("summary", has_text="送达回证").first.click()
    for words in ("当事人下载", "已阅读", "d***@company.example.org"):
        expect(page.locator("section", has_text="文书与送达").get_by_text(words).first).to_be_visible()
    assert faults_of_axe(page) == []
    with page.expect_download() as fetched:
        page.get_by_role("link", name="下载送达回证").first.click()
    fetched.value.save_as(tmp_path / "proof.json")
    assert "downloaded" in {e["what"] for e in json.loads((tmp_path / "proof.json").read_text())["statement"]["events"]}
    page.get_by_role("link", name="文书送达").click()
    expect(page.get_by_text("d***@company.example.org").first).to_be_visible()
    assert faults_of_axe(page) == []


def test_nobody_else_opens_the_companys_letters(running_city: str, page: Page):
    sign_in(page, running_city, "representative")
    page.get_by_role("link", name="全部通知").click()
    page.locator(".results a").first.click()
    letter = str(page.get_by_role("link", name="下载文书（PDF）").get_attribute("href"))
    notice = page.url

    sign_in(page, running_city, "resident")
    for address in (notice, f"{running_city}{letter}"):
        assert page.request.get(address).status == 404
    assert page.request.get(f"{running_city}/workbench/deliveries").status == 403
