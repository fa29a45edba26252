"""A company sees on which lists it stands and takes the proofs of what arrived; a list's page agrees with the log."""

import html
import re

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.base.transparency.checking import check
from chengxin.faces.space.tests.factories import representative
from chengxin.registry.subjects import merging
from chengxin.registry.subjects.rules import about_subject
from chengxin.registry.subjects.tests.factories import code, company
from chengxin.regulation.lists.tests.factories import NOON, arrived, entered

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_proofs_that_my_space_gives_hold_and_those_of_others_are_not_found(client: Client, language: str):
    own, other = arrived(company("南宁虚构商行"), until=None), arrived(company("南宁虚构二行", 2), "2")
    user, mandate = representative()
    client.force_login(user)

    lists = client.get(reverse("space:lists", args=[mandate]), headers={"accept-language": language})
    page = client.get(reverse("space:list-proofs", args=[mandate, own]), headers={"accept-language": language})

    assert reverse("space:list-proofs", args=[mandate, own]) in lists.content.decode()
    (proof,) = re.findall(r"<textarea[^>]*>(.*?)</textarea>", page.content.decode(), re.DOTALL)
    assert check(html.unescape(proof)).is_good
    assert client.get(reverse("space:list-proofs", args=[mandate, other])).status_code == 404


def test_who_stands_for_another_in_the_register_is_told_of_its_entry_and_asks_to_leave(client: Client):
    absorbed, survivor = company("南宁虚构二行", 2), company("南宁虚构商行")
    entry = entered(about_subject(code(2)))
    merging.absorb(absorbed, survivor, at=NOON)
    user, mandate = representative()
    client.force_login(user)

    page = client.get(reverse("space:lists", args=[mandate])).content.decode()
    asked = client.post(
        reverse("space:list-removal", args=[mandate, entry.pk]), {"exit": "correction", "grounds": "列入有误（虚构）"}
    )

    assert entry.decision_number in page
    assert "您不在任何名单上" not in page
    assert reverse("space:case", args=[mandate, entry.case_id]) not in page
    assert asked.status_code == 302
    assert client.get(asked.headers["Location"]).status_code == 200


def test_the_page_of_a_list_says_whether_list_and_log_agree_on_what_arrived(client: Client):
    arrived(company("南宁虚构商行"), until=None)

    text = client.get(reverse("portal:list", args=["serious-tax"])).content.decode()

    assert "名单上应有 1 个传来的主体" in text
    assert "两者不符" not in text
    assert "传来列入 × 1" in " ".join(client.get(reverse("portal:transparency")).content.decode().split())
