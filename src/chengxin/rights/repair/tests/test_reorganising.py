"""The green channel: hidden on a court's ruling by two officials, repaired once performed, shown again where not."""

from datetime import date, datetime, timedelta

import pytest
from django.db import ProgrammingError, transaction
from hypothesis import given
from hypothesis import strategies as st

from chengxin.base.attachments.tests.factories import pdf, upload
from chengxin.base.casework import queries as casework
from chengxin.base.casework.errors import NotYourStep, SamePersonTwice
from chengxin.base.casework.tests.factories import told_to
from chengxin.base.clock import CITY_TIME
from chengxin.base.errors import NotFound, NotPermitted
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Role, Scope
from chengxin.registry.records.models import Record
from chengxin.registry.records.rules import months_after
from chengxin.rights.repair import policy, reorganised, reorganising, rules, tasks
from chengxin.rights.repair.errors import (
    CommitmentMissing,
    NotInReorganisation,
    PlanNotFitting,
    RulingIncomplete,
)
from chengxin.rights.repair.models import HiddenRecord, Reorganisation
from chengxin.rights.repair.reorganising import Ruling
from chengxin.rights.repair.tests.factories import COMPANY, NOON, fined, official, operator, representative

pytestmark = pytest.mark.django_db
RULING = Ruling("南宁市虚构人民法院", "plan-approved", "（2026）虚01破1号之三", date(2026, 8, 20), date(2027, 8, 20))
AFTER_PLAN = datetime(2027, 8, 21, 0, 5, tzinfo=CITY_TIME)
A_DAY = timedelta(days=1)
WHY = "已与法院核对（虚构）"


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def key():
    return fined()


def head(user_id: int = 712) -> Actor:
    return official(Role.CREDIT_OFFICE_REVIEWER, accounts.credit_office().code, user_id)


def applied(ruling: Ruling | None = RULING, *, by: Actor | None = None, files: bool = True, **changed) -> int:
    wording = policy.commitment_on(NOON.date(), code=policy.PLAN_COMMITMENT)
    values = {"statement": "重整计划执行中（虚构）", "commitment_version": wording.version, "signed_by": "梁某（虚构）"}
    evidence = [upload(pdf())] if files else []
    return reorganising.apply(
        COMPANY, ruling, **(values | changed), by=by or representative(), at=NOON, evidence=evidence
    )


def hidden() -> Reorganisation:
    """An application that was granted."""
    case_id = applied()
    reorganising.take(case_id, "check-ruling", by=operator(), at=NOON, reason=WHY)
    reorganising.take(case_id, "suspend-records", by=head(), at=NOON, reason=WHY)
    return reorganised.of_case(case_id)


def reported(found: Reorganisation, *, at: datetime = NOON) -> int:
    return reorganising.report_performed(
        found.pk, statement="计划已执行完毕（虚构）", by=representative(), at=at, evidence=[upload(pdf())]
    )


def state() -> str:
    return Record.objects.get(known_until=None).state


def told() -> list[str]:
    return [n.title_zh for n in told_to(COMPANY) if n.body_zh]


def test_on_a_ruling_that_was_checked_another_official_hides_the_records_until_the_plans_end(key):
    found = hidden()

    assert state() == "suspended"
    assert [h.natural_key for h in HiddenRecord.objects.all()] == [key]
    (row,) = reorganised.reorganisations_about(COMPANY, by=representative())
    assert (row.is_active, row.hidden, row.state, row.ruling_en) == (
        True, 1, "suspended", "Ruling that approves the reorganisation plan",
    )  # fmt: skip
    assert told() == ["破产重整信息暂停公示决定书"]
    assert "2027-08-20" in told_to(COMPANY)[-1].body_zh
    assert reorganised.is_active(found)


