from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from chengxin.base import clock
from chengxin.intake.exchange import files, national, packages, platforms, tasks
from chengxin.intake.exchange.platforms import Level


class Command(BaseCommand):
    help = "The exchange with the platforms above: the own public key, meeting them now, or by files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Three verbs."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("key", help="print the public key that the national site needs")
        verbs.add_parser("meet", help="fetch what waits there and send what is due")
        by_files = verbs.add_parser("files", help="take packages from one folder and write those due into another")
        by_files.add_argument("inbox", type=Path)
        by_files.add_argument("outbox", type=Path)
        by_files.add_argument("--level", choices=[one.value for one in Level], default=Level.NATION.value)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the verb."""
        now = clock.now()
        if options["verb"] == "key":
            self.stdout.write(packages.public_text(national.own_key().public_key()))
        elif options["verb"] == "meet":
            self.stdout.write(f"fetched {national.fetch(at=now)}")
            tasks.send_packages()
        else:
            taken, refused = files.take_all(options["inbox"], at=now)
            to = platforms.platform_at(Level(options["level"]))
            written = files.write_all(options["outbox"], at=now, to=to) if to is not None else 0
            self.stdout.write(f"taken {taken}, refused {refused}, written {written}")
