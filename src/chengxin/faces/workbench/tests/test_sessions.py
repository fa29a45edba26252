"""When a session ends, and that its end is noted."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.base.audit import queries as audit
from chengxin.faces.workbench.sessions import BEGUN, SEEN
from chengxin.faces.workbench.tests.factories import person
from chengxin.registry.accounts.rules import Role, SessionEnd, SessionTerms, SessionTimes, session_end
from chengxin.registry.accounts.tests.factories import NOON, PASSWORD, user

TERMS = SessionTerms(idle_minutes=30, longest_hours=10)


@pytest.mark.parametrize(
    ("begun", "seen", "ended", "why"),
    [
        (0, 0, None, None),
        (599, 30, None, None),
        (60, 31, None, SessionEnd.IDLE),
        (600, 0, None, SessionEnd.AGE),
        (60, 0, 59, SessionEnd.ENDED_ELSEWHERE),
        (60, 0, 60, None),
    ],
)  # minutes ago
def test_a_session_ends_unused_too_old_or_ended_elsewhere(
    begun: int, seen: int, ended: int | None, why: SessionEnd | None
):
    times = SessionTimes(NOON - timedelta(minutes=begun), NOON - timedelta(minutes=seen))
    sessions_from = None if ended is None else NOON - timedelta(minutes=ended)

    assert session_end(times, TERMS, sessions_from=sessions_from, at=NOON) is why


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_session_ends_at_its_longest_age_though_it_is_used(client: Client, language: str):
    client.force_login(person(Role.AUDITOR))
    client.get(reverse("workbench:home"))
    session = client.session
    session[BEGUN] -= 10 * 3600
    session.save()

    response = client.get(reverse("workbench:home"))

    assert "ended=age" in response["Location"]
    assert client.get(response["Location"], headers={"accept-language": language}).status_code == 200
    last = audit.entries(size=1).entries[0]
    assert (last.action, last.details["reason"]) == ("accounts.signed_out", "age")


@pytest.mark.django_db
def test_ending_other_sessions_ends_all_but_this_one():
    user("wei")
    here, there = Client(), Client()
    for one in (here, there):
        one.post(reverse("workbench:sign-in"), {"username": "wei", "password": PASSWORD})

    assert here.post(reverse("workbench:security-end-others")).status_code == 302

    assert here.get(reverse("workbench:security")).status_code == 200
    assert "ended=elsewhere" in there.get(reverse("workbench:security"))["Location"]


@pytest.mark.django_db
def test_signing_out_is_in_the_audit_chain(client: Client):
    client.force_login(person(Role.AUDITOR))

    client.post(reverse("workbench:sign-out"))

    last = audit.entries(size=1).entries[0]
    assert (last.action, last.details["reason"]) == ("accounts.signed_out", "own")


@pytest.mark.django_db
def test_a_session_is_not_kept_alive_by_its_last_page_alone(client: Client):
    client.force_login(person(Role.AUDITOR))
    client.get(reverse("workbench:security"))
    begun = client.session[BEGUN]
    client.get(reverse("workbench:security"))

    assert client.session[BEGUN] == begun
    assert client.session[SEEN] >= begun
