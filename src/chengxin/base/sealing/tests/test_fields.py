"""Texts in sealed columns: in clear to the application, sealed on the disk."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from chengxin.base.casework import notices, services
from chengxin.base.casework.models import Case, Notice
from chengxin.base.casework.rules import Party
from chengxin.base.casework.services import PLATFORM
from chengxin.base.casework.tests.factories import told_to
from chengxin.base.sealing.rules import PREFIX, SealBroken

pytestmark = pytest.mark.django_db
SOMEONE = Party(represented="someone")
NOON = datetime(2026, 9, 1, 4, tzinfo=UTC)


def sent(body: str) -> int:
    return services.send_notice(SOMEONE, title="通知", body=body, by=PLATFORM, at=NOON)


def stored(notice_id: int) -> str:
    with notices.sending(SOMEONE, by=PLATFORM), connection.cursor() as cursor:
        cursor.execute("SELECT body_zh FROM casework_notice WHERE id = %s", [notice_id])
        return str(cursor.fetchone()[0])


def test_what_a_notice_says_is_sealed_in_the_table_and_read_in_clear():
    notice_id = sent("您的许可证（虚构）")

    assert stored(notice_id).startswith(PREFIX)
    assert "许可证" not in stored(notice_id)
    assert [n.body_zh for n in told_to("someone")] == ["您的许可证（虚构）"]


def test_the_titles_of_cases_and_notices_are_sealed_as_well():
    notice_id = sent("内容")
    case = Case.objects.create(
        procedure="p", about="a", title="虚构事项", title_en="Fictional", state="s", state_since=NOON, opened_at=NOON
    )
    with notices.sending(SOMEONE, by=PLATFORM), connection.cursor() as cursor:
        cursor.execute(
            "SELECT n.title_zh, n.title_en, c.title, c.title_en FROM casework_notice n, casework_case c"
            " WHERE n.id = %s AND c.id = %s",
            [notice_id, case.pk],
        )
        titles = cursor.fetchone()

    assert all(title.startswith(PREFIX) for title in titles)
    assert [n.title_zh for n in told_to("someone")] == ["通知"]
    assert Case.objects.get(pk=case.pk).title == "虚构事项"


def test_an_empty_text_stays_empty():
    assert stored(sent("")) == ""


def test_the_same_text_is_sealed_differently_each_time():
    assert stored(sent("同一句话")) != stored(sent("同一句话"))


def test_a_text_that_is_not_what_was_sealed_is_not_read():
    with pytest.raises(SealBroken):
        Notice.body_zh.field.from_db_value(PREFIX + "AAAA", None, None)
