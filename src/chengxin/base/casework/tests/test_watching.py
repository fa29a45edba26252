from datetime import date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chengxin.base.audit.models import AuditEntry
from chengxin.base.casework import queries, services, watching
from chengxin.base.casework.models import Case, CaseAlert
from chengxin.base.casework.queries import DueFilter
from chengxin.base.casework.rules import Party
from chengxin.base.casework.stages import Stage
from chengxin.base.casework.tests.factories import (
    COLLEAGUE,
    ELSEWHERE,
    NOON,
    OFFICE,
    OPERATOR,
    PARTIES,
    REVIEWER,
    STRANGER,
    checked,
    notices_to,
    opened,
)
from chengxin.base.clock import local_date
from chengxin.base.errors import NotFound

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)


def reviewers_of(organisation_id: int, *, on: date) -> tuple[int, ...]:
    return (13,) if organisation_id == OFFICE else ()


def superiors_of(organisation_id: int) -> tuple[int, ...]:
    return (ELSEWHERE,)


@pytest.fixture(autouse=True)
def _someone_stands_above(settings):
    settings.CASE_SUPERVISION = __name__


def on(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00:00+08:00")


def told(case_id: int) -> list[tuple[str, int | None, int | None]]:
    """The notices of deadlines: first words, organisation, person."""
    concerned = (*PARTIES.values(), Party(user_id=13), Party(organisation_id=ELSEWHERE))
    rows = [n for n in notices_to(*concerned) if n.case_id == case_id and "办理期限" in n.body_zh]
    return [(n.title_zh.split("：")[0], n.organisation_id, n.user_id) for n in rows]


def deferred(name: str) -> list[datetime]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT scheduled_at FROM procrastinate_jobs WHERE task_name = %s ORDER BY id", [name])
        return [row[0] for row in cursor.fetchall()]


def test_the_stages_go_to_the_office_its_reviewers_and_up_the_line():
    case_id = opened()  # Monday 2026-03-02, five working days: 2026-03-09

    sent = [watching.watch(case_id, at=on(f"2026-03-{day:02}")) for day in (5, 6, 9, 10, 11, 12, 13)]

    assert sent == [(), (Stage.REMIND,), (), (Stage.REVIEWERS,), (), (Stage.UP,), ()]
    assert told(case_id) == [
        ("期限将至", OFFICE, None),
        ("已超期，请督促办理", None, 13),
        ("下级单位逾期未办，请督办", ELSEWHERE, None),
    ]


def test_the_first_look_is_asked_for_with_the_case_and_each_look_asks_for_the_next():
    case_id = opened()
    watching.watch(case_id, at=on("2026-03-06"))

    assert [local_date(at).isoformat() for at in deferred("casework.watch")] == ["2026-03-06", "2026-03-10"]


def test_looking_twice_sends_nothing_twice():
    case_id = opened()
    for _ in range(3):
        watching.watch(case_id, at=on("2026-03-12"))
        watching.watch_all(at=on("2026-03-12"))

    assert [a.stage for a in CaseAlert.objects.order_by("id")] == ["reviewers", "up"]
    assert AuditEntry.objects.filter(action="casework.deadline_stage").count() == 2


def test_the_periodic_look_finds_what_a_lost_task_left_behind():
    case_id = opened()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'cancelled' WHERE status = 'todo'")

    assert watching.watch_all(at=on("2026-03-06")) == 1
    assert [a.stage for a in CaseAlert.objects.filter(case_id=case_id)] == ["remind"]


def test_the_periodic_look_takes_the_step_of_silence_where_its_task_was_lost():
    case_id = checked()

    watching.watch_all(at=on("2026-03-06"))

    assert Case.objects.get(pk=case_id).state == "lent"
    assert not CaseAlert.objects.exists()


def test_a_case_that_moved_on_begins_its_stages_anew():
    case_id = opened()
    watching.watch(case_id, at=on("2026-03-10"))
    services.take_step(case_id, "check", by=OPERATOR, at=on("2026-03-10"))

    assert watching.watch(case_id, at=on("2026-03-10")) == ()
    assert watching.watch(case_id, at=on("2026-03-12")) == (Stage.REMIND,)


def test_a_closed_case_reminds_nobody():
    case_id = checked()
    services.take_step(case_id, "lend", by=COLLEAGUE, at=NOON)

    assert watching.watch(case_id, at=on("2026-06-01")) == ()
    assert watching.watch_all(at=on("2026-06-01")) == 0
    assert told(case_id) == []


def test_a_deadline_that_waited_for_its_year_is_settled_and_then_watched(monkeypatch):
    case_id = opened(at=datetime.fromisoformat("2026-12-30T12:00:00+08:00"))
    assert Case.objects.get(pk=case_id).due_on is None
    assert watching.watch_all(at=on("2026-12-31")) == 0

    real = services.working_days
    known = real()
    extended = type(known)(known.years | {2027}, known.holidays | {date(2027, 1, 1)}, known.make_up)
    for module in (services, watching):
        monkeypatch.setattr(module, "working_days", lambda: extended)
    watching.watch_all(at=on("2027-01-06"))

    # 12-31, then 01-04 to 01-07: New Year's Day and the weekend are off
    assert Case.objects.get(pk=case_id).due_on == date(2027, 1, 7)
    assert [a.stage for a in CaseAlert.objects.all()] == ["remind"]


def test_where_nobody_stands_above_the_office_itself_is_told_again(settings):
    settings.CASE_SUPERVISION = ""
    case_id = opened()
    watching.watch(case_id, at=on("2026-03-12"))

    assert {n[1] for n in told(case_id)} == {OFFICE}


def test_the_parties_see_to_whom_a_deadline_went_and_strangers_do_not():
    case_id = opened()
    watching.watch(case_id, at=on("2026-03-12"))

    seen = queries.alerts_of(case_id, actor=OPERATOR)
    assert [(a.stage, a.organisation_ids, a.people) for a in seen] == [
        (Stage.REVIEWERS, (), 1),
        (Stage.UP, (ELSEWHERE,), 0),
    ]
    with pytest.raises(NotFound):
        queries.alerts_of(case_id, actor=STRANGER)


def test_the_inbox_filters_by_what_is_soon_overdue_and_gone_up():
    case_id = opened()
    shown = {
        day: [
            due.value for due in DueFilter if queries.inbox_of(REVIEWER, on=date.fromisoformat(day), due=due).total == 1
        ]
        for day in ("2026-03-04", "2026-03-05", "2026-03-09", "2026-03-10")
    }
    assert shown == {"2026-03-04": [], "2026-03-05": ["soon"], "2026-03-09": ["soon"], "2026-03-10": ["overdue"]}

    watching.watch(case_id, at=on("2026-03-10"))
    assert queries.inbox_of(REVIEWER, on=date(2026, 3, 10), due=DueFilter.ESCALATED).total == 1
    assert queries.cases_of(REVIEWER, on=date(2026, 3, 10), due=DueFilter.ESCALATED).total == 1


def test_the_application_cannot_remove_or_rewrite_an_alert():
    watching.watch(opened(), at=on("2026-03-12"))

    for statement in ("DELETE FROM casework_casealert", "UPDATE casework_casealert SET stage = 'remind'"):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


MOVES = st.sampled_from(["day", "week", "look", "look-one", "check", "refuse", "lose-tasks"])


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(MOVES, max_size=25))
def test_no_deadline_is_ever_lost(moves):
    """Whatever happens in between, one look later every deadline of an open case has had each stage that it should."""
    with transaction.atomic():
        at, case_id = NOON, opened()
        for move in moves:
            at = _moved(move, case_id, at)
        watching.watch_all(at=at)

        for case in Case.objects.filter(closed_at__isnull=True):
            done = queries.stages_done(case.pk, steps_taken=case.steps_taken, due_on=case.due_on)
            assert watching._due(case, done, on=local_date(at)) == ()
            if case.state == "checked":
                assert case.due_on >= local_date(at), "silence was not heard"
        sent = list(CaseAlert.objects.values_list("steps_taken", "due_on", "stage"))
        assert len(sent) == len(set(sent))
        transaction.set_rollback(True)


def _moved(move: str, case_id: int, at: datetime) -> datetime:
    state = Case.objects.get(pk=case_id).state
    if move == "look":
        watching.watch_all(at=at)
    elif move == "look-one":
        watching.watch(case_id, at=at)
    elif move == "check" and state == "asked":
        services.take_step(case_id, "check", by=OPERATOR, at=at)
    elif move == "refuse" and state in {"asked", "checked"}:
        services.take_step(case_id, "refuse", by=REVIEWER, at=at, reason="理由（测试）")
    elif move == "lose-tasks":
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = 'cancelled' WHERE status = 'todo'")
    return at + {"day": A_DAY, "week": 7 * A_DAY}.get(move, timedelta())
