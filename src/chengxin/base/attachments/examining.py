"""Looks into one file, in a process of its own that ends after it: little memory, little time, no Django, no secrets.

Usage: python -m chengxin.base.attachments.examining KIND SOURCE TARGET PIXELS UNPACKED; writes what may be kept to
TARGET and one JSON object to standard output: `{"fault": code or "", "found": what, "kind": of the content}`. KIND is
`zip` or `ole` where only the content says which kind of document it is.
"""

import json
import re
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MEMORY = 1536 * 1024 * 1024
SECONDS = 20
MOST_OBJECTS = 300_000
JPEG_QUALITY = 90

# Source: ISO 32000-1 12.6.4 (actions), 12.5.6 (annotations), 7.11.4 (embedded files), 12.7.8 (XFA).
KEYS = frozenset({"/JS", "/JavaScript", "/AA", "/XFA", "/EF", "/EmbeddedFiles", "/RichMediaContent"})
ACTIONS = frozenset(
    [
        "/JavaScript",
        "/Launch",
        "/SubmitForm",
        "/ImportData",
        "/Rendition",
        "/Movie",
        "/Sound",
        "/GoToR",
        "/GoToE",
        "/RichMediaExecute",
    ]
)
ANNOTATIONS = frozenset(["/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"])
# Also where no table of the file leads to it: a reader that repairs files would find it.
WORDS = re.compile(rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|XFA)(?![A-Za-z0-9])")
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")


class Fault(Exception):
    """The file cannot be kept, and why."""


def main(kind: str, source: str, target: str, pixels: str, unpacked: str) -> dict[str, str]:
    """Examine the file; whatever goes wrong on the way makes it unreadable."""
    from chengxin.base.attachments import offices

    try:
        if kind in {"zip", "ole"}:
            path = Path(source)
            kind = offices.package_kind(path, most=int(unpacked)) if kind == "zip" else offices.legacy_kind(path)
            Path(target).write_bytes(path.read_bytes())
        elif kind == "pdf":
            _examine_pdf(Path(source))
            Path(target).write_bytes(Path(source).read_bytes())
        else:
            _redraw(kind, Path(source), Path(target), int(pixels))
    except (Fault, offices.Refused) as fault:
        return {"fault": str(fault.args[0]), "found": str(fault.args[1]), "kind": kind}
    except (Exception, RecursionError, MemoryError):  # a broken file breaks readers in ways that no list covers
        return {"fault": "unreadable", "found": "", "kind": kind}
    return {"fault": "", "found": "", "kind": kind}


def _examine_pdf(path: Path) -> None:
    import zipfile

    from pyhanko.pdf_utils.reader import PdfFileReader

    content = path.read_bytes()
    if zipfile.is_zipfile(path):
        raise Fault("archive", "ZIP")
    if b"%%EOF" not in content[-2048:]:
        raise Fault("unreadable", "")
    spelt_out = ESCAPED.sub(lambda m: bytes([int(m[1], 16)]), content)
    if (word := WORDS.search(spelt_out)) is not None:
        raise Fault("active", word[1].decode())
    with path.open("rb") as stream:
        reader = PdfFileReader(stream, strict=True)
        if reader.encrypted:
            raise Fault("locked", "")
        if "/Root" not in reader.trailer:
            raise Fault("unreadable", "")
        for found in _dictionaries(reader):
            if (why := _activity(found)) is not None:
                raise Fault("active", why)


def _dictionaries(reader: Any) -> Iterator[Any]:
    """Every dictionary that the file's root leads to, each once."""
    from pyhanko.pdf_utils import generic

    waiting: list[Any] = [reader.trailer.raw_get("/Root")]
    seen: set[tuple[int, int]] = set()
    steps = 0
    while waiting:
        one = waiting.pop()
        steps += 1
        if steps > 40 * MOST_OBJECTS or len(seen) > MOST_OBJECTS:
            raise Fault("unreadable", "")
        if isinstance(one, generic.IndirectObject):
            if (one.idnum, one.generation) not in seen:
                seen.add((one.idnum, one.generation))
                waiting.append(one.get_object())
        elif isinstance(one, dict):
            yield one
            waiting.extend(dict.values(one))
        elif isinstance(one, list):
            waiting.extend(list.__iter__(one))


def _activity(found: Any) -> str | None:
    for key in dict.keys(found):
        if key in KEYS:
            return str(key).lstrip("/")
    for key, names in (("/S", ACTIONS), ("/Subtype", ANNOTATIONS), ("/Type", {"/EmbeddedFile"})):
        if key in found and isinstance(found[key], str) and found[key] in names:
            return str(found[key]).lstrip("/")
    # A file may say which page it opens at; any other action on opening is refused.
    if "/OpenAction" in found and isinstance(found["/OpenAction"], dict) and found["/OpenAction"].get("/S") != "/GoTo":
        return "OpenAction"
    return None


def _redraw(kind: str, source: Path, target: Path, pixels: int) -> None:
    """The picture drawn anew from its points alone: no metadata, no place, nothing hidden behind its end."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # the size is read from the header and compared before anything is drawn
    with Image.open(source, formats=(kind.upper(),)) as picture:
        if picture.width * picture.height > pixels:
            raise Fault("pixels", "")
        picture.load()
        upright = ImageOps.exif_transpose(picture)
    if kind == "jpeg":
        plain = upright if upright.mode in {"L", "RGB"} else upright.convert("RGB")
    else:
        plain = upright if upright.mode in {"1", "L", "LA", "RGB", "RGBA", "I;16"} else upright.convert("RGBA")
    bare = Image.frombytes(plain.mode, plain.size, plain.tobytes())
    if kind == "jpeg":
        bare.save(target, "JPEG", quality=JPEG_QUALITY)
    else:
        bare.save(target, "PNG")


def _limit() -> None:
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS)):
        try:
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):  # a system that knows no such limit
            continue


if __name__ == "__main__":
    _limit()
    print(json.dumps(main(*sys.argv[1:6])))
