"""How departments keep their time limits, on the page, as a table and through the API."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from chengxin.base import clock
from chengxin.rights.disputes import services
from chengxin.rights.disputes.tests.factories import NOON, operator, penalised
from chengxin.rights.disputes.tests.factories import filed as file_dispute

pytestmark = pytest.mark.django_db


@pytest.fixture
def handled(tmp_path, monkeypatch) -> None:
    """A dispute of 2026-09-01 that the credit office accepted on the same day and then let lie."""
    cache.clear()
    case_id = file_dispute(penalised(tmp_path))
    services.take(case_id, "accept", by=operator(), at=NOON)
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(days=20))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_shows_the_figures_and_how_they_are_counted(client: Client, handled, language):
    page = client.get("/service-levels", headers={"accept-language": language})

    (row,) = page.context["rows"]
    assert (row["row"].handled, row["row"].on_time, row["row"].open_overdue, row["share"]) == (1, 1, 1, "100.0%")
    assert ("How this is counted" if language == "en" else "怎样统计") in page.content.decode()


def test_table_and_api_tell_the_same(client: Client, handled):
    table = list(csv.reader(io.StringIO(client.get("/service-levels.csv").content.decode("utf-8-sig"))))
    told = client.get("/api/v1/service-levels").json()

    assert table[1][4:] == ["1", "1", "0", "1", "0.0"]
    assert told["quarter"] == "2026-Q3"
    assert [told["items"][0][k] for k in ("handled", "on_time", "late", "open_overdue")] == [1, 1, 0, 1]


@pytest.mark.parametrize("query", ["quarter=2025-Q1", "procedure=repair"])
def test_another_quarter_or_procedure_is_empty_and_says_so(client: Client, handled, query):
    assert client.get(f"/service-levels?{query}").context["rows"] == []


@pytest.mark.parametrize("nonsense", ["quarter=0000-Q9", "quarter=%00", "procedure=nothing"])
def test_nonsense_in_the_address_shows_this_quarter(client: Client, handled, nonsense):
    assert client.get(f"/service-levels?{nonsense}").context["quarter"].code == "2026-Q3"


def test_no_name_of_a_person_or_subject_is_told(client: Client, handled):
    text = client.get("/service-levels").content.decode() + client.get("/api/v1/service-levels").content.decode()

    assert "liang" not in text and "虚构" not in text
