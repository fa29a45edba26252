"""Which pages are open: each page of the workbench asks who comes, and no other page knows more than the public may."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from chengxin.faces.space import urls as space
from chengxin.faces.workbench import urls as workbench
from chengxin.faces.workbench.tests.factories import person
from chengxin.registry.accounts.rules import Role

OPEN = {
    "index",
    "sign-in",
    "sign-in-demo",
    "sign-in-code",
    "sign-in-provider",
    "sign-in-provider-back",
    "sign-out",
}
ARGUMENTS = {
    "item_code": "penalty-organisation",
    "submission_id": 1,
    "appointment_id": 1,
    "code": "91450100MAC000017C",
    "case_id": 1,
    "step": "accept",
    "mandate_id": 1,
    "passkey_id": 1,
    "request_id": 1,
    "letter_id": 1,
    "delivery_id": 1,
    "channel": "email",
    "receipt_id": "6f1f7a0c-0000-7000-8000-000000000004",
    "run_id": 1,
    "other_id": 1,
    "notice_id": 1,
    "list_code": "serious-tax",
    "model_code": "enterprise",
    "offer_code": "resident",
    "name": "resident-1",
    "listed_id": 1,
    "entry_id": "6f1f7a0c-0000-4000-8000-000000000003",
    "delegation_id": 1,
    "invitation_id": 1,
    "course_id": 1,
    "registration_id": 1,
    "webhook_id": 1,
    "subscription_id": 1,
    "selection_id": 1,
    "sequence": 1,
    "form_id": 1,
    "waiting_id": 1,
    "merge_id": 1,
    "proposal_id": 1,
    "ending": "csv",
    "version": 1,
    "campaign_id": 1,
    "connector_code": "market-penalties",
    "package_id": 1,
    "target_id": 1,
    "order_id": 1,
    "attachment_id": "6f1f7a0c-0000-4000-8000-000000000010",
    "number": "CN20261125-8HJ2-K7QM-5",
    "due_id": 1,
    "check_id": 1,
    "membership_id": 1,
    "plan_id": 1,
    "object_id": 1,
    "inspector_id": 1,
    "visit_id": 1,
    "file_id": "6f1f7a0c-0000-4000-8000-000000000011",
    "check": "compliance",
    "line_id": 1,
    "reorganisation_id": 1,
    "natural_key": "6f1f7a0c-0000-4000-8000-000000000002",
}


def closed() -> list[tuple[str, URLPattern]]:
    faces = (("workbench", workbench.urlpatterns), ("space", space.urlpatterns))
    return [(face, pattern) for face, patterns in faces for pattern in patterns if pattern.name not in OPEN]


def called(place: tuple[str, URLPattern]) -> str:
    return f"{place[0]}:{place[1].name}"


@pytest.mark.parametrize("place", closed(), ids=called)
def test_every_page_behind_the_sign_in_says_whom_it_is_open_to(place: tuple[str, URLPattern]):
    view: Any = place[1].callback
    while view is not None and not (hasattr(view, "open_to") or hasattr(view, "scope")):
        view = getattr(view, "__wrapped__", None)
    assert view is not None


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("place", closed(), ids=called)
def test_a_stranger_is_sent_to_sign_in_or_refused(client: Client, place: tuple[str, URLPattern], method: str):
    given = {name: ARGUMENTS[name] for name in place[1].pattern.converters}
    response = getattr(client, method)(reverse(called(place), kwargs=given))
    assert response.status_code in {302, 405}
    if response.status_code == 302:
        assert response.headers["Location"].startswith("/workbench/sign-in")


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("place", [p for p in closed() if "mandate_id" in p[1].pattern.converters], ids=called)
def test_my_space_of_someone_else_is_not_there(client: Client, place: tuple[str, URLPattern], method: str):
    client.force_login(person(Role.DEPARTMENT_OFFICER))
    given = {name: ARGUMENTS[name] for name in place[1].pattern.converters}

    assert getattr(client, method)(reverse(called(place), kwargs=given)).status_code in {404, 405}


def routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for one in resolver.url_patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from routes(one, route)
        else:
            yield route


KNOWN = ("i18n/", "oauth/", "api/v1/", "workbench/", "search", "subjects/", "catalogue", "verify", "rights", "my/")
PUBLIC_PAGES = (
    "accessibility",
    "campaigns",
    "checks",
    "commitments",
    "disclosure",
    "inspections",
    "evaluation/benefits",
    "evaluation/models",
    "guide",
    "lists",
    "measures",
    "open-data",
    "policy/unverified",
    "quality",
    "robots.txt",
    "service-levels",
    "styleguide",
    "takedowns",
    "training",
    "transparency",
    "widget/",
)


def test_nothing_is_served_beside_the_known_faces():
    found = [r for r in routes(get_resolver()) if r and not r.startswith((*KNOWN, *PUBLIC_PAGES))]
    assert found == []
