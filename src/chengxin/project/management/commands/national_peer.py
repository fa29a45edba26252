from argparse import ArgumentParser
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.core.management.base import BaseCommand

from chengxin.base.sealing import rules as sealing
from chengxin.intake.exchange import national, packages
from chengxin.intake.exchange.platforms import Level
from chengxin.project.national_site import NationalSite
from chengxin.registry.accounts import queries as accounts


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing of each request."""


class Command(BaseCommand):
    help = "A stand-in for a platform above, for the demo and for trying the exchange: speaks its side of the protocol."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where it listens, and the seed of its key (the same seed: the same key)."""
        parser.add_argument("--port", type=int, default=8190)
        parser.add_argument("--seed", default="national site of the demo")
        parser.add_argument("--level", choices=[level.value for level in Level], default=Level.NATION.value)

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve on this machine until stopped."""
        name = {Level.NATION: "NATIONAL", Level.REGION: "REGION"}[Level(options["level"])]
        site = NationalSite(
            code=name.lower(),
            city_code=accounts.credit_office().code,
            city_key=packages.public_text(national.own_key().public_key()),
            key=packages.private_key(sealing.derive(options["seed"], purpose="national-site")),
        )
        address = f"http://127.0.0.1:{options['port']}"
        self.stdout.write(f"CHENGXIN_{name}_ADDRESS={address}\nCHENGXIN_{name}_KEY={site.public}")
        self.stdout.write(f"A company applies: POST {address}/apply with [{{item, subject, document_number}}, …]")
        self.stdout.flush()
        with make_server("127.0.0.1", options["port"], site, Server, Quiet) as server:
            server.serve_forever()
