from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from chengxin.base import clock
from chengxin.intake.packages import upward


class Command(BaseCommand):
    help = "Records for the platform above: put on their way now what it does not know yet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One verb."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("report", help="all that is new or changed, in as many packages as it takes")

    def handle(self, *args: Any, **options: Any) -> None:
        """Report, package by package."""
        packages = rows = 0
        while told := upward.report(at=clock.now()):
            packages, rows = packages + 1, rows + told
        self.stdout.write(f"{rows} rows in {packages} packages")
