import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from chengxin.base import clock
from chengxin.base.transparency import offline, queries


class Command(BaseCommand):
    help = "Exports the public log, or checks a kept file of it (verify FILE [--head FILE] [--key FILE])."

    def add_arguments(self, parser: CommandParser) -> None:
        """`export FILE`; `verify FILE` runs before Django starts, where the command line asks for it."""
        parser.add_argument("act", choices=["export", "verify"])
        parser.add_argument("file", type=Path)
        parser.add_argument("--head", type=Path)
        parser.add_argument("--key", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write or check the file."""
        if options["act"] == "verify":
            given = [str(options["file"])]
            given += [part for name in ("head", "key") if options[name] for part in (f"--{name}", str(options[name]))]
            raise SystemExit(offline.verify(given))
        content = queries.export(at=clock.now())
        options["file"].write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        self.stdout.write(f"{options['file']}: {content['head']['size']} leaves")
