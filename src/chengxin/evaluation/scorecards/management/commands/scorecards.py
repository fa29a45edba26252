import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from chengxin.evaluation.scorecards import profile


class Command(BaseCommand):
    help = "The evaluation models of the city profile: check them."
    requires_system_checks: list[str] = []  # it reads files only

    def add_arguments(self, parser: CommandParser) -> None:
        """One sub-command: check."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        check = verbs.add_parser("check", help="say file, line, place and cure of every fault of the models")
        check.add_argument("--json", action="store_true", help="faults as a JSON list")
        check.add_argument("--city", type=Path, default=Path(settings.CITY_FOLDER), metavar="FOLDER")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0 without faults, 1 with."""
        folder: Path = options["city"]
        faults = profile.faults(folder)
        if options["json"]:
            self.stdout.write(json.dumps([asdict(f) for f in faults], ensure_ascii=False, indent=2))
        else:
            for fault in faults:
                self.stdout.write(str(fault))
            if not faults:
                count = len(list((folder / "evaluation").glob("*.yaml")))
                self.stdout.write(f"{folder.name}: {count} models without faults")
        if faults:
            raise SystemExit(1)
