import csv
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from chengxin.base import clock
from chengxin.base.policy import city_folder
from chengxin.registry.accounts import queries, services
from chengxin.registry.accounts.models import Organisation, User
from chengxin.registry.accounts.rules import Role
from chengxin.registry.accounts.tests.factories import MARKET_SUPERVISION, PASSWORD

pytestmark = pytest.mark.django_db


def listed(capsys) -> list[dict[str, object]]:
    call_command("organisations", "--json")
    return json.loads(capsys.readouterr().out)


def test_the_list_of_organisations_has_the_promised_shape(capsys):
    rows = listed(capsys)

    codes = {row["code"] for row in rows}
    assert rows
    for row in rows:
        assert {"code", "name_zh", "name_en", "division", "parent"} <= row.keys()
        assert all(isinstance(row[key], str) and row[key] for key in ("code", "name_zh", "name_en", "division"))
        assert row["parent"] is None or row["parent"] in codes
        assert isinstance(row["code_is_generated"], bool)


def test_the_list_is_that_of_the_city_profile(capsys):
    with (city_folder() / "organisations.csv").open(encoding="utf-8", newline="") as file:
        profile = [(row["code"], row["name_zh"]) for row in csv.DictReader(file)]

    assert [(row["code"], row["name_zh"]) for row in listed(capsys)] == profile


def test_the_plain_list_has_a_line_for_each(capsys):
    call_command("organisations")

    assert len(capsys.readouterr().out.splitlines()) == Organisation.objects.count()


def test_loading_the_profile_twice_changes_nothing(capsys):
    before = list(Organisation.objects.order_by("id").values_list("id", "code", "name_zh", "parent_id"))

    call_command("load_profile")

    assert list(Organisation.objects.order_by("id").values_list("id", "code", "name_zh", "parent_id")) == before
    assert capsys.readouterr().out == f"{len(before)} organisations\n"


def person(monkeypatch: pytest.MonkeyPatch, password: str, **changed: str) -> str:
    given = {"name": "韦某（虚构）", "organisation": MARKET_SUPERVISION, "role": "department-officer"} | changed
    monkeypatch.setattr("sys.stdin", StringIO(f"{password}\n"))
    output = StringIO()
    call_command("person", "create", "wei", *(f"--{name}={value}" for name, value in given.items()), stdout=output)
    return output.getvalue()


def test_a_person_is_made_with_password_and_office(monkeypatch: pytest.MonkeyPatch):
    assert "wei" in person(monkeypatch, PASSWORD)

    signed_in = services.sign_in("wei", PASSWORD, address="127.0.0.1", at=clock.now())
    actor = queries.actor_of_user(signed_in, at=clock.now())
    assert actor is not None
    assert actor.roles == {Role.DEPARTMENT_OFFICER}


@pytest.mark.parametrize(
    ("password", "changed"), [("short", {}), ("password1234", {}), (PASSWORD, {"organisation": "unknown"})]
)
def test_a_weak_password_or_an_unknown_organisation_makes_nobody(
    monkeypatch: pytest.MonkeyPatch, password: str, changed: dict[str, str]
):
    with pytest.raises(CommandError):
        person(monkeypatch, password, **changed)

    assert not User.objects.filter(username="wei").exists()


def test_a_name_that_is_taken_is_refused(monkeypatch: pytest.MonkeyPatch):
    person(monkeypatch, PASSWORD)

    with pytest.raises(CommandError):
        person(monkeypatch, PASSWORD)
    assert User.objects.filter(username="wei").count() == 1
