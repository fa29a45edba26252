"""Who gets in, who does not, and that a refusal changes nothing."""

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.base.audit import queries as audit
from chengxin.faces.workbench.sessions import SEEN
from chengxin.faces.workbench.tests.factories import person
from chengxin.registry.accounts.models import Appointment
from chengxin.registry.accounts.rules import Role

pytestmark = pytest.mark.django_db

PAGES = {
    "home": set(Role),
    "hand-in": {Role.DEPARTMENT_OFFICER},
    "inbox": {
        Role.DEPARTMENT_OFFICER,
        Role.DEPARTMENT_REVIEWER,
        Role.CREDIT_OFFICE_OPERATOR,
        Role.CREDIT_OFFICE_REVIEWER,
        Role.ASSOCIATION_OFFICER,
    },
    "submissions": {
        Role.DEPARTMENT_OFFICER,
        Role.DEPARTMENT_REVIEWER,
        Role.CREDIT_OFFICE_OPERATOR,
        Role.CREDIT_OFFICE_REVIEWER,
        Role.AUDITOR,
    },
    "audit": {Role.AUDITOR},
    "people": {Role.ADMINISTRATOR},
    "lookup": {
        Role.DEPARTMENT_OFFICER,
        Role.DEPARTMENT_REVIEWER,
        Role.CREDIT_OFFICE_OPERATOR,
        Role.CREDIT_OFFICE_REVIEWER,
    },
}


@pytest.mark.parametrize("name", PAGES)
def test_a_stranger_is_sent_to_the_sign_in_page_and_back(client: Client, name: str):
    address = reverse(f"workbench:{name}")

    response = client.get(address)

    assert response.status_code == 302
    assert response["Location"] == f"{reverse('workbench:sign-in')}?next={address.replace('/', '%2F')}"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("role", list(Role))
def test_a_page_opens_to_its_roles_and_to_no_other(client: Client, role: Role, language: str):
    client.force_login(person(role))

    seen = {
        name: client.get(reverse(f"workbench:{name}"), headers={"accept-language": language}).status_code
        for name in PAGES
    }

    assert seen == {name: 200 if role in roles else 403 for name, roles in PAGES.items()}


@pytest.mark.parametrize(("language", "told"), [("zh-hans", "页面已经过期，没有提交"), ("en", "The page has expired")])
def test_a_form_whose_page_has_expired_is_answered_by_a_page_of_ours(language: str, told: str):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(person(Role.DEPARTMENT_OFFICER))

    answer = strict.post("/workbench/lists/market-serious-breach/propose", headers={"accept-language": language})

    assert (answer.status_code, told in answer.content.decode()) == (403, True)


def test_someone_without_an_appointment_is_refused(client: Client):
    user = person(Role.AUDITOR)
    Appointment.objects.all().delete()
    client.force_login(user)

    assert client.get(reverse("workbench:home")).status_code == 403


def test_a_session_that_was_left_alone_ends(client: Client):
    client.force_login(person(Role.AUDITOR))
    client.get(reverse("workbench:home"))
    session = client.session
    session[SEEN] -= 31 * 60
    session.save()

    response = client.get(reverse("workbench:home"))

    assert response.status_code == 302
    assert "ended=idle" in response["Location"]
    assert client.get(reverse("workbench:audit")).status_code == 302


def test_the_right_password_opens_the_page_that_was_wanted(client: Client):
    person(Role.AUDITOR, username="auditor-one")
    given = {"username": "auditor-one", "password": "correct horse battery", "next": reverse("workbench:audit")}

    response = client.post(reverse("workbench:sign-in"), given)

    assert response["Location"] == reverse("workbench:audit")
    assert client.get(reverse("workbench:audit")).status_code == 200


