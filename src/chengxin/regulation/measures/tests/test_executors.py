"""A measure is answered to those who execute it and to nobody else; what was answered stays in the statistics."""

from datetime import timedelta

import pytest

from chengxin.registry.subjects.rules import about_subject
from chengxin.registry.subjects.tests.factories import code, company
from chengxin.regulation.lists.models import ListEntry
from chengxin.regulation.lists.tests.factories import entered
from chengxin.regulation.measures import policy, queries, services
from chengxin.regulation.measures.errors import NotYoursToApply
from chengxin.regulation.measures.models import Feedback
from chengxin.regulation.measures.tests.factories import (
    APPROVAL_BUREAU,
    FINANCE,
    LICENCE,
    NOON,
    PROCUREMENT,
    credit_office,
    official,
)
from chengxin.regulation.measures.tests.test_services import ABOUT, BAR, check

pytestmark = pytest.mark.django_db
TRADING_CENTRE, HOUSING, SCIENCE = "12450100007551198B", "11450100007551171N", "11450100007551251A"


@pytest.fixture
def listed() -> ListEntry:
    company("南宁虚构贸易有限公司", 1)
    return entered(ABOUT, "serious-tax")


def test_a_restriction_is_answered_to_those_who_execute_it_alone():
    company("南宁虚构建设有限公司", 1)
    entered(ABOUT, "wage-arrears")

    def told(matter: str, organisation: str) -> set[str]:
        (found,) = check(code(1), matter=matter, by=official(organisation))
        return {m.measure.code for m in found.restrictions}

    assert told("bidding", TRADING_CENTRE) == {"bar-from-bidding"}
    assert told("wage-bond", HOUSING) == {"construction-bond"}
    assert told(LICENCE, APPROVAL_BUREAU) == {"no-commitment-licences"}
    company("南宁虚构研究有限公司", 2)
    entered(about_subject(code(2)), "research-integrity")
    for organisation, measures in ((FINANCE, set()), (SCIENCE, {"bar-from-research-projects"})):
        (found,) = check(code(2), matter="public-funds", by=official(organisation))
        assert {m.measure.code for m in found.restrictions} == measures


def test_the_matters_of_an_organisation_name_the_measures_that_it_may_apply():
    (found,) = [m for m in queries.matters_of(official(), on=NOON.date()) if m.code == "public-funds"]

    assert found.measures == {"limit-public-funds", "priority-projects"}


def test_who_does_not_execute_a_measure_cannot_report_that_it_was_applied(listed, monkeypatch: pytest.MonkeyPatch):
    (found,) = check(code(1))
    monkeypatch.setattr(queries, "lineage", lambda by: ("another",))

    with pytest.raises(NotYoursToApply):
        services.report_outcome(found.id, measure=BAR, outcome="applied", by=official(), at=NOON)
    assert Feedback.objects.count() == 0
    services.report_outcome(
        found.id, measure=BAR, outcome="not-applied", reason="不由本单位实施（虚构）", by=official(), at=NOON
    )
    assert Feedback.objects.get().outcome == "not-applied"


def test_the_statistics_keep_the_cases_of_matters_and_measures_that_have_ended(listed, monkeypatch: pytest.MonkeyPatch):
    check(code(1))
    monkeypatch.setattr(policy, "matters_on", lambda day: ())
    monkeypatch.setattr(policy, "measures_on", lambda day: ())

    span = {"since": NOON - timedelta(days=1), "until": NOON + timedelta(days=1)}
    (row,) = queries.statistics(by=credit_office(), **span)
    assert (row.matter_zh, row.organisation_zh) == ("政府采购供应商资格审查", "南宁市财政局")
    assert (row.measure, row.measure_zh, row.hits) == (BAR, "限制参加政府采购活动", 1)


def test_the_statistics_name_by_their_codes_what_the_profile_no_longer_holds(listed, monkeypatch: pytest.MonkeyPatch):
    check(code(1))
    monkeypatch.setattr(policy, "matter_named", lambda version: None)
    monkeypatch.setattr(policy, "measure_named", lambda version: None)
    monkeypatch.setattr(queries.accounts, "organisations", list)

    span = {"since": NOON - timedelta(days=1), "until": NOON + timedelta(days=1)}
    (row,) = queries.statistics(by=credit_office(), **span)
    assert (row.matter_zh, row.organisation_zh, row.measure_zh, row.hits) == (PROCUREMENT, FINANCE, BAR, 1)
