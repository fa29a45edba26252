from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from chengxin.base.errors import ChengxinError
from chengxin.intake.collection.templates_xlsx import write_template
from chengxin.registry.catalogue import queries as catalogue


class Command(BaseCommand):
    help = "Write the template of a catalogue item as XLSX."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which item, and where to."""
        parser.add_argument("item")
        parser.add_argument("-o", "--output", type=Path, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file; exit 2 where there is no such item."""
        try:
            item = catalogue.item(options["item"])
        except ChengxinError as error:
            self.stderr.write(f"{error.sentence}\n{error.advice}")
            raise SystemExit(2) from error
        write_template(item, options["output"])
        self.stdout.write(str(options["output"]))