def test_who_checked_the_ruling_does_not_decide_and_no_department_or_stranger_takes_a_step(key):
    case_id = applied()
    both = frozenset({Role.CREDIT_OFFICE_OPERATOR, Role.CREDIT_OFFICE_REVIEWER})
    one = Actor("both", head().organisation_id, head().organisation_code, both, head().reaches, 799)
    reorganising.take(case_id, "check-ruling", by=one, at=NOON, reason=WHY)

    with pytest.raises(SamePersonTwice):
        reorganising.take(case_id, "suspend-records", by=one, at=NOON, reason=WHY)
    with pytest.raises(NotYourStep):
        reorganising.take(case_id, "suspend-records", by=operator(), at=NOON, reason=WHY)
    with pytest.raises(NotFound):
        reorganising.take(case_id, "suspend-records", by=representative("subject:other"), at=NOON, reason=WHY)

    assert (state(), HiddenRecord.objects.count()) == ("in-force", 0)
    assert casework.states_of([case_id]) == {case_id: "ruling-checked"}


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"ruling": None}, RulingIncomplete),
        ({"files": False}, RulingIncomplete),
        ({"ruling": Ruling("", "plan-approved", "1", date(2026, 8, 20), date(2027, 8, 20))}, RulingIncomplete),
        ({"ruling": Ruling("x", "wish", "1", date(2026, 8, 20), date(2027, 8, 20))}, RulingIncomplete),
        ({"ruling": Ruling("x", "plan-approved", "1", date(2026, 8, 20), date(2026, 8, 31))}, PlanNotFitting),
        ({"ruling": Ruling("x", "plan-approved", "1", date(2026, 8, 20), date(2031, 8, 21))}, PlanNotFitting),
        ({"commitment_version": ""}, CommitmentMissing),
        ({"by": representative(COMPANY, Scope.SEE)}, NotPermitted),
    ],
)
def test_without_ruling_commitment_or_right_nothing_is_opened(key, given, refusal):
    with pytest.raises(refusal):
        applied(**given)

    assert (Reorganisation.objects.count(), state()) == (0, "in-force")


def test_one_application_at_a_time_and_none_where_nothing_can_be_hidden(key):
    hidden()

    with pytest.raises(NotInReorganisation):
        applied()
    assert Reorganisation.objects.count() == 1


def test_once_the_plan_is_performed_another_official_repairs_the_records_for_good(key):
    found = hidden()
    case_id = reported(found)
    with pytest.raises(NotInReorganisation):
        reported(found)
    reorganising.take(case_id, "check-performance", by=operator(), at=NOON, reason=WHY)

    reorganising.take(case_id, "repair-records", by=head(), at=NOON, reason=WHY)

    assert (state(), reorganised.is_active(found)) == ("repaired", False)
    assert told()[-1] == "重整计划执行完毕准予信用修复决定书"
    assert not reorganising.end_by_time(found.pk, at=AFTER_PLAN)


def test_where_the_plan_fails_the_enterprise_is_heard_and_then_the_records_are_shown_again(key):
    found = hidden()
    case_id = reorganising.propose_restoring(found.pk, by=operator(), at=NOON, reason="法院裁定终止（虚构）")
    reorganising.take(case_id, "state", by=representative(), at=NOON, reason="陈述（虚构）")

    reorganising.take(case_id, "restore-records", by=head(), at=NOON, reason=WHY)

    assert (state(), reorganised.is_active(found)) == ("in-force", False)
    assert told()[-2:] == ["拟恢复公示告知书", "恢复公示决定书"]


def test_when_the_plans_time_is_over_the_records_are_shown_again_once_and_not_a_day_earlier(key, monkeypatch):
    found = hidden()
    assert not reorganising.end_by_time(found.pk, at=AFTER_PLAN - A_DAY)
    assert state() == "suspended"

    monkeypatch.setattr("chengxin.base.clock.now", lambda: AFTER_PLAN)
    tasks.end_reorganisation(found.pk)
    tasks.end_reorganisation(found.pk)  # repeated

    assert (state(), told().count("暂停公示期满通知书")) == ("in-force", 1)


def test_who_reported_in_time_loses_nothing_while_the_office_has_not_answered(key):
    found = hidden()
    case_id = reported(found, at=AFTER_PLAN - A_DAY)
    assert not reorganising.end_by_time(found.pk, at=AFTER_PLAN)

    reorganising.take(case_id, "check-performance", by=operator(), at=AFTER_PLAN, reason=WHY)
    reorganising.take(case_id, "not-performed", by=head(), at=AFTER_PLAN, reason="尚有一笔未清偿（虚构）")

    assert (state(), told()[-2:]) == ("in-force", ["重整计划尚未执行完毕告知书", "暂停公示期满通知书"])


def test_what_was_applied_for_and_hidden_cannot_be_rewritten(key):
    found = hidden()
    for change in (
        lambda: Reorganisation.objects.filter(pk=found.pk).update(plan_until=date(2030, 1, 1)),
        lambda: HiddenRecord.objects.all().delete(),
    ):
        with pytest.raises(ProgrammingError), transaction.atomic():
            change()


@given(ruled_on=st.dates(date(2026, 4, 1), date(2030, 1, 1)), most=st.integers(1, 60), days=st.integers(-400, 2500))
def test_a_plan_fits_from_the_ruling_to_its_longest_end_and_never_outside(ruled_on: date, most: int, days: int):
    plan_until = ruled_on + timedelta(days=days)

    fits = rules.plan_fits(ruled_on, plan_until, on=ruled_on, most_months=most)

    assert fits == (ruled_on <= plan_until <= months_after(ruled_on, most))
