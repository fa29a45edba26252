"""The SMS gateway reports by itself: what is signed is kept once, and nothing else changes anything."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client

from chengxin.base import clock
from chengxin.base.letters.models import Delivery
from chengxin.base.letters.tests.factories import Gateway, sms_gateway, written

pytestmark = pytest.mark.django_db
PATH = "/api/v1/sms/reports"


@pytest.fixture
def way(settings):
    """A gateway, and a message of a letter that is on its way there."""
    with sms_gateway(settings) as gateway:
        letter = written()
        message = Delivery.objects.create(
            letter=letter, channel="sms", user_id=1, queued_at=letter.written_at, state="sent",
            state_since=letter.written_at, attempts=1, message_id="m-letter-1", sent_to="138****8000",
        )  # fmt: skip
        yield SimpleNamespace(gateway=gateway, message=message)


def reported(gateway: Gateway, *states: tuple[str, str], off: int = 0, secret: str | None = None, **changed: str):
    at = clock.now() + timedelta(seconds=off)
    body, headers = gateway.report(*states, at=at, path=PATH, **({"secret": secret} if secret else {}))
    return Client().post(PATH, body, content_type="application/json", headers=headers | changed)


def standing(message: Delivery) -> tuple[str, list[tuple[str, str]]]:
    message.refresh_from_db(fields=["state"])
    return message.state, list(message.events.values_list("state", "answer"))


@pytest.mark.parametrize("state", ["delivered", "failed"])
def test_what_the_gateway_reports_is_kept_with_its_answer_and_once(way, state: str):
    first = reported(way.gateway, ("m-letter-1", state), ("m-unknown", state))
    again = reported(way.gateway, ("m-letter-1", "failed"))

    assert (first.json(), again.json()) == ({"taken": 1}, {"taken": 0})
    assert standing(way.message) == (state, [(state, "DELIVRD")])


def test_a_message_that_is_pending_still_is_asked_for_as_before(way):
    assert reported(way.gateway, ("m-letter-1", "pending")).json() == {"taken": 0}
    assert standing(way.message) == ("sent", [])


@pytest.mark.parametrize(
    "given",
    [{"secret": "another"}, {"off": -301}, {"off": 301}, {"X-Key": "other"}, {"X-Signature": ""}, {"X-Moment": "x"}],
    ids=["secret", "old", "early", "key", "unsigned", "no moment"],
)
def test_whoever_else_reports_is_refused_and_nothing_changes(way, given):
    assert reported(way.gateway, ("m-letter-1", "delivered"), **given).status_code == 401
    assert standing(way.message) == ("sent", [])


def test_without_a_gateway_nobody_reports(way, settings):
    settings.SMS_GATEWAY = ""

    assert reported(way.gateway, ("m-letter-1", "delivered")).status_code == 401
    assert Client().get(PATH).status_code == 405


@pytest.mark.parametrize("state", ["there", ""])
def test_what_is_not_of_the_agreed_form_is_refused_whole(way, state: str):
    assert reported(way.gateway, ("m-letter-1", "delivered"), ("m-2", state)).status_code == 422
    assert standing(way.message) == ("sent", [])
