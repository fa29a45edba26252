"""Inspections: three parties draw and anyone repeats it; an inspector works without a network, another publishes."""

import io
import json
import re
from datetime import datetime
from zoneinfo import ZoneInfo

from PIL import Image
from playwright.sync_api import Page, expect

from chengxin.regulation.inspections.checking import Finding, check
from tests.journeys.steps import faults_of_axe, handle, reloaded, sideways, sign_in

PARTIES = ("reviewer", "office-reviewer", "association-officer")


def photo() -> bytes:
    """A small picture, as a phone would take."""
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "gray").save(made, "JPEG")
    return made.getvalue()


def open_draw(page: Page, city: str, username: str) -> None:
    """The page of the draw that waits for this person's organisation."""
    sign_in(page, city, username)
    page.goto(f"{city}/workbench/inspections")
    assert faults_of_axe(page) == []
    page.locator("section", has_text="等待本单位提交或者公开的抽取").get_by_role("link").first.click()


def test_three_parties_draw_and_anyone_repeats_it(running_city: str, page: Page):
    values: dict[str, str] = {}
    for username in PARTIES:
        open_draw(page, running_city, username)
        page.get_by_role("button", name="随机选一个值").click()
        expect(page.locator("#commitment")).to_have_value(re.compile(r"^[0-9a-f]{64}$"))
        values[username] = page.locator("#chosen-value").input_value()
        assert faults_of_axe(page) == []
        page.get_by_role("button", name="提交承诺").click()
        expect(page.get_by_text("承诺已经收到")).to_be_visible()
    for username in PARTIES:
        open_draw(page, running_city, username)
        page.get_by_label("提交承诺时保存的值").fill(values[username])
        page.get_by_role("button", name="公开", exact=True).click()
        expect(page.get_by_text("您的值已经公开。")).to_be_visible()
    expect(page.locator("h1 .tag")).to_have_text("已抽取")
    page.get_by_role("link", name="公开页面和 DRAW.json").click()
    number = page.locator("h1").inner_text().split()[0]
    assert faults_of_axe(page) == []

    content = page.request.get(f"{running_city}/inspections/draws/{number}.json").text()
    assert check(content).finding is Finding.GOOD
    page.get_by_role("link", name="核验一次抽取").click()
    expect(page.get_by_label("本站抽取的编号")).to_have_value(number)
    page.get_by_role("button", name="核验").click()
    expect(page.get_by_text("成立：总体、承诺、种子")).to_be_visible()
    assert faults_of_axe(page) == []
    wrong = json.loads(content)
    wrong["visits_drawn"].pop()
    page.get_by_label("或者上传您保存的 DRAW.json").set_input_files(
        {"name": "DRAW.json", "mimeType": "application/json", "buffer": json.dumps(wrong).encode()}
    )
    page.get_by_role("button", name="核验").click()
    expect(page.get_by_text("不成立")).to_be_visible()
    matters = {place[0]: place[3] for place in json.loads(content)["population"]}
    if any(len(matters[visit["token"]]) > 1 for visit in json.loads(content)["visits_drawn"]):
        a_joint_visit(page, running_city, number)  # one draw in sixty falls on no object of both departments
    the_inspected_answers(page, running_city)
    for path in ("/inspections", "/inspections/statistics"):
        page.goto(f"{running_city}{path}")
        assert faults_of_axe(page) == []
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(f"{running_city}/inspections/draws/{number}")
    assert sideways(page) == 0


def a_joint_visit(page: Page, city: str, draw: str) -> None:
    """Two departments on one visit: each looks at its own matter, the lead hands in for both."""
    sign_in(page, city, "approval-officer")
    page.goto(f"{city}/workbench/inspections/visits?draw={draw}&mine=1&state=assigned")
    rows = page.locator("tbody tr", has_text="许可条件保持情况检查").filter(has_text="食品销售监督检查")
    reloaded(page, lambda: rows.count() > 0)  # a task assigns what was drawn
    visit = str(rows.get_by_role("link").first.get_attribute("href"))
    for username, matter in (("approval-officer", "许可条件保持情况检查"), ("officer", "食品销售监督检查")):
        sign_in(page, city, username)
        page.goto(city + visit)
        assert faults_of_axe(page) == []
        part = page.locator("form > fieldset", has=page.locator("select")).filter(has_text=matter).first
        for answer in part.get_by_label("符合", exact=True).all():
            answer.check()
        part.get_by_label("检查结果").select_option("no-problem")
        page.get_by_label("检查日期").fill(datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat())  # noqa: TID251
        page.get_by_label("键入姓名").check()
        page.get_by_label("姓名，或者拒绝签名的情况").fill("王某（虚构）")
        if username == "officer":
            page.get_by_role("button", name="提交检查结果").click()
        else:
            saves_a_part(page, city)
    expect(page.get_by_text("结果已提交，等待另一名审核员审核公示。")).to_be_visible()
    assert page.locator("dd", has_text="符合").count() > 2, "what both departments wrote down is there"


