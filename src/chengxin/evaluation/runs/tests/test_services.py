import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import ProgrammingError, connection, transaction

from chengxin.base.audit.models import AuditEntry
from chengxin.base.database.context import acting
from chengxin.base.errors import NotPermitted
from chengxin.evaluation.runs import extracting, members, queries, reviewing, services
from chengxin.evaluation.runs.errors import ModelChanged, SnapshotGone
from chengxin.evaluation.runs.members import Figure
from chengxin.evaluation.runs.models import Result, Run, Snapshot, Standing
from chengxin.evaluation.runs.rules import Purpose
from chengxin.evaluation.runs.tests.factories import OFFICER
from chengxin.evaluation.scorecards import queries as scorecards
from chengxin.evaluation.scorecards.errors import NotInForce
from chengxin.evaluation.scorecards.tests import officials
from chengxin.registry.accounts.rules import Role
from chengxin.registry.accounts.tests.factories import actor
from chengxin.registry.records import services as records
from chengxin.registry.records.models import Record
from chengxin.registry.records.tests.factories import organisation_record, versions
from chengxin.registry.subjects.queries import codes_of
from chengxin.registry.subjects.rules import about_subject
from chengxin.registry.subjects.tests.factories import companies
from chengxin.rights.consent.models import AccessEntry

NOW = datetime(2026, 6, 30, 3, tzinfo=UTC)
TODAY = date(2026, 6, 30)
PENALTY = '{"CF_WSH":"虚构1号","CF_NR_FK":"5.000000"}'
SEEN = (date(2026, 5, 9), date(2029, 5, 9))


@pytest.fixture
def folder(settings, tmp_path):
    settings.EVALUATION_FOLDER = str(tmp_path)
    return tmp_path


@pytest.fixture
def city(committed_db, folder):
    """Three companies: one fined, one inspected, one of which nothing is known; the model is in force."""
    officials.published()
    fined, inspected, unknown = companies("虚构甲（虚构）", "虚构乙（虚构）", "虚构丙（虚构）")
    organisation_record(fined, "fine", payload=PENALTY, public=SEEN)
    organisation_record(fined, "ended", payload=PENALTY, public=(date(2025, 5, 9), date(2026, 6, 30)))
    organisation_record(fined, "withdrawn", payload=PENALTY, public=SEEN, state="withdrawn")
    organisation_record(
        inspected, "visit", item="inspection-result", payload='{"RESULT":"未发现问题"}', public=(SEEN[0], None)
    )
    return fined, inspected, unknown


def evaluated(name="enterprise-1", **given):
    model = scorecards.model_named(name)
    snapshot = services.take_snapshot([model], as_of=TODAY, by=OFFICER, at=NOW)
    return services.evaluate(model, snapshot, by=OFFICER, at=NOW, **given)


def test_a_run_grades_everyone_of_the_population_and_says_which_records_count(city):
    fined, inspected, unknown = city

    run = evaluated()

    grades = queries.grades_of(city, on=TODAY)
    assert run.subjects == len(grades) == 3
    assert grades[unknown].grade == ""
    assert grades[fined].grade and grades[inspected].points > grades[fined].points
    row = queries.explained(fined, run.pk)
    counted = Record.objects.get(natural_key=versions(fined, "fine")["natural_key"][0])
    assert (row.of("fines").value, row.of("fines").behind) == (5_000_000, (counted.pk,))
    assert {(s.grouping, s.subjects) for s in Standing.objects.filter(run=run, grouping="city", grade="")} == {
        ("city", 1)
    }
    assert [e.action for e in AuditEntry.objects.order_by("seq")][-2:] == ["evaluation.snapshot", "evaluation.run"]


def test_behind_each_figure_stand_as_many_subjects_as_it_says(city):
    run = evaluated()

    for one in Standing.objects.filter(run=run):
        figure = Figure(run.pk, one.grouping, one.group, one.grade)
        found = members.members(figure, page=1, size=10)
        assert len(found) == members.count(figure) == one.subjects
        assert sum(m.points for m in found) == one.points
    everyone = Figure(run.pk, "city", "", members.ANY)
    pages = [members.members(everyone, page=n, size=2) for n in (1, 2)]
    assert [m.subject_id for page in pages for m in page] == [
        m.subject_id for m in members.members(everyone, page=1, size=9)
    ]
    shutil.rmtree(services.snapshot_of(run).folder)
    with pytest.raises(SnapshotGone):
        members.members(Figure(run.pk, "division", "450102", members.ANY), page=1, size=1)


