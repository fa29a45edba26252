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
