from argparse import ArgumentParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.core.management.base import BaseCommand

from chengxin.base import clock
from chengxin.base.documents import tsa


class _Handler(BaseHTTPRequestHandler):
    """Answers requests of RFC 3161 section 3.4: POST of a query, any path."""

    timeout = 10
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """One timestamp."""
        length = self.headers.get("Content-Length", "")
        if self.headers.get_content_type() != tsa.QUERY_TYPE or not length.isdecimal():
            return self.send_error(415)
        if int(length) > tsa.LARGEST_QUERY:
            return self.send_error(413)
        reply = tsa.answer(self.rfile.read(int(length)), at=clock.now())
        self.send_response(200)
        self.send_header("Content-Type", tsa.CONTENT_TYPE)
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)
        return None

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: a timestamp says nothing of what it stamps."""


def server(port: int, host: str = "127.0.0.1") -> ThreadingHTTPServer:
    """The server, not yet serving; port 0 takes a free one."""
    return ThreadingHTTPServer((host, port), _Handler)


class Command(BaseCommand):
    help = "Serve this installation's own time-stamping authority (RFC 3161 over HTTP) to others."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=3161)

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until stopped."""
        with server(options["port"], options["host"]) as listening:
            self.stdout.write(f"http://{options['host']}:{listening.server_address[1]}/")
            listening.serve_forever()
