"""Departments' systems on this machine that speak the real protocols: databases, SFTP, a bucket, an interface."""

import asyncio
import json
import os
import shutil
import socket
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncssh
import psycopg
import pytest
from django.conf import settings
from psycopg import sql
from sqlalchemy import create_engine, text

from chengxin.intake.collection.tests.factories import Row
from chengxin.registry.catalogue import queries as catalogue

PASSWORD = "front-end"


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class FrontEnd:
    """A front-end database with one table of an item and one for its faults."""

    address: str
    item: str
    engine: Any = None
    columns: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        driver = {"postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql"}[self.address.split(":")[0]]
        self.engine = create_engine(driver + self.address[self.address.index(":") :])
        self.columns = {f.code: f.code.lower() for f in catalogue.item(self.item).fields}
        fields = ", ".join(f"{name} text" for name in self.columns.values())
        moment = "timestamp(6)" if "mysql" in driver else "timestamptz"
        self.run(
            "DROP TABLE IF EXISTS decisions",
            "DROP TABLE IF EXISTS decision_faults",
            f"CREATE TABLE decisions (id int PRIMARY KEY, updated_at {moment} NULL, {fields})",
            "CREATE TABLE decision_faults (source_key varchar(64), field varchar(64), rule varchar(40), message text,"
            " hint text, submission bigint)",
        )

    def run(self, *statements: str, **values: Any) -> None:
        with self.engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement), values)

    def put(self, number: int, row: Row, *, at: str) -> None:
        """Insert or replace a row with its cursor."""
        given = {self.columns[code]: value for code, value in row.items()}
        names = ", ".join(["id", "updated_at", *given])
        places = ", ".join([":id", ":at", *(f":{name}" for name in given)])
        self.run("DELETE FROM decisions WHERE id = :id", id=number)
        self.run(f"INSERT INTO decisions ({names}) VALUES ({places})", id=number, at=at, **given)

    def faults(self) -> list[tuple[str, str, str]]:
        with self.engine.begin() as connection:
            found = connection.execute(text("SELECT source_key, field, rule FROM decision_faults ORDER BY 1, 2"))
            return [tuple(row) for row in found]


@contextmanager
def postgres_front_end(item: str) -> Iterator[FrontEnd]:
    """A second database of the embedded server."""
    name = f"front_end_{os.getpid()}"
    quoted = sql.Identifier(name)
    with psycopg.connect(settings.EMBEDDED_ADDRESS, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(quoted))
        admin.execute(sql.SQL("CREATE DATABASE {}").format(quoted))
    parts = urlsplit(settings.EMBEDDED_ADDRESS)
    made = FrontEnd(parts._replace(path=f"/{name}").geturl(), item)
    try:
        yield made
    finally:
        made.engine.dispose()
        with psycopg.connect(settings.EMBEDDED_ADDRESS, autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(quoted))


@contextmanager
def mysql_front_end(item: str, folder: Path) -> Iterator[FrontEnd]:
    """A MariaDB server of this test's own."""
    server, setup = shutil.which("mariadbd"), shutil.which("mariadb-install-db")
    if server is None or setup is None or shutil.which("my_print_defaults") is None:
        reason = "no MariaDB on this machine: MySQL sources were not tried (bin/system-packages installs it)"
        warnings.warn(reason, stacklevel=2)
        pytest.skip(reason)
    data, port = folder / "mysql", free_port()
    root = ["--user=root"] if os.getuid() == 0 else []
    subprocess.run([setup, f"--datadir={data}", "--skip-test-db", *root], check=True, capture_output=True)
    first = folder / "first.sql"
    first.write_text(
        "CREATE DATABASE front_end CHARACTER SET utf8mb4;\n"
        f"CREATE USER 'department'@'%' IDENTIFIED BY '{PASSWORD}';\n"
        "GRANT ALL ON front_end.* TO 'department'@'%';\n"
    )
    command = [
        server, "--no-defaults", f"--datadir={data}", f"--port={port}", "--bind-address=127.0.0.1",
        f"--socket={folder / 'mysql.sock'}", f"--init-file={first}", f"--pid-file={folder / 'mysql.pid'}",
        "--innodb-buffer-pool-size=32M", "--skip-name-resolve", *root,
    ]  # fmt: skip
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                made = FrontEnd(f"mysql://department:{PASSWORD}@127.0.0.1:{port}/front_end?charset=utf8mb4", item)
                break
            except Exception:
                if time.monotonic() > deadline or running.poll() is not None:
                    raise
                time.sleep(0.1)
        yield made
        made.engine.dispose()
    finally:
        running.terminate()
        running.wait(20)


@dataclass
class SftpPeer:
    """A server whose account sees one folder; `host_key` as settings hold it."""

    folder: Path
    port: int = 0
    host_key: str = ""


@contextmanager
def sftp_peer(folder: Path) -> Iterator[SftpPeer]:
    """An SFTP server on this machine, with password."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    peer = SftpPeer(folder, host_key=key.export_public_key().decode())
    loop, ready = asyncio.new_event_loop(), Event()

    class Server(asyncssh.SSHServer):
        def begin_auth(self, username: str) -> bool:
            return True

        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, username: str, password: str) -> bool:
            return (username, password) == ("department", PASSWORD)

    async def listen() -> None:
        server = await asyncssh.listen(
            "127.0.0.1", 0, server_factory=Server, server_host_keys=[key],
            sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=str(folder).encode()),
        )  # fmt: skip
        peer.port = server.get_port()
        ready.set()

    def serve() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(listen())
        loop.run_forever()

    Thread(target=serve, daemon=True).start()
    assert ready.wait(20)
    try:
        yield peer
    finally:
        loop.call_soon_threadsafe(loop.stop)


@dataclass
class RestPeer:
    """An interface with pages of `size` rows that changed after `since`; `broken`: how many pages it answers."""

    address: str = ""
    token: str = "secret-token"
    size: int = 2
    rows: list[dict[str, Any]] = field(default_factory=list)
    broken: int | None = None
    asked: list[dict[str, str]] = field(default_factory=list)
    told: dict[str, dict[str, Any]] = field(default_factory=dict)

    def answer(self, query: dict[str, str]) -> dict[str, Any]:
        page = int(query.get("page", "1"))
        rows = [r for r in self.rows if r["changed"] >= query.get("since", "")]
        return {"data": {"list": rows[(page - 1) * self.size : page * self.size]}}


@contextmanager
def rest_peer() -> Iterator[RestPeer]:
    """A running interface."""
    peer = RestPeer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            peer.asked.append(query)
            if self.headers["Authorization"] != f"Bearer {peer.token}":
                self._say(401, {})
            elif peer.broken is not None and int(query.get("page", "1")) > peer.broken:
                self._say(500, {})
            else:
                self._say(200, peer.answer(query))

        def do_POST(self) -> None:
            told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            peer.told.setdefault(self.headers["Idempotency-Key"], told)
            self._say(200, {})

        def _say(self, status: int, answer: dict[str, Any]) -> None:
            body = json.dumps(answer, ensure_ascii=False).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    peer.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield peer
    finally:
        server.shutdown()
        server.server_close()
