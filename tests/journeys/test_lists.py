"""A list from the proposal to the exit: the authority proposes, the company defends, another decides, everyone sees."""

import json
import re
from datetime import timedelta

from playwright.sync_api import Page, expect

from chengxin.base import clock
from tests.journeys.steps import company_of, faults_of_axe, handle, sideways, sign_in
from tests.journeys.test_identity import sign_in_as

LIST, NAME = "intellectual-property", "知识产权领域严重违法失信名单"
DEFENDED = "市场监督管理严重违法失信名单"
VOLUNTEERS, HONOUR = "outstanding-volunteers", "优秀志愿者名单（经本人同意）"


def today(page: Page) -> str:
    return str(page.evaluate("new Date().toLocaleDateString('sv', {timeZone: 'Asia/Shanghai'})"))


def propose(page: Page, city: str, code: str) -> str:
    """Propose the company as the clerk of the authority; the number of the case."""
    sign_in(page, city, "officer")
    page.goto(f"{city}/workbench/lists")
    assert faults_of_axe(page) == []
    page.get_by_role("link", name=f"提出列入“{NAME}”").click()
    page.get_by_role("button", name="提出").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert faults_of_axe(page) == []
    page.get_by_label("统一社会信用代码").fill(code)
    page.get_by_label("事实").fill("故意侵犯注册商标专用权，情节严重（虚构）")
    page.get_by_label("证据", exact=True).fill("虚构市监罚〔2026〕1号")
    page.get_by_role("button", name="提出").click()
    page.wait_for_url(re.compile(r"/cases/\d+$"))
    return page.url.rsplit("/", 1)[1]


def on_list(page: Page, city: str, code: str) -> list[str]:
    """Names on the public list that have the company's code, on the page and in the API."""
    page.goto(f"{city}/lists/{LIST}?q={code}")
    assert faults_of_axe(page) == []
    assert sideways(page) == 0
    shown = page.locator("tbody tr", has_text=code).count()
    told = page.request.get(f"{city}/api/v1/lists/{LIST}/entries", params={"q": code}).json()
    assert told["total"] == shown
    return [entry["name"] for entry in told["items"]]


def refused(page: Page, city: str, username: str, number: str, step: str) -> bool:
    """Whether that person, with a form of their own, is refused the step."""
    sign_in(page, city, username)
    page.goto(f"{city}/accessibility")
    token = page.locator('input[name="csrfmiddlewaretoken"]').first.input_value()
    answer = page.request.post(
        f"{city}/workbench/cases/{number}/steps/{step}",
        form={
            "csrfmiddlewaretoken": token,
            "reason": "虚构",
            "number": "虚构",
            "way": "post",
            "served_on": today(page),
        },
        headers={"Referer": city},
    )
    return answer.status in {403, 404, 409}


def own_case(page: Page, city: str, name: str) -> str:
    """The number of the representative's case about that list, whose page is open then."""
    sign_in(page, city, "representative")
    page.goto(f"{city}/my/")
    page.get_by_role("link", name="我的事项").first.click()
    page.locator('a[href*="/cases/"]', has_text=name).first.click()
    page.wait_for_url(re.compile(r"/cases/\d+$"))
    return page.url.rsplit("/", 1)[1]


def test_another_company_is_proposed_served_and_the_proposal_dropped(running_city: str, page: Page):
    found = page.request.get(f"{running_city}/api/v1/subjects", params={"q": "公司", "size": 20}).json()["items"]
    sign_in(page, running_city, "representative")
    own = company_of(page, running_city)
    code = next(subject["code"] for subject in reversed(found) if subject["code"] != own)
    number = propose(page, running_city, code)
    assert all(refused(page, running_city, who, number, "serve") for who in ("reviewer", "approval-officer", "auditor"))
    handle(page, running_city, "officer", number, "serve", "平台回执1号（虚构）", {"送达日期": today(page)})
    assert all(refused(page, running_city, who, number, "list") for who in ("officer", "reviewer", "operator"))
    assert on_list(page, running_city, code) == []
    handle(page, running_city, "officer", number, "drop", "主体有误（虚构）")


