"""The register of models and their pages are public and complete in both languages."""

import hashlib
import html

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.evaluation.persons.tests.factories import approved
from chengxin.evaluation.scorecards import queries
from chengxin.evaluation.scorecards.tests.officials import published

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_model_has_a_page_that_says_all_of_it_in_plain_words(client: Client, language: str):
    spoken = {"accept-language": language}
    register = client.get(reverse("portal:evaluation-models"), headers=spoken).content.decode()

    for model in queries.models():
        address = reverse("portal:evaluation-model", args=[model.name])
        assert address in register
        page = client.get(address, headers=spoken).content.decode()
        page = html.unescape(page)
        for one in model.indicators:
            assert (one.title.en if language == "en" else one.title.zh) in page
            for each in one.bins:
                assert (each.text.en if language == "en" else each.text.zh) in page
        assert model.digest in page


def test_a_published_version_is_shown_with_its_days_and_a_draft_says_that_it_grades_nobody(client: Client):
    published()

    of_force = client.get(reverse("portal:evaluation-model", args=["enterprise-1"])).content.decode()
    of_draft = client.get(reverse("portal:evaluation-model", args=["food-1"])).content.decode()

    assert "2026-04-01 — 长期" in of_force
    assert "不用来评定任何人的等级" not in of_force
    assert "不用来评定任何人的等级" in of_draft


def test_the_digest_is_that_of_the_file_that_anyone_can_download(client: Client):
    found = client.get(reverse("portal:evaluation-model-json", args=["food-1"]))

    assert hashlib.sha256(found.content).hexdigest() == queries.model_named("food-1").digest


def test_the_register_is_a_table_to_download_and_an_unknown_model_is_not_found(client: Client):
    table = client.get(reverse("portal:evaluation-models-csv")).content.decode()

    assert table.count("\r\n") == len(queries.models()) + 1
    assert client.get(reverse("portal:evaluation-model", args=["nothing-1"])).status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_persons_may_ask_for_is_public_with_its_notice(client: Client, language: str):
    empty = client.get(reverse("portal:evaluation-benefits"), headers={"accept-language": language})
    assert empty.context["lines"] == []
    approved()

    page = client.get(reverse("portal:evaluation-benefits"), headers={"accept-language": language})

    assert ("library" if language == "en" else "图书馆") in page.content.decode()
    assert len(page.context["lines"]) == 2


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_no_lawyer_has_confirmed_is_listed_with_the_laws_in_question(client: Client, language: str):
    page = client.get("/policy/unverified", headers={"accept-language": language})

    listed = {line["name"]: line for line in page.context["models"]}
    assert listed.keys() == {m.name for m in queries.models() if not m.verified} | {"resident-1", "farm-household-1"}
    assert any("国办发〔2020〕49号" in law for law in listed["enterprise-1"]["laws"])
    assert reverse("portal:evaluation-model", args=["enterprise-1"]) in page.content.decode()
