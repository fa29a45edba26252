from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection
from django.db.utils import ProgrammingError
from django.utils.translation import override
from procrastinate.contrib.django.models import ProcrastinateJob

from chengxin.base.audit import queries as audit
from chengxin.base.casework import queries, services
from chengxin.base.casework.errors import NotYourStep, ReasonMissing, SamePersonTwice, StepNotOpen, WrongParties
from chengxin.base.casework.models import Case, CaseEvent
from chengxin.base.casework.procedures import procedures
from chengxin.base.casework.rules import Party
from chengxin.base.casework.tests.factories import (
    COLLEAGUE,
    LIBRARIAN,
    NAME,
    NOON,
    OFFICE,
    OPERATOR,
    PARTIES,
    READER,
    READER_HERSELF,
    REVIEWER,
    STRANGER,
    checked,
    notices_sent,
    notices_to,
    opened,
)
from chengxin.base.errors import NotFound
from chengxin.base.languages import InBoth

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)


def standing(case_id: int) -> tuple[str, date | None, int, int]:
    case = Case.objects.get(pk=case_id)
    return case.state, case.due_on, case.steps_taken, CaseEvent.objects.filter(case=case).count()


def waiting_tasks() -> list[tuple[dict[str, int], datetime]]:
    jobs = ProcrastinateJob.objects.filter(task_name="casework.expire").order_by("id")
    return [(j.args, j.scheduled_at) for j in jobs]


def test_an_opened_case_stands_in_its_first_state_with_a_deadline():
    case_id = opened()

    case = Case.objects.get(pk=case_id)
    assert (case.state, case.due_on, case.due_policy) == ("asked", date(2026, 3, 9), "tests/5-days@2026-01-01")
    assert [(e.number, e.step, e.by_user_id) for e in CaseEvent.objects.all()] == [(1, "ask", READER)]
    assert audit.entries(size=1).entries[0].action == "casework.case_opened"


def test_a_case_names_exactly_the_parties_of_its_procedure():
    with pytest.raises(WrongParties):
        services.open_case(
            "loan-of-a-book", about="b", title="t", parties={"reader": Party(user_id=1)}, by=READER_HERSELF, at=NOON
        )

    assert Case.objects.count() == 0


def test_nobody_opens_a_case_in_the_name_of_another():
    with pytest.raises(NotYourStep):
        services.open_case("loan-of-a-book", about="b", title="t", parties=PARTIES, by=OPERATOR, at=NOON)

    assert (Case.objects.count(), audit.entries().total) == (0, 0)


def test_a_step_moves_the_case_on_and_starts_the_next_deadline():
    case_id = opened()

    state = services.take_step(case_id, "check", by=OPERATOR, at=NOON + A_DAY)

    assert state == "checked"
    assert standing(case_id) == ("checked", date(2026, 3, 6), 2, 2)
    last = audit.entries(size=1).entries[0]
    assert (last.action, last.details) == ("casework.step_taken", {"step": "check", "state": "checked"})


def test_the_last_step_closes_the_case():
    case_id = checked()

    services.take_step(case_id, "lend", by=COLLEAGUE, at=NOON)

    assert standing(case_id) == ("lent", None, 3, 3)
    assert Case.objects.get(pk=case_id).closed_at == NOON


@pytest.mark.parametrize(
    ("step", "by", "refusal"),
    [
        ("check", OPERATOR, StepNotOpen),
        ("lend", OPERATOR, SamePersonTwice),
        ("refuse", COLLEAGUE, NotYourStep),
        ("refuse", REVIEWER, ReasonMissing),
        ("lend", STRANGER, NotFound),
        ("lend", LIBRARIAN, NotFound),
        ("grant-by-silence", REVIEWER, NotYourStep),
        ("burn", REVIEWER, StepNotOpen),
    ],
)
def test_a_refused_step_changes_nothing(step, by, refusal):
    case_id = checked()
    before = (standing(case_id), audit.entries().total, notices_sent(), len(waiting_tasks()))

    with pytest.raises(refusal):
        services.take_step(case_id, step, by=by, at=NOON)

    assert (standing(case_id), audit.entries().total, notices_sent(), len(waiting_tasks())) == before


def test_a_case_that_does_not_exist_is_answered_as_one_that_is_hidden():
    with pytest.raises(NotFound):
        services.take_step(404, "check", by=OPERATOR, at=NOON)


def test_the_parties_that_a_step_names_are_told_in_both_languages():
    case_id = checked()

    services.take_step(case_id, "refuse", by=REVIEWER, at=NOON, reason="书已破损")

    [sent] = notices_to(Party(user_id=READER))
    assert (sent.title_zh, sent.case_id) == ("借书（测试）：不同意——借《论语》", case_id)
    assert sent.title_en == "借书（测试）: 不同意 – 借《论语》"
    assert CaseEvent.objects.get(case_id=case_id, step="refuse").reason == "书已破损"


