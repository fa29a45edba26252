"""A repair on the running city: every face follows at once, those who received the record are told and acknowledge; an
application through the national site goes there and back.
"""

import subprocess
import sys
import time
from typing import Any

from playwright.sync_api import Page, expect

from chengxin.intake.exchange.tests.peers import consumer_peer
from chengxin.project.national_site import NationalSite
from tests.journeys.steps import company_of, faults_of_axe, handle, reloaded, sideways, sign_in, wait_for
from tests.journeys.systems import ITEM, System, fined
from tests.journeys.test_repair import apply, repairable

CONSUMER = "南宁市市场监督管理局"


def faces(page: Page, city: str, code: str, earlier: dict[str, Any]) -> dict[str, int]:
    """What each open face shows of the company now: how many records."""
    get = page.request.get
    return {
        "page": get(f"{city}/subjects/{code}").text().count('<article class="record"'),
        "csv": len(get(f"{city}/subjects/{code}/records.csv").text().splitlines()) - 1,
        "records": get(f"{city}/api/v1/subjects/{code}/records").json()["total"],
        "report": sum(part["records"] for part in get(f"{city}/api/v1/subjects/{code}/report").json()["summary"]),
        "changed since": len(get(f"{city}/api/v1/verify", params=earlier).json()["changes"]),
    }


def issued(page: Page, city: str, code: str) -> dict[str, Any]:
    """The number of a report that is issued now."""
    answer = page.request.get(f"{city}/api/v1/subjects/{code}/report.pdf")
    name = answer.headers["content-disposition"].split('"')[1].removesuffix(".pdf")
    return {"number": name}


def registered_peer(page: Page, city: str, address: str) -> str:
    """Register the consumer's address as the administrator; its secret."""
    sign_in(page, city, "administrator")
    page.goto(f"{city}/workbench/consumers")
    assert faults_of_axe(page) == []
    page.get_by_label("单位", exact=True).select_option(label=CONSUMER)
    page.get_by_label("地址（https）").fill(address)
    page.get_by_role("button", name="登记并生成密钥").click()
    assert faults_of_axe(page) == []
    return page.locator("[data-secret]").inner_text()


def test_a_repair_is_everywhere_within_a_second_and_the_receivers_system_acknowledges(
    running_city: str, page: Page, system: System
):
    with consumer_peer() as peer:
        peer.secret = registered_peer(page, running_city, peer.address)
        sign_in(page, running_city, "representative")
        code = company_of(page, running_city)
        fined(system, page.locator("h1").inner_text(), code, "南市监罚〔2026〕撤1号（虚构）")
        system.read(f"/api/v1/subjects/{code}/records?size=200")
        earlier = issued(page, running_city, code)
        page.goto(f"{running_city}/my/")
        repairable(page)
        key = page.url.rsplit("/", 1)[1]
        number = apply(page).rsplit("/", 1)[1]
        handle(page, running_city, "operator", number, "forward")
        handle(page, running_city, "officer", number, "verify", "已核实缴款和整改（虚构）")
        sign_in(page, running_city, "reviewer")
        before = faces(page, running_city, code, earlier)
        page.goto(f"{running_city}/workbench/cases/{number}")
        part = page.locator('form[action$="/steps/grant"]')
        if not part.is_visible():
            page.locator("details", has=part).locator("summary").click()
        told_before = len(peer.taken)  # of what other matters did to the company's records
        with page.expect_response(lambda r: r.request.method == "POST"):
            part.get_by_role("button").click()
        decided = time.monotonic()
        after = faces(page, running_city, code, earlier)
        took = time.monotonic() - decided

        told = {"page", "csv", "records", "report"}
        assert {name: before[name] - after[name] for name in told} == dict.fromkeys(told, 1)
        print(f"five faces read {took:.2f} s after the decision")
        assert took < 1.0

        while (
            not any(one["data"]["record"] == key for one in peer.taken[told_before:])
            and time.monotonic() - decided < 30
        ):
            time.sleep(0.05)
        print(f"the receiver's system acknowledged {time.monotonic() - decided:.2f} s after the decision")
        assert peer.forged == 0
        assert [one["type"] for one in peer.taken[told_before:] if one["data"]["record"] == key] == ["record.repaired"]
        row = [one for one in system.read("/api/v1/changes?size=200")["items"] if one["record"] == key][-1]
        assert (row["change"], row["takedown"]) == ("repaired", True)
    expect_published(page, running_city)


def expect_published(page: Page, city: str) -> None:
    """The public page tells of the takedown, on a telephone too."""
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(f"{city}/takedowns")
    waiting, rows = page.locator("[data-waiting]"), page.locator("tbody tr")
    reloaded(page, lambda: waiting.inner_text() == "0" and rows.count() > 0)
    assert faults_of_axe(page) == []
    assert sideways(page) == 0


def test_an_application_goes_from_the_national_site_to_the_city_and_back(
    running_city: str, page: Page, system: System, national_site: NationalSite, city_environment: dict[str, str]
):
    sign_in(page, running_city, "representative")
    code = company_of(page, running_city)
    fined(system, page.locator("h1").inner_text(), code, "南市监罚〔2026〕国1号（虚构）")
    page.goto(f"{running_city}/my/")
    repairable(page)
    document = page.get_by_text("决定书文号").locator("xpath=following-sibling::dd[1]").first.inner_text()
    (number,) = national_site.apply({"item": ITEM, "subject": code, "document_number": document})

    command = [sys.executable, "-m", "chengxin.project", "national", "meet"]
    subprocess.run(command, env=city_environment, check=True, stdout=subprocess.DEVNULL)
    wait_for(lambda: any(national_site.results.values()))
    assert [r.accepted for r in next(iter(national_site.results.values()))] == [True]

    sign_in(page, running_city, "operator")
    page.goto(f"{running_city}/workbench/inbox")
    page.locator('a[href*="/cases/"]').first.wait_for()
    case = max(
        (str(a.get_attribute("href")) for a in page.locator('a[href*="/workbench/cases/"]').all()),
        key=lambda address: int(address.rsplit("/", 1)[1]),
    ).rsplit("/", 1)[1]
    handle(page, running_city, "operator", case, "forward")
    handle(page, running_city, "officer", case, "verify", "已核实（虚构）")
    handle(page, running_city, "reviewer", case, "refuse", "罚款尚未缴清（虚构）")
    wait_for(lambda: len(national_site.applications[number]) == 3)

    assert [row["state"] for row in national_site.applications[number]] == ["verifying", "verified", "refused"]
    assert national_site.applications[number][-1]["reason"] == "罚款尚未缴清（虚构）"
    sign_in(page, running_city, "operator")
    page.goto(f"{running_city}/workbench/packages")
    expect(page.get_by_role("cell", name="已完成").first).to_be_visible()
    assert faults_of_axe(page) == []


def test_the_pages_of_the_exchange_refuse_other_roles(running_city: str, page: Page):
    sign_in(page, running_city, "officer")
    for place in ("consumers", "packages", "training"):
        assert page.goto(f"{running_city}/workbench/{place}").status == 403  # type: ignore[union-attr]
    sign_in(page, running_city, "auditor")
    assert page.goto(f"{running_city}/workbench/changes").status == 403  # type: ignore[union-attr]
