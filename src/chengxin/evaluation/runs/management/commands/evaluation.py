from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chengxin.base import clock
from chengxin.base.errors import ChengxinError
from chengxin.evaluation.runs import foreseeing, rules, services
from chengxin.evaluation.runs.management.commands.evaluate import OPERATOR
from chengxin.evaluation.runs.rules import Engine


class Command(BaseCommand):
    help = "Runs of evaluation models: prove one again, hold one against what came after it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Its verbs."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        again = verbs.add_parser("replay", help="compute a run again from its snapshot and compare all results")
        again.add_argument("run", type=int)
        again.add_argument("--engine", choices=[e.value for e in Engine], help="another engine than it was made by")
        foresee = verbs.add_parser("foresee", help="hold a run of a past day against the records that came after it")
        foresee.add_argument("run", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the verb."""
        try:
            if options["verb"] == "foresee":
                self._foresee(options["run"])
            else:
                self._replay(options["run"], Engine(options["engine"]) if options["engine"] else None)
        except ChengxinError as error:
            raise CommandError(f"{error.sentence} {error.advice}") from error

    def _foresee(self, run_id: int) -> None:
        now = clock.now()
        found = foreseeing.foresee(run_id, by=OPERATOR, at=now, today=clock.local_date(now))
        self.stdout.write(
            f"run {run_id} against {found.outcome} until {found.until}: {found.with_outcome:,} with,"
            f" {found.without:,} without"
        )
        if found.auc_per_mille is None:
            raise CommandError("one side is empty: there is nothing to rank")
        sides = found.with_outcome, found.without
        low, high = rules.auc_interval(found.auc_per_mille, *sides)
        self.stdout.write(
            f"AUC {found.auc_per_mille} per mille (95 %: {low} to {high}; 500 is chance),"
            f" KS {found.ks_per_mille} (by chance up to {rules.ks_by_chance(*sides)})"
        )

    def _replay(self, run_id: int, engine: Engine | None) -> None:
        was, now = services.replay(run_id, engine=engine, by=OPERATOR)
        if was != now:
            raise CommandError(f"run {run_id} gives {now}; it gave {was}")
        self.stdout.write(f"run {run_id} gives the same results again: {now}")
