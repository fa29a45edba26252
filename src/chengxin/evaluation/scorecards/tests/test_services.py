from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import ProgrammingError, connection, transaction

from chengxin.base.audit.models import AuditEntry
from chengxin.base.casework.errors import NotYourStep, SamePersonTwice, StepNotOpen
from chengxin.base.errors import NotFound
from chengxin.evaluation.scorecards import queries, services
from chengxin.evaluation.scorecards.errors import (
    AlreadyProposed,
    DayTaken,
    DayTooEarly,
    ModelAltered,
    ModelHasFaults,
    NotInForce,
    TrialMissing,
    UnknownModel,
)
from chengxin.evaluation.scorecards.models import Proposal, Publication, Trial
from chengxin.evaluation.scorecards.tests.officials import (
    NOON,
    TODAY,
    approved,
    figures,
    official,
    operator,
    published,
    reviewer,
)
from chengxin.registry.accounts.rules import Role

pytestmark = pytest.mark.django_db
NAME = "enterprise-1"
IN_FORCE = date(2026, 4, 1)


def state(on=TODAY):
    return queries.register_row(NAME, on=on).state


def test_a_model_comes_into_force_by_draft_trial_approval_and_publication_each_in_the_audit_chain():
    assert state() == "file"

    day = published()

    assert day == IN_FORCE
    assert state() == "coming"
    assert state(on=IN_FORCE) == "in-force"
    noted = AuditEntry.objects.filter(action__startswith="scorecards.").order_by("seq")
    assert [e.action.partition(".")[2] for e in noted] == ["proposed", "tried", "approved", "published"]


def test_before_its_day_no_version_is_in_force_and_from_that_day_on_it_is():
    published()

    with pytest.raises(NotInForce):
        queries.model_in_force("enterprise", on=IN_FORCE - timedelta(days=1))
    assert queries.model_in_force("enterprise", on=IN_FORCE).name == NAME
    assert [f.model.name for f in queries.in_force(on=IN_FORCE)] == [NAME]
    assert queries.in_force(on=TODAY) == ()


def test_who_drafted_or_tried_a_model_does_not_approve_it():
    both = replace(operator(), roles=frozenset({Role.CREDIT_OFFICE_OPERATOR.value, Role.CREDIT_OFFICE_REVIEWER.value}))
    case_id = services.propose(NAME, by=both, at=NOON)
    services.record_trial(case_id, figures(), by=both, at=NOON)

    with pytest.raises(SamePersonTwice):
        services.take(case_id, "approve", by=both, at=NOON, reason="自己批准（虚构）")

    assert state() == "tried"


@pytest.mark.parametrize("role", [Role.CREDIT_OFFICE_REVIEWER, Role.DEPARTMENT_OFFICER])
def test_only_operators_of_the_credit_office_put_models_forward(role):
    with pytest.raises(NotYourStep):
        services.propose(NAME, by=official(role, 903), at=NOON)

    assert not Proposal.objects.exists()


def test_a_department_does_not_put_models_forward():
    with pytest.raises(NotYourStep):
        services.propose(NAME, by=official(Role.CREDIT_OFFICE_OPERATOR, 904, "11450100007550013R"), at=NOON)

    assert not Proposal.objects.exists()


def test_nothing_is_approved_without_a_trial():
    case_id = services.propose(NAME, by=operator(), at=NOON)

    with pytest.raises(StepNotOpen):
        services.take(case_id, "approve", by=reviewer(), at=NOON, reason="没有试算（虚构）")

    assert state() == "drafted"


def test_a_trial_of_another_content_is_refused_and_leaves_nothing():
    case_id = services.propose(NAME, by=operator(), at=NOON)

    with pytest.raises(TrialMissing):
        services.record_trial(case_id, replace(figures(), model_digest="0" * 64), by=operator(), at=NOON)

    assert (state(), Trial.objects.count()) == ("drafted", 0)


def test_a_file_that_changed_since_it_was_put_forward_is_not_approved_and_not_in_force(monkeypatch):
    day = published()
    other = replace(queries.model_named(NAME), base_points=501)
    monkeypatch.setattr(queries, "models", lambda: (other,))

    with pytest.raises(ModelAltered):
        queries.model_in_force("enterprise", on=day)
    with pytest.raises(ModelAltered):
        queries.in_force(on=day)


def test_a_model_with_faults_is_not_put_forward(monkeypatch):
    other = replace(queries.model_named(NAME), highest=1001)
    monkeypatch.setattr(queries, "models", lambda: (other,))

    with pytest.raises(ModelHasFaults):
        services.propose(NAME, by=operator(), at=NOON)

    assert not Proposal.objects.exists()


def test_a_version_is_put_forward_once_and_again_only_after_it_was_refused():
    case_id = services.propose(NAME, by=operator(), at=NOON)
    with pytest.raises(AlreadyProposed):
        services.propose(NAME, by=operator(), at=NOON)
    services.record_trial(case_id, figures(), by=operator(), at=NOON)
    services.take(case_id, "refuse", by=reviewer(), at=NOON, reason="分档太陡（虚构）")

    services.propose(NAME, by=operator(), at=NOON)

    assert state() == "drafted"


def test_the_public_has_thirty_days_to_read_a_model_before_it_grades_anyone():
    case_id = approved()

    with pytest.raises(DayTooEarly):
        services.publish(case_id, effective_from=IN_FORCE - timedelta(days=1), by=operator(), at=NOON)

    assert (state(), Publication.objects.count()) == ("approved", 0)


def test_two_versions_never_come_into_force_on_one_day(monkeypatch):
    day = published()
    second = replace(queries.model_named(NAME), version=2)
    monkeypatch.setattr(queries, "models", lambda: (second,))
    case_id = services.propose("enterprise-2", by=operator(), at=NOON)
    services.record_trial(case_id, figures("enterprise-2"), by=operator(), at=NOON)
    services.take(case_id, "approve", by=reviewer(), at=NOON, reason="可以（虚构）")

    with pytest.raises(DayTaken):
        services.publish(case_id, effective_from=day, by=operator(), at=NOON)
    services.publish(case_id, effective_from=day + timedelta(days=1), by=operator(), at=NOON)

    assert queries.model_in_force("enterprise", on=day + timedelta(days=1)).version == 2


def test_what_is_no_step_of_a_model_is_not_taken():
    case_id = services.propose(NAME, by=operator(), at=NOON)

    with pytest.raises(NotFound):
        services.take(case_id, "publish", by=operator(), at=NOON)
    with pytest.raises(NotFound):
        services.take(case_id + 1, "approve", by=reviewer(), at=NOON)
    with pytest.raises(UnknownModel):
        services.propose("nothing-9", by=operator(), at=NOON)


@pytest.mark.parametrize("table", ["scorecards_proposal", "scorecards_trial", "scorecards_publication"])
@pytest.mark.parametrize("statement", ["DELETE FROM {table}", "UPDATE {table} SET id = id"])
def test_the_application_cannot_rewrite_how_a_model_came_into_force(table, statement):
    published()

    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table=table))
