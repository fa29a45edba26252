"""An application on its way: who may do what, what it does to the record, and what is told in writing."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import ProgrammingError, transaction

from chengxin.base.audit.models import AuditEntry
from chengxin.base.casework import queries as casework
from chengxin.base.casework import services as kernel
from chengxin.base.casework.errors import NotYourStep, ReasonMissing, SamePersonTwice, StepNotOpen
from chengxin.base.casework.models import Case
from chengxin.base.casework.tests.factories import told_to
from chengxin.base.errors import ChengxinError, NotFound, NotPermitted
from chengxin.registry.accounts.rules import Scope
from chengxin.registry.records import queries as records
from chengxin.registry.records.models import Record
from chengxin.registry.subjects.models import Subject
from chengxin.rights.repair import policy, queries, services, tasks
from chengxin.rights.repair.errors import CommitmentChanged, CommitmentMissing, NotRepairable, StatementMissing
from chengxin.rights.repair.models import Application, Bar
from chengxin.rights.repair.rules import Answer, Grounds
from chengxin.rights.repair.tests.factories import (
    APPROVAL_BUREAU,
    COMPANY,
    NOON,
    STATEMENT,
    applied,
    fined,
    granted,
    officer,
    operator,
    representative,
    reviewer,
    verified,
)

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)
TODAY = date(2026, 9, 1)


def state_of(case_id: int) -> str:
    return Case.objects.get(pk=case_id).state


def record_state() -> str:
    return Record.objects.get(known_until__isnull=True).state


def told() -> list[str]:
    return [n.title_zh for n in told_to(COMPANY)]


def commitment() -> str:
    return policy.commitment_on(TODAY).version


def apply(natural_key, **changed):
    given = {
        "about": COMPANY, "statement": STATEMENT, "commitment_version": commitment(), "signed_by": "梁某（虚构）",
        "by": representative(), "at": NOON,
    }  # fmt: skip
    return services.apply(natural_key, **given | changed)


def test_an_application_waits_for_the_credit_office_and_keeps_what_was_signed():
    key = fined()
    case_id = applied(key)

    assert [row.id for row in casework.inbox_of(operator(), on=TODAY).items] == [case_id]
    kept = Application.objects.get()
    assert (kept.signed_by, kept.possible_on) == ("梁某（虚构）", date(2026, 8, 9))
    assert kept.commitment_version == commitment()
    assert AuditEntry.objects.get(action="repair.applied").details["commitment"] == commitment()


def test_a_granted_repair_ends_the_record_everywhere_in_the_same_transaction():
    key = fined()
    subject = Subject.objects.get()
    case_id = verified(key)
    assert len(records.public_records_of(subject.pk, on=TODAY)) == 1

    services.take(case_id, "grant", by=reviewer(), at=NOON)

    assert (state_of(case_id), record_state()) == ("granted", "repaired")
    assert records.public_records_of(subject.pk, on=TODAY) == ()
    assert not records.has_public_record(subject.pk, on=TODAY)
    assert records.city_figures(on=TODAY) == {}
    assert told() == ["信用修复申请受理通知书", "准予信用修复决定书"]


def test_a_refusal_leaves_the_record_and_says_why_and_how_to_appeal():
    key = fined()
    case_id = verified(key)

    services.take(case_id, "refuse", by=reviewer(), at=NOON, reason="罚款尚未缴清（虚构）")

    assert (state_of(case_id), record_state()) == ("refused", "in-force")
    letter = told_to(COMPANY)[-1]
    assert "罚款尚未缴清（虚构）" in letter.body_zh
    assert "行政复议" in letter.body_zh
    assert "administrative review" in letter.body_en


def test_who_verified_does_not_decide():
    case_id = verified(fined())
    both = replace(officer(), roles=reviewer().roles)

    with pytest.raises(SamePersonTwice):
        services.take(case_id, "grant", by=both, at=NOON)

    assert (state_of(case_id), record_state()) == ("verified", "in-force")


STRANGERS = {
    "applicant": representative,
    "office": operator,
    "officer": officer,
    "reviewer": reviewer,
    "reviewer elsewhere": lambda: reviewer(APPROVAL_BUREAU),
    "another company": lambda: representative("subject:another"),
}


@pytest.mark.parametrize(
    ("step", "state", "taken", "allowed"),
    [
        ("forward", "submitted", (), "office"),
        ("verify", "verifying", ("forward",), "officer"),
        ("grant", "verified", ("forward", "verify"), "reviewer"),
        ("refuse", "verified", ("forward", "verify"), "reviewer"),
        ("withdraw", "submitted", (), "applicant"),
    ],
)
def test_each_step_is_open_to_one_party_and_refused_to_all_others(step, state, taken, allowed):
    case_id = applied(fined())
    actors = {"forward": operator(), "verify": officer()}
    for earlier in taken:
        services.take(case_id, earlier, by=actors[earlier], at=NOON, reason="虚构")

    for name, stranger in STRANGERS.items():
        if name != allowed:
            with pytest.raises((NotYourStep, NotFound)):
                services.take(case_id, step, by=stranger(), at=NOON, reason="虚构")
    assert (state_of(case_id), record_state()) == (state, "in-force")

    services.take(case_id, step, by=STRANGERS[allowed](), at=NOON, reason="虚构")
    assert state_of(case_id) != state


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"by": representative("subject:another")}, NotPermitted),
        ({"by": representative(COMPANY, Scope.SEE)}, NotPermitted),
        ({"about": "subject:another", "by": representative("subject:another")}, NotFound),
        ({"at": NOON - 40 * A_DAY}, NotRepairable),  # before the shortest public period is over
        ({"statement": "  "}, StatementMissing),
        ({"signed_by": " "}, CommitmentMissing),
        ({"commitment_version": ""}, CommitmentMissing),
        ({"commitment_version": "repair/commitment@2020-01-01"}, CommitmentChanged),
    ],
)
def test_what_cannot_be_applied_for_opens_no_case(changed: dict[str, object], refusal: type[ChengxinError]):
    key = fined()

    with pytest.raises(refusal):
        apply(key, **changed)

    assert not Case.objects.exists()
    assert not Application.objects.exists()


def test_nobody_applies_for_a_record_that_does_not_exist():
    with pytest.raises(NotFound):
        apply(uuid4())


def test_a_record_has_one_open_application_at_a_time_and_another_after_a_refusal():
    key = fined()
    case_id = verified(key)
    with pytest.raises(NotRepairable):
        apply(key)

    services.take(case_id, "refuse", by=reviewer(), at=NOON, reason="虚构")

    assert apply(key) != case_id


def test_a_supplement_comes_back_to_the_office_and_silence_ends_the_application():
    key = fined()
    case_id = applied(key)
    services.take(case_id, "ask", by=operator(), at=NOON, reason="请补充缴款凭证（虚构）")
    services.take(case_id, "supplement", by=representative(), at=NOON, reason="凭证号虚构1号")
    assert state_of(case_id) == "submitted"

    services.take(case_id, "ask", by=operator(), at=NOON, reason="再补充（虚构）")
    found = Case.objects.get(pk=case_id)
    assert found.due_on == date(2026, 9, 15)  # 10 working days after 1 September
    assert kernel.expire(case_id, steps_taken=found.steps_taken, at=NOON + 15 * A_DAY)

    assert state_of(case_id) == "lapsed"
    tasks.tell_end(case_id)
    tasks.tell_end(case_id)  # repeated
    assert told()[-2:] == ["信用修复申请补正通知书", "信用修复申请终止通知书"]
    assert apply(key, at=NOON + 16 * A_DAY)


def test_a_closed_application_changes_no_more():
    case_id = granted(fined())

    for step, by in (("forward", operator()), ("refuse", reviewer()), ("withdraw", representative())):
        with pytest.raises((StepNotOpen, NotFound)):
            services.take(case_id, step, by=by, at=NOON, reason="虚构")

    assert (state_of(case_id), record_state()) == ("granted", "repaired")


def test_a_commitment_is_an_item_like_any_other_and_not_the_wording_of_that_name():
    assert policy.terms_of("commitment", content={}, decided_by="", on=TODAY) is None


@pytest.mark.parametrize(
    ("performance", "day", "is_repaired"),
    [
        ("未履行", date(2026, 11, 27), True),
        ("部分履行", date(2026, 11, 27), True),
        ("全部履行", date(2026, 11, 27), False),
        ("履行中", date(2026, 11, 27), False),
        ("未履行", date(2026, 11, 26), False),
    ],
)
def test_a_commitment_that_was_not_kept_can_be_repaired_once_it_is_made_good(performance, day, is_repaired):
    terms = policy.terms_of("commitment", content={"PERFORMANCE": performance}, decided_by="", on=day)

    assert (terms is not None) == is_repaired
    assert terms is None or terms.grounds is Grounds.CAUSE_REMOVED


def test_a_refusal_without_a_reason_is_none():
    case_id = verified(fined())

    with pytest.raises(ReasonMissing):
        services.take(case_id, "refuse", by=reviewer(), at=NOON)

    assert state_of(case_id) == "verified"


def test_a_repair_got_by_false_materials_is_withdrawn_after_a_hearing_and_bars_the_next():
    key = fined()
    granted(key)
    case_id = services.propose_withdrawal(key, by=officer(), at=NOON, reason="缴款凭证系伪造（虚构）")
    assert record_state() == "repaired"

    services.take(case_id, "state", by=representative(), at=NOON + A_DAY, reason="陈述（虚构）")
    services.take(case_id, "withdraw-repair", by=reviewer(), at=NOON + 2 * A_DAY, reason="查证属实（虚构）")

    assert record_state() == "in-force"
    assert Bar.objects.get().until == date(2029, 9, 3)
    held = records.own_records_of(COMPANY, by=representative())
    assert queries.eligibilities(held, COMPANY, on=date(2026, 9, 4))[key].answer is Answer.BARRED
    assert told()[-2:] == ["拟撤销信用修复告知书", "撤销信用修复决定书"]
    assert "2029-09-03" in told_to(COMPANY)[-1].body_zh


def test_a_repair_is_not_withdrawn_without_a_hearing():
    key = fined()
    granted(key)
    case_id = services.propose_withdrawal(key, by=officer(), at=NOON, reason="虚构")

    with pytest.raises(StepNotOpen):
        services.take(case_id, "withdraw-repair", by=reviewer(), at=NOON, reason="虚构")

    assert record_state() == "repaired"


def test_a_repair_that_is_kept_changes_nothing():
    key = fined()
    granted(key)
    case_id = services.propose_withdrawal(key, by=officer(), at=NOON, reason="虚构")
    services.take(case_id, "state", by=representative(), at=NOON, reason="虚构")

    services.take(case_id, "keep-repair", by=reviewer(), at=NOON, reason="材料真实（虚构）")

    assert (record_state(), Bar.objects.count()) == ("repaired", 0)


def test_only_a_repair_that_stands_can_be_withdrawn_and_once_at_a_time():
    key = fined()
    with pytest.raises(NotFound):
        services.propose_withdrawal(key, by=officer(), at=NOON, reason="虚构")
    granted(key)
    services.propose_withdrawal(key, by=officer(), at=NOON, reason="虚构")
    with pytest.raises(NotFound):
        services.propose_withdrawal(key, by=officer(), at=NOON, reason="虚构")


def test_the_application_cannot_rewrite_what_was_signed():
    applied(fined())

    with pytest.raises(ProgrammingError), transaction.atomic():
        Application.objects.update(signed_by="另一人")
    with pytest.raises(ProgrammingError), transaction.atomic():
        Application.objects.all().delete()


def test_only_those_who_act_for_the_subject_list_its_applications():
    case_id = applied(fined())

    assert [a.case_id for a in queries.applications_about(COMPANY, by=representative())] == [case_id]
    with pytest.raises(NotFound):
        queries.applications_about(COMPANY, by=representative("subject:another"))
