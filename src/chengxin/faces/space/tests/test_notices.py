"""Notices and letters in My space: read, fetched, proved; and nobody else's."""

import json
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.base import clock
from chengxin.base.casework.rules import Party
from chengxin.base.casework.tests.factories import told_to
from chengxin.base.documents import signing
from chengxin.base.letters import services
from chengxin.base.letters.models import Letter, LetterDownload
from chengxin.base.letters.tests.factories import VALUES, letters, office
from chengxin.faces.space.tests.factories import COMPANY, representative
from chengxin.offerings.reports.tests.test_pages import upload
from chengxin.registry.accounts.rules import Scope
from chengxin.registry.subjects.tests.factories import company

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(tmp_path: Path, settings) -> Letter:
    settings.MEDIA_ROOT = tmp_path / "files"
    company("南宁虚构商行")
    notice_id = services.write(
        "repair/refused", to=Party(represented=COMPANY), values=VALUES, by=office(), at=clock.now()
    )
    (found,) = letters(notice_id=notice_id)
    return found


def opened(client: Client, name: str, *given: object, **query: str):
    return client.get(reverse(f"space:{name}", args=given), query)


def test_opening_a_notice_is_noted_as_reading_it(client: Client, letter: Letter):
    person, mandate = representative()
    client.force_login(person)
    assert opened(client, "notices", mandate, unread="1").context["page"].total == 1

    response = opened(client, "notice", mandate, letter.notice_id)

    said = response.content.decode()
    assert letter.number in said
    assert "罚款尚未缴清（虚构）" in said
    assert [n.read_by for n in told_to(COMPANY)] == ["liang"]
    assert opened(client, "notices", mandate, unread="1").context["page"].total == 0
    assert opened(client, "notices", mandate).context["page"].total == 1


def test_a_letter_is_fetched_as_a_file_and_the_fetch_is_kept(client: Client, letter: Letter):
    person, mandate = representative()
    client.force_login(person)

    response = opened(client, "letter", mandate, letter.pk)

    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    assert signing.verify_pdf(response.content, at=clock.now()).holds
    assert LetterDownload.objects.get().for_addressee


def test_the_proof_is_a_signed_file(client: Client, letter: Letter):
    person, mandate = representative()
    client.force_login(person)
    opened(client, "letter", mandate, letter.pk)

    response = opened(client, "letter-proof", mandate, letter.pk)

    told = json.loads(response.content)
    assert response["Content-Disposition"].startswith("attachment;")
    assert [e["what"] for e in told["statement"]["events"]] == ["written", "delivered", "made", "downloaded"]
    assert told["jws"].count(".") == 2


def test_the_link_in_a_message_leads_to_the_notice(client: Client, letter: Letter):
    person, mandate = representative()
    link = reverse("space:notice-open", args=[letter.notice_id])
    assert client.get(link).status_code == 302  # to sign in first
    client.force_login(person)

    assert client.get(link)["Location"] == reverse("space:notice", args=[mandate, letter.notice_id])


STRANGERS = {
    "another company": {"username": "other", "about": "subject:other"},
    "a mandate that does not reach so far": {"username": "seer", "scopes": frozenset({Scope.SEE})},
}


@pytest.mark.parametrize("given", STRANGERS.values(), ids=STRANGERS)
@pytest.mark.parametrize("name", ["notice", "letter", "letter-proof"])
def test_nobody_else_opens_it_and_nothing_is_noted(client: Client, letter: Letter, given, name: str):
    person, mandate = representative(**given)
    client.force_login(person)

    assert opened(client, name, mandate, letter.notice_id if name == "notice" else letter.pk).status_code in {403, 404}
    assert client.get(reverse("space:notice-open", args=[letter.notice_id])).status_code == 404
    assert not LetterDownload.objects.exists()
    assert [n.read_at for n in told_to(COMPANY)] == [None]


def test_the_verification_page_knows_a_letter_for_what_it_is(client: Client, letter: Letter):
    person, mandate = representative()
    client.force_login(person)
    pdf = opened(client, "letter", mandate, letter.pk).content

    said = upload(client, pdf).content.decode()

    assert "未被改动" in said
    assert letter.number in said
    assert "不是信用报告" in said
    assert "虚构商行" not in said
