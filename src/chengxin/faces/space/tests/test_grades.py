"""A company sees its own grade with every reason; what it previews is what the reference interpreter says."""

from datetime import datetime, time, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from chengxin.base import clock
from chengxin.evaluation.runs import queries as runs
from chengxin.evaluation.runs import scheduling
from chengxin.evaluation.runs.models import Result
from chengxin.evaluation.runs.tests.factories import OFFICER
from chengxin.evaluation.scorecards.tests.officials import published
from chengxin.faces.space.tests.factories import representative
from chengxin.registry.records.tests.factories import organisation_record
from chengxin.registry.subjects.queries import ids_of
from chengxin.registry.subjects.rules import about_subject
from chengxin.registry.subjects.tests.factories import code, company
from chengxin.rights.consent.tests.factories import penalised

FINE = '{"CF_WSH":"虚构1号","CF_CFLB":"罚款","CF_NR_FK":"5.000000"}'
TAX = '{"GRADE":"A","YEAR":"2025"}'


@pytest.fixture
def fined(committed_db, settings, tmp_path) -> str:
    """A company with a fine of three months ago, graded today; returns the record's key."""
    settings.EVALUATION_FOLDER = str(tmp_path)
    now, today = clock.now(), clock.today()
    published(at=now - timedelta(days=40))
    company("南宁虚构贸易有限公司", 1)
    subject = ids_of([code(1)])[code(1)]
    decided = today - timedelta(days=90)
    seen = (decided, decided + timedelta(days=1000))
    key = organisation_record(subject, "fine", payload=FINE, public=seen, decided_on=decided)
    organisation_record(subject, "tax", item="tax-grade", payload=TAX, public=(decided, None), decided_on=decided)
    scheduling.run_now(("enterprise",), by=OFFICER, at=now)
    return str(key)


@pytest.fixture
def mandate(client: Client, fined: str) -> int:
    user, found = representative()
    client.force_login(user)
    return found


def test_the_page_shows_the_grade_its_reasons_and_what_a_repair_would_give(client, mandate, fined):
    listed = client.get(reverse("space:grades", args=[mandate])).content.decode()
    address = reverse("space:grade", args=[mandate, "enterprise"])
    shown = client.get(address)
    text = shown.content.decode()

    result = Result.objects.get()
    assert address in listed
    assert shown.context["told"]["points"] == result.points == shown.context["today"]["points"]
    assert not shown.context["has_moved"]
    assert reverse("space:dispute", args=[mandate, fined]) in text
    assert f"?repaired={fined}" in text
    left = [one for one in shown.context["ahead"]["lines"] if one["records"]]
    assert str(left[-1]["records"][0]["record"].natural_key) == fined, "it says when the fine stops counting"
    assert [str(one["record"]["record"].natural_key) for one in shown.context["upward"]["repairs"]] == [fined]
    assert [one["gain"] for one in shown.context["upward"]["lifts"]]
    preview = client.get(address, {"repaired": fined}).context["preview"]
    assert preview["gain"] == preview["points"] - result.points > 0


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_of_it_is_there_in_both_languages(client, mandate, language):
    spoken = {"accept-language": language}
    for address in (
        reverse("space:grades", args=[mandate]),
        reverse("space:grade", args=[mandate, "enterprise"]),
        reverse("space:grade-csv", args=[mandate, "enterprise"]),
    ):
        assert client.get(address, headers=spoken).status_code == 200
    assert client.get(reverse("space:grade", args=[mandate, "food"])).status_code == 404


def test_the_reference_interpreter_and_the_run_agree_on_points_values_and_records(client, mandate, fined):
    subject = ids_of([code(1)])[code(1)]
    row = runs.explained(subject, Result.objects.get().run_id)
    today = client.get(reverse("space:grade", args=[mandate, "enterprise"])).context["dimensions"]

    shown = {i["line"].code: i for d in today for i in d["indicators"]}
    assert {c: i["points"] for c, i in shown.items()} == {i.code: i.points for i in row.indicators}
    assert [str(r["record"].natural_key) for r in shown["fines"]["records"]] == [fined]


def test_a_new_version_is_what_a_company_sees_from_its_day_on_and_the_old_one_until_then(
    client, mandate, committed_db, monkeypatch
):
    address, zh = reverse("space:grade", args=[mandate, "enterprise"]), {"accept-language": "zh-hans"}
    day = published("enterprise-2", at=clock.now())

    def told_on(then, *, after_the_night: bool = True) -> str:
        """What the page says at noon of a day; the night's task has run, unless it has not."""
        noon = datetime.combine(then, time(12), tzinfo=clock.CITY_TIME)
        if after_the_night:
            scheduling.run_due(at=noon.replace(hour=2, minute=40))
        with monkeypatch.context() as moved:
            moved.setattr(clock, "now", lambda: noon)
            client.logout()  # a session does not last so long
            client.force_login(get_user_model().objects.get(username="liang"))
            shown = client.get(address, headers=zh)
        return f"{shown.context['told']['name']} {shown.context['told']['as_of']} {shown.content.decode()}"

    before, unready = told_on(day - timedelta(days=1)), told_on(day, after_the_night=False)
    on_the_day, after = told_on(day), told_on(day + timedelta(days=1))

    assert before.startswith("enterprise-1 ") and f"新版本从 {day} 起生效，从那一天起按 enterprise-2 评价。" in before
    assert unready.startswith("enterprise-1 ") and "下面还是按 enterprise-1 算的，夜间计算以后按新版本更新。" in unready
    for told in (on_the_day, after):
        assert told.startswith(f"enterprise-2 {day} ") and f"enterprise-2 从 {day} 起生效。" in told
        assert "从那一天起" not in told


def test_another_company_does_not_see_it(client, fined):
    company("南宁虚构商行", 2)
    user, other = representative(username="other", about=about_subject(code(2)))
    client.force_login(user)

    assert client.get(reverse("space:grade", args=[other, "enterprise"])).status_code == 404


def test_a_natural_person_has_no_grades(client, fined, tmp_path):
    user, own = representative(username="someone", about=penalised(tmp_path))
    client.force_login(user)

    assert client.get(reverse("space:grades", args=[own])).status_code == 404