def saves_a_part(page: Page, city: str) -> None:
    """An inspector of another department than the lead is offered to save, not to hand in; asked all the same: refused.

    What was entered stays. The page for phones says the same.
    """
    hand_in = page.get_by_role("button", name="提交检查结果")
    expect(page.get_by_text("联合检查的结果由")).to_be_visible()
    expect(hand_in).to_have_count(0)
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("已保存，牵头单位的检查人员可以看到。")).to_be_visible()
    address, number = page.url, page.locator("dd").first.inner_text()
    page.goto(f"{city}/workbench/inspections/onsite")
    page.locator("[data-list] li", has_text=number).get_by_role("button").click()
    expect(page.get_by_text("联合检查的结果由牵头单位的检查人员提交。")).to_be_visible()
    expect(hand_in).to_have_count(0)
    assert faults_of_axe(page) == []
    page.get_by_role("button", name="保存，回到任务列表").click()
    expect(page.locator("[data-list] li", has_text=number)).to_be_visible()
    page.goto(address)
    forged = "form => form.insertAdjacentHTML('beforeend', '<button name=finish value=1>提交检查结果</button>')"
    page.locator("form", has=page.get_by_label("检查日期")).evaluate(forged)
    hand_in.click()
    expect(page.locator(".error-summary")).to_contain_text("由牵头单位的检查人员提交")


def the_inspected_answers(page: Page, city: str) -> None:
    """From My space the inspected sees what was found, the record of it, and says what it mended."""
    sign_in(page, city, "inspected")
    page.get_by_role("link", name="随机抽查", exact=True).click()
    expect(page.get_by_text("发现问题责令改正")).to_be_visible()
    assert faults_of_axe(page) == []
    page.get_by_role("link", name="看这条记录，不对的提出异议").click()
    expect(page.get_by_role("link", name="提出异议")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="整改和复查").click()
    expect(page.locator("dd", has_text="被检查对象")).to_be_visible()
    assert faults_of_axe(page) == []
    page.get_by_label("理由").fill("已下架并销毁（虚构）")
    page.get_by_role("button", name="提交整改情况").click()
    expect(page.locator("dd", has_text="等待复查")).to_be_visible()


