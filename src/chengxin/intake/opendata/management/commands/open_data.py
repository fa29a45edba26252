from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chengxin.base import clock
from chengxin.base.errors import ChengxinError
from chengxin.intake.opendata import policy, services
from chengxin.registry.accounts.actors import SystemActor

BY = SystemActor("open-data")


class Command(BaseCommand):
    help = "Open data: make the files of open resources anew, or publish the statistics whose period is over."

    def add_arguments(self, parser: CommandParser) -> None:
        """`release [ITEM …]`, `statistics`."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        release = verbs.add_parser("release", help="make files anew; without items: what is out of date")
        release.add_argument("items", nargs="*", metavar="ITEM")
        verbs.add_parser("statistics", help="publish what is due")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say what was done."""
        try:
            done = self._released(options["items"]) if options["verb"] == "release" else self._published()
        except ChengxinError as error:
            raise CommandError(f"{error.sentence} {error.advice}") from error
        for line in done:
            self.stdout.write(line)

    def _released(self, items: list[str]) -> list[str]:
        if not items:
            return services.renew(by=BY, at=clock.now())
        made = [services.release(item, by=BY, at=clock.now()) for item in items]
        return [
            f"{one.item}: {one.rows:,} records, {one.added:,} put in, {one.removed:,} taken out" for one in made if one
        ]

    def _published(self) -> list[str]:
        at = clock.now()
        made = [services.publish_statistic(s, by=BY, at=at) for s in policy.statistics_on(clock.local_date(at))]
        return [f"{one.code} {one.since} – {one.until}" for one in made if one]
