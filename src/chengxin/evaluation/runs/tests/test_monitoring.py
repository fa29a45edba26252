"""What is watched of runs: two runs side by side, distributions, later outcomes. Results are made, not computed."""

from datetime import UTC, date, datetime

import pytest

from chengxin.base.audit.models import AuditEntry
from chengxin.base.errors import NotPermitted
from chengxin.evaluation.runs import comparing, foreseeing, queries, reviewing, scheduling, services
from chengxin.evaluation.runs.errors import RunsUnknown
from chengxin.evaluation.runs.models import Foresight, Result, Run, Snapshot, Standing
from chengxin.evaluation.runs.overview import overview
from chengxin.evaluation.runs.rules import Purpose
from chengxin.evaluation.runs.tests.factories import OFFICER, graded, run_of
from chengxin.evaluation.scorecards import queries as scorecards
from chengxin.evaluation.scorecards.tests.officials import official
from chengxin.registry.accounts.rules import Role
from chengxin.registry.records.tests.factories import organisation_record
from chengxin.registry.subjects.tests.factories import code, companies

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 30, 3, tzinfo=UTC)
TODAY = date(2026, 6, 30)


def test_the_comparison_says_who_moves_and_which_indicator_moved_them():
    before, after = run_of(), run_of(as_of=TODAY)
    for subject, was, is_now in ((1, "A", "B"), (2, "C", "A"), (3, "B", "B"), (4, "", "C")):
        graded(subject, was, points=500, run=before)
        graded(subject, is_now, points=500 if was == is_now else 400, run=after)
    moved = Result.objects.create(
        subject_id=5, run=before, points=0, grade="A", coverage=1, veto="", evidence=[],
        indicator_points=[0] * 16, indicator_values=[0] * 16,
    )  # fmt: skip
    Result.objects.create(
        subject_id=5, run=after, points=-60, grade="B", coverage=1, veto="", evidence=[],
        indicator_points=[-60, *[0] * (len(moved.indicator_points) - 1)], indicator_values=[0] * 16,
    )  # fmt: skip
    graded(6, "A", run=after)

    found = comparing.compared(before.pk, after.pk)

    assert (found.up, found.down, found.matched) == (1, 2, 5)
    assert [(c.code, c.subjects, c.gained, c.lost) for c in found.causes] == [("penalties", 1, 0, 60)]
    assert [m.subject_id for m in comparing.movers(before.pk, after.pk, page=1, size=10)] == [1, 2, 4, 5]
    with pytest.raises(RunsUnknown):
        comparing.compared(before.pk, run_of("food-1").pk)

    pages = [comparing.movers(before.pk, after.pk, page=n, size=3) for n in (1, 2)]
    comparing.keep(before.pk, after.pk)  # as it was counted, to the last page, and read without counting again
    graded(7, "A", run=before)
    graded(7, "B", run=after)

    assert comparing.compared(before.pk, after.pk) == found
    assert [comparing.movers(before.pk, after.pk, page=n, size=3) for n in (1, 2)] == pages


def test_the_grade_of_a_day_is_of_the_latest_run_in_force_and_never_of_a_trial():
    graded(1, "B", as_of=date(2026, 6, 1))
    graded(1, "A", as_of=date(2026, 7, 1))
    graded(1, "D", as_of=TODAY, purpose=Purpose.TRIAL)

    assert queries.grade_of(1, on=TODAY).grade == "B"
    assert queries.grade_of(1, on=date(2026, 5, 31)) is None
    assert [g.grade for g in queries.history(1, on=date(2026, 12, 1))] == ["A", "B"]


