"""An entry by its procedure: proposed, served, heard, decided; ended; and everything that is refused on the way."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from chengxin.base.casework import services as casework
from chengxin.base.casework.errors import NotYourStep, SamePersonTwice, StepNotOpen
from chengxin.base.casework.models import Case, CaseEvent
from chengxin.base.casework.tests.factories import told_to
from chengxin.base.errors import ChengxinError, NotFound, NotPermitted
from chengxin.base.transparency import queries as transparency
from chengxin.registry.accounts.rules import Role
from chengxin.registry.records import services as record_changes
from chengxin.registry.records.models import Record
from chengxin.registry.subjects.tests.factories import code, company
from chengxin.regulation.lists import policy, queries, reading, services
from chengxin.regulation.lists.errors import (
    AlreadyListed,
    DecisionNumberMissing,
    FactsMissing,
    HearingNotOpen,
    HearingOver,
    HearingStillOpen,
    ListClosed,
    MinorsAreNeverListed,
    NotRemovable,
    NotYourList,
    ServiceUnproved,
    TermNotAllowed,
    WrongKindOfSubject,
)
from chengxin.regulation.lists.models import EntryEvent, ListEntry, NoticeService, Proposal
from chengxin.regulation.lists.tests.factories import (
    COMPANY,
    EARLIER,
    MARKET_SUPERVISION,
    NOON,
    answered,
    called,
    entered,
    heard,
    listed,
    officer,
    official,
    presiding,
    proposed,
    representative,
    reviewer,
    served,
)

pytestmark = pytest.mark.django_db
HOUSING, EDUCATION, STATISTICS = "11450100007551171N", "1145010000755126X2", "11450100007551403N"


@pytest.fixture
def firm() -> int:
    return company("南宁虚构商行")


def standing(at: datetime = NOON) -> list[str]:
    return [e.list_code for e in queries.entries_in_force([COMPANY], at=at).get(COMPANY, ())]


def letters() -> list[str]:
    return [n.title_zh for n in told_to(COMPANY) if n.body_zh]


def test_a_subject_that_was_told_heard_and_decided_about_stands_on_the_list(firm: int):
    entry = listed(proposed(at=EARLIER))

    assert standing() == ["serious-tax"]
    assert (entry.notice_served_on, entry.heard_on, entry.decided_on) == (date(2026, 8, 3), *(date(2026, 9, 1),) * 2)
    assert (entry.in_force_from, entry.in_force_until) == (date(2026, 9, 1), date(2029, 9, 1))
    assert entry.proposed_by_id != entry.decided_by_id
    assert letters() == ["列入名单事先告知书", "陈述申辩答复书", "听证通知书", "列入名单决定书"]
    terms = policy.list_on("serious-tax", date(2026, 9, 1))
    decision = next(n for n in told_to(COMPANY)[::-1] if n.body_zh)
    assert f"“{terms.name_zh}”" in decision.body_zh and terms.name_en not in decision.body_zh
    assert f"“{terms.name_en}”" in decision.body_en


def test_an_entry_is_told_by_a_record_that_came_the_road_of_a_hand_in(firm: int):
    entry = listed(proposed(at=EARLIER))

    record = Record.objects.get(natural_key=entry.natural_key)
    assert (record.item, record.subject_id, record.audience) == ("serious-breach", firm, "public")
    assert record.payload["LIST"] == "重大税收违法失信主体"
    assert record.valid_until == entry.in_force_until
    assert len(queries.entries_in_force([COMPANY], at=NOON)[COMPANY]) == 1


def test_the_public_log_gets_a_leaf_for_the_entry_and_for_its_exit_and_neither_names_anyone(firm: int):
    entry = listed(proposed(at=EARLIER))
    case_id = services.propose_removal(entry.pk, exit="court", grounds="法院撤销（虚构）", by=officer(), at=NOON)
    services.take(case_id, "remove", by=reviewer(), at=NOON, reason="按判决执行（虚构）", number="虚构移字1号")

    leaves = [leaf.content for leaf in transparency.leaves(start=0, size=9)]

    assert ['"kind":"entered"' in leaves[0], '"kind":"exited"' in leaves[1], len(leaves)] == [True, True, 2]
    assert not any(word in leaf for leaf in leaves for word in ("虚构", code(1), str(entry.pk) + '"'))


def test_who_says_nothing_is_decided_about_when_the_time_is_over_and_not_before(firm: int):
    case_id = served(proposed())
    with pytest.raises(StepNotOpen):
        services.take(case_id, "list", by=reviewer(), at=NOON, reason="虚构", number="虚构1号")

    casework.expire(case_id, steps_taken=2, at=NOON + timedelta(days=6))
    assert Case.objects.get(pk=case_id).state == "defence"
    late = NOON + timedelta(days=20)
    casework.expire(case_id, steps_taken=2, at=late)
    services.take(case_id, "list", by=reviewer(), at=late, reason="虚构", number="虚构1号")

    assert ListEntry.objects.get().heard_on == date(2026, 9, 21)


def test_the_time_for_the_defence_is_that_of_the_list(firm: int):
    case_id = served(proposed())

    found = Case.objects.get(pk=case_id)
    assert (found.due_working_days, found.due_policy) == (5, "lists/serious-tax@2022-02-01")


@pytest.mark.parametrize("step", ["serve", "answer", "call-hearing", "hold-hearing", "propose"])
def test_who_prepared_an_entry_does_not_decide_it(firm: int, step: str):
    case_id = heard(proposed(at=EARLIER))
    CaseEvent.objects.create(
        case_id=case_id, number=90, step=step, to_state="heard", at=NOON, by_name="x", by_user_id=reviewer().user_id
    )

    with pytest.raises(SamePersonTwice):
        services.take(case_id, "list", by=reviewer(), at=NOON, reason="虚构", number="虚构1号")
    assert (standing(), ListEntry.objects.count()) == ([], 0)


@pytest.mark.parametrize(
    ("who", "error"),
    [
        (officer, NotYourStep),
        (lambda: reviewer(MARKET_SUPERVISION), NotFound),
        (representative, NotYourStep),
        (lambda: representative("subject:else"), NotFound),
        (lambda: official(Role.ADMINISTRATOR, "11450100007551163U", 9), NotFound),
    ],
)
def test_nobody_but_a_reviewer_of_the_authority_decides(firm: int, who, error):
    case_id = heard(proposed(at=EARLIER))

    with pytest.raises((error, NotFound)):
        services.take(case_id, "list", by=who(), at=NOON, reason="虚构", number="虚构1号")
    assert (standing(), Case.objects.get(pk=case_id).state) == ([], "heard")


@pytest.mark.parametrize(
    ("who", "list_code", "error"),
    [
        (lambda: officer(MARKET_SUPERVISION), "serious-tax", NotYourList),
        (reviewer, "serious-tax", NotPermitted),
        (officer, "customs", NotYourList),
        (officer, "no-such-list", NotFound),
        (lambda: officer(HOUSING), "construction-market", ListClosed),
        (representative, "serious-tax", NotYourList),
    ],
)
def test_only_a_clerk_of_an_organisation_that_policy_names_proposes(firm: int, who, list_code: str, error):
    with pytest.raises(error):
        proposed(list_code, by=who())
    assert (Proposal.objects.count(), Case.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"facts": " "}, FactsMissing),
        ({"evidence": ""}, FactsMissing),
        ({"months": 35}, TermNotAllowed),
        ({"months": 37}, TermNotAllowed),
    ],
)
def test_a_proposal_without_facts_evidence_or_a_term_that_the_list_knows_is_refused(firm: int, given, error):
    values = {"facts": "虚构", "evidence": "虚构", "months": 36, **given}

    with pytest.raises(error):
        services.propose("serious-tax", code=code(1), by=officer(), at=NOON, **values)
    assert Case.objects.count() == 0


def test_a_subject_is_not_proposed_twice_and_not_while_it_stands(firm: int):
    case_id = proposed(at=EARLIER)
    with pytest.raises(AlreadyListed):
        proposed()
    listed(case_id)
    with pytest.raises(AlreadyListed):
        proposed()


@pytest.mark.parametrize(
    ("served_on", "way"),
    [(None, "platform"), (date(2026, 9, 2), "platform"), (date(2026, 8, 31), "post"), (date(2026, 9, 1), "pigeon")],
)
def test_a_notice_without_day_and_way_of_service_was_not_served(firm: int, served_on, way: str):
    case_id = proposed()

    with pytest.raises(ServiceUnproved), transaction.atomic():
        services.take(case_id, "serve", by=officer(), at=NOON, reason="虚构", served_on=served_on, way=way)
    assert (Case.objects.get(pk=case_id).state, NoticeService.objects.count(), letters()) == ("proposed", 0, [])


def test_a_hearing_that_was_asked_for_is_held_before_the_decision(firm: int):
    case_id = called(served(proposed(at=EARLIER), at=EARLIER), held_at=NOON)
    with pytest.raises(StepNotOpen):
        services.take(case_id, "list", by=reviewer(), at=NOON, reason="虚构", number="虚构1号")
    services.take(case_id, "hold-hearing", by=presiding(), at=NOON, reason="听证笔录（虚构）")

    services.take(case_id, "list", by=reviewer(), at=NOON, reason="虚构", number="虚构1号")

    assert standing() == ["serious-tax"]


def test_who_stated_its_case_may_still_ask_for_a_hearing_and_no_decision_cuts_that_off(firm: int):
    case_id, last = answered(proposed()), NOON + timedelta(days=7)  # the fifth working day after the notice
    decision = {"by": reviewer(), "reason": "虚构", "number": "虚构1号"}

    with pytest.raises(HearingStillOpen), transaction.atomic():
        services.take(case_id, "list", at=last, **decision)
    assert (standing(), Case.objects.get(pk=case_id).state) == ([], "heard")
    with pytest.raises(HearingOver), transaction.atomic():
        services.take(case_id, "ask-hearing", by=representative(), at=last + timedelta(days=1), reason="虚构")
    held_at = last + timedelta(days=14)
    called(case_id, held_at=held_at, at=last)
    services.take(case_id, "hold-hearing", by=presiding(), at=held_at, reason="虚构")
    with pytest.raises(HearingOver), transaction.atomic():
        services.take(case_id, "ask-hearing", by=representative(), at=held_at, reason="虚构")
    services.take(case_id, "list", at=held_at, **decision)
    assert standing(held_at) == ["serious-tax"]


def test_who_does_not_ask_for_a_hearing_is_decided_about_when_its_days_are_over(firm: int):
    case_id, after = answered(proposed()), NOON + timedelta(days=8)

    services.take(case_id, "list", by=reviewer(), at=after, reason="虚构", number="虚构1号")

    assert standing(after) == ["serious-tax"]


def test_a_list_without_hearings_refuses_one_and_takes_the_defence():
    company("南宁虚构协会", category="51")
    civil = "114501000075510838"
    case_id = services.propose(
        "social-organisations", code=code(1, category="51"), facts="虚构", evidence="虚构", months=24,
        by=officer(civil), at=NOON,
    )  # fmt: skip
    by = representative(f"subject:{code(1, category='51')}")
    services.take(case_id, "serve", by=officer(civil), at=NOON, reason="虚构", served_on=NOON.date(), way="post")

    with pytest.raises(HearingNotOpen):
        services.take(case_id, "ask-hearing", by=by, at=NOON, reason="虚构")
    services.take(case_id, "defend", by=by, at=NOON, reason="虚构")
    assert Case.objects.get(pk=case_id).state == "defended"


@pytest.mark.parametrize("number", ["", "  "])
def test_a_decision_has_a_number(firm: int, number: str):
    case_id = heard(proposed(at=EARLIER))

    with pytest.raises(DecisionNumberMissing), transaction.atomic():
        services.take(case_id, "list", by=reviewer(), at=NOON, reason="虚构", number=number)
    assert (standing(), Record.objects.count()) == ([], 0)


def test_a_decision_not_to_list_and_a_dropped_proposal_list_nobody(firm: int):
    refused = answered(proposed())
    assert reading.matter_of_case(refused, actor=reviewer(), at=NOON).may_ask_hearing
    services.take(refused, "not-list", by=reviewer(), at=NOON, reason="证据不足（虚构）")
    assert not reading.matter_of_case(refused, actor=reviewer(), at=NOON).may_ask_hearing
    services.take(proposed(), "drop", by=officer(), at=NOON, reason="撤回（虚构）")

    assert (standing(), ListEntry.objects.count(), letters()[-1]) == ([], 0, "不予列入名单决定书")


@pytest.mark.parametrize(("exit", "state"), [("court", "withdrawn"), ("performance", "repaired")])
def test_an_entry_ends_with_the_decision_and_its_record_with_it(firm: int, exit: str, state: str):
    entry = listed(proposed(at=EARLIER))
    case_id = services.propose_removal(entry.pk, exit=exit, grounds="虚构", by=officer(), at=NOON)
    assert standing() == ["serious-tax"]

    services.take(case_id, "remove", by=reviewer(), at=NOON, reason="虚构", number="虚构移字1号")

    assert standing() == []
    assert Record.objects.get(natural_key=entry.natural_key, known_until__isnull=True).state == state
    assert [e.exit for e in EntryEvent.objects.order_by("number")] == ["", exit]
    assert letters()[-1] == "移出名单决定书"


def test_early_removal_is_open_from_the_day_that_policy_names_and_not_before(firm: int):
    entry = listed(proposed(at=EARLIER))
    early, day = datetime(2027, 8, 31, 4, tzinfo=UTC), datetime(2027, 9, 1, 4, tzinfo=UTC)
    ask = {"about": COMPANY, "exit": "application", "grounds": "已纠正（虚构）", "by": representative()}

    with pytest.raises(NotRemovable):
        services.apply_for_removal(entry.pk, at=early, **ask)
    case_id = services.apply_for_removal(entry.pk, at=day, **ask)
    with pytest.raises(NotRemovable):
        services.apply_for_removal(entry.pk, at=day, **ask)
    services.take(case_id, "verify", by=officer(), at=day, reason="属实（虚构）")
    services.take(case_id, "remove", by=reviewer(), at=day, reason="同意（虚构）", number="虚构移字1号")

    assert standing(day) == []


@pytest.mark.parametrize("who", [lambda: representative("subject:else"), officer, reviewer])
def test_only_the_subject_applies_for_its_own_removal(firm: int, who):
    entry = listed(proposed(at=EARLIER))

    with pytest.raises(ChengxinError):
        services.apply_for_removal(
            entry.pk, about=COMPANY, exit="correction", grounds="虚构", by=who(), at=NOON + timedelta(days=1)
        )
    assert Case.objects.filter(procedure="list-removal").count() == 0


def test_another_authority_cannot_take_an_entry_off(firm: int):
    entry = listed(proposed(at=EARLIER))

    with pytest.raises(NotYourList):
        services.propose_removal(entry.pk, exit="court", grounds="虚构", by=officer(MARKET_SUPERVISION), at=NOON)


def test_a_repaired_record_ends_the_entry_at_once_and_its_withdrawal_puts_it_back(firm: int):
    entry = listed(proposed(at=EARLIER))
    record_changes.end_by_repair(entry.natural_key, by=officer(), at=NOON)
    assert standing() == []
    assert not services.follow_record(entry.natural_key, change="repaired", at=NOON)  # written down already
    record_changes.undo_repair(entry.natural_key, by=officer(), at=NOON)

    assert standing() == ["serious-tax"]
    assert [e.exit for e in EntryEvent.objects.order_by("number")] == ["", "repair", ""]


@pytest.mark.parametrize(
    ("number", "error"),
    [("45010020100901002X", MinorsAreNeverListed), ("450100200809020020", MinorsAreNeverListed)],
)
def test_minors_are_never_listed(number: str, error):
    from chengxin.base.identifiers.rules import make_citizen_number

    with pytest.raises(error):
        services.propose_person(
            "national-examinations", number=make_citizen_number(number[:17]), facts="虚构", evidence="虚构", months=36,
            by=officer(EDUCATION), at=NOON,
        )  # fmt: skip
    assert Proposal.objects.count() == 0


def test_a_list_of_organisations_takes_no_natural_person(firm: int):
    with pytest.raises(WrongKindOfSubject):
        services.propose_person(
            "statistics",
            number="x",
            facts="虚构",
            evidence="虚构",
            months=12,
            by=officer("11450100007551403N"),
            at=NOON,
        )


def test_the_database_refuses_an_entry_whose_case_did_not_go_the_whole_way(firm: int):
    case_id = served(proposed())
    proposal = Proposal.objects.get(case_id=case_id)
    entry = ListEntry(
        proposal=proposal, case_id=case_id, list_code="serious-tax", about=COMPANY, subject_name="x",
        authority_code=proposal.authority_code, authority_name_zh="x", authority_name_en="x", decision_number="虚构",
        decided_on=NOON.date(), notice_served_on=NOON.date(), heard_on=NOON.date(), in_force_from=NOON.date(),
        in_force_until=date(2029, 1, 1), reason="x", policy="x", proposed_by_id=802, decided_by="x", decided_by_id=803,
        entered_at=NOON,
    )  # fmt: skip

    with pytest.raises(IntegrityError, match="notice, hearing and the decision"), transaction.atomic():
        entry.save()
    NoticeService.objects.all()
    assert ListEntry.objects.count() == 0


@pytest.mark.parametrize("table", ["proposal", "noticeservice", "listentry", "entryevent", "removal"])
def test_the_application_cannot_rewrite_what_was_decided(table: str):
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM lists_{table}")


def test_an_entry_of_a_natural_person_leads_to_no_record_and_is_answered_by_its_reference():
    entered("person:7", "national-examinations", authority=EDUCATION)

    found = queries.entries_in_force(["person:7"], at=NOON)["person:7"]
    assert [(e.list_code, e.origin) for e in found] == [("national-examinations", "city")]
    assert Record.objects.count() == 0
