import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from chengxin.base import clock
from chengxin.base.audit.models import AuditEntry
from chengxin.base.errors import NotPermitted
from chengxin.faces.rest.models import ApiClient
from chengxin.faces.rest.rules import Scope
from chengxin.faces.rest.services import create_client, revoke_client
from chengxin.faces.rest.tests import factories

pytestmark = pytest.mark.django_db


def test_the_command_prints_a_client_that_works_and_is_audited(client: Client):
    out = StringIO()

    call_command(
        "api_client", "create", "--organisation", factories.MARKET_SUPERVISION, "--scope", "read", "--json", stdout=out
    )

    made = json.loads(out.getvalue())
    assert (made["organisation"], made["scopes"]) == (factories.MARKET_SUPERVISION, ["read"])
    asked = {"grant_type": "client_credentials", "client_id": made["client_id"], "client_secret": made["client_secret"]}
    assert client.post("/oauth/token/", asked).json()["scope"] == "read"
    assert AuditEntry.objects.filter(action="rest.client_created", object=made["client_id"]).exists()
    assert made["client_secret"] not in ApiClient.objects.get().application.client_secret


def test_the_command_knows_no_unknown_organisation():
    with pytest.raises(CommandError):
        call_command("api_client", "create", "--organisation", "nobody")

    assert ApiClient.objects.count() == 0


def test_an_officer_may_not_make_clients():
    with pytest.raises(NotPermitted):
        create_client(
            factories.MARKET_SUPERVISION, name="x", scopes=frozenset(Scope), by=factories.OFFICER, at=clock.now()
        )

    assert ApiClient.objects.count() == 0


def test_a_revoked_client_is_refused_at_once(client: Client):
    made = factories.client_of()
    headers = factories.bearer(made)

    revoke_client(made.client_id, by=factories.ADMINISTRATOR, at=clock.now())

    assert client.get("/api/v1/submissions/1", headers=headers).status_code == 401
    asked = {"grant_type": "client_credentials", "client_id": made.client_id, "client_secret": made.client_secret}
    assert client.post("/oauth/token/", asked).status_code == 401


@pytest.mark.parametrize("grant", ["password", "authorization_code", "refresh_token"])
def test_no_other_grant_is_served(client: Client, grant: str):
    made = factories.client_of()

    response = client.post(
        "/oauth/token/",
        {
            "grant_type": grant,
            "client_id": made.client_id,
            "client_secret": made.client_secret,
            "username": "a",
            "password": "b",
            "code": "c",
            "refresh_token": "d",
        },
    )

    assert response.status_code in {400, 401}
    assert client.get("/oauth/authorize/").status_code == 404
