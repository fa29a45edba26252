from datetime import date, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection, transaction
from PIL import Image

from chengxin.base.casework import queries as cases
from chengxin.base.casework.errors import NotYourStep, SamePersonTwice
from chengxin.base.errors import NotFound
from chengxin.registry.accounts.rules import Actor, Mandated, MandateKind, Role, Scope
from chengxin.registry.records.models import Record
from chengxin.registry.subjects.rules import about_subject
from chengxin.regulation.inspections.errors import (
    ChangeWrong,
    InspectorPublishesNot,
    LeadHandsIn,
    NotYourVisit,
    ResultIncomplete,
    VisitClosed,
)
from chengxin.regulation.inspections.models import Change, Inspector, Outcome, Visit, VisitFile
from chengxin.regulation.inspections.queries import visits
from chengxin.regulation.inspections.queries.statistics import statistics
from chengxin.regulation.inspections.services import following, visiting
from chengxin.regulation.inspections.tests.factories import (
    APPROVAL,
    MARKET,
    NOON,
    complete,
    drawn,
    entry,
    inspector_of,
    joint_visit,
    officer,
    official,
    recorded,
    reviewer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit() -> Visit:
    drawn()
    found = Visit.objects.order_by("id").first()
    assert found is not None
    return found


def picture() -> BytesIO:
    made = BytesIO()
    Image.new("RGB", (20, 10), "white").save(made, "PNG")
    made.seek(0)
    return made


def state_of(visit: Visit) -> str:
    return cases.states_of([visit.case_id])[visit.case_id]


def inspected(code: str) -> Actor:
    held = Mandated(1, about_subject(code), MandateKind.REPRESENTATIVE, frozenset(Scope))
    return Actor("boss", None, "", frozenset({Role.COMPANY_REPRESENTATIVE}), user_id=990, mandates=(held,))


def test_what_was_written_down_can_be_sent_twice(visit: Visit):
    by, entries = inspector_of(visit), complete(visit)

    assert visiting.write_down(visit.pk, entries, made_at=NOON, by=by, at=NOON) == len(entries)
    assert visiting.write_down(visit.pk, [*entries, *entries], made_at=NOON, by=by, at=NOON) == 0

    assert Change.objects.count() == len(entries)
    assert visits.values_of(visit.pk)["result:food-sale"] == "no-problem"


def test_two_inspectors_who_were_offline_both_keep_what_they_wrote(visit: Visit):
    one, other = [
        officer(user_id=i) for i in Inspector.objects.filter(assignments__visit=visit).values_list("user_id", flat=True)
    ]
    visiting.write_down(visit.pk, [entry("answer:food-sale:in-date", "yes", 1)], made_at=NOON, by=one, at=NOON)
    late = [entry("answer:food-sale:in-date", "no", 2), entry("answer:food-sale:storage", "yes", 1)]
    visiting.write_down(visit.pk, late, made_at=NOON, by=other, at=NOON)

    found = visits.values_of(visit.pk)
    assert found == {"answer:food-sale:in-date": "no", "answer:food-sale:storage": "yes"}


def test_only_the_inspectors_who_were_drawn_write(visit: Visit):
    away = Inspector.objects.exclude(assignments__visit=visit).first()
    assert away is not None

    for by, error in (
        (officer(user_id=away.user_id), NotYourVisit),
        (reviewer(), NotYourVisit),
        (officer(APPROVAL), NotFound),
        (official(Role.CREDIT_OFFICE_REVIEWER, APPROVAL, 999), NotFound),
    ):
        with pytest.raises(error):
            visiting.write_down(visit.pk, complete(visit), made_at=NOON, by=by, at=NOON)
        with pytest.raises(error):
            visiting.keep_file(visit.pk, uuid4(), purpose="photo", file=picture(), name="p.png", by=by, at=NOON)

    assert not Change.objects.exists() and not VisitFile.objects.exists()


def test_an_entry_of_another_visit_under_the_same_id_is_refused(visit: Visit):
    by, one = inspector_of(visit), entry("inspected_on", "2026-09-01")
    visiting.write_down(visit.pk, [one], made_at=NOON, by=by, at=NOON)
    other = Visit.objects.exclude(pk=visit.pk).order_by("id").first()
    assert other is not None

    with pytest.raises(ChangeWrong):
        visiting.write_down(other.pk, [one], made_at=NOON, by=inspector_of(other), at=NOON)
    with pytest.raises(ChangeWrong):
        visiting.write_down(visit.pk, [entry("grade", "D")], made_at=NOON, by=by, at=NOON)

    assert Change.objects.count() == 1


def test_a_photo_that_comes_twice_is_kept_once(visit: Visit):
    by, id = inspector_of(visit), uuid4()

    assert visiting.keep_file(visit.pk, id, purpose="photo", file=picture(), name="p.png", by=by, at=NOON)
    assert not visiting.keep_file(visit.pk, id, purpose="photo", file=picture(), name="p.png", by=by, at=NOON)
    with pytest.raises(ChangeWrong):
        visiting.keep_file(visit.pk, uuid4(), purpose="other", file=picture(), name="p.png", by=by, at=NOON)

    assert VisitFile.objects.count() == 1


def test_a_drawn_signature_counts_once_its_picture_has_come(visit: Visit):
    by, id = inspector_of(visit), uuid4()
    entries = [e for e in complete(visit) if e.field != "signature"]
    entries.append(entry("signature", {"kind": "drawn", "file": str(id), "text": ""}))
    visiting.write_down(visit.pk, entries, made_at=NOON, by=by, at=NOON)

    with pytest.raises(ResultIncomplete), transaction.atomic():
        visiting.take(visit.case_id, "record", by=by, at=NOON)
    assert state_of(visit) == "assigned"
    visiting.keep_file(visit.pk, id, purpose="signature", file=picture(), name="s.png", by=by, at=NOON)
    visiting.take(visit.case_id, "record", by=by, at=NOON)

    assert state_of(visit) == "recorded"


def test_in_a_joint_visit_everyone_writes_and_the_lead_hands_in():
    visit = joint_visit()
    assert visit.assignments.count() == 4
    mate = Inspector.objects.get(number="JC011")
    by = officer(APPROVAL, mate.user_id or 0)

    assert visiting.write_down(visit.pk, complete(visit), made_at=NOON, by=by, at=NOON)
    with pytest.raises(LeadHandsIn):
        visiting.take(visit.case_id, "record", by=by, at=NOON)
    visiting.take(visit.case_id, "record", by=inspector_of(visit), at=NOON)
    visiting.take(visit.case_id, "publish", by=reviewer(), at=NOON)

    found = Record.objects.filter(item="inspection-result", known_until__isnull=True)
    assert sorted(found.values_list("authority_code", flat=True)) == sorted([MARKET, APPROVAL])


def test_a_result_that_lacks_something_stays_open_and_says_what(visit: Visit):
    by = inspector_of(visit)

    with pytest.raises(ResultIncomplete) as error, transaction.atomic():
        visiting.take(visit.case_id, "record", by=by, at=NOON)

    assert "食品销售监督检查：检查结果" in error.value.sentence and "检查日期" in error.value.sentence
    assert state_of(visit) == "assigned"


def test_what_was_handed_in_cannot_be_changed_until_it_is_returned(visit: Visit):
    recorded(visit)
    by = inspector_of(visit)

    with pytest.raises(VisitClosed):
        visiting.write_down(visit.pk, [entry("note:food-sale", "改", 5)], made_at=NOON, by=by, at=NOON)
    visiting.take(visit.case_id, "return", by=reviewer(), at=NOON, reason="请补充（虚构）")
    visiting.write_down(visit.pk, [entry("note:food-sale", "改", 5)], made_at=NOON, by=by, at=NOON)

    assert visits.values_of(visit.pk)["note:food-sale"] == "改"


def test_a_result_waits_twenty_working_days_at_most_for_its_publication(visit: Visit):
    recorded(visit)

    row = visits.visit_with(visit.pk, actor=reviewer())
    assert row.due_on == date(2026, 9, 29)  # Sunday the 20th is worked, Friday the 25th is a holiday


def test_a_published_result_is_a_record_of_the_company(visit: Visit):
    recorded(visit)

    visiting.take(visit.case_id, "publish", by=reviewer(), at=NOON)

    outcome = Outcome.objects.get()
    record = Record.objects.get(natural_key=outcome.natural_key, known_until__isnull=True)
    assert record.subject_id == visit.drawn.subject_id and record.audience == "public"
    assert record.payload["RESULT"] == "未发现问题" and record.payload["INSPECTION_KIND"] == "双随机抽查"
    assert record.payload["TASK_NUMBER"] == f"{visit.number}-1"
    assert visit.drawn.token[:6] not in outcome.task_number
    assert outcome.follow_up_case is None


def test_no_inspector_publishes_and_no_one_else_than_a_reviewer(visit: Visit):
    recorded(visit)
    inspector = inspector_of(visit)
    both = official(Role.DEPARTMENT_REVIEWER, MARKET, inspector.user_id or 0)

    with pytest.raises(InspectorPublishesNot):
        visiting.take(visit.case_id, "publish", by=both, at=NOON)
    with pytest.raises((NotYourStep, SamePersonTwice)), transaction.atomic():
        visiting.take(visit.case_id, "publish", by=officer(), at=NOON)

    assert not Outcome.objects.exists() and state_of(visit) == "recorded"


def found_wanting(visit: Visit) -> Outcome:
    recorded(visit, result="correction", note="货架有过期食品，责令下架（虚构）")
    visiting.take(visit.case_id, "publish", by=reviewer(), at=NOON)
    return Outcome.objects.get()


def test_a_problem_gives_time_to_mend_and_what_was_mended_enters_the_record(visit: Visit):
    outcome = found_wanting(visit)
    case_id = outcome.follow_up_case
    assert case_id is not None

    company = inspected(visit.drawn.code)
    following.take(case_id, "report-mended", by=company, at=NOON, reason="已下架并清理（虚构）")
    following.take(case_id, "pass", by=officer(), at=NOON + timedelta(days=9), reason="现场复查（虚构）")

    record = Record.objects.get(natural_key=outcome.natural_key, known_until__isnull=True)
    assert record.version == 2
    assert record.payload["HANDLING"] == "货架有过期食品，责令下架（虚构） 2026-09-10复查合格。现场复查（虚构）"
    assert cases.states_of([case_id])[case_id] == "passed"


def test_a_stranger_neither_sees_nor_moves_a_follow_up(visit: Visit):
    case_id = found_wanting(visit).follow_up_case
    assert case_id is not None

    for by in (inspected("91450100MAC000017C"), officer(APPROVAL)):
        with pytest.raises(NotFound):
            following.take(case_id, "report-mended", by=by, at=NOON, reason="x")

    assert cases.states_of([case_id])[case_id] == "ordered"


def test_the_inspected_sees_its_published_visits_with_token_and_salt_and_nobody_elses(visit: Visit):
    company, about = inspected(visit.drawn.code), about_subject(visit.drawn.code)

    assert visits.own_visits(about, by=company) == ()
    found_wanting(visit)
    (own,) = visits.own_visits(about, by=company)

    assert (own.token, own.salt) == (visit.drawn.token, visit.drawn.salt)
    with pytest.raises(NotFound):
        visits.own_visits(about, by=inspected("91450100MAC000017C"))


def test_problems_are_counted_by_stratum_and_against_the_control_group(visit: Visit):
    for number, one in enumerate(Visit.objects.order_by("id")):
        recorded(one, result="correction" if number == 0 else "no-problem", note="有问题（虚构）")
        visiting.take(one.case_id, "publish", by=reviewer(), at=NOON)

    found = statistics(year=2026)
    assert (found.control.visits, found.control.found) == (1, 1)  # the control group is drawn first
    assert (found.by_stratum["none"].visits, found.graded.found) == (3, 0)
    assert found.difference is not None and found.difference.value == -1
    assert statistics(year=2025).graded.visits == 0


@pytest.mark.parametrize("table", ["outcome", "assignment", "visitfile", "plan", "round", "inspector", "recusal"])
def test_the_application_cannot_rewrite_what_was_found(table: str):
    for statement in (f"UPDATE inspections_{table} SET id = id", f"DELETE FROM inspections_{table}"):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
