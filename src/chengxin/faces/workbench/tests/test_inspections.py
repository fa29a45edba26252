"""The pages of inspections: who sees which, and what a phone on site sends."""

import json
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from chengxin.base import clock
from chengxin.faces.workbench.tests.factories import APPROVAL_BUREAU, person
from chengxin.faces.workbench.views import inspection_visits
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Role
from chengxin.regulation.inspections import policy, rules
from chengxin.regulation.inspections.models import Change, Commitment, Draw, Inspector, ObjectEntry, Plan, Visit
from chengxin.regulation.inspections.queries import visits
from chengxin.regulation.inspections.tests import factories

pytestmark = pytest.mark.django_db
PAGES = (
    "inspection-propose", "inspection-objects", "inspectors", "inspection-visits", "inspection-visits-csv",
    "onsite", "onsite-visits", "onsite-worker", "inspection-objects-csv",
)  # fmt: skip


@pytest.fixture
def visit() -> Visit:
    factories.drawn()
    found = Visit.objects.order_by("id").first()
    assert found is not None
    return found


def signed_in(role: Role, **places: str) -> Client:
    client = Client()
    client.force_login(person(role, **places))
    return client


def as_inspector(visit: Visit, *, number: str = "JC900", organisation: str = factories.MARKET) -> Client:
    """A browser in which an inspector of the visit is signed in: the inspector's entry bears this account."""
    user = person(Role.DEPARTMENT_OFFICER, organisation, username=number.lower())
    at_home = accounts.organisation_by_code(organisation)
    assert at_home is not None
    made = Inspector.objects.create(
        number=number,
        name="在册（虚构）",
        organisation_id=at_home.id,
        user_id=user.pk,
        added_at=factories.NOON,
    )
    visit.assignments.create(inspector=made, at=factories.NOON)
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("role", [Role.CREDIT_OFFICE_REVIEWER, Role.AUDITOR, Role.BANK_CLERK, Role.ASSOCIATION_OFFICER])
def test_registers_and_visits_are_the_departments_alone(role: Role):
    client = signed_in(role)

    assert {client.get(reverse(f"workbench:{name}")).status_code for name in PAGES} == {403}


def test_the_pages_of_the_department_open(visit: Visit):
    client = signed_in(Role.DEPARTMENT_OFFICER)

    for name in (*PAGES, "inspections", "inspection-statistics"):
        assert client.get(reverse(f"workbench:{name}")).status_code == 200, name


def test_another_department_finds_neither_plan_nor_visit(visit: Visit):
    elsewhere = signed_in(Role.DEPARTMENT_REVIEWER, organisation=APPROVAL_BUREAU)
    plan = Plan.objects.get()

    assert elsewhere.get(reverse("workbench:inspection-plan", args=[plan.pk])).status_code == 404
    for method, name, arguments in (
        ("get", "inspection-visit", [visit.pk]),
        ("post", "inspection-visit", [visit.pk]),
        ("post", "onsite-entries", [visit.pk]),
        ("post", "onsite-finish", [visit.pk]),
        ("post", "onsite-file", [visit.pk, uuid4()]),
        ("get", "inspection-file", [visit.pk, uuid4()]),
        ("post", "inspection-replace", [visit.pk, 1]),
        ("post", "inspection-publish", [plan.pk]),
    ):
        found = getattr(elsewhere, method)(reverse(f"workbench:{name}", args=arguments))
        assert found.status_code in {404, 422}, name
    assert not Change.objects.exists() and Draw.objects.count() == 1


def test_a_plan_is_proposed_and_its_faults_are_said():
    client = signed_in(Role.DEPARTMENT_OFFICER)

    refused = client.post(reverse("workbench:inspection-propose"), {"title": "x"})
    given = {"title": "食品抽查（虚构）", "matters": ["food-sale"], "starts": "2026-11-01", "ends": "2027-03-01"}
    kept = client.post(reverse("workbench:inspection-propose"), given)

    assert refused.status_code == 422 and "error-summary" in refused.content.decode()
    assert kept.status_code == 302 and Plan.objects.get().title == "食品抽查（虚构）"
    assert "2026-11-01 至 2027-02-28" in client.get(kept["Location"]).content.decode(), "the last day, as people say it"


