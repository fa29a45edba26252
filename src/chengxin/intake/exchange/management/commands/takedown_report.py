import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from chengxin.base import clock
from chengxin.intake.exchange import queries
from chengxin.intake.exchange.queries import TakedownLine


class Command(BaseCommand):
    help = "How fast repaired and withdrawn records were taken down by everyone who had received them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """JSON for machines, a table otherwise."""
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """The last twelve months: all, by month, by kind of receiver."""
        report = queries.takedown_report(at=clock.now())
        if options["json"]:
            told = {
                "total": _told(report.total),
                "months": [_told(line) for line in report.months],
                "kinds": [_told(line) for line in report.kinds],
            }
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=1))
            return
        self.stdout.write(f"{'':18}{'takedowns':>10}{'told':>8}{'waiting':>9}{'median s':>12}{'worst s':>12}")
        for name, line in (
            ("all", report.total),
            *((f"{m.month:%Y-%m}", m) for m in report.months),
            *((k.kind, k) for k in report.kinds),
        ):
            seconds = "".join(_told_seconds(s) for s in (line.median_seconds, line.worst_seconds))
            self.stdout.write(f"{name:18}{line.takedowns:>10}{line.notices:>8}{line.waiting:>9}{seconds}")


def _told_seconds(seconds: float | None) -> str:
    return "-".rjust(12) if seconds is None else f"{seconds:12.1f}"


def _told(line: TakedownLine) -> dict[str, Any]:
    return {**asdict(line), "month": f"{line.month:%Y-%m}" if line.month else None}
