"""The way of a model into force on the workbench: put forward, tried, approved by another official, published."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.base import clock
from chengxin.base.casework import queries as casework
from chengxin.evaluation.persons.models import OfferEndProposal, OfferProposal
from chengxin.evaluation.persons.tests.factories import approved
from chengxin.evaluation.runs import queries as runs
from chengxin.evaluation.runs import trials
from chengxin.evaluation.scorecards import queries
from chengxin.evaluation.scorecards.models import Proposal
from chengxin.evaluation.scorecards.procedure import DRAFTED
from chengxin.evaluation.scorecards.tests.officials import published
from chengxin.faces.workbench.matters.evaluation import model_context
from chengxin.faces.workbench.tests.factories import person
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Role
from chengxin.registry.catalogue.rules import Words
from chengxin.registry.records.tests.factories import organisation_record
from chengxin.registry.subjects.queries import ids_of
from chengxin.registry.subjects.tests.factories import code, company

NAME = "enterprise-1"


def office(role: Role, username: str):
    return person(role, accounts.credit_office().code, username=username)


def step(client: Client, case_id: int, code: str, **given: str):
    return client.post(reverse("workbench:case-step", args=[case_id, code]), given)


def computed(case_id: int) -> None:
    """What the task does."""
    order = runs.trial_of_case(case_id)
    assert order is not None
    trials.compute(order.id, at=clock.now())


def test_a_model_goes_its_way_and_each_page_says_where_it_stands(client: Client, committed_db, settings, tmp_path):
    settings.EVALUATION_FOLDER = str(tmp_path)
    company("南宁虚构贸易有限公司", 1)
    operator, reviewer = office(Role.CREDIT_OFFICE_OPERATOR, "one"), office(Role.CREDIT_OFFICE_REVIEWER, "two")
    client.force_login(operator)
    client.post(reverse("workbench:evaluation-propose"), {"name": NAME})
    case_id = Proposal.objects.get().case_id
    page = reverse("workbench:case", args=[case_id])
    assert "还没有试算" in client.get(page).content.decode()

    assert step(client, case_id, "try").status_code == 302
    assert "排队中" in client.get(page, headers={"accept-language": "zh-hans"}).content.decode()
    asked = client.get(reverse("workbench:evaluation-trial", args=[case_id]), headers={"HX-Request": "true"})
    assert (asked.status_code, "hx-get" in asked.content.decode()) == (200, True)
    computed(case_id)
    over = client.get(reverse("workbench:evaluation-trial", args=[case_id]), headers={"HX-Request": "true"})
    assert (over.status_code, over.headers["HX-Refresh"]) == (204, "true")
    assert step(client, case_id, "approve", reason="自己批准（虚构）").status_code == 403
    client.force_login(reviewer)
    assert "第一个版本" in client.get(page, headers={"accept-language": "zh-hans"}).content.decode()
    assert step(client, case_id, "approve", reason="可以（虚构）").status_code == 302
    for given in (clock.today().isoformat(), "", "soon"):
        refused = step(client, case_id, "publish", effective_from=given)
        assert refused.status_code == 422 and '<a href="#effective_from">' in refused.content.decode()
    named = client.get(page, headers={"accept-language": "en"})
    assert "<h1>Comprehensive public credit evaluation of enterprises enterprise-1</h1>" in named.content.decode()
    day = named.context["earliest"].isoformat()
    assert step(client, case_id, "publish", effective_from=day).status_code == 302

    assert queries.register_row(NAME, on=clock.today()).state == "coming"
    shown = client.get(reverse("workbench:evaluation-models"), headers={"accept-language": "en"})
    assert "Published, not yet in force" in shown.content.decode()


def test_the_case_of_a_second_version_shows_whom_it_would_move_and_why(
    client: Client, committed_db, settings, tmp_path, monkeypatch
):
    settings.EVALUATION_FOLDER = str(tmp_path)
    first = queries.model_named(NAME)
    published(at=clock.now() - timedelta(days=40))
    company("南宁虚构贸易有限公司", 1)
    subject = ids_of([code(1)])[code(1)]
    decided = clock.today() - timedelta(days=90)
    organisation_record(subject, public=(decided, None), decided_on=decided)
    law, *others = first.dimensions
    first_of_all, old, *kept = law.indicators
    other = replace(old, code="anew", title=Words("另一种算法（虚构）", "Counted anew"))
    second = replace(
        first, version=2, base_points=300, lowest=first.lowest - 200, highest=first.highest - 200,
        dimensions=(replace(law, indicators=(first_of_all, other, *kept)), *others),
        cut_offs=(*first.cut_offs[:-1], replace(first.cut_offs[-1], start=first.lowest - 200)),
    )  # fmt: skip
    monkeypatch.setattr(queries, "models", lambda: (first, second))
    client.force_login(office(Role.CREDIT_OFFICE_OPERATOR, "one"))
    client.post(reverse("workbench:evaluation-propose"), {"name": "enterprise-2"})
    case_id = Proposal.objects.get(version=2).case_id

    step(client, case_id, "try")
    computed(case_id)

    shown = client.get(reverse("workbench:case", args=[case_id]), headers={"accept-language": "en"})
    assert shown.context["trial"].down == 1
    assert code(1) in shown.content.decode()
    assert "Who moves most" in shown.content.decode()
    assert {old.title.en, "Counted anew"} <= {c["title"] for c in shown.context["causes"]}  # of both versions
    assert "Points to begin with 500 → 300" in shown.context["rules"]
    assert not shown.context["order"]["is_open"]
    actor = shown.context["request"].actor
    row = casework.case(case_id, actor=actor, on=clock.today())
    early = model_context(replace(row, state=DRAFTED), actor, clock.now())
    assert early["order"]["is_open"]  # the trial ended between two reads of a page: it comes again by itself


@pytest.mark.django_db
def test_an_offer_to_natural_persons_is_put_forward_by_one_and_approved_by_another(client: Client):
    client.force_login(office(Role.CREDIT_OFFICE_OPERATOR, "one"))
    shown = client.get(reverse("workbench:evaluation-offers"), headers={"accept-language": "en"}).content.decode()
    assert "Put resident-1 forward" in shown
    client.post(reverse("workbench:evaluation-offer-propose"), {"name": "resident-1"})
    case_id = OfferProposal.objects.get().case_id
    client.force_login(office(Role.CREDIT_OFFICE_REVIEWER, "two"))
    case = client.get(reverse("workbench:case", args=[case_id]), headers={"accept-language": "en"}).content.decode()
    assert "Library cards without deposit" in case

    assert step(client, case_id, "approve", reason="只开放便利（虚构）").status_code == 302

    assert (
        "In force"
        in client.get(reverse("workbench:evaluation-offers"), headers={"accept-language": "en"}).content.decode()
    )


@pytest.mark.django_db
def test_an_offer_is_ended_by_two_officials_on_pages_that_say_what_becomes_of_those_who_asked(client: Client):
    approved("resident-1")
    address = reverse("workbench:evaluation-offer-end", args=["resident-1"])
    client.force_login(office(Role.CREDIT_OFFICE_REVIEWER, "two"))
    assert client.post(address, {"ends_on": "2099-01-01", "reason": "x"}).status_code == 403
    client.force_login(office(Role.CREDIT_OFFICE_OPERATOR, "one"))
    assert "Their results are deleted" in client.get(address, headers={"accept-language": "en"}).content.decode()
    for wrong in ({"ends_on": "tomorrow", "reason": "x"}, {"ends_on": "2020-01-01", "reason": "x"}, {"reason": "x"}):
        assert client.post(address, wrong).status_code == 422
    assert client.post(address, {"ends_on": str(clock.today()), "reason": " "}).context["errors"][0].field == "reason"
    assert not OfferEndProposal.objects.exists()

    asked = client.post(address, {"ends_on": str(clock.today()), "reason": "不再提供（虚构）"})

    assert asked.status_code == 302
    case_id = OfferEndProposal.objects.get().case_id
    client.force_login(office(Role.CREDIT_OFFICE_REVIEWER, "three"))
    assert step(client, case_id, "end", reason="同意（虚构）").status_code == 302
    english = {"accept-language": "en"}
    assert "Stopped" in client.get(reverse("workbench:evaluation-offers"), headers=english).content.decode()
    assert client.get(reverse("workbench:case", args=[case_id]), headers=english).status_code == 200
    assert client.get(address).status_code == 403
    assert "图书馆免押金借阅" not in client.get(reverse("portal:evaluation-benefits")).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.DEPARTMENT_OFFICER, Role.DEPARTMENT_REVIEWER])
def test_departments_do_not_open_the_page_and_put_nothing_forward(client: Client, role: Role):
    client.force_login(person(role))

    assert client.get(reverse("workbench:evaluation-models")).status_code == 403
    assert client.post(reverse("workbench:evaluation-propose"), {"name": NAME}).status_code == 403
    assert client.get(reverse("workbench:evaluation-offers")).status_code == 403
    assert client.post(reverse("workbench:evaluation-offer-propose"), {"name": "resident-1"}).status_code == 403
    assert not OfferProposal.objects.exists()
    assert not Proposal.objects.exists()
