"""Has a file examined in a process of its own, and turns what it found into what can be said."""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from chengxin.base.attachments import rules
from chengxin.base.attachments.errors import (
    ActiveContent,
    ArchiveRefused,
    ExpandsTooFar,
    FileLocked,
    FileUnreadable,
    KindNotAllowed,
    MacroFound,
    TooManyPixels,
)
from chengxin.base.attachments.rules import HEAD_BYTES, MEGABYTE, Container, Kind, Limits

PATIENCE = 40  # seconds; the process itself stops after 20 seconds of work
MODULE = "chengxin.base.attachments.examining"


@dataclass(frozen=True, slots=True)
class Examined:
    """A file that may be kept: its kind, and its content, redrawn where it is a picture."""

    kind: Kind
    content: bytes


def examined(given: bytes, *, limits: Limits) -> Examined:
    """The file as it may be kept. Raises one of the errors of this room for each reason that there is against it."""
    kind = rules.kind_of(given[:HEAD_BYTES])
    if isinstance(kind, Container):
        rules.require_container(len(given), kind, limits)
    else:
        rules.require_size(len(given), kind, limits)
    with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
        source, target = Path(folder, "given"), Path(folder, "examined")
        source.write_bytes(given)
        answer = _ask(kind, source, target, limits)
        _refuse(answer, limits)
        content = target.read_bytes()
    found = Kind(answer["kind"])
    rules.require_size(len(content), found, limits)
    return Examined(found, content)


def _ask(kind: Kind | Container, source: Path, target: Path, limits: Limits) -> dict[str, str]:
    command = [sys.executable, "-m", MODULE, kind.value, str(source), str(target), str(limits.pixels)]
    command.append(str(limits.unpacked))
    bare = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(settings.ROOT / "src")}
    try:
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=True, env=bare, cwd=source.parent)
        answer: dict[str, str] = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        return {"fault": "unreadable", "found": ""}
    return answer


def _refuse(answer: dict[str, str], limits: Limits) -> None:
    match answer["fault"]:
        case "":
            return
        case "active":
            raise ActiveContent(found=answer["found"])
        case "locked":
            raise FileLocked
        case "archive":
            raise ArchiveRefused
        case "macro":
            raise MacroFound(found=answer["found"])
        case "bomb":
            raise ExpandsTooFar(limit=limits.unpacked // MEGABYTE)
        case "kind":
            raise KindNotAllowed
        case "pixels":
            raise TooManyPixels(limit=limits.pixels // 1_000_000)
        case _:
            raise FileUnreadable