def test_a_case_and_its_notices_are_called_by_the_language_of_who_reads():
    case_id = opened(title=InBoth("借《论语》", "To borrow the Analects"))
    services.take_step(case_id, "check", by=OPERATOR, at=NOON)
    services.take_step(case_id, "refuse", by=REVIEWER, at=NOON, reason="书已破损")

    [sent] = notices_to(Party(user_id=READER))
    assert sent.title_zh.endswith("借《论语》") and sent.title_en.endswith("To borrow the Analects")
    assert queries.case(case_id, actor=OPERATOR, on=NOON.date()).title == "借《论语》"
    with override("en"):
        assert queries.case(case_id, actor=OPERATOR, on=NOON.date()).title == "To borrow the Analects"


def test_what_follows_from_silence_is_deferred_to_the_end_of_the_last_day():
    case_id = checked()

    assert waiting_tasks() == [
        ({"case_id": case_id, "steps_taken": 2}, datetime(2026, 3, 5, 16, tzinfo=UTC))  # midnight in the city
    ]


def test_silence_moves_the_case_on_after_its_last_day_and_only_once():
    case_id = checked()
    over = datetime(2026, 3, 5, 16, tzinfo=UTC)

    on_the_last_day = services.expire(case_id, steps_taken=2, at=over - timedelta(seconds=1))
    the_day_after = services.expire(case_id, steps_taken=2, at=over)
    again = services.expire(case_id, steps_taken=2, at=over)

    assert (on_the_last_day, the_day_after, again) == (False, True, False)
    assert standing(case_id) == ("lent", None, 3, 3)
    assert CaseEvent.objects.get(case_id=case_id, number=3).by_name == "system"


def test_silence_does_nothing_in_a_case_that_was_moved_on():
    case_id = checked()
    services.take_step(case_id, "refuse", by=REVIEWER, at=NOON, reason="r")

    assert services.expire(case_id, steps_taken=2, at=NOON + 30 * A_DAY) is False
    assert standing(case_id)[0] == "refused"


def test_a_state_that_nothing_follows_from_stays_overdue():
    case_id = opened()

    assert services.expire(case_id, steps_taken=1, at=NOON + 60 * A_DAY) is False
    assert standing(case_id)[0] == "asked"


def test_a_deadline_in_a_year_without_a_notice_waits_and_is_settled_when_the_notice_comes(monkeypatch, capsys):
    case_id = opened(at=datetime(2026, 12, 30, 4, tzinfo=UTC))
    assert standing(case_id)[1] is None
    call_command("settle_deadlines")
    assert capsys.readouterr().out == "0 deadlines settled\n"

    known = services.working_days()
    announced = type(known)(known.years | {2027}, known.holidays | {date(2027, 1, 1)}, known.make_up)
    monkeypatch.setattr(services, "working_days", lambda: announced)
    settled = services.settle_deadlines(at=NOON)

    assert settled == 1
    assert standing(case_id)[1] == date(2027, 1, 7)
    assert audit.entries(size=1).entries[0].action == "casework.deadline_settled"


def test_a_notice_is_read_once_by_its_addressee_and_by_nobody_else():
    notice_id = services.send_notice(Party(organisation_id=OFFICE), title="通知", by=READER_HERSELF, at=NOON)

    with pytest.raises(NotFound):
        services.mark_read(notice_id, by=STRANGER, at=NOON)
    services.mark_read(notice_id, by=OPERATOR, at=NOON + A_DAY)
    services.mark_read(notice_id, by=COLLEAGUE, at=NOON + 2 * A_DAY)

    [sent] = notices_to(Party(organisation_id=OFFICE))
    assert (sent.read_at, sent.read_by) == (NOON + A_DAY, "operator")
    assert [e.action for e in audit.entries().entries] == ["casework.notice_read", "casework.notice_sent"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE casework_caseevent SET reason = 'other'",
        "DELETE FROM casework_caseevent",
        "TRUNCATE casework_caseevent",
        "UPDATE casework_caseparty SET organisation_id = 1",
        "UPDATE casework_case SET about = 'other'",
        "DELETE FROM casework_case",
        "UPDATE casework_notice SET title_zh = 'other'",
        "DELETE FROM casework_notice",
    ],
)
def test_the_application_cannot_rewrite_or_remove_what_happened(statement):
    checked()

    with connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute(statement)


def test_a_procedure_with_a_fault_or_a_code_of_another_is_refused_at_once(settings):
    settings.CASE_PROCEDURES = [NAME, f"{NAME}"]

    with pytest.raises(ImproperlyConfigured, match="stands for another procedure"):
        procedures()


def test_history_says_who_took_which_step():
    case_id = checked()

    assert [(t.step, t.name) for t in queries.history_of(case_id)] == [("ask", "reader"), ("check", "operator")]


def test_a_case_without_a_step_for_what_ended_elsewhere_stays_as_it_is():
    case_id = opened()
    before = standing(case_id)

    assert not services.end_moot(case_id, at=NOON)
    assert standing(case_id) == before
