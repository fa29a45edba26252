import time
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chengxin.base import clock
from chengxin.base.errors import ChengxinError
from chengxin.evaluation.runs import services
from chengxin.evaluation.runs.rules import Engine, Purpose
from chengxin.evaluation.scorecards import queries as scorecards
from chengxin.registry.accounts.rules import Actor, Role

OPERATOR = Actor(
    name="bin/manage", organisation_id=None, organisation_code="", roles=frozenset({Role.CREDIT_OFFICE_OPERATOR})
)


class Command(BaseCommand):
    help = "Compute an evaluation model over the city's records."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which model, for which day, by which engine."""
        parser.add_argument("model", help="code and version, as enterprise-1")
        parser.add_argument("--as-of", type=date.fromisoformat, help="the day (default today); a past one is a trial")
        parser.add_argument("--engine", choices=[e.value for e in Engine], default=Engine.DUCKDB.value)
        parser.add_argument("--trial", action="store_true", help="for comparison alone; its grades are not read")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take a snapshot, compute, tell."""
        now = clock.now()
        today = clock.local_date(now)
        as_of = options["as_of"] or today
        purpose = Purpose.TRIAL if options["trial"] or as_of != today else Purpose.IN_FORCE
        started = time.perf_counter()
        try:
            model = scorecards.model_named(options["model"])
            snapshot = services.take_snapshot([model], as_of=as_of, by=OPERATOR, at=now)
            taken = time.perf_counter()
            run = services.evaluate(
                model, snapshot, purpose=purpose, engine=Engine(options["engine"]), by=OPERATOR, at=now
            )
        except ChengxinError as error:
            raise CommandError(f"{error.sentence} {error.advice}") from error
        self.stdout.write(
            f"run {run.pk}: {run.subjects:,} subjects by {model.name} as of {as_of}; {snapshot.records:,} records in"
            f" {taken - started:.1f} s, computed and written {time.perf_counter() - taken:.1f} s; {run.result_digest}"
        )
