"""The exchange by files: packages with their signatures beside them, taken from one folder and written into another."""

from datetime import datetime
from pathlib import Path

from chengxin.base.errors import ChengxinError
from chengxin.intake.exchange import national, packages
from chengxin.intake.exchange.platforms import Platform
from chengxin.intake.exchange.rules import PackageRoad

ENDING, SIGNATURE, REFUSED = ".package.json", ".sig", ".refused"


def take_all(folder: Path, *, at: datetime) -> tuple[int, int]:
    """Take every signed package in the folder; returns how many were taken and refused.

    What was taken moves to `done`; what was refused stays, with the reason beside it.
    """
    taken = refused = 0
    done = folder / "done"
    done.mkdir(exist_ok=True)
    for path in sorted(folder.glob(f"*{ENDING}")):
        beside = path.with_name(path.name + SIGNATURE)
        if not beside.exists() or path.stat().st_size > national.LONGEST:
            continue  # its signature is still being written, or it is no package
        try:
            national.take(path.read_bytes(), beside.read_text().strip(), road=PackageRoad.FILE, at=at)
        except ChengxinError as error:
            path.with_name(path.name + REFUSED).write_text(error.sentence, encoding="utf-8")
            refused += 1
            continue
        for moved in (path, beside):
            moved.rename(done / moved.name)
        taken += 1
    return taken, refused


def write_all(folder: Path, *, at: datetime, to: Platform) -> int:
    """Write what is due at a platform into the folder, each package with its signature; returns how many."""
    written = 0
    while (kept := national.claim(at=at, to=to)) is not None:
        package = national.travelling(kept, at=at)
        content = packages.encode(package)
        path = folder / f"{package.identifier}{ENDING}"
        path.write_bytes(content)
        path.with_name(path.name + SIGNATURE).write_text(packages.sign(content, national.own_key()))
        national.record(kept.pk, "", at=at)
        written += 1
    return written
