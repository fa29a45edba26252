"""Which pages are open: each page of the workbench asks who comes, and no other page knows more than the public may."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from chengxin.faces.workbench import urls as workbench

OPEN = {"index", "sign-in", "sign-in-demo", "sign-out"}
ARGUMENTS = {"item_code": "penalty-organisation", "submission_id": 1, "appointment_id": 1, "code": "91450100MAC000017C"}


def closed() -> list[URLPattern]:
    return [pattern for pattern in workbench.urlpatterns if pattern.name not in OPEN]


@pytest.mark.parametrize("pattern", closed(), ids=lambda pattern: pattern.name)
def test_every_page_of_the_workbench_says_whom_it_is_open_to(pattern: URLPattern):
    assert hasattr(pattern.callback, "open_to") or hasattr(getattr(pattern.callback, "__wrapped__", None), "open_to")


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("pattern", closed(), ids=lambda pattern: pattern.name)
def test_a_stranger_is_sent_to_sign_in_or_refused(client: Client, pattern: URLPattern, method: str):
    given = {name: ARGUMENTS[name] for name in pattern.pattern.converters}
    response = getattr(client, method)(reverse(f"workbench:{pattern.name}", kwargs=given))
    assert response.status_code in {302, 405}
    if response.status_code == 302:
        assert response.headers["Location"].startswith("/workbench/sign-in")


def routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for one in resolver.url_patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from routes(one, route)
        else:
            yield route


def test_nothing_is_served_beside_the_known_faces():
    known = ("i18n/", "oauth/", "api/v1/", "workbench/", "search", "subjects/", "catalogue", "verify", "rights")
    pages = {"", "accessibility", "policy/unverified", "styleguide", "robots.txt"}
    assert [r for r in routes(get_resolver()) if r not in pages and not r.startswith(known)] == []
