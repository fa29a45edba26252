"""`bin/manage fonts`: which fonts documents are set in; `bin/manage fonts install` fetches them."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chengxin.base.documents import fonts
from chengxin.base.documents.errors import FontsMissing


class Command(BaseCommand):
    help = "Say which Chinese fonts documents are set in, or install them where the system has none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`install` fetches the fonts with npm when none are found."""
        parser.add_argument("act", nargs="?", choices=["show", "install"], default="show")

    def handle(self, *args: Any, **options: Any) -> None:
        """Show, or install where nothing was found."""
        try:
            found = fonts.chosen()
        except FontsMissing as missing:
            if options["act"] == "show":
                raise CommandError(f"{missing.sentence} {missing.advice}") from missing
            found = self._installed()
        places = ", ".join(map(str, found.folders))
        self.stdout.write(f"{found.sans}, {found.serif} in {places}")

    def _installed(self) -> fonts.FontChoice:
        try:
            fonts.install()
            return fonts.chosen()
        except FontsMissing as missing:
            raise CommandError(f"{missing.sentence} {missing.advice}") from missing
