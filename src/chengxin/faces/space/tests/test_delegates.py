"""The pages of delegation."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.base import clock
from chengxin.faces.space.tests.factories import representative
from chengxin.registry.accounts.models import Mandate
from chengxin.registry.accounts.rules import Scope
from chengxin.registry.accounts.tests.factories import user
from chengxin.registry.subjects.tests.factories import company

pytestmark = pytest.mark.django_db


def form(**changed: object) -> dict[str, object]:
    last = clock.today() + timedelta(days=30)
    return {"username": "nong", "scopes": ["see"], "until": last.isoformat()} | changed


@pytest.fixture
def mandate(client: Client) -> int:
    company("南宁虚构商行")
    person, mandate_id = representative()
    user("nong")
    client.force_login(person)
    return mandate_id


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_colleague_is_added_listed_and_ended(client: Client, mandate: int, language: str):
    address = reverse("space:delegates", args=[mandate])
    assert client.post(address, form()).status_code == 302
    shown = client.get(address, headers={"accept-language": language})
    made = Mandate.objects.get(delegated_by_id=mandate)
    assert [one["row"].held.id for one in shown.context["current"]] == [made.pk, mandate]

    assert client.post(reverse("space:delegate-end", args=[mandate, made.pk])).status_code == 302

    assert [one["row"].held.id for one in client.get(address).context["ended"]] == [made.pk]


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"username": "nobody"}, "username"), ({"scopes": []}, "scopes"), ({"until": "2020-01-01"}, "until"),
     ({"until": "soon"}, "until"), ({"scopes": ["rule"]}, "scopes")],
)  # fmt: skip
def test_a_faulty_form_names_its_field_and_adds_nobody(
    client: Client, mandate: int, changed: dict[str, object], field: str
):
    response = client.post(reverse("space:delegates", args=[mandate]), form(**changed))

    assert (response.status_code, response.context["errors"][0].field) == (422, field)
    assert Mandate.objects.count() == 1


def test_the_code_is_shown_once_and_a_newcomer_takes_it_up(client: Client, mandate: int):
    response = client.post(reverse("space:invite", args=[mandate]), form())
    code = response.context["code"]
    assert code in response.content.decode()
    assert code not in client.get(reverse("space:delegates", args=[mandate])).content.decode()
    newcomer = Client()
    newcomer.force_login(user("new"))

    taken = newcomer.post(reverse("space:accept"), {"code": code})

    assert newcomer.get(taken["Location"]).status_code == 200
    assert newcomer.post(reverse("space:accept"), {"code": code}).status_code == 422


def test_a_withdrawn_invitation_is_gone(client: Client, mandate: int):
    response = client.post(reverse("space:invite", args=[mandate]), form())
    one = response.context["invitations"][0]["row"].id

    client.post(reverse("space:invitation-withdraw", args=[mandate, one]))

    assert client.get(reverse("space:delegates", args=[mandate])).context["invitations"] == []


def test_a_delegate_sees_the_list_and_gives_nothing_and_may_resign(client: Client, mandate: int):
    client.post(reverse("space:delegates", args=[mandate]), form())
    made = Mandate.objects.get(delegated_by_id=mandate)
    client.force_login(made.user)
    address = reverse("space:delegates", args=[made.pk])

    assert not client.get(address).context["may_delegate"]
    assert client.post(address, form(username="liang")).status_code == 403
    assert client.post(reverse("space:delegate-end", args=[made.pk, made.pk])).status_code == 302
    assert client.get(address).status_code in {403, 404}


def test_the_page_is_closed_without_the_scope_to_see(client: Client):
    person, mandate_id = representative(scopes=frozenset({Scope.APPLY}))
    client.force_login(person)

    assert client.get(reverse("space:delegates", args=[mandate_id])).status_code == 403
