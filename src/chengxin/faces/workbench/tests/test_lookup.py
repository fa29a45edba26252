"""Shared records are shown only for a stated purpose, and each read leaves its trace."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.base import clock
from chengxin.base.audit import queries as audit
from chengxin.faces.workbench.tests.factories import COMPANY, csv_file, penalty, person
from chengxin.registry.accounts.rules import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client: Client) -> Client:
    client.force_login(person(Role.DEPARTMENT_OFFICER))
    file = csv_file([penalty(CF_JDRQ=clock.today().isoformat())])
    client.post(reverse("workbench:hand-in-item", args=["penalty-organisation"]), {"file": file})
    return client


def test_nothing_is_shown_before_the_purpose_is_stated(officer: Client):
    page = officer.get(reverse("workbench:lookup-subject", args=[COMPANY])).content.decode()

    assert "这次查询的用途" in page
    assert "wb-record" not in page


def test_a_stated_purpose_shows_the_records_and_is_audited(officer: Client):
    address = reverse("workbench:lookup-subject", args=[COMPANY])

    page = officer.post(address, {"purpose": "administrative-licence"}).content.decode()

    entry = audit.entries(size=1).entries[0]
    assert page.count('class="wb-record"') == 1
    assert (entry.action, entry.object, entry.details["purpose"]) == (
        "records.shared_read",
        COMPANY,
        "administrative-licence",
    )


def test_a_purpose_that_is_not_on_the_list_shows_nothing_and_is_not_audited(officer: Client):
    before = audit.entries(size=1).total

    response = officer.post(reverse("workbench:lookup-subject", args=[COMPANY]), {"purpose": "curiosity"})

    assert response.status_code == 422
    assert "wb-record" not in response.content.decode()
    assert audit.entries(size=1).total == before


def test_an_unknown_code_is_told_at_the_field(officer: Client):
    response = officer.get(reverse("workbench:lookup"), {"code": "nothing"})

    assert response.status_code == 422
    assert 'href="#code"' in response.content.decode()


def test_an_auditor_reads_no_records(client: Client):
    client.force_login(person(Role.AUDITOR))

    assert client.post(reverse("workbench:lookup-subject", args=[COMPANY]), {"purpose": "x"}).status_code == 403


def test_the_credit_office_sees_what_was_known_on_a_past_day_and_the_reading_is_audited(officer: Client):
    today = clock.today()
    corrected = csv_file([penalty(CF_JDRQ=today.isoformat(), CF_WFXW="更正后的违法行为")])
    officer.post(reverse("workbench:hand-in-item", args=["penalty-organisation"]), {"file": corrected})
    officer.force_login(person(Role.CREDIT_OFFICE_OPERATOR))
    address = reverse("workbench:lookup-subject", args=[COMPANY])

    now = officer.post(address, {"purpose": "data-quality", "day": today.isoformat()}).content.decode()
    before = officer.post(
        address, {"purpose": "data-quality", "day": (today - timedelta(days=1)).isoformat()}
    ).content.decode()

    assert "更正后的违法行为" in now
    assert "第 2 版" in now
    assert "那一天没有公示的记录" in before
    assert audit.entries(size=1).entries[0].action == "records.history_read"


def test_a_department_cannot_ask_for_a_past_day(officer: Client):
    address = reverse("workbench:lookup-subject", args=[COMPANY])

    page = officer.post(address, {"purpose": "data-quality", "day": "2020-01-01"}).content.decode()

    assert 'name="day"' not in page
    assert audit.entries(size=1).entries[0].action == "records.shared_read"


@pytest.mark.parametrize("day", ["2999-01-01", "soon"])
def test_a_day_that_is_none_or_has_not_come_is_told(officer: Client, day: str):
    officer.force_login(person(Role.CREDIT_OFFICE_OPERATOR))

    response = officer.post(
        reverse("workbench:lookup-subject", args=[COMPANY]), {"purpose": "data-quality", "day": day}
    )

    assert response.status_code == 422
    assert 'href="#day"' in response.content.decode()
