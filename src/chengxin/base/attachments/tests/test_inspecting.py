"""What is looked at in a process of its own, from bytes alone."""

import io
import zlib

import pytest
from PIL import Image

from chengxin.base.attachments import inspecting
from chengxin.base.attachments.errors import (
    ActiveContent,
    ArchiveRefused,
    FileLocked,
    FileTooLarge,
    FileUnreadable,
    TooManyPixels,
)
from chengxin.base.attachments.rules import Kind, Limits
from chengxin.base.attachments.tests.factories import archive, pdf, picture

LIMITS = Limits(dict.fromkeys(Kind, 2_000_000), files=9, total=9_000_000, pixels=1_000_000, version="v")


def test_a_plain_pdf_is_kept_byte_for_byte():
    given = pdf()

    assert inspecting.examined(given, limits=LIMITS) == inspecting.Examined(Kind.PDF, given)


@pytest.mark.parametrize(
    ("objects", "root", "found"),
    [
        ([], "/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>", "JavaScript"),
        (["<< /S /Launch /F (cmd.exe) >>"], "/OpenAction 4 0 R", "Launch"),
        ([], "/OpenAction << /S /Named /N /Print >>", "OpenAction"),
        ([], "/Names << /EmbeddedFiles << /Names [] >> >>", "EmbeddedFiles"),
        (["<< /XFA (x) /Fields [] >>"], "/AcroForm 4 0 R", "XFA"),
        ([], "/AA << /WC << /S /GoTo /D [3 0 R /Fit] >> >>", "AA"),
        ([], "/Pages2 << /S /SubmitForm /F (https://example.org) >>", "SubmitForm"),
        ([], "/Extra [<< /Subtype /FileAttachment >>]", "FileAttachment"),
        ([], "/Op << /S /Java#53cript >>", "JavaScript"),
        (["<< /S /Launch >>"], "", "Launch"),  # no table leads to it
    ],
)
def test_a_pdf_that_does_something_is_refused_and_told_what(objects, root, found):
    with pytest.raises(ActiveContent) as refused:
        inspecting.examined(pdf(*objects, root=root), limits=LIMITS)

    assert refused.value.details["found"] == found


def test_active_content_is_found_within_a_packed_object_stream():
    inner = b"5 0 << /S /SubmitForm /F (https://example.org) >>"
    packed = zlib.compress(inner)
    out = b"%PDF-1.7\n"
    places = []
    for number, body in (
        (1, b"<< /Type /Catalog /Pages 2 0 R /Hidden 5 0 R >>"),
        (2, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"),
        (3, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>"),
        (
            4,
            b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream"
            % (len(packed), packed),
        ),
    ):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    rows = b"\0\0\0\0" + b"".join(b"\1" + place.to_bytes(2, "big") + b"\0" for place in places)
    rows += b"\2" + (4).to_bytes(2, "big") + b"\0" + b"\1" + start.to_bytes(2, "big") + b"\0"
    out += b"6 0 obj\n<< /Type /XRef /Size 7 /W [1 2 1] /Root 1 0 R /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (
        len(rows),
        rows,
    )
    out += b"startxref\n%d\n%%%%EOF\n" % start

    with pytest.raises(ActiveContent) as refused:
        inspecting.examined(out, limits=LIMITS)

    assert refused.value.details["found"] == "SubmitForm"


def test_a_pdf_may_say_at_which_page_it_opens():
    assert inspecting.examined(pdf(root="/OpenAction [3 0 R /Fit]"), limits=LIMITS).kind is Kind.PDF


def test_a_pdf_with_a_password_is_refused():
    with pytest.raises((FileLocked, FileUnreadable)):
        inspecting.examined(pdf("<< /Filter /Standard /V 1 >>", trailer="/Encrypt 4 0 R"), limits=LIMITS)


def test_a_pdf_that_is_an_archive_as_well_is_refused():
    with pytest.raises(ArchiveRefused):
        inspecting.examined(pdf() + archive() + b"\n%%EOF\n", limits=LIMITS)


@pytest.mark.parametrize("broken", [b"%PDF-1.7\n", b"%PDF-1.7\nstartxref\n9\n%%EOF", pdf()[:-200] + b"%%EOF"])
def test_a_broken_pdf_is_refused(broken):
    with pytest.raises(FileUnreadable):
        inspecting.examined(broken, limits=LIMITS)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_loses_what_it_tells_beside_its_points(kind):
    given = picture(kind, exif=True) + b"<script>hidden behind the end</script>"

    sound = inspecting.examined(given, limits=LIMITS)

    assert b"Camera of Wei" in given
    assert b"Camera of Wei" not in sound.content and b"<script>" not in sound.content
    with Image.open(io.BytesIO(sound.content)) as kept:
        assert (kept.format, kept.size, dict(kept.getexif())) == (kind, (40, 30), {})


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "I;16"])
def test_pictures_of_every_common_depth_are_redrawn(mode):
    assert inspecting.examined(picture("PNG", mode=mode), limits=LIMITS).kind is Kind.PNG


def test_a_picture_that_was_turned_by_its_camera_stands_upright_afterwards():
    out, about = io.BytesIO(), Image.Exif()
    about[0x0112] = 6
    Image.new("RGB", (40, 30)).save(out, "JPEG", exif=about)

    with Image.open(io.BytesIO(inspecting.examined(out.getvalue(), limits=LIMITS).content)) as kept:
        assert kept.size == (30, 40)


def test_a_small_file_that_unpacks_into_a_huge_picture_is_refused_before_it_is_drawn():
    with pytest.raises(TooManyPixels):
        inspecting.examined(picture("PNG", (20_000, 20_000), "1"), limits=LIMITS)


def test_a_picture_cut_short_is_refused():
    with pytest.raises(FileUnreadable):
        inspecting.examined(picture("PNG", (400, 400))[:60], limits=LIMITS)


def test_a_file_over_its_limit_is_refused_before_it_is_examined():
    with pytest.raises(FileTooLarge):
        inspecting.examined(b"%PDF-" + bytes(2_000_000), limits=LIMITS)