def test_a_distribution_that_moved_and_a_group_that_lags_are_pointed_out():
    before, after = run_of(), run_of(as_of=TODAY)
    for run, grades in ((before, {"A": 90, "B": 10}), (after, {"A": 50, "B": 50})):
        for grade, subjects in grades.items():
            Standing.objects.create(run=run, grouping="city", group="", grade=grade, subjects=subjects, points=0)
    for division, grades in {"450102": {"A": 40}, "450103": {"A": 20, "C": 40}, "450105": {"D": 3}}.items():
        for grade, subjects in grades.items():
            Standing.objects.create(
                run=after, grouping="division", group=division, grade=grade, subjects=subjects, points=0
            )

    found = overview(after.pk, on=TODAY)

    assert (found.previous, found.psi, found.has_moved) == (before, 879, True)  # 0.4 ln 1.8 + 0.4 ln 5
    lines = {line.code: line for g in found.groupings if g.code == "division" for line in g.lines}
    assert (lines["450103"].relation, lines["450103"].is_low, lines["450103"].counts) == (333, True, (20, 0, 40, 0, 0))
    assert lines["450105"].relation is None  # too small to be compared
    assert overview(run_of(as_of=date(2020, 1, 1), purpose=Purpose.TRIAL).pk, on=TODAY).previous is None


def test_a_past_run_is_held_against_the_records_that_came_after_it():
    run = run_of(as_of=date(2025, 6, 30), purpose=Purpose.TRIAL)
    low, middle, high = companies("虚构甲（虚构）", "虚构乙（虚构）", "虚构丙（虚构）")
    for subject, points in ((low, 300), (middle, 500), (high, 700)):
        graded(subject, "C", points=points, run=run)
    organisation_record(low, "later", decided_on=date(2025, 9, 1))
    organisation_record(high, "withdrawn", decided_on=date(2025, 9, 1), state="withdrawn")
    organisation_record(middle, "before", decided_on=date(2025, 6, 30))

    found = foreseeing.foresee(run.pk, by=OFFICER, at=NOW, today=TODAY)

    assert (found.with_outcome, found.without, found.auc_per_mille, found.ks_per_mille) == (1, 2, 1000, 1000)
    assert found.until == TODAY


def test_a_run_in_force_is_held_against_its_outcomes_by_itself_once_when_their_months_are_over(settings, tmp_path):
    settings.EVALUATION_FOLDER = str(tmp_path)
    run, later = run_of(as_of=date(2025, 6, 30)), run_of(as_of=date(2025, 7, 1))
    run_of(as_of=date(2025, 6, 30), purpose=Purpose.TRIAL)
    foreseeing.foresee(run.pk, by=OFFICER, at=NOW, today=date(2026, 1, 31))  # too early to be all

    for _time in range(2):
        scheduling.run_due(at=NOW)

    assert list(Foresight.objects.order_by("id").values_list("run_id", "until")) == [
        (run.pk, date(2026, 1, 31)), (run.pk, TODAY),
    ]  # fmt: skip
    told = overview(later.pk, on=TODAY)
    assert (told.ripe_on, told.is_ripe, told.held) == (date(2026, 7, 1), False, (run,))


@pytest.mark.parametrize("role", [Role.DEPARTMENT_OFFICER, Role.DEPARTMENT_REVIEWER, Role.AUDITOR, Role.BANK_CLERK])
def test_who_does_not_evaluate_neither_computes_nor_reads_a_single_result(role, settings, tmp_path):
    settings.EVALUATION_FOLDER = str(tmp_path)
    by, run = official(role, 907), run_of(as_of=date(2025, 6, 30), purpose=Purpose.TRIAL)
    graded(1, "C", run=run)
    model = scorecards.model_named("enterprise-1")

    for refused in (
        lambda: services.take_snapshot([model], as_of=TODAY, by=by, at=NOW),
        lambda: services.evaluate(model, run.snapshot, by=by, at=NOW),
        lambda: services.replay(run.pk, by=by),
        lambda: foreseeing.foresee(run.pk, by=by, at=NOW, today=TODAY),
        lambda: reviewing.look(1, code(1), run.pk, by=by, at=NOW),
        lambda: reviewing.look_at_all(1, code(1), run.pk, by=by, at=NOW),
    ):
        with pytest.raises(NotPermitted):
            refused()

    assert (Run.objects.count(), Snapshot.objects.count(), Foresight.objects.count()) == (1, 1, 0)
    assert not AuditEntry.objects.exists() and not any(tmp_path.iterdir())


def test_nothing_is_computed_on_a_day_that_policy_does_not_name(settings, tmp_path):
    settings.EVALUATION_FOLDER = str(tmp_path)

    assert scheduling.run_due(at=NOW) == []
