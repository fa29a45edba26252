from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chengxin.base.errors import ChengxinError
from chengxin.evaluation.runs import services
from chengxin.evaluation.runs.management.commands.evaluate import OPERATOR
from chengxin.evaluation.runs.rules import Engine


class Command(BaseCommand):
    help = "Runs of evaluation models: prove one again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Its verbs."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        again = verbs.add_parser("replay", help="compute a run again from its snapshot and compare all results")
        again.add_argument("run", type=int)
        again.add_argument("--engine", choices=[e.value for e in Engine], help="another engine than it was made by")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the verb."""
        self._replay(options["run"], Engine(options["engine"]) if options["engine"] else None)

    def _replay(self, run_id: int, engine: Engine | None) -> None:
        try:
            was, now = services.replay(run_id, engine=engine, by=OPERATOR)
        except ChengxinError as error:
            raise CommandError(f"{error.sentence} {error.advice}") from error
        if was != now:
            raise CommandError(f"run {run_id} gives {now}; it gave {was}")
        self.stdout.write(f"run {run_id} gives the same results again: {now}")