def test_a_wrong_password_says_what_to_do_and_signs_nobody_in(client: Client):
    person(Role.AUDITOR, username="auditor-one")

    response = client.post(reverse("workbench:sign-in"), {"username": "auditor-one", "password": "wrong"})

    assert response.status_code == 401
    assert "用户名或密码不正确" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_an_empty_form_names_both_fields(client: Client):
    response = client.post(reverse("workbench:sign-in"), {}, headers={"accept-language": "en"})

    assert response.status_code == 422
    page = response.content.decode()
    assert 'href="#username"' in page
    assert 'href="#password"' in page
    assert "Enter the password" in page


def test_an_address_elsewhere_is_not_followed_after_signing_in(client: Client):
    person(Role.AUDITOR, username="auditor-one")
    given = {"username": "auditor-one", "password": "correct horse battery", "next": "https://elsewhere.example/"}

    response = client.post(reverse("workbench:sign-in"), given)

    assert response["Location"] == reverse("workbench:home")


def test_one_click_sign_in_exists_in_demo_mode_only(client: Client, settings):
    settings.DEMO = False
    user = person(Role.AUDITOR)
    user.is_demo = True
    user.save()

    refused = client.post(reverse("workbench:sign-in-demo"), {"username": user.username})
    settings.DEMO = True
    taken = client.post(reverse("workbench:sign-in-demo"), {"username": user.username})

    assert (refused.status_code, taken.status_code) == (404, 302)


def test_one_click_sign_in_never_opens_a_real_account(client: Client, settings):
    settings.DEMO = True
    user = person(Role.AUDITOR)

    assert client.post(reverse("workbench:sign-in-demo"), {"username": user.username}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_signing_out_needs_a_post_and_ends_the_session(client: Client):
    client.force_login(person(Role.AUDITOR))

    assert client.get(reverse("workbench:sign-out")).status_code == 405
    client.post(reverse("workbench:sign-out"))

    assert client.get(reverse("workbench:home")).status_code == 302


@pytest.mark.parametrize("name", ["sign-in-demo", "sign-out", "audit-verify", "people-appoint"])
def test_a_write_without_its_token_is_refused(name: str):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(person(Role.AUDITOR))

    assert strict.post(reverse(f"workbench:{name}")).status_code == 403


def test_an_administrator_appoints_and_ends(client: Client):
    client.force_login(person(Role.ADMINISTRATOR))
    officer = person(Role.DEPARTMENT_OFFICER)
    given = {"username": officer.username, "organisation": "1145010000755003XC", "role": "department-reviewer"}

    client.post(reverse("workbench:people-appoint"), given)
    made = Appointment.objects.get(user=officer, role="department-reviewer")
    client.post(reverse("workbench:people-end", args=[made.pk]))

    made.refresh_from_db()
    assert made.valid_until is not None
    assert [e.action for e in audit.entries(size=2).entries] == ["accounts.appointment_ended", "accounts.appointed"]


def test_nobody_else_appoints_and_nothing_changes(client: Client):
    client.force_login(person(Role.AUDITOR))
    before = Appointment.objects.count()
    given = {"username": "auditor", "organisation": "1145010000755003XC", "role": "administrator"}

    response = client.post(reverse("workbench:people-appoint"), given)

    assert response.status_code == 403
    assert Appointment.objects.count() == before


def test_an_appointment_without_a_role_names_the_field(client: Client):
    client.force_login(person(Role.ADMINISTRATOR))

    response = client.post(reverse("workbench:people-appoint"), {"username": "someone"})

    assert response.status_code == 422
    assert 'href="#role"' in response.content.decode()


def test_the_auditor_sees_that_the_chain_holds(client: Client):
    client.force_login(person(Role.AUDITOR))

    response = client.post(reverse("workbench:audit-verify"))

    assert "审计链完好" in response.content.decode()
    assert audit.entries(size=1).entries[0].action == "audit.verified"


def test_the_audit_log_is_filtered_by_the_address(client: Client):
    client.force_login(person(Role.AUDITOR))
    client.post(reverse("workbench:audit-verify"))

    found = client.get(reverse("workbench:audit"), {"actor": "nobody"}).content.decode()

    assert "没有符合条件的记录" in found
