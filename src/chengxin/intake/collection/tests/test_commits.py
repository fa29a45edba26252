"""What a real commit, a real failure and real concurrency leave behind; each test in a database of its own."""

from datetime import timedelta
from pathlib import Path
from threading import Thread

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from chengxin.base.audit.models import AuditEntry as Entry
from chengxin.intake.collection.models import FoundInRow, RejectedRow, Submission
from chengxin.intake.collection.tests import factories as make
from chengxin.registry.records.models import Record
from chengxin.registry.subjects.models import Subject

LATER = make.AT + timedelta(days=1)


def test_a_failure_half_way_leaves_nothing(committed_db: str, tmp_path: Path):
    """The database itself refuses the second record, after the first and all subjects went in."""
    rows = [make.penalty(n) for n in range(1, 4)]
    make.hand_in_rows(tmp_path, rows[0])
    before = (Submission.objects.count(), Subject.objects.count(), Record.objects.count(), Entry.objects.count())
    _refuse_records_with("虚构罚字〔2026〕3号", committed_db)

    with pytest.raises(psycopg.errors.CheckViolation):
        make.hand_in_rows(tmp_path, make.penalty(1, CF_NR="改"), *rows[1:], make.penalty(9, CF_NR=""), at=LATER)

    after = (Submission.objects.count(), Subject.objects.count(), Record.objects.count(), Entry.objects.count())
    assert after == before
    assert Record.objects.get().known_until is None
    assert not RejectedRow.objects.exists()
    assert not FoundInRow.objects.exists()


def _refuse_records_with(document: str, database: str) -> None:
    with psycopg.connect(settings.EMBEDDED_ADDRESS, dbname=database, autocommit=True) as owner:
        owner.execute(
            f"ALTER TABLE records_record ADD CONSTRAINT refused CHECK (payload->>'CF_WSH' <> '{document}') NOT VALID"
        )


def test_two_files_at_once_do_not_make_one_subject_twice(committed_db: str, tmp_path: Path):
    def work(number: int) -> None:
        folder = tmp_path / str(number)
        folder.mkdir()
        row = make.penalty(1, CF_WSH=f"虚构罚字〔2026〕并{number}号")
        try:
            make.hand_in_rows(folder, row)
        finally:
            connection.close()

    threads = [Thread(target=work, args=[n]) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (Subject.objects.count(), Record.objects.count()) == (1, 4)
    assert Submission.objects.filter(state="done").count() == 4
