"""Word, Excel and OFD by their content: kept as they came, or refused with what was found in them."""

import io
import zipfile

import openpyxl
import pytest

from chengxin.base.attachments import inspecting
from chengxin.base.attachments.errors import (
    ArchiveRefused,
    ExpandsTooFar,
    FileLocked,
    FileUnreadable,
    KindNotAllowed,
    MacroFound,
)
from chengxin.base.attachments.rules import Kind, Limits
from chengxin.base.attachments.tests.factories import BOOK, WORD, archive, docx, ofd, ole, package

LIMITS = Limits(dict.fromkeys(Kind, 2_000_000), files=9, total=9_000_000, pixels=9, version="v", unpacked=3_000_000)
EXTERNAL = '<Relationships><Relationship TargetMode="External" Type="http://x/attachedTemplate"/></Relationships>'
TYPES = "[Content_Types].xml"


def xlsx() -> bytes:
    out, book = io.BytesIO(), openpyxl.Workbook()
    book.active["A1"] = "甲（虚构）DDE"
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (docx(), Kind.DOCX),
        (xlsx(), Kind.XLSX),
        (ofd(), Kind.OFD),
        (ole({"WordDocument": WORD}), Kind.DOC),
        (ole({"Workbook": BOOK}), Kind.XLS),
    ],
    ids=lambda value: value.value if isinstance(value, Kind) else "",
)
def test_a_plain_document_is_known_by_its_content_and_kept_byte_for_byte(content, kind):
    assert inspecting.examined(content, limits=LIMITS) == inspecting.Examined(kind, content)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (docx(**{"word__vbaProject.bin": b"x"}), "VBA"),
        (docx(**{TYPES: "<Types>application/vnd.ms-word.document.macroEnabled.main+xml</Types>"}), "VBA"),
        (docx(**{"word__embeddings__a.bin": b"x"}), "OLE"),
        (docx(**{"word__x.rels": EXTERNAL}), "LINK"),
        (docx(**{"word__h.xml": "<w:instrText> DD</w:instrText><w:instrText>EAUTO c:</w:instrText>"}), "DDE"),
        (docx(**{"word__h.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"}), "DTD"),
        (docx(**{"word__media__image1.png": b"MZ program"}), "EXE"),
        (ofd(**{"Doc_0__Attachs__a.zip": archive()}), "FILE"),
        (ofd(**{"Doc_0__Pages__Content.xml": "<ofd:GotoA AttachID='1'/>"}), "ACTION"),
        (ole({"WordDocument": WORD, "Macros/VBA/dir": b"x"}), "VBA"),
        (ole({"WordDocument": WORD, "ObjectPool/_1/x": b"x"}), "OLE"),
        (ole({"WordDocument": WORD + b"\x13 DDEAUTO c:"}), "DDE"),
        (ole({"Workbook": BOOK, "_VBA_PROJECT_CUR/VBA/dir": b"x"}), "VBA"),
        (ole({"Workbook": BOOK.replace(b"\0\0\x01\0", b"\0\x01\x01\0")}), "XLM"),
    ],
)
def test_a_document_that_does_brings_or_fetches_something_is_refused_and_told_what(content, found):
    with pytest.raises(MacroFound) as refused:
        inspecting.examined(content, limits=LIMITS)

    assert refused.value.details["found"] == found


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (archive(), ArchiveRefused),
        (package({"OFD.xml": "<a/>"}), ArchiveRefused),
        (ole({"EncryptedPackage": b"x", "EncryptionInfo": b"x"}), FileLocked),
        (ole({"WordDocument": WORD[:10] + b"\0\x01" + WORD[12:]}), FileLocked),
        (ole({"Workbook": b"\x2f\0\x02\0\0\0" + BOOK}), FileLocked),
        (ole({"Other": b"x"}), KindNotAllowed),
        (docx()[:-40], FileUnreadable),
        (ole({"WordDocument": WORD})[:700], FileUnreadable),
        (docx(**{"word__..__..__etc.xml": "x"}), FileUnreadable),
    ],
)
def test_what_is_no_sound_document_is_refused_with_its_own_reason(content, error):
    with pytest.raises(error):
        inspecting.examined(content, limits=LIMITS)


@pytest.mark.parametrize(
    "content",
    [docx(**{"word__big.xml": bytes(2_500_000)}), docx(**{f"word__{n}.xml": bytes(400_000) for n in range(9)})],
    ids=["one part", "many parts"],
)
def test_a_small_file_that_unpacks_into_a_huge_one_is_refused(content):
    assert len(content) < 20_000
    with pytest.raises(ExpandsTooFar):
        inspecting.examined(content, limits=LIMITS)


def test_what_a_header_says_of_its_size_is_not_believed():
    given = bytearray(docx(**{"word__big.bin": bytes(5_000_000)}))
    with zipfile.ZipFile(io.BytesIO(bytes(given))) as package_of:
        told = package_of.getinfo("word/big.bin").file_size
    lie = bytes(given).replace(told.to_bytes(4, "little"), (1000).to_bytes(4, "little"))

    with pytest.raises((ExpandsTooFar, FileUnreadable)):
        inspecting.examined(lie, limits=LIMITS)


def test_a_purpose_without_documents_takes_none():
    pictures = Limits({Kind.PNG: 9_000}, files=9, total=9_000, pixels=9, version="v")

    with pytest.raises(ArchiveRefused):
        inspecting.examined(docx(), limits=pictures)
    with pytest.raises(KindNotAllowed):
        inspecting.examined(ole({"WordDocument": WORD}), limits=pictures)
