import hashlib
import io
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from chengxin.base.attachments import queries, services
from chengxin.base.attachments.errors import (
    ArchiveRefused,
    Blocked,
    HeldBack,
    MalwareFound,
    TooManyFiles,
    UploadsRefused,
)
from chengxin.base.attachments.models import Attachment, Scan
from chengxin.base.attachments.rules import AttachmentState, Verdict
from chengxin.base.attachments.tests.factories import CASE, LIANG, NOON, archive, kept, pdf, picture, upload
from chengxin.base.attachments.tests.peer import infected, mute, scanner
from chengxin.base.audit.models import AuditEntry
from chengxin.base.errors import NotFound

pytestmark = pytest.mark.django_db
NOBODY_THERE = "127.0.0.1:9"


def stored(settings) -> list[Path]:
    return [p for p in Path(settings.MEDIA_ROOT).rglob("*") if p.is_file()]


def deferred() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name FROM procrastinate_jobs ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def test_a_file_is_kept_under_a_name_of_chance_sealed_and_opened_again(settings):
    content = pdf()

    new = kept(content, "../决定书.pdf")

    row = queries.attachments_of(CASE)[0]
    assert (row.id, row.name, row.kind, row.state) == (new, "决定书.pdf", "pdf", AttachmentState.READY)
    assert (row.size, row.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    (path,) = stored(settings)
    assert "决定书" not in str(path) and b"%PDF" not in path.read_bytes()
    assert services.opened(new, reference=CASE, by=LIANG, at=NOON).content == content


def test_keeping_and_opening_stand_in_the_audit_chain():
    new = kept()
    services.opened(new, reference=CASE, by=LIANG, at=NOON)

    noted = AuditEntry.objects.filter(object=f"attachment {new}").order_by("seq")
    assert [(e.action, e.actor) for e in noted] == [("attachments.kept", "liang"), ("attachments.opened", "liang")]


def test_a_file_of_another_matter_is_not_there_and_no_opening_is_noted():
    new = kept()

    for where, which in (("case-13", new), (CASE, uuid4())):
        with pytest.raises(NotFound):
            services.opened(which, reference=where, by=LIANG, at=NOON)
    assert not AuditEntry.objects.filter(action="attachments.opened").exists()


def test_of_a_picture_both_the_bytes_given_and_the_bytes_kept_can_be_proven():
    given = picture(exif=True)
    kept(given, "photo.pdf")

    row = Attachment.objects.get()
    assert row.name == "photo.jpg"
    assert row.given_sha256 == hashlib.sha256(given).hexdigest() != row.sha256


def test_what_is_refused_leaves_nothing_behind(settings):
    with pytest.raises(ArchiveRefused):
        kept(archive())

    assert not Attachment.objects.exists() and stored(settings) == [] and not AuditEntry.objects.exists()


def test_several_files_are_kept_together_or_not_at_all_and_each_fault_has_its_name(settings):
    files = [upload(pdf(), "一.pdf"), upload(archive(), "二.pdf"), upload(b"", "三.png")]

    with pytest.raises(UploadsRefused) as refused:
        services.keep_all(CASE, uploads=files, purpose="evidence", by=LIANG, at=NOON)

    assert [(f.name, f.code) for f in refused.value.faults] == [("二", "archive-refused"), ("三", "file-empty")]
    assert not Attachment.objects.exists() and stored(settings) == []


def test_the_number_of_files_is_limited_by_matter(monkeypatch):
    real = services.policy.limits

    def two(purpose, *, on):
        return services.policy.Limits(real(purpose, on=on).kinds, 2, 10**9, 10**6, "test")

    monkeypatch.setattr(services.policy, "limits", two)
    kept()
    kept()
    kept(reference="case-13")

    with pytest.raises(TooManyFiles):
        kept()
    assert Attachment.objects.filter(reference=CASE).count() == 2


def test_a_scanner_that_finds_something_keeps_the_file_out(settings):
    with scanner() as settings.SCANNER, pytest.raises(MalwareFound):
        kept(infected())

    assert not Attachment.objects.exists() and stored(settings) == []


def test_a_scanner_that_finds_nothing_lets_the_file_in(settings):
    with scanner() as settings.SCANNER:
        kept()

    assert Scan.objects.get().verdict == Verdict.CLEAN
    assert deferred() == []


@pytest.mark.parametrize("address", [NOBODY_THERE, "unix:/nowhere", None], ids=["closed", "no socket", "mute"])
def test_where_the_scanner_cannot_be_reached_the_file_is_held_back_and_not_let_in(settings, address):
    with mute() as silent:
        settings.SCANNER = address or silent
        new = kept()

    assert queries.attachments_of(CASE)[0].state is AttachmentState.HELD_BACK
    assert deferred() == ["attachments.scan"]
    with pytest.raises(HeldBack):
        services.opened(new, reference=CASE, by=LIANG, at=NOON)


def test_what_was_held_back_is_opened_once_the_scanner_has_seen_it(settings):
    settings.SCANNER = NOBODY_THERE
    new = kept()

    assert services.scan(new, by=services.PLATFORM, at=NOON) is None
    with scanner() as settings.SCANNER:
        assert services.scan(new, by=services.PLATFORM, at=NOON) is Verdict.CLEAN
        assert services.scan(new, by=services.PLATFORM, at=NOON) is Verdict.CLEAN

    assert Scan.objects.count() == 1
    assert queries.waiting_for_the_scanner() == ()
    assert services.opened(new, reference=CASE, by=LIANG, at=NOON).content == pdf()


def test_what_was_held_back_is_blocked_for_good_where_the_scanner_finds_something(settings):
    settings.SCANNER = NOBODY_THERE
    new = kept(infected())

    with scanner() as settings.SCANNER:
        services.scan(new, by=services.PLATFORM, at=NOON)

    assert queries.attachments_of(CASE)[0].state is AttachmentState.BLOCKED
    with pytest.raises(Blocked):
        services.opened(new, reference=CASE, by=LIANG, at=NOON)


@pytest.mark.parametrize("table", ["attachments_attachment", "attachments_scan"])
def test_the_application_cannot_remove_or_rewrite_what_was_attached(table):
    kept()

    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET id = id"):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_contents_that_no_row_names_are_swept_after_a_day_and_all_others_stay(settings):
    kept()
    (path,) = stored(settings)
    orphan = path.with_name("orphan")
    orphan.write_bytes(b"left behind")
    later = services.default_storage.get_modified_time(f"attachments/{path.parent.name}/orphan")

    assert services.sweep(at=later + timedelta(hours=23)) == 0
    assert services.sweep(at=later + timedelta(hours=25)) == 1
    assert stored(settings) == [path]


def test_a_file_larger_than_any_kind_allows_is_not_read_to_its_end():
    class Endless(io.RawIOBase):
        def read(self, size=-1):
            assert 0 < size < 30_000_000
            return b"%PDF-" + bytes(size - 5)

    with pytest.raises(services.FileTooLarge):
        services.keep(CASE, file=Endless(), name="a.pdf", purpose="evidence", by=LIANG, at=NOON)
