"""Office documents and OFD by their content: what kind they are, and what they may not hold. For `examining` alone.

Nothing of a document is executed or rendered here; it is kept as it came, or refused with what was found.
"""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

# Sources: ECMA-376 part 2 (packages: [Content_Types].xml, relationships), part 1 17.16 (fields); GB/T 33190-2016 7.2
# (OFD.xml) and 13 (actions), 20 (attachments); MS-OFFMACRO2 (macro parts); MS-CFB, MS-DOC 2.5.2, MS-XLS 2.4 (legacy).
MOST_PARTS = 3_000
MOST_TIMES = 200  # unpacked bytes for one packed byte, of a part above a megabyte
MEGABYTE = 1024 * 1024
PIECE = 256 * 1024
DOCX, XLSX, OFD, DOC, XLS = "docx", "xlsx", "ofd", "doc", "xls"
MACRO_PARTS = re.compile(r"(vbaproject|vbadata|/activex/|/macrosheets/)", re.I)
EMBEDDED_PARTS = re.compile(r"(/embeddings/|oleobject)", re.I)
MACRO_TYPES = re.compile(rb"macroEnabled|vbaProject|activeX|macrosheet", re.I)
OUTSIDE = re.compile(rb"<[^>]*Relationship\b[^>]*>", re.I)
LINKED = tuple(b"attachedtemplate oleobject frame subdocument externallink package image control".split())
DDE, DDE_LINK = re.compile(rb"\bDDE(AUTO)?\b"), re.compile(rb"<(\w+:)?ddeLink\b")
FIELDS = re.compile(rb"<w:instrText[^>]*>([^<]*)"), re.compile(rb'w:instr="([^"]*)"')
WORD_FIELD = re.compile(rb"\x13\s*DDE(AUTO)?\b")
OFD_ACTION = re.compile(rb"<(\w+:)?(GotoA|Movie|Sound)\b")
PROGRAMS = (b"MZ", b"\x7fELF", b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf", b"\xd0\xcf\x11\xe0", b"%PDF-", b"#!")
OFD_ENDINGS = (".xml", ".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".gif", ".jb2", ".ttf", ".otf", ".dat", ".esl")


class Refused(Exception):
    """Why the document cannot be kept: a code, and what was found."""

    def __init__(self, code: str, found: str = "") -> None:
        super().__init__(code, found)
        self.code, self.found = code, found


def package_kind(path: Path, *, most: int) -> str:
    """The kind of a document that is a ZIP package. Raises `Refused`. `most`: bytes that it may have unpacked."""
    if not zipfile.is_zipfile(path):
        raise Refused("unreadable")
    with zipfile.ZipFile(path) as package:
        parts = _parts(package, most)
        names = {part.filename for part in parts}
        kind = _kind(package, names)
        if kind is None:
            raise Refused("archive")
        left = most
        for part in parts:
            content = _content(package, part, left)
            left -= len(content)
            if (found := (_in_ofd if kind == OFD else _in_office)(part.filename, content)) is not None:
                raise Refused("macro", found)
    return kind


def _parts(package: zipfile.ZipFile, most: int) -> list[zipfile.ZipInfo]:
    parts = [part for part in package.infolist() if not part.is_dir()]
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > most:
        raise Refused("bomb")
    if len({part.filename for part in parts}) != len(parts) or min(p.header_offset for p in parts) != 0:
        raise Refused("unreadable")
    for part in parts:
        if part.flag_bits & 0x1:
            raise Refused("locked")
        if part.filename.startswith("/") or ".." in part.filename.split("/") or "\\" in part.filename:
            raise Refused("unreadable")
        if part.file_size > MEGABYTE and part.file_size > MOST_TIMES * max(part.compress_size, 1):
            raise Refused("bomb")
    return parts


def _content(package: zipfile.ZipFile, part: zipfile.ZipInfo, most: int) -> bytes:
    """The part unpacked piece by piece: what its header says of its size is not believed."""
    pieces, size = [], 0
    with package.open(part) as stream:
        while piece := stream.read(PIECE):
            size += len(piece)
            if size > most:
                raise Refused("bomb")
            pieces.append(piece)
    return b"".join(pieces)


def _kind(package: zipfile.ZipFile, names: set[str]) -> str | None:
    if "OFD.xml" in names:
        return OFD if b"ofdspec.org" in _content(package, package.getinfo("OFD.xml"), MEGABYTE) else None
    if "[Content_Types].xml" not in names:
        return None
    if "word/document.xml" in names:
        return DOCX
    return XLSX if "xl/workbook.xml" in names else None


def _in_office(name: str, content: bytes) -> str | None:
    """What an OOXML document may not hold, if this part is or tells of it."""
    if MACRO_PARTS.search(f"/{name}"):
        return "VBA"
    if EMBEDDED_PARTS.search(f"/{name}"):
        return "OLE"
    if not name.endswith((".xml", ".rels", ".vml")):
        return "EXE" if content.startswith(PROGRAMS) else None
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        return "DTD"
    if name == "[Content_Types].xml" and MACRO_TYPES.search(content):
        return "VBA"
    if name.endswith(".rels") and any(map(_leads_out, OUTSIDE.findall(content))):
        return "LINK"
    # An instruction may be cut into runs: all of a part are read as one.
    told = b"".join(FIELDS[0].findall(content)) + b" " + b" ".join(FIELDS[1].findall(content))
    return "DDE" if DDE.search(told) or DDE_LINK.search(content) else None


def _leads_out(relationship: bytes) -> bool:
    """Whether a part is fetched from elsewhere on opening; a link that a reader may click is none."""
    told = relationship.lower()
    return b'targetmode="external"' in told and any(b"/" + kind + b'"' in told for kind in LINKED)


def _in_ofd(name: str, content: bytes) -> str | None:
    """What an OFD document may not hold, if this part is or tells of it."""
    if not name.lower().endswith(OFD_ENDINGS) or content.startswith(PROGRAMS):
        return "FILE"
    if not name.lower().endswith(".xml"):
        return None
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        return "DTD"
    return "ACTION" if OFD_ACTION.search(content) else None


def legacy_kind(path: Path) -> str:
    """The kind of a document of Word or Excel before 2007. Raises `Refused`."""
    import olefile

    if not olefile.isOleFile(str(path)):
        raise Refused("unreadable")
    with olefile.OleFileIO(str(path), raise_defects=olefile.DEFECT_INCORRECT) as ole:
        names = ["/".join(entry) for entry in ole.listdir(streams=True, storages=True)]
        if len(names) > MOST_PARTS:
            raise Refused("bomb")
        if {"EncryptedPackage", "EncryptionInfo"} & set(names):
            raise Refused("locked")
        if (found := next(filter(None, map(_in_legacy, names)), None)) is not None:
            raise Refused("macro", found)
        if "WordDocument" in names:
            _look_at_word(ole.openstream("WordDocument").read())
            return DOC
        book = next((name for name in ("Workbook", "Book") if name in names), None)
        if book is None:
            raise Refused("kind")
        _look_at_book(ole.openstream(book).read())
        return XLS


def _in_legacy(name: str) -> str | None:
    parts = [part.lower().strip("\x01\x03") for part in name.split("/")]
    if {"macros", "vba", "_vba_project", "_vba_project_cur"} & set(parts):
        return "VBA"
    embedded = {"objectpool", "ole10native", "package"} & set(parts) or parts[0].startswith("mbd")
    return "OLE" if embedded and parts[-1] != "objectpool" else None


def _look_at_word(content: bytes) -> None:
    if len(content) < 32 or content[:2] not in {b"\xec\xa5", b"\xdc\xa5"}:
        raise Refused("unreadable")
    if int.from_bytes(content[10:12], "little") & 0x0100:  # FibBase.fEncrypted
        raise Refused("locked")
    if WORD_FIELD.search(content.replace(b"\0", b"")):  # in either width of its letters
        raise Refused("macro", "DDE")


def _look_at_book(content: bytes) -> None:
    for kind, body in _records(content):
        if kind == 0x002F:  # FilePass
            raise Refused("locked")
        if kind == 0x0085 and len(body) > 5 and body[5] in {1, 6}:  # BoundSheet8.dt: a macro sheet, a VBA module
            raise Refused("macro", "XLM")


def _records(content: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    while place + 4 <= len(content):
        kind, size = (int.from_bytes(content[place + n : place + n + 2], "little") for n in (0, 2))
        if kind == 0 and size == 0:
            return
        yield kind, content[place + 4 : place + 4 + size]
        place += 4 + size
