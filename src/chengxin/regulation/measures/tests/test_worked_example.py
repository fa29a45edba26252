"""The example of docs/rules/credit-check.md, line by line."""

from datetime import date, datetime, timedelta

import pytest

from chengxin.base.clock import CITY_TIME
from chengxin.registry.subjects.rules import about_subject
from chengxin.registry.subjects.tests.factories import code, company
from chengxin.regulation.lists.tests.factories import entered
from chengxin.regulation.measures import services
from chengxin.regulation.measures.errors import MatterNotYours
from chengxin.regulation.measures.tests.factories import official

pytestmark = pytest.mark.django_db


def test_the_worked_example():
    company("南宁虚构贸易有限公司", 1)
    entered(about_subject(code(1)), "serious-tax", on=date(2026, 8, 3), months=36)

    def asked(at: datetime, matter: str = "government-procurement"):
        return services.check([code(1)], matter=matter, by=official(), at=at, door=services.SCREEN)[0].measures

    noon, end = datetime(2026, 9, 1, 12, tzinfo=CITY_TIME), datetime(2029, 8, 3, tzinfo=CITY_TIME)

    (answer,) = asked(noon)
    assert (answer.measure.code, answer.list_code) == ("bar-from-procurement", "serious-tax")
    assert next((b.law, b.article) for b in answer.measure.basis) == (
        "《中华人民共和国政府采购法》",
        "第二十二条、第七十七条",
    )
    assert answer.until == end
    assert [m.measure.code for m in asked(end - timedelta(seconds=1))] == ["bar-from-procurement"]
    assert asked(end) == ()
    with pytest.raises(MatterNotYours):
        asked(noon, "administrative-licence")
