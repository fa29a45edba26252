from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from chengxin.base import clock
from chengxin.base.errors import ChengxinError
from chengxin.intake.connectors import profile, pulling
from chengxin.intake.connectors.models import PullRun
from chengxin.intake.connectors.rules import RunState


class Command(BaseCommand):
    help = "Connectors to departments' systems: check their files, list them, or pull one now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Three verbs."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        check = verbs.add_parser("check", help="say what is wrong with the files; exit 1 if anything is")
        check.add_argument("--folder", type=Path, default=Path(settings.CONNECTORS_FOLDER), metavar="FOLDER")
        verbs.add_parser("list", help="each connector, and which variables it still needs")
        run = verbs.add_parser("run", help="pull one now; exit 2 if it fails")
        run.add_argument("code")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the verb."""
        if options["verb"] == "check":
            faults = list(profile.faults(options["folder"]))
            for fault in faults:
                self.stdout.write(fault)
            if faults:
                raise SystemExit(1)
            self.stdout.write("no faults in the connectors")
        elif options["verb"] == "list":
            for one in profile.connectors().values():
                needs = ", ".join(profile.missing(one))
                self.stdout.write(
                    f"{one.code}  {one.source.kind}  {one.item}  {f'needs {needs}' if needs else 'ready'}"
                )
        else:
            self._run(options["code"])

    def _run(self, code: str) -> None:
        try:
            run = PullRun.objects.get(pk=pulling.pull(code, asked_by="command-line", now=clock.now))
        except ChengxinError as error:
            self.stderr.write(f"{error.sentence}\n{error.advice}")
            raise SystemExit(2) from error
        self.stdout.write(
            f"{run.code}: {run.state}  parts {run.parts}  rows {run.rows}  accepted {run.accepted}  corrected"
            f" {run.corrected}  unchanged {run.unchanged}  rejected {run.rejected}  {run.fault_detail}".rstrip()
        )
        if run.state != RunState.DONE:
            raise SystemExit(2)
