import csv
import json

import pytest
from django.core.management import call_command

from chengxin.base.policy import city_folder
from chengxin.registry.accounts.models import Organisation

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