def test_a_company_defends_itself_asks_for_a_hearing_and_is_called_to_it(running_city: str, page: Page):
    city = running_city
    number = own_case(page, city, DEFENDED)
    assert faults_of_axe(page) == []
    part = page.locator('form[action$="/steps/defend"]')
    page.locator("details", has=part).locator("summary").click()
    part.locator("textarea").fill("检验报告合格（虚构）")
    part.get_by_role("button").click()
    expect(page.get_by_text("已办理。")).to_be_visible()
    assert refused(page, city, "reviewer", number, "list")
    handle(page, city, "officer", number, "answer", "报告不是这一批次的，不影响认定（虚构）")
    assert all(refused(page, city, who, number, "list") for who in ("officer", "reviewer"))
    assert all(refused(page, city, who, number, "hold-hearing") for who in ("officer", "officer-second"))
    ask_to_be_heard(page, city, number)

    held_on = (clock.today() + timedelta(days=30)).isoformat()
    where = {"听证时间": f"{held_on}T09:30", "听证地点": "虚构路1号听证室"}
    handle(page, city, "officer", number, "call-hearing", fields=where)
    assert own_case(page, city, DEFENDED) == number
    expect(page.get_by_text(f"{held_on} 09:30 · 虚构路1号听证室")).to_be_visible()
    expect(page.get_by_text("听证通知书").first).to_be_visible()
    assert all(refused(page, city, who, number, "hold-hearing") for who in ("officer", "officer-second"))


def test_a_company_whose_hearing_was_held_by_another_is_listed_and_leaves_the_list(running_city: str, page: Page):
    city = running_city
    number = own_case(page, city, NAME)
    code = company_of(page, city)
    assert all(refused(page, city, who, number, "hold-hearing") for who in ("officer", "reviewer"))
    handle(page, city, "officer-second", number, "hold-hearing", "听证笔录（虚构）")
    decision = {"决定书文号": "虚构市监列字〔2026〕901号"}
    handle(page, city, "reviewer", number, "list", "事实清楚，证据充分（虚构）", decision)
    assert len(on_list(page, city, code)) == 1

    proof = proof_in_my_space(page, city)
    assert checked(page, city, proof)
    assert not checked(page, city, proof.replace("entered", "exited"))
    leave(page, city, code, number)


def ask_to_be_heard(page: Page, city: str, number: str) -> None:
    """The company, whose statement is answered, asks for a hearing within the days of the notice."""
    sign_in(page, city, "representative")
    page.goto(f"{city}/my/")
    page.get_by_role("link", name="我的事项").first.click()
    page.locator(f'a[href$="/cases/{number}"]').first.click()
    expect(page.get_by_text("在此之前不能决定列入")).to_be_visible()
    assert faults_of_axe(page) == []
    part = page.locator('form[action$="/steps/ask-hearing"]')
    summary = page.locator("details", has=part).locator("summary")
    if not part.is_visible():
        summary.click()
    part.locator("textarea").fill("请求听证（虚构）")
    part.get_by_role("button").click()
    expect(page.get_by_text("已办理。")).to_be_visible()


def proof_in_my_space(page: Page, city: str) -> str:
    """What opens the company's own leaf of the public log."""
    sign_in(page, city, "representative")
    page.goto(f"{city}/my/")
    page.get_by_role("link", name="我的名单").click()
    assert faults_of_axe(page) == []
    assert sideways(page) == 0
    page.locator("section", has_text=NAME).get_by_role("link", name="办理过程和公开日志证明").click()
    text = page.locator('[id^="opening-"]').first.input_value()
    assert json.loads(text)["opening"]["salt"]
    return text


def checked(page: Page, city: str, proof: str) -> bool:
    """What the page of the public log says of a proof."""
    page.goto(f"{city}/transparency")
    assert faults_of_axe(page) == []
    assert sideways(page) == 0
    page.get_by_label("粘贴证明").fill(proof)
    page.get_by_role("button", name="核验", exact=True).click()
    expect(page.get_by_role("heading", name="核验结果")).to_be_visible()
    return page.get_by_text("成立：每个散列").count() == 1


