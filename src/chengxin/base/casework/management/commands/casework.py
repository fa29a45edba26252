from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from chengxin.base.casework import diagrams
from chengxin.base.casework.procedures import procedures


class Command(BaseCommand):
    help = "Cases: write the state diagrams of all procedures into the docs."

    def add_arguments(self, parser: CommandParser) -> None:
        """One sub-command: diagrams."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        written = verbs.add_parser("diagrams", help="write docs/procedures/<code>.md for every procedure")
        folder = Path(settings.ROOT) / "docs" / "procedures"
        written.add_argument("-o", "--output", type=Path, default=folder, metavar="FOLDER")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write a page a procedure and say how many."""
        folder: Path = options["output"]
        folder.mkdir(parents=True, exist_ok=True)
        for code, declared in procedures().items():
            (folder / f"{code}.md").write_text(diagrams.page(declared), encoding="utf-8")
        self.stdout.write(f"{len(procedures())} procedures written to {folder}")
