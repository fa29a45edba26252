"""A trial that a page asks for: computed by a task, asked once, and told how it ended."""

import json
from datetime import timedelta

import pytest
from django.db import connection

from chengxin.base.audit.models import AuditEntry
from chengxin.base.casework import queries as cases
from chengxin.base.casework.errors import NotYourStep, StepNotOpen
from chengxin.base.casework.models import Notice
from chengxin.base.errors import NotPermitted
from chengxin.evaluation.runs import queries, services, trials
from chengxin.evaluation.runs.models import Run, TrialOrder
from chengxin.evaluation.runs.rules import TrialStage, TrialState
from chengxin.evaluation.scorecards import queries as scorecards
from chengxin.evaluation.scorecards import services as governance
from chengxin.evaluation.scorecards.models import Trial
from chengxin.evaluation.scorecards.tests.officials import NOON, TODAY, official, operator, reviewer
from chengxin.registry.accounts.rules import Role
from chengxin.registry.subjects.tests.factories import company

NAME = "enterprise-1"
LATER = NOON + timedelta(minutes=3)


@pytest.fixture
def case_id(db, settings, tmp_path) -> int:
    settings.EVALUATION_FOLDER = str(tmp_path)
    return governance.propose(NAME, by=operator(), at=NOON)


def waiting_tasks() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT args::text FROM procrastinate_jobs WHERE task_name = 'runs.try_model' ORDER BY id")
        return [json.loads(row[0])["order_id"] for row in cursor.fetchall()]


def state_of(case_id: int) -> TrialState:
    order = queries.trial_of_case(case_id)
    assert order is not None
    return order.state


def test_asking_computes_nothing_and_asked_twice_is_one(case_id):
    first = trials.ask(case_id, by=operator(), at=NOON)
    second = trials.ask(case_id, by=operator(905), at=LATER)

    assert first == second
    assert waiting_tasks() == [first]
    assert state_of(case_id) is TrialState.WAITING
    assert not Run.objects.exists()
    assert cases.states_of([case_id]) == {case_id: "drafted"}


def test_a_trial_that_cannot_succeed_is_refused_before_it_waits(case_id):
    for by, error in ((reviewer(), NotYourStep), (official(Role.DEPARTMENT_OFFICER, 905), NotPermitted)):
        with pytest.raises(error):
            trials.ask(case_id, by=by, at=NOON)
    governance.take(case_id, "withdraw", by=operator(), at=NOON)
    with pytest.raises(StepNotOpen):
        trials.ask(case_id, by=operator(), at=NOON)

    assert (waiting_tasks(), TrialOrder.objects.count()) == ([], 0)


def test_a_failure_that_nobody_foresaw_is_told_without_its_words_and_it_can_be_asked_again(case_id, monkeypatch):
    seen = []

    def broken(*_arguments, **_named):
        seen.append(state_of(case_id))
        raise ZeroDivisionError("secret of the machine")

    monkeypatch.setattr(services, "take_snapshot", broken)
    order_id = trials.ask(case_id, by=operator(), at=NOON)

    trials.compute(order_id, at=LATER)

    order = queries.trial_of_case(case_id)
    assert (seen, order.state, order.stage) == ([TrialState.RUNNING], TrialState.FAILED, TrialStage.SNAPSHOT)
    assert f"{order_id}" in order.said_zh and "secret" not in order.said_zh + order.said_en
    assert Notice.objects.get(user_id=901).title_en == "The trial of the model was not completed"
    assert trials.ask(case_id, by=operator(), at=LATER) == order_id + 1
    assert AuditEntry.objects.filter(action="evaluation.trial_failed").count() == 1


def test_one_whose_process_died_is_seen_as_interrupted_and_gives_way_to_a_new_one(case_id):
    order_id = trials.ask(case_id, by=operator(), at=NOON)
    TrialOrder.objects.filter(pk=order_id).update(state=TrialState.RUNNING.value)
    assert state_of(case_id) is TrialState.INTERRUPTED

    again = trials.ask(case_id, by=operator(), at=LATER)

    assert again != order_id
    died = TrialOrder.objects.get(pk=order_id)
    assert (died.state, died.fault) == (TrialState.FAILED.value, "trial-interrupted")
    assert state_of(case_id) is TrialState.WAITING


def test_the_task_puts_the_trial_on_file_once_and_tells_who_asked(committed_db, settings, tmp_path):
    settings.EVALUATION_FOLDER = str(tmp_path)
    company("南宁虚构贸易有限公司", 1)
    case_id = governance.propose(NAME, by=operator(), at=NOON)
    order_id = trials.ask(case_id, by=operator(), at=NOON)

    trials.compute(order_id, at=LATER)
    trials.compute(order_id, at=LATER)

    assert state_of(case_id) is TrialState.DONE
    assert scorecards.register_row(NAME, on=TODAY).trial.run_id == Run.objects.get().pk
    assert Trial.objects.count() == 1
    assert Notice.objects.get(user_id=901).title_en == "The trial of the model is complete: see the comparison"


def test_a_case_that_was_withdrawn_meanwhile_says_why_the_trial_failed(committed_db, settings, tmp_path):
    settings.EVALUATION_FOLDER = str(tmp_path)
    company("南宁虚构贸易有限公司", 1)
    case_id = governance.propose(NAME, by=operator(), at=NOON)
    order_id = trials.ask(case_id, by=operator(), at=NOON)
    governance.take(case_id, "withdraw", by=operator(), at=NOON)

    trials.compute(order_id, at=LATER)

    assert state_of(case_id) is TrialState.FAILED
    assert TrialOrder.objects.get().fault == StepNotOpen.code
    assert not Trial.objects.exists()
