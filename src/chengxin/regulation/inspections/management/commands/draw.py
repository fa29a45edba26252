import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from chengxin.base import clock
from chengxin.regulation.inspections import offline
from chengxin.regulation.inspections.queries import draws


class Command(BaseCommand):
    help = "Checks a draw's DRAW.json (verify FILE), makes a party's commitment, or writes a DRAW.json (export)."

    def add_arguments(self, parser: CommandParser) -> None:
        """`export NUMBER FILE`; `verify` and `commit` run before Django starts."""
        parser.add_argument("act", choices=["export", "verify", "commit"])
        parser.add_argument("given", nargs="+")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write or check the file."""
        if options["act"] != "export":
            raise SystemExit(offline.run([options["act"], *options["given"]]))
        number, path = options["given"][0], Path(options["given"][1])
        content = draws.draw_file(number, at=clock.now())
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        self.stdout.write(f"{path}: {len(content['population'])} objects, {len(content['visits'])} drawn")
