"""A company signs with its second factor and is heard before a breach is found; an association runs its own letters."""

import re
import subprocess
import time
from base64 import b32decode
from pathlib import Path

from playwright.sync_api import Page, expect

from chengxin.registry.accounts.rules import totp_code
from tests.journeys.steps import company_of, faults_of_axe, handle, sideways, sign_in

CODES: list[str] = []  # recovery codes of the company's representative that no journey used yet


def recovery_code(page: Page, city: str) -> str:
    """A code; the first journey sets an authenticator up on the page for sign-in security, which gives them."""
    if not CODES:
        set_up(page, city)
    return CODES.pop()


def set_up(page: Page, city: str) -> None:
    """Set an authenticator up and keep the recovery codes that it gives."""
    page.goto(f"{city}/workbench/security")
    page.locator('form[action$="/security/factor/begin"] button').click()
    secret = b32decode(page.locator("[data-secret]").inner_text())
    page.locator('input[name="code"]').fill(totp_code(secret, int(time.time()) // 30))
    page.locator('form[action$="/security/factor/confirm"] button').click()
    page.locator("[data-recovery]").first.wait_for()
    CODES.extend(page.locator("[data-recovery]").all_inner_texts())


def signed(page: Page, space: str, letter: str, code: str) -> str:
    """Read and sign the letter; the number of the commitment."""
    page.goto(f"{space}/commitments/sign/{letter}")
    assert faults_of_axe(page) == []
    page.get_by_role("button", name="签署").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("我已阅读全文").check()
    page.get_by_label("验证码或者恢复码").fill(code)
    page.get_by_role("button", name="签署").click()
    page.wait_for_url(re.compile(r"/commitments/CN"))
    assert faults_of_axe(page) == []
    return page.url.rsplit("/", 1)[1]


def saved_letter(page: Page, folder: Path) -> Path:
    with page.expect_download() as download:
        page.get_by_role("link", name="下载签署的承诺书").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def checked_by_anyone(page: Page, city: str, letter: Path) -> None:
    """Poppler and the platform's own page find the letter sound."""
    told = subprocess.run(["pdfsig", "-nocert", str(letter)], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in told
    assert "Total document signed" in told
    page.goto(f"{city}/commitments/check")
    assert faults_of_axe(page) == []
    page.get_by_label("承诺书的 PDF 原文件").set_input_files(letter)
    page.get_by_role("button", name="核验文件").click()
    expect(page.get_by_text("未被改动").first).to_be_visible()


def proposed(page: Page, city: str, number: str) -> str:
    """The officer tells the company that a breach is to be found; the number of the case."""
    sign_in(page, city, "officer")
    page.goto(f"{city}/workbench/commitments?q={number}")
    assert faults_of_axe(page) == []
    page.locator("tbody th a").last.click()
    page.locator("summary", has_text="拟认定未履行并告知").click()
    part = page.locator('form[action$="/breach"]')
    part.get_by_label("实地核查住所属实").check()
    part.get_by_label("事实和理由").fill("实地核查未找到该住所（虚构）")
    part.get_by_role("button", name="告知承诺人").click()
    page.wait_for_url(re.compile(r"/cases/\d+$"))
    assert faults_of_axe(page) == []
    return page.url.rsplit("/", 1)[1]


def company_steps(page: Page, city: str, case_address: str, step: str, text: str) -> None:
    """The company takes a step in its case."""
    sign_in(page, city, "representative")
    page.goto(case_address)
    assert faults_of_axe(page) == []
    part = page.locator(f'form[action$="/steps/{step}"]')
    part.locator("textarea").fill(text)
    part.get_by_role("button").click()
    expect(page.get_by_text("已办理。")).to_be_visible()


def shows(page: Page, public: str, state: str) -> None:
    """The public page of the commitment says where it stands."""
    page.goto(public)
    expect(page.locator("main .tag").first).to_contain_text(state)
    assert faults_of_axe(page) == []


def test_a_company_signs_is_heard_and_found_in_breach_and_every_face_tells_it(
    running_city: str, page: Page, tmp_path: Path
):
    sign_in(page, running_city, "representative")
    space = page.url
    code = company_of(page, running_city)
    number = signed(page, space, "premises-title", recovery_code(page, running_city))
    checked_by_anyone(page, running_city, saved_letter(page, tmp_path))
    public = f"{running_city}/commitments/{number}"
    shows(page, public, "履行中")

    case = proposed(page, running_city, number)
    own = f"{space}/cases/{case}"
    company_steps(page, running_city, own, "state", "门牌更换，住所未变（虚构）")
    handle(page, running_city, "officer", case, "order-rectification", "请补交证明并接受复查（虚构）")
    company_steps(page, running_city, own, "report-mended", "已补交（虚构）")
    handle(page, running_city, "officer", case, "forward", "复查仍不符（虚构）")
    shows(page, public, "履行中")
    handle(page, running_city, "reviewer", case, "find-breached", "住所与承诺不符（虚构）")

    shows(page, public, "未履行")
    assert page.request.get(f"{running_city}/api/v1/commitments/{number}").json()["state"] == "not-performed"
    records = page.request.get(f"{running_city}/api/v1/subjects/{code}/records?item=commitment&size=200").json()
    mine = next(r for r in records["items"] if r["fields"]["COMMITMENT_NUMBER"] == number)
    assert mine["fields"]["PERFORMANCE"] in {"未履行", "Not kept"}
    sign_in(page, running_city, "officer")
    page.goto(f"{running_city}/workbench/inbox")
    expect(page.get_by_text("依法撤销登记").first).to_be_visible()


def test_an_association_drafts_the_office_approves_and_a_member_signs(running_city: str, page: Page):
    sign_in(page, running_city, "association-officer")
    page.goto(f"{running_city}/workbench/association/letters?from=agency-model")
    assert faults_of_axe(page) == []
    page.get_by_label("事项", exact=True).fill("明码标价自律（虚构）")
    page.get_by_role("button", name="提交市信用办审核").click()
    page.wait_for_url(re.compile(r"/cases/\d+$"))
    handle(page, running_city, "operator", page.url.rsplit("/", 1)[1], "approve")

    sign_in(page, running_city, "association-officer")
    page.goto(f"{running_city}/workbench/association/members")
    assert faults_of_axe(page) == []
    sign_in(page, running_city, "representative")
    space = page.url
    page.goto(f"{space}/commitments")
    assert faults_of_axe(page) == []
    page.get_by_role("button", name="接受", exact=True).click()
    page.get_by_role("link", name="明码标价自律（虚构）").click()
    letter = page.url.rsplit("/", 1)[1]
    code = recovery_code(page, running_city)
    number = signed(page, space, letter, code)

    page.goto(f"{running_city}/commitments/{number}")
    expect(page.get_by_text("不是行政处罚").first).to_be_visible()
    page.goto(f"{running_city}/commitments?kind=industry")
    expect(page.locator("tbody tr")).to_have_count(2)
    assert faults_of_axe(page) == []


def test_a_resident_ends_the_publication_of_their_commitment(running_city: str, page: Page):
    sign_in(page, running_city, "resident")
    page.goto(f"{page.url}/commitments")
    page.locator("section[aria-labelledby=mine-title] a").first.click()
    assert faults_of_axe(page) == []
    public = f"{running_city}/commitments/{page.url.rsplit('/', 1)[1]}"
    own = page.url
    assert page.goto(public).status == 200  # type: ignore[union-attr]
    expect(page.locator("main")).to_contain_text("周*")

    page.goto(own)
    page.get_by_role("button", name="停止公开").click()
    expect(page.get_by_text("已经停止公开。")).to_be_visible()
    assert page.goto(public).status == 404  # type: ignore[union-attr]


def test_wrong_roles_find_no_commitments_to_handle(running_city: str, page: Page):
    for username in ("auditor", "bank-clerk"):
        sign_in(page, running_city, username)
        for address in ("commitments", "association/letters", "association/members"):
            assert page.goto(f"{running_city}/workbench/{address}").status == 403  # type: ignore[union-attr]
    sign_in(page, running_city, "officer")
    assert page.goto(f"{running_city}/workbench/association/letters").status == 403  # type: ignore[union-attr]


def test_the_public_pages_fit_a_telephone(running_city: str, page: Page):
    page.set_viewport_size({"width": 320, "height": 700})
    for address in ("commitments", "commitments/letters", "commitments/letters/food-licence-site", "commitments/check"):
        page.goto(f"{running_city}/{address}")
        assert sideways(page) <= 0
        assert faults_of_axe(page) == []
