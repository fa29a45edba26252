import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengxin.base.attachments import rules
from chengxin.base.attachments.errors import (
    ArchiveRefused,
    FileEmpty,
    FileTooLarge,
    KindNotAllowed,
    TooManyFiles,
    TooMuchTogether,
)
from chengxin.base.attachments.rules import AttachmentState, Container, Kind, Limits

LIMITS = Limits({Kind.PDF: 1000, Kind.PNG: 500}, files=2, total=1200, pixels=100, version="v")


@pytest.mark.parametrize(
    ("head", "kind"), [(b"%PDF-1.7", Kind.PDF), (b"\x89PNG\r\n\x1a\n", Kind.PNG), (b"\xff\xd8\xff\xe0", Kind.JPEG)]
)
def test_the_first_bytes_decide_the_kind(head, kind):
    assert rules.kind_of(head) is kind


@pytest.mark.parametrize(
    ("head", "error"),
    [
        (b"", FileEmpty),
        (b"\x1f\x8b\x08", ArchiveRefused),
        (b"Rar!\x1a\x07\x01", ArchiveRefused),
        (b"7z\xbc\xaf\x27\x1c", ArchiveRefused),
        (b"<!doctype html>", KindNotAllowed),
        (b"MZ\x90", KindNotAllowed),
        (b" %PDF-1.7", KindNotAllowed),
        (b"<svg xmlns=", KindNotAllowed),
    ],
)
def test_anything_else_is_refused_with_its_own_reason(head, error):
    with pytest.raises(error):
        rules.kind_of(head)


def test_what_holds_a_document_is_known_by_its_first_bytes():
    assert rules.kind_of(b"PK\x03\x04docx") is Container.ZIP
    assert rules.kind_of(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") is Container.OLE


def test_a_file_may_be_as_large_as_its_kind_allows_and_not_a_byte_more():
    rules.require_size(500, Kind.PNG, LIMITS)

    with pytest.raises(FileTooLarge):
        rules.require_size(501, Kind.PNG, LIMITS)
    with pytest.raises(KindNotAllowed):
        rules.require_size(1, Kind.JPEG, LIMITS)


def test_files_fit_until_the_number_or_the_sum_is_reached():
    rules.require_room(200, held_files=1, held_bytes=1000, limits=LIMITS)

    with pytest.raises(TooMuchTogether):
        rules.require_room(201, held_files=1, held_bytes=1000, limits=LIMITS)
    with pytest.raises(TooManyFiles):
        rules.require_room(1, held_files=2, held_bytes=2, limits=LIMITS)


@pytest.mark.parametrize(
    ("name", "kind", "clean"),
    [
        ("决定书（虚构）.pdf", Kind.PDF, "决定书（虚构）.pdf"),
        ("../../etc/passwd", Kind.PDF, "passwd.pdf"),
        (r"C:\Users\wei\photo.JPG", Kind.JPEG, "photo.jpg"),
        ("invoice.pdf.exe", Kind.PDF, "invoice.pdf.pdf"),
        ("a\r\nSet-Cookie: x.png", Kind.PNG, "aSet-Cookie_ x.png"),
        ("gpj.\u202egnp.exe", Kind.PNG, "gpj.gnp.png"),
        (".htaccess", Kind.PDF, "htaccess.pdf"),
        ("", Kind.PDF, "file.pdf"),
        ("...", Kind.PNG, "file.png"),
    ],
)
def test_names_are_cleaned_and_end_as_their_content_does(name, kind, clean):
    assert rules.cleaned_name(name, kind) == clean


@given(st.text(max_size=300), st.sampled_from(Kind))
def test_no_name_leads_out_of_its_folder_or_hides_what_it_is(name, kind):
    clean = rules.cleaned_name(name, kind)

    assert clean.endswith(rules.ENDINGS[kind])
    assert len(clean) <= rules.LONGEST_NAME
    assert not set(clean) & set('\\/:*?"<>|\r\n\0')
    assert not clean.startswith(".")
    assert all(unicodedata.category(c)[0] not in "C" for c in clean)


def test_what_no_scanner_has_seen_is_held_back():
    assert rules.state_of(None) is AttachmentState.HELD_BACK
    assert rules.state_of("infected") is AttachmentState.BLOCKED
    assert rules.state_of("clean") is rules.state_of("unscanned") is AttachmentState.READY
