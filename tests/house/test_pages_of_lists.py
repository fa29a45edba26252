"""A page that a list has not: whatever number an address names, a list shows its rows or says that it has none."""

import ast

import pytest
from django.template import Context
from django.test import Client
from django.urls import URLPattern, reverse

from chengxin.faces.portal import urls as portal
from chengxin.faces.space import urls as space
from chengxin.faces.space.tests.factories import mandate_of
from chengxin.faces.workbench import urls as workbench
from chengxin.faces.workbench.pages import Sheet
from chengxin.faces.workbench.tests.factories import person
from chengxin.registry.accounts.rules import Role
from tests.house.test_doors import ARGUMENTS
from tests.house.tree import SOURCE, parsed, python, told

FACES = {"portal": portal.pages, "workbench": workbench.urlpatterns, "space": space.urlpatterns}
NUMBERS = ("99999", "0", "x", "9" * 5000)
COUNTING = {"sheet", "cut", "last_page"}
OWN = SOURCE / "faces" / "workbench" / "paging.py"
LEAVING = {"sign-out", "sign-in-demo"}


@pytest.mark.django_db
@pytest.mark.parametrize("face", FACES)
def test_no_number_of_a_page_breaks_a_page_or_leads_behind_the_last(client: Client, face: str):
    for role in Role:
        user = person(role, username="everyone")
    client.force_login(user)
    mandate = mandate_of("everyone", "subject:91450100MAC000017C")
    answered = [
        f"{face}:{pattern.name} {number[:5]}"
        for pattern in FACES[face]
        if isinstance(pattern, URLPattern) and pattern.name not in LEAVING
        for number in NUMBERS
        if not stays_within(client, address(face, pattern, mandate), number)
    ]

    assert answered == []


def address(face: str, pattern: URLPattern, mandate: int) -> str:
    given = {name: ARGUMENTS.get(name, 1) for name in pattern.pattern.converters} | (pattern.default_args or {})
    given |= {"mandate_id": mandate} if "mandate_id" in given else {}
    given |= {"code": ARGUMENTS["list_code"]} if pattern.name == "list" else {}
    return reverse(f"{face}:{pattern.name}", kwargs=given)


def stays_within(client: Client, page: str, number: str) -> bool:
    """Whether the page answers, and each list on it shows a page that it has; one redirection may come before."""
    response = client.get(page, {"page": number})
    if response.status_code == 302 and "page=" in response.headers["Location"]:
        response = client.get(response.headers["Location"])
        if response.status_code != 200:
            return False
    contexts = response.context if isinstance(response.context, list) else [response.context or Context()]
    shown = [value for context in contexts for value in context.flatten().values() if isinstance(value, Sheet)]
    return response.status_code < 500 and all(one.number <= one.last for one in shown)


def test_who_asks_for_a_page_by_number_counts_to_the_last():
    astray = []
    for path in python(tests=False):
        if SOURCE / "faces" in path.parents and path != OWN:
            names = {node.id for node in ast.walk(parsed(path)) if isinstance(node, ast.Name)}
            reads_itself = 'GET.get("page"' in path.read_text(encoding="utf-8")
            if reads_itself or ("number_of_page" in names and not COUNTING & names):
                astray.append(told(path))
    assert astray == []
