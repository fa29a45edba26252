"""Training on the pages: announced by the credit office, joined in My space, certified, verified by anyone."""

from datetime import timedelta

import pytest
from django.test import Client

from chengxin.base import clock
from chengxin.base.clock import CITY_TIME
from chengxin.faces.space.tests.factories import representative
from chengxin.faces.workbench.tests.factories import person
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Role
from chengxin.rights.training.models import Certificate, Course, Registration
from chengxin.rights.training.tests.factories import TEXTS, course

pytestmark = pytest.mark.django_db


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def office() -> Client:
    return signed_in(person(Role.CREDIT_OFFICE_OPERATOR, accounts.credit_office().code))


def test_the_credit_office_announces_a_course_that_everyone_sees(client: Client):
    begins = clock.now().astimezone(CITY_TIME) + timedelta(days=3)
    sent = {
        **TEXTS,
        "begins_at": begins.strftime("%Y-%m-%dT%H:%M"),
        "ends_at": (begins + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M"),
        "capacity": "30",
    }

    answer = office().post("/workbench/training", sent)

    assert answer.status_code == 302
    assert Course.objects.get().capacity == 30
    assert "怎样申请信用修复（虚构）" in client.get("/training").content.decode()


def test_what_is_missing_is_said_and_nothing_is_announced():
    answer = office().post("/workbench/training", TEXTS)

    assert (answer.status_code, Course.objects.count()) == (422, 0)
    assert "培训的信息不完整" in answer.content.decode()


@pytest.mark.parametrize("role", [Role.DEPARTMENT_OFFICER, Role.ADMINISTRATOR, Role.BANK_CLERK])
def test_nobody_else_announces_a_course(role: Role):
    client = signed_in(person(role))

    assert client.get("/workbench/training").status_code == 403
    assert client.post("/workbench/training", TEXTS).status_code == 403
    assert not Course.objects.exists()


def test_a_company_registers_and_fetches_its_certificate_which_anyone_verifies(client: Client):
    now = clock.now()
    course_id = course(begins_at=now + timedelta(hours=1), ends_at=now + timedelta(hours=2), at=now)
    user, mandate = representative()
    own = signed_in(user)
    own.post(f"/my/{mandate}/training/{course_id}/register", {"participant": "梁某"})
    registration = Registration.objects.get()
    assert "参加人 梁某" in own.get(f"/my/{mandate}/training").content.decode()

    Certificate.objects.create(
        registration=registration, number="PX20260908-ABCD2345", check_code="QWERT234", attended_by="x", issued_at=now
    )

    pdf = own.get(f"/my/{mandate}/training/registrations/{registration.pk}/certificate.pdf")
    assert pdf.content.startswith(b"%PDF")
    page = client.get("/training/certificates", {"number": "PX20260908-ABCD2345", "code": "QWERT234"}).content.decode()
    assert "是本平台出具的" in page
    assert "梁某" not in page
    other = client.get("/training/certificates", {"number": "PX20260908-ABCD2345", "code": "other"}).content.decode()
    assert "没有这样的培训证明" in other
