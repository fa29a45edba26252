"""A file check comes to its end whatever happens, and leaves no code in clear on disk."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import OperationalError
from django.utils import translation
from procrastinate.contrib.django.models import ProcrastinateJob

from chengxin.intake.collection.tests import factories as people
from chengxin.registry.subjects.rules import about_subject
from chengxin.registry.subjects.tests.factories import code, company
from chengxin.regulation.lists.tests.factories import entered
from chengxin.regulation.measures import checking, files, runs, services
from chengxin.regulation.measures.errors import FileCheckFailed, NoSuchMatter
from chengxin.regulation.measures.models import FileRun, Receipt
from chengxin.regulation.measures.tests.factories import NOON, PROCUREMENT, official

pytestmark = pytest.mark.django_db
TEN_MINUTES, DAY = timedelta(minutes=10), timedelta(days=1)
ONE_SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path) -> Path:
    """The folder of the files that wait."""
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path / "checks"


def started(*codes: str, at: datetime = NOON) -> FileRun:
    """A file of these codes that was handed in."""
    path = Path(os.environ["CHENGXIN_DATA"]) / f"codes-{os.getpid()}.csv"
    path.write_text("\n".join(codes) + "\n")
    try:
        run_id = services.start_file(path, filename="codes.csv", matter=PROCUREMENT, by=official(), at=at)
    finally:
        path.unlink()
    return FileRun.objects.get(pk=run_id)


def again(run: FileRun) -> FileRun:
    """The run as it stands now."""
    return FileRun.objects.get(pk=run.pk)


def asked_for(run: FileRun) -> int:
    """How many jobs wait to check the file."""
    return ProcrastinateJob.objects.filter(task_name="measures.check_file", args__run_id=run.pk).count()


def test_a_file_that_waits_for_its_check_shows_nothing_on_disk_and_is_gone_afterwards(folder: Path):
    run = started(people.citizen(1))

    (kept,) = folder.iterdir()
    assert people.citizen(1).encode() not in kept.read_bytes()
    services.check_file(run.pk, at=NOON)
    assert list(folder.iterdir()) == []


def test_a_matter_that_is_no_longer_in_the_catalogue_ends_the_check_with_that_fault(folder: Path):
    run = started(code(1))
    FileRun.objects.update(matter="ended-meanwhile")

    services.check_file(run.pk, at=NOON)

    assert (again(run).fault, again(run).finished_at) == (NoSuchMatter.code, NOON)
    assert list(folder.iterdir()) == []


def test_signs_that_cannot_be_seen_are_not_taken_for_a_part_of_a_code():
    run = started(code(1), f"\x00{code(2)}\x00", f"\u200b{code(3)}\ufeff", "\x00")

    services.check_file(run.pk, at=NOON)

    assert [row.asked for row in runs.rows_of_run(again(run), by=official())] == [code(1), code(2), code(3)]
    assert again(run).fault == ""


def test_an_error_of_ours_ends_the_check_with_a_fault_and_what_was_not_kept_is_not_counted(folder: Path, monkeypatch):
    run = started(code(1))
    monkeypatch.setattr(checking, "keep", broken(ValueError))

    services.check_file(run.pk, at=NOON)

    assert (again(run).fault, again(run).done, Receipt.objects.count()) == (FileCheckFailed.code, 0, 0)
    assert list(folder.iterdir()) == []


def broken(error: type[Exception]):
    """A function that fails."""

    def fails(*_: object, **__: object) -> None:
        raise error("虚构")

    return fails


def test_what_the_database_refuses_for_now_is_tried_again_later(folder: Path, monkeypatch):
    company("南宁虚构贸易有限公司", 1)
    run = started(code(1))
    with monkeypatch.context() as patched:
        patched.setattr(checking, "keep", broken(OperationalError))
        with pytest.raises(OperationalError):
            services.check_file(run.pk, at=NOON)
    assert (again(run).finished_at, len(list(folder.iterdir()))) == (None, 1)

    services.check_file(run.pk, at=NOON + TEN_MINUTES)

    assert (again(run).done, again(run).fault) == (1, "")


def test_a_check_whose_worker_died_is_asked_for_again_and_one_that_comes_forward_is_not():
    run = started(code(1))
    ProcrastinateJob.objects.filter(args__run_id=run.pk).delete()
    FileRun.objects.update(taken_up_at=NOON + ONE_SECOND)

    assert services.take_up_files(at=NOON + TEN_MINUTES) == 0
    assert services.take_up_files(at=NOON + TEN_MINUTES + 2 * ONE_SECOND) == 1
    assert services.take_up_files(at=NOON + TEN_MINUTES + 3 * ONE_SECOND) == 1
    assert asked_for(run) == 1  # while one waits no other is asked for


def test_a_check_that_does_not_come_forward_for_a_day_is_ended_with_a_fault(folder: Path):
    run = started(code(1))

    services.take_up_files(at=NOON + DAY + ONE_SECOND)

    assert (again(run).fault, list(folder.iterdir())) == (FileCheckFailed.code, [])


def test_where_two_workers_check_one_file_each_code_is_kept_once(monkeypatch):
    monkeypatch.setattr(services, "PART", 1)
    run = started(code(1), code(2))
    others = iter([True])

    def meanwhile_read(codes):
        found = list(codes)
        if next(others, False):
            services.check_file(run.pk, at=NOON + ONE_SECOND)
        return found

    monkeypatch.setattr(services, "cleaned", meanwhile_read)
    services.check_file(run.pk, at=NOON)

    assert sorted(Receipt.objects.values_list("asked", flat=True)) == [code(1), code(2)]
    assert (again(run).done, again(run).fault) == (2, "")


def test_a_file_that_no_check_knows_any_more_is_removed(folder: Path):
    run = started(code(1))
    left = folder / "77.csv"
    left.write_text(code(1))
    old = (NOON - 3 * DAY).timestamp()
    os.utime(left, (old, old))

    services.take_up_files(at=NOON)

    assert [path.name for path in folder.iterdir()] == [f"{run.pk}.sealed"]


@pytest.mark.parametrize("first", ["91450100MA60000160", "91450100MA6", "459999198001010594"])
def test_a_mistyped_code_in_the_first_row_is_no_title_and_is_told_as_invalid(first):
    run = started(first, code(1))

    services.check_file(run.pk, at=NOON)

    assert [row.is_valid for row in runs.rows_of_run(again(run), by=official())] == [False, True]


@pytest.mark.parametrize("title", ["统一社会信用代码", "Unified social credit code", "CODE", "代码（GB 32100-2015）"])
def test_a_title_in_the_first_row_is_not_checked(title):
    run = started(title, code(1))

    services.check_file(run.pk, at=NOON)

    assert [row.asked for row in runs.rows_of_run(again(run), by=official())] == [code(1)]


def test_an_english_result_names_laws_in_english_as_far_as_they_have_a_title():
    company("南宁虚构贸易有限公司", 1)
    entered(about_subject(code(1)), "serious-tax")
    run = started(code(1))
    services.check_file(run.pk, at=NOON)
    (row,) = runs.rows_of_run(again(run), by=official())

    with translation.override("en"):
        english = files.cells_of(row, in_english=True)[6]
    chinese = files.cells_of(row, in_english=False)[6]

    assert "Government Procurement Law of the People's Republic of China art. 22" in english
    assert "《" not in english.split(",")[0]
    assert "《中华人民共和国政府采购法》第二十二条" in chinese