def test_registers_are_kept_by_their_department():
    client = signed_in(Role.DEPARTMENT_OFFICER)
    factories.fill_objects(3)

    assert client.post(reverse("workbench:inspection-objects-renew"), {"matter": "site-quality"}).status_code == 422
    entry = ObjectEntry.objects.first()
    out = reverse("workbench:inspection-object-out", args=[entry.pk])  # type: ignore[union-attr]
    assert client.post(out, {"reason": " "}).status_code == 422
    assert client.post(out, {"reason": "已停业（虚构）", "matter": "food-sale"}).status_code == 302
    client.post(reverse("workbench:inspection-objects-renew"), {"matter": "food-sale"})
    assert ObjectEntry.objects.filter(until__isnull=True).count() == 2  # who was taken out by hand stays out

    given = {"number": "JC1", "name": "韦某（虚构）", "skills": ["food"]}
    assert client.post(reverse("workbench:inspectors"), {**given, "account": "nobody"}).status_code == 422
    assert client.post(reverse("workbench:inspectors"), given).status_code == 302
    page = reverse("workbench:inspector", args=[Inspector.objects.get().pk])
    assert client.post(page, {"code": "x", "ground": "kinship"}).status_code == 422
    assert client.post(page, {"skills": ["food"], "divisions": ["450103"]}).status_code == 302
    assert "已退出" in client.get(page).content.decode()


def test_a_party_commits_on_its_page_and_a_stranger_to_the_draw_cannot(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(clock, "now", lambda: factories.NOON + factories.HOUR)
    draw = factories.published()
    address = reverse("workbench:inspection-commit", args=[draw.number])
    value = rules.digest("secret")
    told = rules.commitment_of(draw.number, 1, factories.MARKET, value)

    outside = signed_in(Role.DEPARTMENT_OFFICER, organisation=APPROVAL_BUREAU)
    assert outside.post(address, {"commitment": told}).status_code == 403
    inside = signed_in(Role.DEPARTMENT_REVIEWER)
    assert "data-commit" in inside.get(reverse("workbench:inspection-draw", args=[draw.number])).content.decode()
    assert inside.post(address, {"commitment": "x"}).status_code == 422
    assert inside.post(address, {"commitment": told}).status_code == 302

    assert Commitment.objects.get().commitment == told
    early = inside.post(reverse("workbench:inspection-reveal", args=[draw.number]), {"value": value})
    assert early.status_code == 409


def test_the_list_of_visits_pages_and_filters_by_its_address_and_the_phone_has_its_order(
    visit: Visit, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
):
    monkeypatch.setattr(inspection_visits, "SIZE", 2)
    client, address = as_inspector(visit), reverse("workbench:inspection-visits")
    numbers = list(Visit.objects.order_by("-draw_id", "id").values_list("number", flat=True))
    assert len(numbers) > 2

    def listed(**asked: str) -> list[str]:
        return [line["row"].number for line in client.get(address, asked).context["page"].rows]

    with django_assert_max_num_queries(30):
        assert listed(page="2") == numbers[2:4]
    assert listed(q=visit.number) == listed(q=visit.drawn.name) == [visit.number]
    assert listed(mine="1", matter="food-sale", state="assigned") == [visit.number]
    assert listed(matter="licence-conditions") == []
    assert listed(late="1") == listed(state="published") == listed(q="没有") == []
    assert "清除筛选" in client.get(address, {"late": "1"}).content.decode()
    csv = client.get(reverse("workbench:inspection-visits-csv"), {"q": visit.drawn.name}).content.decode()
    assert csv.count("\r\n") == 2 and visit.number in csv
    someone = Inspector.objects.get(number="JC900")
    for other in Visit.objects.exclude(pk=visit.pk):
        other.assignments.create(inspector=someone, at=factories.NOON)
    beyond = client.get(address, {"page": "99"}, follow=True).context["page"]
    assert (beyond.number, [line["row"].number for line in beyond.rows][-1]) == (beyond.last, numbers[-1])
    told = client.get(reverse("workbench:onsite-visits")).json()["visits"]
    assert [(v["place"], v["number"]) for v in told] == list(enumerate(numbers))


def test_a_phone_sends_entries_files_and_the_end_twice_and_they_count_once(visit: Visit):
    client = as_inspector(visit)
    entries = [
        {"id": str(e.id), "field": e.field, "value": e.value, "counter": e.counter} for e in factories.complete(visit)
    ]
    made = BytesIO()
    Image.new("RGB", (8, 8), "white").save(made, "PNG")
    file_id = uuid4()

    for _time in range(2):
        body = json.dumps({"made_at": "2026-09-01T04:00:00Z", "entries": entries})
        address = reverse("workbench:onsite-entries", args=[visit.pk])
        assert client.post(address, body, content_type="application/json").status_code == 200
        made.seek(0)
        given = {"purpose": "photo", "file": made}
        assert client.post(reverse("workbench:onsite-file", args=[visit.pk, file_id]), given).status_code == 200
    told = client.get(reverse("workbench:onsite-visits")).json()
    assert [v["number"] for v in told["visits"]] == [visit.number]
    for _time in range(2):
        assert client.post(reverse("workbench:onsite-finish", args=[visit.pk])).json() == {"state": "recorded"}

    assert Change.objects.count() == len(entries) and len(visits.files_of(visit.pk)) == 1
    assert client.get(reverse("workbench:onsite-visits")).json()["visits"] == []


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{}", '{"entries": 5, "made_at": "2026-09-01T04:00:00Z"}', '{"entries": [], "made_at": "2026-09-01"}',
     '{"entries": [{"id": "x"}], "made_at": "2026-09-01T04:00:00Z"}', "\x00"],
)  # fmt: skip
def test_what_no_phone_of_ours_sends_is_refused_in_words(body: str, visit: Visit):
    found = as_inspector(visit).post(
        reverse("workbench:onsite-entries", args=[visit.pk]), body, content_type="application/json"
    )

    assert found.status_code == 422 and found.json()["code"] == "visit-change-wrong"


