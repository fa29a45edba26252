"""`bin/manage report CODE`: issue a subject's signed report, or tell it as JSON without issuing one."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chengxin.base import clock
from chengxin.base.errors import ChengxinError
from chengxin.offerings.reports import queries, services


class Command(BaseCommand):
    help = "Issue the signed public credit report of a subject."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The subject's code; where to write, in which language, or JSON on the terminal."""
        parser.add_argument("code", help="unified social credit code")
        parser.add_argument("-o", "--output", type=Path, help="file to write; else the report's number")
        parser.add_argument("--language", choices=["zh-hans", "en"], default="zh-hans")
        parser.add_argument("--json", action="store_true", help="print what the report says; issues nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the PDF and print its number, or print the content."""
        try:
            self.stdout.write(_content(options["code"]) if options["json"] else _issued(options))
        except ChengxinError as error:
            raise CommandError(f"{error.sentence} {error.advice}") from error


def _content(code: str) -> str:
    content = queries.report_content(code, on=clock.today())
    if content is None:
        raise CommandError(f"no subject with the code {code} has anything public")
    return json.dumps(queries.as_json(content), ensure_ascii=False, indent=2)


def _issued(options: dict[str, Any]) -> str:
    report = services.issue(options["code"], at=clock.now(), language=options["language"], by=None)
    target = options["output"] or Path(f"{report.number}.pdf")
    target.write_bytes(report.pdf)
    return f"{report.number} {target}"
