"""Evaluation runs on the workbench: the credit office sees distribution, stability and differences; others do not."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.evaluation.runs.models import Foresight, Standing
from chengxin.evaluation.runs.tests.factories import graded, run_of
from chengxin.faces.workbench.tests.factories import person
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Role
from chengxin.registry.subjects.tests.factories import company
from chengxin.rights.consent.models import AccessEntry
from chengxin.rights.consent.tests.factories import count

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(person(Role.CREDIT_OFFICE_OPERATOR, accounts.credit_office().code))
    return client


@pytest.fixture
def runs():
    subject = company("虚构甲（虚构）")
    before, after = run_of(), run_of(as_of=date(2026, 7, 1))
    graded(subject, "A", points=800, run=before)
    graded(subject, "B", points=700, run=after)
    for grouping, group in (("city", ""), ("division", "450102"), ("division", "450103"), ("sector", "47")):
        for grade in "AB":
            Standing.objects.create(run=after, grouping=grouping, group=group, grade=grade, subjects=40, points=9)
    Foresight.objects.create(
        run=after, outcome="penalty-organisation", until=date(2026, 7, 2), at=after.started_at, with_outcome=1,
        without=2, auc_per_mille=612, ks_per_mille=90,
    )  # fmt: skip
    return before, after


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_run_is_drawn_with_its_findings_and_what_it_does_not_know(office: Client, runs, language: str):
    before, after = runs
    lists = office.get(reverse("workbench:evaluation-runs"), headers={"accept-language": language})

    page = office.get(reverse("workbench:evaluation-run", args=[after.pk]), headers={"accept-language": language})

    assert [r["run"] for r in lists.context["runs"].rows] == [after, before]
    text = page.content.decode()
    assert "612‰" in text and after.result_digest in text and 'class="grade-1"' in text
    assert page.context["found"].model.limits.zh[:10] in text or language == "en"
    bars = page.context["city"].bars
    assert [(b.x, b.width) for b in bars] == [(0, 320), (320, 320)]


def test_the_comparison_names_who_moved(office: Client, runs):
    before, after = runs

    address = reverse("workbench:evaluation-comparison", args=[after.pk, before.pk])
    page, beyond = office.get(address), office.get(address, {"page": "99"}, follow=True)

    assert "虚构甲（虚构）" in page.content.decode()
    assert beyond.redirect_chain == [(f"{address}?page=1", 302)], "there is no page 99: the last one is shown"
    assert "虚构甲（虚构）" in beyond.content.decode()
    assert (page.context["found"].up, page.context["found"].down) == (0, 1)


def test_both_runs_lead_to_the_comparison_in_the_order_of_days(office: Client, runs):
    before, after = runs
    comparison = reverse("workbench:evaluation-comparison", args=[after.pk, before.pk])

    pages = [office.get(reverse("workbench:evaluation-run", args=[run.pk])).content.decode() for run in runs]

    assert all(comparison in page for page in pages)
    assert "要等评价日之后 12 个月的“法人行政处罚信息”，到 2027-06-01 才齐" in pages[0]
    assert f"批次 {after.pk}（2026-07-01）" in pages[0], "and where there are figures"
    assert f"与批次 {before.pk} 相比" in pages[1] and "与批次" not in pages[0]


def test_the_distribution_leaves_as_csv(office: Client, runs):
    _, after = runs

    answer = office.get(reverse("workbench:evaluation-run-csv", args=[after.pk]))

    assert "450102" in answer.content.decode() and answer["Content-Type"].startswith("text/csv")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_from_a_figure_one_comes_to_its_subjects_and_from_a_subject_to_its_reasons(office: Client, runs, language: str):
    _, after = runs
    spoken = {"accept-language": language}
    address = reverse("workbench:evaluation-members", args=[after.pk])

    listed = office.get(address, {"grade": "B"}, headers=spoken)
    gone = office.get(address, {"group": "division:450102"}, headers=spoken)
    table = office.get(reverse("workbench:evaluation-members-csv", args=[after.pk]), {"grade": "B"})

    assert "虚构甲（虚构）" in listed.content.decode() and "虚构甲（虚构）" in table.content.decode()
    assert gone.status_code == 409 and gone.context["errors"]
    code = listed.context["page"].rows[0]["code"]
    one = reverse("workbench:evaluation-result", args=[after.pk, code])
    assert one in listed.content.decode()
    for read, all_of_it in ((office.get, False), (office.post, True)):
        shown = read(one, headers=spoken)
        assert (shown.status_code, shown.context["read_all"]) == (200, all_of_it)
    assert count(AccessEntry) == 2


def test_a_department_sees_no_run_and_no_result(client: Client, runs):
    client.force_login(person(Role.DEPARTMENT_OFFICER))

    for name, arguments in (
        ("evaluation-runs", []),
        ("evaluation-run", [runs[1].pk]),
        ("evaluation-members", [runs[1].pk]),
        ("evaluation-members-csv", [runs[1].pk]),
        ("evaluation-result", [runs[1].pk, "91450100MAC000017C"]),
    ):
        assert client.get(reverse(f"workbench:{name}", args=arguments)).status_code == 403
    assert count(AccessEntry) == 0