def test_without_javascript_the_form_of_the_visit_does_the_same(visit: Visit):
    client = as_inspector(visit)
    address = reverse("workbench:inspection-visit", args=[visit.pk])
    (matter,) = [m for m in policy.matters(factories.TODAY) if m.code == "food-sale"]
    given = {f"answer:food-sale:{i.code}": "yes" for i in matter.checklist} | {"result:food-sale": "no-problem"}

    refused = client.post(address, {**given, "finish": "1"})
    rest = {"inspected_on": "2026-09-01", "signature_kind": "typed", "signature_text": "王某（虚构）"}
    kept = client.post(address, {**rest, "finish": "1"})

    assert refused.status_code == 422 and "被检查人签名" in refused.content.decode()
    assert kept.status_code == 302
    assert "等待审核公示" in client.get(address).content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_who_is_not_of_the_lead_is_offered_to_save_and_told_who_hands_in(language: str):
    visit = factories.joint_visit()
    mate = as_inspector(visit, organisation=APPROVAL_BUREAU)
    address, spoken = reverse("workbench:inspection-visit", args=[visit.pk]), {"accept-language": language}

    page = mate.get(address, headers=spoken).content.decode()
    saved = mate.post(address, {"inspected_on": "2026-09-01"}, follow=True, headers=spoken).content.decode()
    refused = mate.post(address, {"finish": "1"})

    assert 'name="finish"' not in page and f"{ {'zh-hans': '保存', 'en': 'Save'}[language] }</button>" in page
    assert {"zh-hans": "由南宁市市场监督管理局的检查人员提交", "en": "handed in by the inspectors of Nanning"}[
        language
    ] in page
    assert {"zh-hans": "牵头单位的检查人员可以看到", "en": "the lead department can see it"}[language] in saved
    assert (refused.status_code, Change.objects.count()) == (403, 1)
    assert visits.visit_with(visit.pk, actor=factories.officer()).state == "assigned"
    told = mate.get(reverse("workbench:onsite-visits")).json()["visits"]
    assert [(v["hands_in"], v["lead"] != "") for v in told] == [(False, True)]
    assert 'name="finish"' in as_inspector(visit, number="JC901").get(address).content.decode()


def test_the_public_plan_is_that_of_one_year_with_the_way_to_the_others(client: Client, visit: Visit):
    plan, address = visit.draw.plan, reverse("portal:inspections")

    shown = client.get(address, {"year": plan.year}).content.decode()
    other = client.get(address, {"year": plan.year - 1}).content.decode()

    assert plan.number in shown
    assert plan.number not in other and f"?year={plan.year}#plans-title" in other
    assert client.get(address, {"year": "²⁰²⁶"}).status_code == 200
    beyond = client.get(address, {"year": plan.year, "page": "9"}, follow=True)
    assert beyond.redirect_chain == [(f"{address}?year={plan.year}&page=1", 302)], "a list has no page after its last"


def test_anyone_checks_a_draw_on_the_public_page(client: Client):
    draw = factories.drawn()
    text = client.get(reverse("portal:inspection-draw-file", args=[draw.number])).content.decode()
    address = reverse("portal:inspection-verify")
    one = Visit.objects.first().drawn  # type: ignore[union-attr]

    good = client.post(address, {"number": draw.number, "code": one.code, "salt": one.salt})
    changed = BytesIO(text.replace('"control"', '"none"').encode())
    changed.name = "DRAW.json"

    assert good.status_code == 200 and "被抽中" in good.content.decode()
    bad = client.post(address, {"file": changed})
    assert (bad.status_code, "notice-bad" in bad.content.decode(), "notice-bad" in good.content.decode()) == (
        422,
        True,
        False,
    )
    assert client.post(address, {"number": "SJ1"}).status_code == 422
    for name, arguments in (
        ("inspections", []), ("inspection-draw", [draw.number]), ("inspection-statistics", []),
        ("inspection-statistics-csv", []), ("transparency", []),
    ):  # fmt: skip
        assert client.get(reverse(f"portal:{name}", args=arguments)).status_code == 200
    assert client.get(reverse("portal:inspection-draw", args=["SJ1"])).status_code == 404
