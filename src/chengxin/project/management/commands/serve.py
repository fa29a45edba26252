from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from chengxin.project import serving


class Command(BaseCommand):
    help = "Run the web server and the worker."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until stopped."""
        port = options["port"]
        try:
            code = serving.run(
                host=options["host"],
                port=port,
                workers=settings.WORKERS,
                environment={},
                on_ready=lambda: self.stdout.write(f"Ready at {settings.PUBLIC_ADDRESS}"),
            )
        except serving.PortTaken as error:
            raise CommandError(f"Port {port} is in use; choose another with --port.") from error
        raise SystemExit(code)