def leave(page: Page, city: str, code: str, number: str) -> None:
    """The authority takes the entry off by a court's judgment; nobody is named any more, only the reason counts."""
    sign_in(page, city, "officer")
    page.goto(f"{city}/workbench/cases/{number}")
    page.locator("summary", has_text="提出移出").click()
    page.get_by_label("理由类别").select_option("court")
    page.get_by_label("事实和依据").fill("判决撤销（虚构）")
    page.get_by_role("button", name="提交审核员决定").click()
    page.wait_for_url(re.compile(r"/cases/\d+$"))
    removal = page.url.rsplit("/", 1)[1]
    assert refused(page, city, "officer", removal, "remove")
    handle(page, city, "reviewer", removal, "remove", "按判决执行（虚构）", {"决定书文号": "虚构市监移字〔2026〕901号"})

    assert on_list(page, city, code) == []
    page.goto(f"{city}/lists/{LIST}")
    expect(page.get_by_text("法院裁判或者复议决定 1")).to_be_visible()


def honoured(page: Page, city: str) -> int:
    """How many the list of volunteers shows; the page says that the log leaves as many on it."""
    page.goto(f"{city}/lists/{VOLUNTEERS}")
    assert faults_of_axe(page) == []
    assert sideways(page) == 0
    expect(page.get_by_text("两者相符。")).to_be_visible()
    told = page.request.get(f"{city}/api/v1/lists/{VOLUNTEERS}/entries").json()
    assert told["total"] == page.locator("section", has_text="此刻在名单上").locator("tbody tr").count()
    return int(told["total"])


def test_a_volunteer_is_named_with_consent_alone_and_no_longer_than_it_holds(running_city: str, page: Page):
    city = running_city
    page.set_viewport_size({"width": 320, "height": 700})
    before = honoured(page, city)
    sign_in_as(page, city, "陆某安")
    expect(page.get_by_role("heading", name="陆某安（虚构）")).to_be_visible()
    page.get_by_role("link", name="我的事项").first.click()
    page.get_by_role("link", name=HONOUR).first.click()
    number = page.url.rsplit("/", 1)[1]
    expect(page.get_by_text("公开什么", exact=True)).to_be_visible()
    assert faults_of_axe(page) == []
    assert sideways(page) == 0
    part = page.locator('form[action$="/steps/consent"]')
    page.locator("details", has=part).locator("summary").click()
    part.get_by_role("button").click()
    expect(page.get_by_text("请阅读说明并勾选同意。")).to_be_visible()
    part.get_by_label("我已阅读").check()
    part.get_by_role("button").click()
    expect(page.get_by_text("已办理。")).to_be_visible()
    assert honoured(page, city) == before
    assert refused(page, city, "operator", number, "list")
    decision = {"决定书文号": "南志字〔2026〕902号（虚构）"}
    handle(page, city, "office-reviewer", number, "list", "经核实（虚构）", decision)
    assert honoured(page, city) == before + 1

    sign_in_as(page, city, "陆某安")
    expect(page.get_by_role("heading", name="陆某安（虚构）")).to_be_visible()
    page.get_by_role("link", name="我的名单").first.click()
    assert faults_of_axe(page) == []
    assert sideways(page) == 0
    page.get_by_role("button", name="撤回同意").click()
    expect(page.get_by_text("已撤回同意。")).to_be_visible()
    assert honoured(page, city) == before
    page.goto(f"{city}/transparency")
    expect(page.get_by_text("本人撤回同意").first).to_be_visible()


def test_the_lists_and_the_log_read_in_both_languages(running_city: str, page: Page):
    page.goto(f"{running_city}/lists")
    assert faults_of_axe(page) == []
    assert sideways(page) == 0
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Lists", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="A-grade taxpayers")).to_be_visible()
    assert faults_of_axe(page) == []
    page.get_by_role("link", name="The public log, and checking it").click()
    expect(page.get_by_role("heading", name="Public log")).to_be_visible()
    assert faults_of_axe(page) == []
    log = page.request.get(f"{running_city}/transparency/log.json")
    assert checked_in_english(page, running_city, log.text())


def checked_in_english(page: Page, city: str, content: str) -> bool:
    page.goto(f"{city}/transparency")
    page.get_by_label("Or upload the file").set_input_files(
        {"name": "log.json", "mimeType": "application/json", "buffer": content.encode()}
    )
    page.get_by_role("button", name="Verify", exact=True).click()
    return page.get_by_text("It holds:").count() == 1
