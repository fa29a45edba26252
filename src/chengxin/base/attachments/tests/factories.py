"""Small files of each kind, sound and unsound, made here from nothing."""

import io
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from PIL import Image

from chengxin.base.attachments import services
from chengxin.base.attachments.services import Upload

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
CASE = "case-12"


@dataclass(frozen=True)
class Someone:
    """Someone who attaches."""

    name: str = "liang"
    organisation_code: str = ""


LIANG = Someone()


def pdf(*objects: str, root: str = "", trailer: str = "") -> bytes:
    """A PDF of one empty page; `objects` follow as numbers 4 and on, `root` is added to the catalogue."""
    bodies = [
        f"<< /Type /Catalog /Pages 2 0 R {root} >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
        *objects,
    ]
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    start = len(out)
    out += f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    out += f"trailer\n<< /Size {len(bodies) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
    return out


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30), mode: str = "RGB", exif: bool = False) -> bytes:
    """A picture in one colour; with `exif` it tells where it was taken and who owns the camera."""
    out, about = io.BytesIO(), Image.Exif()
    if exif:
        about[0x010F] = "Camera of Wei (fictional)"
        about[0x8825] = {1: "N", 2: (22.0, 49.0, 0.0)}
    Image.new(mode, size, 1 if mode == "1" else None).save(out, kind, exif=about if exif else b"")
    return out.getvalue()


def archive() -> bytes:
    """A ZIP archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("a.txt", "a")
    return out.getvalue()


def upload(content: bytes, name: str = "evidence.pdf") -> Upload:
    """A file as it is handed in."""
    return Upload(io.BytesIO(content), name)


def kept(content: bytes | None = None, name: str = "evidence.pdf", reference: str = CASE) -> UUID:
    """A file that was kept."""
    file = io.BytesIO(pdf() if content is None else content)
    return services.keep(reference, file=file, name=name, purpose="evidence", by=LIANG, at=NOON)


def package(parts: dict[str, bytes | str]) -> bytes:
    """A ZIP package with these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def docx(**further: bytes | str) -> bytes:
    """A document of one line; `further` parts by name, with __ for / in it."""
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": '<Types><Override PartName="/word/document.xml" ContentType="main+xml"/></Types>',
        "word/document.xml": "<w:document><w:body><w:p><w:r><w:t>甲（虚构）</w:t></w:r></w:p></w:body></w:document>",
        "word/_rels/document.xml.rels": '<Relationships><Relationship Id="a" TargetMode="External"'
        ' Type="http://x/hyperlink" Target="https://example.org"/></Relationships>',
    }
    return package(parts | {name.replace("__", "/"): content for name, content in further.items()})


def ofd(**further: bytes | str) -> bytes:
    """An OFD of one page."""
    parts: dict[str, bytes | str] = {
        "OFD.xml": '<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" DocType="OFD" Version="1.1"/>',
        "Doc_0/Document.xml": "<ofd:Document/>",
        "Doc_0/Res/image_1.png": picture("PNG"),
    }
    return package(parts | {name.replace("__", "/"): content for name, content in further.items()})


SECTOR, END, FREE = 512, 0xFFFFFFFE, 0xFFFFFFFF


def ole(streams: dict[str, bytes]) -> bytes:
    """A compound file (MS-CFB) with these streams, each padded to 4,096 bytes; a path makes its storages."""
    names = ["Root Entry"]
    for path in streams:
        for depth in range(path.count("/") + 1):
            name = "/".join(path.split("/")[: depth + 1])
            names += [name] if name not in names else []
    bodies = {path: content.ljust(4096, b"\0") for path, content in streams.items()}
    fat, starts, data = [0xFFFFFFFD], {}, b""
    for path, body in bodies.items():
        starts[path] = len(fat)
        count = len(body) // SECTOR
        fat += [*range(len(fat) + 1, len(fat) + count), END]
        data += body
    directory = b""
    for number, name in enumerate(names):
        beside = [n for n, other in enumerate(names) if n > number and _above(other) == _above(name)] if number else []
        below = [n for n, other in enumerate(names) if n and _above(other) == (name if number else "")]
        text = name.rsplit("/", 1)[-1].encode("utf-16-le")
        kind = 5 if number == 0 else 2 if name in bodies else 1
        directory += text.ljust(64, b"\0") + (len(text) + 2).to_bytes(2, "little") + bytes([kind, 1])
        directory += FREE.to_bytes(4, "little") + _le(beside[0] if beside else FREE) + _le(below[0] if below else FREE)
        directory += bytes(36) + _le(starts.get(name, END)) + len(bodies.get(name, b"")).to_bytes(8, "little")
    directory = directory.ljust(-(-len(directory) // SECTOR) * SECTOR, b"\0")
    first = len(fat)
    fat += [*range(first + 1, first + len(directory) // SECTOR), END]
    table = b"".join(map(_le, fat)).ljust(SECTOR, b"\xff")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + b"\x3e\0\x03\0\xfe\xff\x09\0\x06\0" + bytes(6)
    head += bytes(4) + _le(1) + _le(first) + bytes(4) + _le(4096) + _le(END) + bytes(4) + _le(END) + bytes(4) + _le(0)
    return head.ljust(SECTOR, b"\xff") + table + data + directory


def _above(name: str) -> str:
    return name.rsplit("/", 1)[0] if "/" in name else ""


def _le(number: int) -> bytes:
    return number.to_bytes(4, "little")


WORD = b"\xec\xa5" + bytes(40)
BOOK = b"\x09\x08\x04\0\0\x06\x05\0" + b"\x85\0\x08\0" + bytes(4) + b"\0\0\x01\0"
