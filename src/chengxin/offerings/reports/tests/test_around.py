"""A person's words and the checks of their reports, tried from around the application."""

import pytest
from django.apps import apps
from django.db import connection

from chengxin.offerings.reports import person_services
from chengxin.offerings.reports.models import OwnNote
from chengxin.rights.consent.tests.factories import NOON, penalised, resident

pytestmark = pytest.mark.django_db


def seen(**told: str) -> int:
    with connection.cursor() as cursor:
        for name in ("purpose", "about"):
            cursor.execute("SELECT set_config(%s, %s, true)", [f"chengxin.{name}", told.get(name, "")])
        cursor.execute("SELECT count(*) FROM reports_ownnote")
        return int(cursor.fetchone()[0])


def test_every_table_of_this_room_is_under_row_level_security_even_for_its_owner():
    tables = sorted(model._meta.db_table for model in apps.get_app_config("reports").get_models())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relname = ANY(%s) AND relrowsecurity AND relforcerowsecurity", [tables]
        )
        assert sorted(name for (name,) in cursor.fetchall()) == tables


def test_a_note_is_seen_with_a_purpose_and_its_person_named_and_not_else(tmp_path):
    about = penalised(tmp_path)
    person_services.write_note(about, "罚款已缴清（虚构）", by=resident(about), at=NOON)

    assert OwnNote.objects.count() == 0
    assert seen(about=about) == 0
    assert seen(purpose="curiosity", about="person:999999") == 0
    assert seen(purpose="own-report", about=about) == 1
