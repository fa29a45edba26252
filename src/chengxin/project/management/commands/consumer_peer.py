from argparse import ArgumentParser
from http.server import ThreadingHTTPServer
from typing import Any

from django.core.management.base import BaseCommand

from chengxin.project import consumer_system


class Command(BaseCommand):
    help = "A stand-in for a consumer's system, for the demo and for trying subscriptions: takes, checks, receipts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where it listens, and the seed of its key (the same seed: the same key)."""
        parser.add_argument("--port", type=int, default=8191)
        parser.add_argument("--seed", default=consumer_system.SEED)

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve on this machine until stopped."""
        store = consumer_system.Store(consumer_system.key_of(options["seed"]))
        address = f"http://127.0.0.1:{options['port']}/"
        self.stdout.write(f"address {address}\nkey     {consumer_system.public_of(options['seed'])}")
        self.stdout.flush()
        server = ThreadingHTTPServer(("127.0.0.1", options["port"]), consumer_system.handler_of(store))
        server.serve_forever()
