"""What waits for a look, as lists and notices tell it: what is late, what records speak against, nothing else."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chengxin.base.casework.models import Notice
from chengxin.base.casework.tests.factories import told_to
from chengxin.base.database.context import acting
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.records.tests.factories import organisation_record
from chengxin.registry.subjects.models import Subject
from chengxin.registry.subjects.rules import about_subject
from chengxin.registry.subjects.tests.factories import code, company
from chengxin.regulation.commitments import figures, handling, policy, queries, waiting
from chengxin.regulation.commitments.models import Due, DueNotice
from chengxin.regulation.commitments.queries import Filter
from chengxin.regulation.commitments.rules import Result
from chengxin.regulation.commitments.services import checking, finding, telling
from chengxin.regulation.commitments.tests.factories import (
    APPROVAL,
    COMPANY,
    EVIDENCE,
    LICENCE,
    MARKET,
    NOON,
    OWN_WILL,
    PERSON,
    PREMISES,
    TODAY,
    before_decision,
    officer,
    operator,
    proposed,
    registered,
    resident,
    reviewer,
    signed,
    signer,
)

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)
DUE = 30  # days: a visit of the premises


def listed(*, on: date, organisation: str = MARKET) -> list[str]:
    found = queries.commitments_with(officer(organisation), Filter(), on=on, due=True, page=1, size=20)
    return [row.number for row in found.items]


def counted(*, on: date, organisation: str = MARKET) -> tuple[int, int]:
    found = waiting.waiting_with(officer(organisation), on=on)
    return found.late, found.contradicted


def flags(number: str, *, on: date, organisation: str = MARKET) -> list[bool]:
    return [due.is_late for due in queries.statement_with(number, actor=officer(organisation), on=on).dues]


def to_authority(organisation: str = MARKET) -> list[str]:
    found = accounts.organisation_by_code(organisation)
    assert found is not None
    with acting(actor="test", purpose="own-notices", basis="test", about=f"organisation:{found.id}"):
        return list(Notice.objects.filter(organisation_id=found.id).order_by("pk").values_list("title_en", flat=True))


def failed_inspection(*, on: date) -> None:
    organisation_record(
        Subject.objects.get(code=code(1)).pk, "1", item="inspection-result", payload='{"RESULT":"发现问题责令改正"}',
        decided_on=on, at=NOON,
    )  # fmt: skip
    checking.check_by_records(at=NOON + 2 * A_DAY)


def test_the_last_day_is_still_in_time_and_the_day_after_is_late_for_row_and_count_alike():
    registered()
    number = signed(PREMISES)
    last = TODAY + DUE * A_DAY

    assert listed(on=last - A_DAY) == []
    assert (listed(on=last), counted(on=last), figures.late_dues(officer(), on=last)) == ([number], (0, 0), 0)
    assert flags(number, on=last) == [False]
    after = last + A_DAY
    assert (listed(on=after), counted(on=after), figures.late_dues(officer(), on=after)) == ([number], (1, 0), 1)
    assert flags(number, on=after) == [True]


def test_what_records_proved_met_asks_for_no_look():
    registered()
    number = signed(LICENCE)
    organisation_record(
        Subject.objects.get(code=code(1)).pk,
        item="licence-organisation", payload='{"XK_XKZS":"食品经营许可证"}', decided_on=TODAY + 5 * A_DAY, at=NOON,
    )  # fmt: skip
    checking.check_by_records(at=NOON + 6 * A_DAY)

    assert listed(on=TODAY + 61 * A_DAY, organisation=APPROVAL) == []
    assert flags(number, on=TODAY + 61 * A_DAY, organisation=APPROVAL) == [False, False, False]
    assert listed(on=TODAY + 90 * A_DAY, organisation=APPROVAL) == [number]


def test_what_the_night_is_still_to_compare_asks_for_no_look_on_the_last_day():
    registered()
    signed(OWN_WILL)

    assert listed(on=TODAY + 365 * A_DAY) == []


@pytest.mark.parametrize("look", ["check", "finding"])
def test_what_records_speak_against_waits_until_an_official_looked(look: str):
    registered()
    number = signed(OWN_WILL)
    failed_inspection(on=TODAY + A_DAY)
    later = TODAY + 3 * A_DAY
    assert (listed(on=later), counted(on=later)) == ([number], (0, 1))

    if look == "check":
        due = Due.objects.get()
        checking.record_check(due.pk, result=Result.NOT_MET, evidence=EVIDENCE, by=officer(), at=NOON + 3 * A_DAY)
    else:
        proposed(number, at=NOON + 3 * A_DAY)

    assert (listed(on=later), counted(on=later)) == ([], (0, 0))


def test_a_finding_about_another_obligation_is_no_look_at_this_one():
    registered()
    number = signed(LICENCE)
    checking.check_by_records(at=NOON + 80 * A_DAY)
    at = NOON + 81 * A_DAY
    finding.propose_breach(number, obligations=["site-checked"], by=officer(APPROVAL), at=at, reason="虚构")

    assert counted(on=at.date(), organisation=APPROVAL) == (0, 1)


def test_nothing_waits_once_it_was_decided():
    registered()
    number = signed(PREMISES)
    case_id = before_decision(number, promisor=signer())
    finding.take(case_id, "find-breached", by=reviewer(), at=NOON, reason="虚构")
    after = TODAY + (DUE + 1) * A_DAY

    assert (listed(on=after), counted(on=after), flags(number, on=after)) == ([], (0, 0), [False])


def test_the_credit_office_has_its_own_to_look_at_and_sees_the_citys():
    registered()
    number = signed(PREMISES)
    after = TODAY + (DUE + 1) * A_DAY

    seen = queries.commitments_with(operator(), Filter(), on=after, due=True, page=1, size=20)
    own = queries.commitments_with(operator(), Filter(own=True), on=after, due=True, page=1, size=20)

    assert ([row.number for row in seen.items], own.items) == ([number], ())
    assert waiting.waiting_with(operator(), on=after).late == 0


def test_an_authority_is_told_once_of_what_is_late_and_of_what_records_speak_against():
    registered()
    signed(PREMISES)
    signed(OWN_WILL)
    failed_inspection(on=TODAY + A_DAY)

    assert telling.tell(at=NOON + 3 * A_DAY) == 1
    assert telling.tell(at=NOON + 4 * A_DAY) == 0
    assert to_authority() == ["Obligations of commitments wait for a check"]
    late = NOON + (DUE + 1) * A_DAY
    assert (telling.tell(at=late - A_DAY), telling.tell(at=late), telling.tell(at=late)) == (1, 1, 0)
    assert len(to_authority()) == 2
    assert sorted(DueNotice.objects.values_list("told", flat=True)) == ["contradicted", "late", "soon"]


def test_one_notice_an_authority_tells_of_all_that_came_due():
    for number in range(1, 4):
        company(f"虚构{number}号", number)
        signed(PREMISES, by=signer(f"liang{number}", about=about_subject(code(number))))

    telling.tell(at=NOON + (DUE + 1) * A_DAY)

    assert len(to_authority()) == 1


def test_the_promisor_is_reminded_once_the_days_before_that_policy_says():
    registered()
    number = signed(PREMISES)
    days = policy.days_of_reminder(TODAY)
    assert days is not None
    first = NOON + (DUE - days) * A_DAY

    assert telling.tell(at=first - A_DAY) == 0
    assert telling.tell(at=first) == 1
    assert telling.tell(at=first + A_DAY) == 0
    (told,) = told_to(COMPANY)
    assert "住所" in told.title_zh
    assert "An obligation of your commitment is due soon" in told.title_en
    assert number in told.body_zh
    assert (TODAY + DUE * A_DAY).isoformat() in told.body_en


def test_a_person_is_reminded_too():
    signed(PREMISES, by=resident())

    telling.tell(at=NOON + DUE * A_DAY)

    assert len(told_to(PERSON)) == 1


def test_nobody_is_reminded_of_what_was_found_met_of_what_must_not_happen_or_without_a_policy(monkeypatch):
    registered()
    signed(PREMISES)
    checking.record_check(Due.objects.get().pk, result=Result.MET, evidence=EVIDENCE, by=officer(), at=NOON + A_DAY)
    signed(OWN_WILL)

    assert telling.tell(at=NOON + DUE * A_DAY) == 0
    assert telling.tell(at=NOON + 365 * A_DAY) == 0
    monkeypatch.setattr(policy, "days_of_reminder", lambda _day: None)
    signed(PREMISES, by=resident())
    assert telling.tell(at=NOON + DUE * A_DAY) == 0


def test_where_less_time_is_given_than_the_days_of_the_reminder_it_comes_the_day_after_signing(monkeypatch):
    registered()
    monkeypatch.setattr(policy, "days_of_reminder", lambda _day: DUE + 10)
    signed(PREMISES)

    assert telling.tell(at=NOON) == 0
    assert telling.tell(at=NOON + A_DAY) == 1


@pytest.mark.parametrize(
    ("who", "may"),
    [(officer, True), (reviewer, False), (lambda: officer(APPROVAL), False), (operator, False),
     (lambda: replace(officer(), reaches=frozenset()), False)],
)  # fmt: skip
def test_findings_are_offered_to_those_alone_who_may_propose_them(who, may: bool):
    registered()
    number = signed(PREMISES)
    row = queries.public_statement(number, on=TODAY).row

    assert handling.may_propose(row, actor=who()) is may
