"""A company lets a colleague act on its behalf and takes it back."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from chengxin.base import clock
from tests.journeys.steps import faults_of_axe, sideways, sign_in


def test_a_colleague_takes_an_invitation_up_and_loses_it_at_once(running_city: str, page: Page):
    sign_in(page, running_city, "representative")
    page.get_by_role("link", name="谁可以代表您").click()
    mine = page.url
    invitation = page.locator("section[aria-labelledby=invite-title]")
    invitation.get_by_label("查看信息和查询记录").check()
    invitation.get_by_label("最后一天").fill((clock.today() + timedelta(days=20)).isoformat())
    invitation.get_by_role("button", name="生成邀请码").click()
    code = page.locator("[data-code]").inner_text()

    sign_in(page, running_city, "bank-clerk")
    page.goto(f"{running_city}/my/invitation")
    page.get_by_label("邀请码").fill(code)
    page.get_by_role("button", name="接受").click()
    expect(page.get_by_role("link", name="我的记录")).to_be_visible()
    theirs = page.url

    sign_in(page, running_city, "representative")
    page.goto(mine)
    page.get_by_role("button", name="终止委托").click()
    expect(page.get_by_role("button", name="终止委托")).to_have_count(0)

    sign_in(page, running_city, "bank-clerk")
    answer = page.goto(theirs)
    assert answer is not None
    assert answer.status == 404


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_axe_finds_nothing_on_the_pages_of_delegation(running_city: str, page: Page, scheme: str, language: str):
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    sign_in(page, running_city, "representative")
    page.context.add_cookies([{"name": "django_language", "value": language, "url": running_city}])
    home = page.url
    page.set_viewport_size({"width": 320, "height": 800})
    found, wide = [], []
    for address in (f"{home}/delegates", f"{running_city}/my/invitation", f"{running_city}/workbench/security"):
        page.goto(address)
        found += faults_of_axe(page)
        wide += [page.url] if sideways(page) else []
    sign_in(page, running_city, "agency-clerk")  # who has no second factor yet
    page.goto(f"{running_city}/workbench/security")
    page.locator('form[action$="factor/begin"] button').click()
    found += faults_of_axe(page)
    wide += [page.url] if sideways(page) else []

    assert (found, wide) == ([], [])