def test_a_look_at_a_result_is_logged_and_what_is_not_public_is_read_for_that_purpose_alone(city):
    fined, _, _ = city
    code = codes_of([fined])[fined]
    run = evaluated()
    Record.objects.filter(subject_id=fined).update(known_until=NOW)

    seen = reviewing.look(fined, code, run.pk, by=OFFICER, at=NOW)
    read = reviewing.look_at_all(fined, code, run.pk, by=OFFICER, at=NOW)
    with pytest.raises(NotPermitted):
        reviewing.look_at_all(fined, code, run.pk, by=actor(Role.DEPARTMENT_OFFICER), at=NOW)

    assert (seen.records, seen.held_back) == ((), len(read.records))
    assert read.held_back == 0 and read.records
    with acting(actor="test", purpose="test", basis="test", about=about_subject(code)):
        entries = list(AccessEntry.objects.filter(about=about_subject(code)).order_by("records"))
    assert [(e.purpose, sorted(e.fields), e.records) for e in entries] == [
        ("evaluation-review", ["evaluation-result"], 0),
        ("evaluation-review", ["penalty-organisation"], len(read.records)),
    ]


def test_a_run_can_be_replayed_until_model_or_snapshot_change(city, folder, monkeypatch):
    run = evaluated()
    records.withdraw(Record.objects.first().natural_key, by=OFFICER, at=NOW)

    was, now = services.replay(run.pk, by=OFFICER)

    assert was == now == run.result_digest
    part = next(Path(folder).glob("snapshots/*/records/part-00.parquet"))
    other = next(Path(folder).glob("snapshots/*/subjects/part-00.parquet"))
    kept = part.read_bytes()
    part.write_bytes(other.read_bytes())
    with pytest.raises(SnapshotGone):
        services.replay(run.pk, by=OFFICER)
    part.write_bytes(kept)
    monkeypatch.setattr(type(scorecards.model_named("enterprise-1")), "digest", "0" * 64)
    with pytest.raises(ModelChanged):
        services.replay(run.pk, by=OFFICER)


def test_the_digest_of_a_snapshot_is_of_what_it_holds_and_not_of_its_files(city, folder, monkeypatch):
    models = [scorecards.model_named("enterprise-1")]
    one = services.take_snapshot(models, as_of=TODAY, by=OFFICER, at=NOW)
    monkeypatch.setattr(extracting, "buckets_for", lambda rows: 8)
    monkeypatch.setattr(extracting, "PAGES", 1)
    other = services.take_snapshot(models, as_of=TODAY, by=OFFICER, at=NOW + timedelta(seconds=1))
    organisation_record(city[0], "another", payload=PENALTY, public=SEEN)
    later = services.take_snapshot(models, as_of=TODAY, by=OFFICER, at=NOW + timedelta(seconds=2))

    assert (one.records, one.digest) == (other.records, other.digest)
    assert (later.records, later.digest) != (one.records, one.digest)
    a, b = (services.evaluate(models[0], s, by=OFFICER, at=NOW) for s in (one, other))
    assert a.result_digest == b.result_digest


def test_a_model_that_is_not_in_force_is_only_tried_and_its_grades_are_not_read(city):
    trial = evaluated(name="construction-1", purpose=Purpose.TRIAL)

    with pytest.raises(NotInForce):
        evaluated(name="construction-1")

    assert list(Run.objects.all()) == [trial]
    assert queries.run_in_force(model="construction", on=TODAY) is None


def test_whoever_may_not_run_evaluations_leaves_nothing_behind(committed_db, folder):
    officer = actor(Role.DEPARTMENT_OFFICER)

    with pytest.raises(NotPermitted):
        services.take_snapshot([scorecards.model_named("enterprise-1")], as_of=TODAY, by=officer, at=NOW)

    assert not Snapshot.objects.exists()
    assert not list(folder.iterdir())


@pytest.mark.parametrize("table", [Snapshot, Run, Result, Standing])
@pytest.mark.django_db
def test_what_was_computed_is_never_rewritten(table):
    name = table._meta.db_table

    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {name}")
