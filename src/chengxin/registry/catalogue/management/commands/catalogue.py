import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from chengxin.registry.catalogue import checking, site


class Command(BaseCommand):
    help = "The collection catalogue: check the city profile, or write it as browsable pages."
    requires_system_checks: list[str] = []  # it reads files only

    def add_arguments(self, parser: CommandParser) -> None:
        """Two sub-commands: check and docs."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        check = verbs.add_parser("check", help="say file and line of every fault of the city profile")
        check.add_argument("--json", action="store_true", help="faults as a JSON list")
        docs = verbs.add_parser("docs", help="write the catalogue as HTML pages in Chinese and English")
        docs.add_argument("-o", "--output", type=Path, required=True, metavar="FOLDER")
        check.add_argument("--city", type=Path, default=Path(settings.CITY_FOLDER), metavar="FOLDER")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the sub-command."""
        if options["verb"] == "check":
            self.check_profile(options["city"], as_json=options["json"])
        else:
            self.write_pages(options["output"])

    def check_profile(self, folder: Path, *, as_json: bool) -> None:
        """Exit 0 without faults, 1 with."""
        faults = checking.faults(folder)
        if as_json:
            self.stdout.write(json.dumps([asdict(f) for f in faults], ensure_ascii=False, indent=2))
        else:
            for fault in faults:
                self.stdout.write(str(fault))
            if not faults:
                waiting = len(checking.unverified(folder))
                self.stdout.write(f"{folder.name}: no faults; {waiting} legal sources await confirmation")
        if faults:
            raise SystemExit(1)

    def write_pages(self, output: Path) -> None:
        """One index and one page an item, in both languages."""
        written = site.write(output)
        self.stdout.write(f"{written} pages: {output / 'index.html'}")