def fill(page: Page) -> None:
    """Write down a visit on the phone: everything in order, a photo, a signature by hand."""
    expect(page.locator(".onsite-check").first).to_be_visible()
    for group in page.locator(".onsite-check").all():
        group.get_by_label("符合", exact=True).check()
    for result in page.get_by_label("检查结果").all():
        result.select_option("no-problem")
    page.get_by_label("检查日期").fill(datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat())  # noqa: TID251
    page.get_by_label("照片").set_input_files({"name": "front.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    expect(page.locator("[data-photos]")).to_have_text("已保存照片：1")
    page.get_by_label("手写签名").check()
    page.get_by_role("button", name="使用这个签名").click()
    expect(page.get_by_text("还没有签名，请先在框内签名。")).to_be_visible()
    box = page.locator("canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 70, steps=4)
    page.mouse.up()
    page.get_by_role("button", name="使用这个签名").click()
    expect(page.get_by_text("签名已保存。")).to_be_visible()
    page.get_by_label("姓名，或者拒绝签名的情况").fill("黄某（虚构）")  # after the drawing, as the page asks for it
    page.get_by_label("姓名，或者拒绝签名的情况").blur()


def is_kept(page: Page, number: str) -> None:
    """Photo, signature and name are told as kept when the visit is opened again; so is the page, without a network."""
    expect(page.locator("#onsite")).to_have_attribute("data-kept", "yes")
    page.locator("[data-list] li", has_text=number).get_by_role("button").click()
    expect(page.locator("[data-photos]")).to_have_text("已保存照片：1")
    expect(page.get_by_text("签名已保存。")).to_be_visible()
    expect(page.get_by_label("姓名，或者拒绝签名的情况")).to_have_value("黄某（虚构）")


def another_phone_answers(page: Page, city: str) -> None:
    """What is written on a second phone stands in the form that is open on the first one after a sync."""
    assert page.context.browser is not None
    with page.context.browser.new_context(locale="zh-CN", storage_state=page.context.storage_state()) as second:
        other = second.new_page()
        other.goto(f"{city}/workbench/inspections/onsite")
        expect(other.locator("[data-state]")).to_have_attribute("data-waiting", "0")
        for phone in (page, other):
            phone.locator("[data-list] li").get_by_role("button").first.click()
        with other.expect_response(lambda answer: answer.url.endswith("/entries") and answer.ok):
            other.locator(".onsite-check").first.get_by_label("不符合", exact=True).check()
        page.get_by_role("button", name="现在同步").click()
        expect(page.locator(".onsite-check").first.get_by_label("不符合", exact=True)).to_be_checked()


def test_an_inspector_works_without_a_network_and_another_official_publishes(running_city: str, page: Page):
    page.set_viewport_size({"width": 320, "height": 800})
    sign_in(page, running_city, "officer")
    page.goto(f"{running_city}/workbench/inspections/onsite")
    expect(page.locator("#onsite")).to_have_attribute("data-kept", "yes")
    expect(page.locator("[data-state]")).to_have_attribute("data-waiting", "0")
    assert faults_of_axe(page) == []
    another_phone_answers(page, running_city)

    page.context.set_offline(True)
    page.reload()
    # Only what the device keeps has buttons: before it is shown, the page holds the list that the server wrote.
    line = page.locator("[data-list] li", has=page.get_by_role("button")).first
    number = line.locator("p").inner_text().split(" · ")[0]
    line.get_by_role("button").click()
    fill(page)
    assert faults_of_axe(page) == [] and sideways(page) == 0
    today = page.get_by_label("检查日期").input_value()
    page.get_by_label("检查日期").fill("2099-01-01")
    page.get_by_role("button", name="提交检查结果").click()
    expect(page.get_by_text("联网后自动提交结果。")).to_be_visible()

    page.context.set_offline(False)  # a day that is not yet: refused, kept on the device with its reason, then mended
    unsent = page.locator("[data-unsent]")
    expect(unsent.locator("[data-what]").filter(has_text="检查日期")).to_be_visible()
    expect(unsent).to_contain_text("先处理这次检查的其他各项")
    assert faults_of_axe(page) == [] and sideways(page) == 0
    page.context.set_offline(True)
    page.get_by_label("检查日期").fill(today)
    page.get_by_label("检查日期").blur()
    expect(unsent.locator("[data-what]").filter(has_text="检查日期")).to_have_count(0)
    page.reload()
    expect(page.locator("[data-state]")).not_to_have_attribute("data-waiting", "0")
    is_kept(page, number)
    page.get_by_role("button", name="清除本机数据").click()
    expect(page.get_by_text("还有没同步的内容，不能清除。")).to_be_visible()

    page.context.set_offline(False)
    expect(page.locator("[data-state]")).to_have_attribute("data-waiting", "0")
    expect(page.locator("#onsite")).not_to_contain_text(number)
    expect(page.locator("[data-state]")).to_contain_text("结果已提交，等待审核公示。")
    page.get_by_role("button", name="清除本机数据").click()

    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{running_city}/workbench/inspections/visits")
    assert faults_of_axe(page) == []
    page.get_by_role("link", name=number).click()
    expect(page.locator("h1 .tag")).to_have_text("结果已提交，等待审核公示")
    assert faults_of_axe(page) == []
    page.get_by_role("link", name="审核和办理过程").click()
    case = page.url.rsplit("/", 1)[1]
    handle(page, running_city, "reviewer", case, "publish")
    expect(page.get_by_text("手写签名 黄某（虚构）")).to_be_visible()
    code = page.locator("dd .quiet").first.inner_text()
    told = page.request.get(f"{running_city}/subjects/{code}").text()
    assert f"{number}-1" in told
