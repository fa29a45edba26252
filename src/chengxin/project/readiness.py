"""Brings an installation's database to the state that the code expects, before a command runs."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

UNPREPARED_COMMANDS = {"help", "migrate", "makemigrations", "sqlmigrate", "shell", "makemessages", "compilemessages"}


def make_ready(command: str) -> None:
    """Migrate and load the city profile where the data folder was not made ready for this version of the code."""
    if command in UNPREPARED_COMMANDS or command.startswith("-") or os.environ.get("CHENGXIN_PREPARING") == "1":
        return
    from django.conf import settings

    stamp = Path(settings.DATA_FOLDER) / "ready"
    wanted = fingerprint(Path(settings.ROOT), Path(settings.CITY_FOLDER))
    if stamp.exists() and stamp.read_text() == wanted:
        return
    for step in ("migrate", "load_profile"):
        run(step)
    stamp.write_text(wanted)


def run(*command: str, shown: bool = False) -> None:
    """Run a management command in a process of its own, as the database role that it needs; quiet unless it fails.

    `shown` passes its output on as it comes.
    """
    result = subprocess.run(
        [sys.executable, "-m", "chengxin.project", *command],
        env={**os.environ, "CHENGXIN_PREPARING": "1", "PYTHONUNBUFFERED": "1"},
        capture_output=not shown,
        text=True,
        check=False,
    )
    if result.returncode:
        if not shown:
            sys.stderr.write(result.stdout + result.stderr)
        raise SystemExit(result.returncode)


def fingerprint(root: Path, city: Path) -> str:
    """Names the state of migrations and city profile; changes when either changes."""
    digest = hashlib.sha256()
    for path in sorted([*root.glob("src/chengxin/*/*/migrations/*.py"), *city.glob("*.csv")]):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
