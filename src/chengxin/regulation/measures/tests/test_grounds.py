"""A penalty restricts for what the measure's own law names, after it was served, and no longer than that law says."""

import json
from dataclasses import replace
from datetime import date, datetime

import polars as pl
import pytest

from chengxin.base.clock import CITY_TIME
from chengxin.intake.collection.tests import factories as files
from chengxin.registry.records import deciding
from chengxin.registry.records import services as records
from chengxin.registry.records.tests.factories import versions
from chengxin.registry.subjects.tests.factories import code, company
from chengxin.regulation.lists.tests.factories import arrived_person, entered
from chengxin.regulation.measures import grounds, policy, queries
from chengxin.regulation.measures.tests.factories import NOON, official
from chengxin.regulation.measures.tests.test_services import ABOUT, BAR, ONE_SECOND, check

pytestmark = pytest.mark.django_db
EDUCATION = "1145010000755126X2"


def penalised(place: int, *, on: date = date(2026, 5, 9), **values: str) -> None:
    """A company with a public penalty that our classes call serious; what is not told of it is as of a warning."""
    told = {"CF_CFLB": "警告", "CF_WSH": f"虚构〔2026〕{place}号", "CF_CFJG": "虚构机关"} | values
    stored = versions(
        company(f"南宁虚构处罚{place}有限公司", place), f"penalty-{place}", decided_on=on,
        public=(on, date(2029, 5, 9)), payload=json.dumps(told, ensure_ascii=False),
    )  # fmt: skip
    records.store(stored.with_columns(severity=pl.lit("serious")), superseded=[], at=NOON)


@pytest.mark.parametrize(
    ("values", "barred"),
    [
        ({"CF_CFLB": "责令停产停业"}, True),
        ({"CF_CFLB": "罚款;吊销许可证件", "CF_NR_FK": "1.000000"}, True),
        ({"CF_CFLB": "罚款", "CF_NR_FK": "200.000000"}, True),
        ({"CF_CFLB": "罚款", "CF_NR_FK": "150.000000"}, False),
        ({"CF_CFLB": "没收违法所得", "CF_NR_WFFF": "300.000000"}, False),
        ({"CF_CFLB": "限制从业"}, False),
    ],
)
def test_a_penalty_bars_from_procurement_where_the_law_on_procurement_says_so_alone(values, barred):
    """政府采购法实施条例 art. 19 names kinds, 财库〔2022〕3号 the fine: 2 million yuan and more (field in 10,000)."""
    penalised(4, **values)

    assert [m.measure.code for m in check(code(4))[0].restrictions] == [BAR] * barred


def test_a_penalty_restricts_only_after_the_time_for_serving_it_and_the_answer_says_that_service_is_presumed():
    """行政处罚法 art. 61 and 85: seven working days; of Friday 21 August 2026 the last is Tuesday 1 September."""
    penalised(4, on=date(2026, 8, 21), CF_CFLB="责令停产停业")
    over = datetime(2026, 9, 2, tzinfo=CITY_TIME)

    assert check(code(4), at=datetime(2026, 8, 21, 12, tzinfo=CITY_TIME))[0].measures == ()
    assert check(code(4), at=over - ONE_SECOND)[0].measures == ()
    (found,) = check(code(4), at=over)
    (bar,) = found.restrictions
    assert bar.is_service_presumed
    assert queries.receipt_of(found.id, by=official()).restrictions[0].is_service_presumed


def test_an_entry_of_a_list_keeps_the_day_of_its_own_notice():
    company("南宁虚构贸易有限公司", 1)
    entered(ABOUT, "serious-tax")
    (bar,) = check(code(1))[0].restrictions

    assert not bar.is_service_presumed


def test_a_record_that_says_when_it_was_served_restricts_from_the_day_after(monkeypatch: pytest.MonkeyPatch):
    (trigger,) = next(m for m in policy.measures_on(NOON.date()) if m.code == BAR).records
    row = deciding.DecisionRow(
        code(4), "key", trigger.item, {"SERVED": "2026-08-26"}, "", date(2026, 8, 21), date(2029, 5, 9), False
    )
    monkeypatch.setattr(deciding.DecisionRow, "document_number", "虚构1号")
    monkeypatch.setattr(deciding.DecisionRow, "authority_name", "虚构机关")

    stated = grounds.of_record("subject", row, replace(trigger, served_on="SERVED"))
    silent = grounds.of_record("subject", replace(row, payload={}), replace(trigger, served_on="SERVED"))
    assert (stated.served_at, stated.is_service_presumed) == (datetime(2026, 8, 27, tzinfo=CITY_TIME), False)
    assert (silent.served_at, silent.is_service_presumed) == (datetime(2026, 9, 2, tzinfo=CITY_TIME), True)


def test_schooling_is_limited_for_two_years_though_the_list_lasts_three(tmp_path):
    """兵役法 art. 57: two years; the list `military-service` has 36 months."""
    until = {"LISTED_ON": "2026-05-09", "ENDS_ON": "2029-05-09"}
    arrived_person(tmp_path, LIST="拒绝、逃避兵役义务", BASIS="《中华人民共和国兵役法》第五十七条", **until)
    end = datetime(2028, 5, 9, tzinfo=CITY_TIME)

    def told(at: datetime):
        return check(files.citizen(1), matter="schooling", by=official(EDUCATION), at=at)[0].restrictions

    (limit,) = told(NOON)
    assert (limit.measure.code, limit.until) == ("limit-schooling", end)
    assert len(told(end - ONE_SECOND)) == 1
    assert told(end) == ()
