"""Letters on the workbench: in cases, and how messages about them fared; the contact page."""

import re
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from chengxin.base import clock
from chengxin.base.letters import contacts, delivering
from chengxin.base.letters.models import Delivery, Letter, LetterDownload
from chengxin.base.letters.rules import Channel
from chengxin.base.letters.tests.factories import deferred, letters, reached_at, reader, smtp_server, written
from chengxin.faces.space.tests.factories import representative
from chengxin.faces.workbench.tests.factories import MARKET_SUPERVISION, person
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Role
from chengxin.rights.repair import services as repair
from chengxin.rights.repair.tests import factories as made

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(tmp_path: Path, settings) -> Letter:
    """The letter in a repair's case that the credit office accepted."""
    settings.MEDIA_ROOT = tmp_path / "files"
    case_id = made.applied(made.fined())
    repair.take(case_id, "forward", by=made.operator(), at=made.NOON)
    (found,) = letters(case_id=case_id)
    return found


@pytest.fixture
def failed(settings) -> Delivery:
    """A message that the server refused."""
    reached_at(reader(), Channel.EMAIL, "liang@company.example.org")
    with smtp_server(settings, refuses="550 no"):
        letter = written()
        delivering.dispatch(letter.pk, at=clock.now())
        found = letter.deliveries.get(channel="email")
        delivering.deliver(found.pk, attempts=0, at=clock.now())
    found.refresh_from_db(fields=["state"])
    return found


def office(role: Role = Role.CREDIT_OFFICE_OPERATOR):
    return person(role, accounts.credit_office().code)


@pytest.mark.parametrize("handler", ["office", "provider"])
def test_who_handles_the_case_sees_its_letters_with_their_proof_and_fetches_them(
    client: Client, letter: Letter, handler: str
):
    client.force_login(office() if handler == "office" else person(Role.DEPARTMENT_OFFICER, MARKET_SUPERVISION))

    said = client.get(reverse("workbench:case", args=[letter.case_id])).content.decode()
    assert letter.number in said
    assert "送达回证" in said
    response = client.get(reverse("workbench:letter", args=[letter.pk]))

    assert response["Content-Disposition"].startswith("attachment;")
    assert not LetterDownload.objects.get().for_addressee
    assert client.get(reverse("workbench:letter-proof", args=[letter.pk])).status_code == 200


@pytest.mark.parametrize(
    ("role", "status"), [(Role.DEPARTMENT_OFFICER, 404), (Role.AUDITOR, 403), (Role.BANK_CLERK, 403)]
)
def test_those_without_a_part_in_the_case_do_not(client: Client, letter: Letter, role: Role, status: int):
    client.force_login(person(role, made.APPROVAL_BUREAU))

    for name in ("letter", "letter-proof"):
        assert client.get(reverse(f"workbench:{name}", args=[letter.pk])).status_code == status
    assert not LetterDownload.objects.exists()


def test_the_credit_office_sees_what_failed_and_has_it_sent_again(client: Client, failed: Delivery):
    client.force_login(office())
    page = client.get(reverse("workbench:deliveries"), {"state": "failed"}).content.decode()
    assert failed.letter.number in page
    assert "550 no" in page
    assert "liang@" not in page

    response = client.post(reverse("workbench:delivery-retry", args=[failed.pk]))

    assert response.status_code == 302
    failed.refresh_from_db()
    assert failed.state == "queued"
    assert client.post(reverse("workbench:delivery-retry", args=[failed.pk])).status_code == 409


@pytest.mark.parametrize(
    ("query", "total"),
    [({}, 1), ({"channel": "sms"}, 0), ({"state": "queued"}, 0), ({"number": "南信修字〔2026〕1号"}, 1)],
)
def test_the_list_is_filtered_by_its_address_and_exported(client: Client, failed: Delivery, query, total: int):
    client.force_login(office())

    assert client.get(reverse("workbench:deliveries"), query).context["page"].total == total
    rows = client.get(reverse("workbench:deliveries-csv"), query).getvalue().decode("utf-8-sig").splitlines()
    assert len(rows) == total + 1


@pytest.mark.parametrize("role", [Role.DEPARTMENT_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_no_other_role_sees_or_retries_deliveries(client: Client, failed: Delivery, role: Role):
    client.force_login(person(role))

    assert client.get(reverse("workbench:deliveries")).status_code == 403
    assert client.get(reverse("workbench:deliveries-csv")).status_code == 403
    assert client.post(reverse("workbench:delivery-retry", args=[failed.pk])).status_code == 403
    failed.refresh_from_db()
    assert failed.state == "failed"


def change(client: Client, name: str, *given: str, **form: str):
    return client.post(reverse(f"workbench:{name}", args=given), form)


def test_a_person_states_an_address_proves_it_and_takes_it_back(client: Client, settings):
    settings.SMTP_HOST = "mail.example.org"
    user, _ = representative()
    client.force_login(user)

    assert change(client, "contact-state", "email", address="liang@company.example.org").status_code == 302
    contacts.send_code(deferred("letters.send_code")[0]["code_id"], at=clock.now())
    code = re.search(r"\d{6}", mail.outbox[0].body)
    assert code is not None
    assert change(client, "contact-confirm", "email", code="0").status_code == 422
    assert change(client, "contact-confirm", "email", code=code[0]).status_code == 302
    assert change(client, "contact-choose", "email", wanted="0").status_code == 302
    said = client.get(reverse("workbench:contact")).content.decode()
    assert "l***@company.example.org" in said
    assert "已关闭" in said

    change(client, "contact-remove", "email")
    assert "l***@" not in client.get(reverse("workbench:contact")).content.decode()


def test_what_is_no_address_is_said_beside_its_field_and_kept_there(client: Client, settings):
    settings.SMTP_HOST = "mail.example.org"
    client.force_login(representative()[0])

    response = change(client, "contact-state", "email", address="liang")

    assert response.status_code == 422
    assert 'href="#email-address"' in response.content.decode()
    assert 'value="liang"' in response.content.decode()
    assert deferred("letters.send_code") == []


@pytest.mark.parametrize(("name", "given"), [("contact-state", "inbox"), ("contact-choose", "pigeon")])
def test_a_channel_that_there_is_not_is_not_found(client: Client, name: str, given: str):
    client.force_login(representative()[0])

    assert change(client, name, given).status_code == 404


def test_a_language_is_chosen(client: Client):
    user, _ = representative()
    client.force_login(user)

    change(client, "contact-language", language="en")

    assert client.get(reverse("workbench:contact")).context["language"] == "en"
    assert change(client, "contact-language", language="fr").status_code == 404
