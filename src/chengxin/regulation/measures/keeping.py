"""The files of codes that wait for their check: sealed on disk, and gone when it is over."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from chengxin.base.sealing import rules as sealing
from chengxin.base.sealing.keys import sealing_key
from chengxin.regulation.measures.models import FileRun

FORGOTTEN = timedelta(days=2)  # longer than any file check goes on


def keep(content: bytes, *, run_id: int) -> str:
    """Keep a file's content for its check; where it lies."""
    kept = _folder() / f"{run_id}.sealed"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(sealing.seal_bytes(content, key=sealing_key(), context=_context(run_id)))
    return str(kept)


def content_of(run: FileRun) -> bytes:
    """What was kept. Raises `OSError`, `SealBroken`."""
    return sealing.unseal_bytes(Path(run.path).read_bytes(), key=sealing_key(), context=_context(run.pk))


def remove(run: FileRun) -> None:
    """Keep it no longer."""
    if run.path:
        Path(run.path).unlink(missing_ok=True)


def remove_forgotten(*, at: datetime) -> int:
    """Remove what a check that broke off, or a hand-in that failed, left behind; how many files."""
    forgotten = list(_forgotten(at - FORGOTTEN))
    for path in forgotten:
        path.unlink(missing_ok=True)
    return len(forgotten)


def _forgotten(before: datetime) -> Iterator[Path]:
    for path in _folder().glob("*"):
        if path.is_file() and path.stat().st_mtime < before.timestamp():
            yield path


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "checks"


def _context(run_id: int) -> str:
    return f"check-file\x00{run_id}"
