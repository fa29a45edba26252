from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command

from chengxin.intake.collection.models import FoundInRow, Submission
from chengxin.project.sample import city
from chengxin.project.sample.subjects import MARK
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.records.models import PersonRecord, Record
from chengxin.registry.subjects.models import Subject

TODAY = date(2026, 11, 23)


@pytest.fixture
def codes() -> dict[str, str]:
    return {o.name_zh: o.code for o in accounts.organisations()}


@pytest.mark.django_db
def test_the_same_city_is_written_twice(tmp_path: Path, codes: dict[str, str]):
    written = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        hand_ins = city.write(tmp_path / name, subjects=20, today=TODAY, codes=codes)
        written.append({h.path.name: h.path.read_text() for h in hand_ins})
    assert written[0] == written[1]


@pytest.mark.django_db
def test_the_base_register_is_handed_in_first(tmp_path: Path, codes: dict[str, str]):
    assert city.write(tmp_path, subjects=5, today=TODAY, codes=codes)[0].item == "entity-registration"


@pytest.mark.usefixtures("committed_db")
def test_every_row_of_the_sample_city_is_taken_but_those_made_to_fail(capsys: pytest.CaptureFixture[str]):
    call_command("sample_city", subjects=60)
    flawed = Submission.objects.get(filename="penalties-with-faults.csv")
    assert not Submission.objects.exclude(pk=flawed.pk).filter(rejected__gt=0).exists()
    rules = FoundInRow.objects.filter(submission=flawed, is_note=False).values_list("rule", flat=True)
    assert sorted(rules) == ["check-digit", "cross-field", "future-date", "required", "type"]


@pytest.mark.usefixtures("committed_db")
def test_every_item_of_the_catalogue_has_records_and_every_company_is_marked_fictional():
    call_command("sample_city", subjects=400)
    items = {*Record.objects.values_list("item", flat=True)}
    assert len(items) == 13  # the two items of natural persons are kept apart
    assert not PersonRecord.objects.exists(), "row-level security shows nothing without a purpose"
    assert not Subject.objects.exclude(name__endswith=MARK).exists()
