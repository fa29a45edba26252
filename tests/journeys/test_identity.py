"""Signing in through the demo's identity provider, and with a passkey."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from chengxin.base import clock
from chengxin.registry.accounts.tests.factories import MARKET_SUPERVISION
from tests.journeys.steps import faults_of_axe, sideways

OFFICER, PASSWORD = "officer-with-passkey", "correct horse battery"


def sign_in_as(page: Page, city: str, name: str) -> None:
    """Through the identity provider, as one of its fictional people who agrees."""
    page.context.clear_cookies()
    page.goto(f"{city}/workbench/sign-in")
    page.get_by_role("link", name="通过统一身份认证登录").click()
    page.get_by_role("button", name=name).click()
    page.get_by_role("button", name="同意并继续").click()
    expect(page).not_to_have_url("**/sign-in/**")


def test_a_resident_signs_in_through_the_provider_and_sees_my_space(running_city: str, page: Page):
    found = []
    page.goto(f"{running_city}/workbench/sign-in")
    found += faults_of_axe(page)
    page.get_by_role("link", name="通过统一身份认证登录").click()
    assert page.url.startswith("http://127.0.0.1:")
    found += faults_of_axe(page)
    expect(page.get_by_text("不是真的")).to_be_visible()
    page.get_by_role("button", name="陆某安").click()
    found += faults_of_axe(page)
    expect(page.get_by_text("45**************")).to_be_visible()
    page.get_by_role("button", name="同意并继续").click()

    expect(page.get_by_role("heading", name="陆某安（虚构）")).to_be_visible()
    page.get_by_role("link", name="查看每一条").click()
    expect(page.locator(".results li").first).to_be_visible()
    found += faults_of_axe(page)
    assert found == []


def test_who_refuses_comes_back_without_being_signed_in(running_city: str, page: Page):
    page.goto(f"{running_city}/workbench/sign-in")
    page.get_by_role("link", name="通过统一身份认证登录").click()
    page.get_by_role("button", name="陆某安").click()
    page.get_by_role("button", name="拒绝").click()

    expect(page.get_by_role("alert")).to_contain_text("没有同意这次登录")
    assert faults_of_axe(page) == []
    page.goto(f"{running_city}/my/")
    expect(page).to_have_url(f"{running_city}/workbench/sign-in?next=%2Fmy%2F")


def test_a_representative_signs_in_through_the_provider_and_delegates(running_city: str, page: Page):
    sign_in_as(page, running_city, "潘某华")
    choices = page.locator(".results a")
    expect(choices).to_have_count(2)  # the provider states two companies
    choices.first.click()
    page.get_by_role("link", name="谁可以代表您").click()
    expect(page.locator("main")).to_contain_text("法定代表人（负责人）")
    invitation = page.locator("section[aria-labelledby=invite-title]")
    invitation.get_by_label("查看信息和查询记录").check()
    invitation.get_by_label("最后一天").fill((clock.today() + timedelta(days=20)).isoformat())
    invitation.get_by_role("button", name="生成邀请码").click()
    code = page.locator("[data-code]").inner_text()

    sign_in_as(page, running_city, "唐某静")
    expect(page.get_by_role("heading", name="您已登录，但这里还没有与您有关的事项")).to_be_visible()
    assert faults_of_axe(page) == []
    page.get_by_role("link", name="我有邀请码").click()
    page.get_by_label("邀请码").fill(code)
    page.get_by_role("button", name="接受").click()

    expect(page.get_by_role("link", name="我的记录")).to_be_visible()


@pytest.fixture
def officer(running_city: str, city_folder: Path) -> str:
    """Someone of the market supervision bureau who signs in with a password."""
    command = [sys.executable, "-m", "chengxin.project", "person", "create", OFFICER, "--name", "覃某强（虚构）"]
    place = ["--organisation", MARKET_SUPERVISION, "--role", "department-officer"]
    environment = {**os.environ, "CHENGXIN_DATA": str(city_folder)}
    subprocess.run([*command, *place], env=environment, input=f"{PASSWORD}\n", text=True, check=True)
    return OFFICER


@pytest.fixture
def device(page: Page) -> Iterator[None]:
    """The browser's own virtual authenticator, which verifies whoever touches it."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield
    devtools.detach()


def first_step(page: Page, city: str) -> None:
    page.goto(f"{city}/workbench/sign-in")
    page.locator("#username").fill(OFFICER)
    page.locator("#password").fill(PASSWORD)
    page.locator('form[action$="/sign-in"] button').click()


@pytest.mark.usefixtures("officer", "device")
def test_an_officer_registers_a_passkey_and_signs_in_with_it(running_city: str, page: Page):
    found, wide = [], []

    def look() -> None:
        page.set_viewport_size({"width": 320, "height": 800})
        found.extend(faults_of_axe(page))
        wide.extend([page.url] if sideways(page) else [])
        page.set_viewport_size({"width": 1280, "height": 900})

    first_step(page, running_city)
    page.get_by_role("link", name="登录安全").click()
    look()
    page.get_by_role("link", name="登记通行密钥").click()
    look()
    page.get_by_label("名称").fill("办公室电脑")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.locator("[data-recovery]")).to_have_count(10)
    code = page.locator("[data-recovery]").first.inner_text()
    look()
    page.goto(f"{running_city}/workbench/security/passkeys")
    expect(page.get_by_role("heading", name="办公室电脑")).to_be_visible()
    look()
    page.get_by_role("button", name="退出").click()

    first_step(page, running_city)
    look()
    page.get_by_role("button", name="使用通行密钥").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page).to_have_url(f"{running_city}/workbench/home")
    page.get_by_role("button", name="退出").click()

    without = page.context.browser.new_context(java_script_enabled=False, locale="zh-CN").new_page()  # type: ignore[union-attr]
    first_step(without, running_city)
    expect(without.get_by_role("button", name="使用通行密钥")).to_be_hidden()
    without.get_by_label("验证码或恢复码").fill(code)
    without.get_by_role("button", name="确认").click()
    expect(without).to_have_url(f"{running_city}/workbench/home")
    without.context.close()

    assert (found, wide) == ([], [])
